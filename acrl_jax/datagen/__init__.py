"""Problems with unit tests, made from typed functions of Java and Python; needs no JAX.

corpora -> java, python (functions, and oracles that run them) -> documentation -> inputs -> cases -> render -> output;
build runs these stages over whole corpora, inspect looks into a build, primer holds the problems written by hand.
"""
