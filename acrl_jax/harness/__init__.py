"""Judging programs by their tests; needs no JAX, and knows nothing of rewards.

Names are imported on first use: the lanes, which start without installed packages, import from here as well.
"""

import importlib

__all__ = ['Limits', 'Pool', 'run_many']  # and RayPool, but no `import *` may need Ray
_HOMES = {
  'Limits': 'acrl_jax.sandbox.limits',
  'Pool': 'acrl_jax.harness.pool',
  'RayPool': 'acrl_jax.harness.ray_pool',
  'run_many': 'acrl_jax.harness.pool',
}


def __getattr__(name: str):
  if name not in _HOMES:
    raise AttributeError(f'module acrl_jax.harness has no attribute {name!r}; it has {", ".join(_HOMES)}')
  return getattr(importlib.import_module(_HOMES[name]), name)
