"""Problems with unit tests out of Java libraries: typed methods are run, their results become the tests.

  bash launch/java.sh                                                                   once: a JDK and ASM
  python -m acrl_jax.main --config=configs/data_java.py --workdir=shards/java
  python -m acrl_jax.main --config=configs/data_java.py --workdir=shards/look --config.generate.max_functions=25

Four minutes on two cores, with other work beside it: 508 problems of 6,114 methods;
why the others made none is told in benchmarks/results/datagen/java.md.
"""

from acrl_jax.config import generation


def get_config():
  config = generation()
  config.generate.corpora = ('commons-lang3', 'commons-math3', 'commons-codec', 'guava')
  return config
