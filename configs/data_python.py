"""Problems with unit tests out of Python libraries: functions are run on inputs of their types.

  python -m acrl_jax.main --config=configs/data_python.py --workdir=shards/python
"""

from acrl_jax.config import generation


def get_config():
  config = generation()
  config.generate.corpora = ('algorithms', 'more-itertools', 'boltons', 'toolz', 'sympy.ntheory')
  return config
