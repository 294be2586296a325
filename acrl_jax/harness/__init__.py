"""Judging programs by their tests; needs no JAX.

Names are found on first use: the lanes, which start without installed packages, import from here as well.
"""

import importlib

__all__ = ['Limits', 'Pool', 'run_many']  # and RayPool, but no `import *` may need Ray
_HOMES = {'Limits': 'limits', 'Pool': 'pool', 'RayPool': 'ray_pool', 'run_many': 'pool'}


def __getattr__(name: str):
  if name not in _HOMES:
    raise AttributeError(f'module acrl_jax.harness has no attribute {name!r}; it has {", ".join(_HOMES)}')
  return getattr(importlib.import_module(f'acrl_jax.harness.{_HOMES[name]}'), name)
