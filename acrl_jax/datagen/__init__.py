"""Problems with unit tests, made from typed functions of Java and Python; needs no JAX."""
