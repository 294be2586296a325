"""What the compiler for CPUs has to be told."""

from __future__ import annotations

import jax


def apart(x):
  """The tree x, which on a CPU is written before it is read; elsewhere the compiler may fuse the two, and should."""
  return jax.lax.optimization_barrier(x) if jax.default_backend() == 'cpu' else x
