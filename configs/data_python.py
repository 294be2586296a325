"""Problems with unit tests out of Python libraries: functions are run on inputs of their types.

  python -m acrl_jax.main --config=configs/data_python.py --workdir=shards/python

Six minutes on two cores, with other work beside it: 349 problems of 992 functions;
why the others made none is told in benchmarks/results/datagen/python.md.
"""

from acrl_jax.config import generation


def get_config():
  config = generation()
  config.generate.corpora = ('algorithms', 'more-itertools', 'boltons', 'toolz', 'sympy.ntheory')
  return config
