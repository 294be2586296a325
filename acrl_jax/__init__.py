"""acrl_jax: actor-critic reinforcement learning from unit tests for code language models (arXiv 2310.13669).

`load`, `export` and `run_many` are found on first use, so that the harness runs where JAX is not installed.
"""

import importlib

__version__ = '0.1.0'
__all__ = ['load', 'export', 'run_many']

_HOMES = {'load': 'acrl_jax.checkpoints.load', 'export': 'acrl_jax.checkpoints.export', 'run_many': 'acrl_jax.harness'}


def __getattr__(name: str):
  if name not in _HOMES:
    raise AttributeError(f'module acrl_jax has no attribute {name!r}; it has {", ".join(__all__)}')
  return getattr(importlib.import_module(_HOMES[name]), name)
