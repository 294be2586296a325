"""What XLA's compiler for CPUs fuses and should not."""

from __future__ import annotations

import jax


def cpu_barrier(x):
  """The tree x, which on a CPU is written to memory before it is read; elsewhere the compiler may fuse the two."""
  return jax.lax.optimization_barrier(x) if jax.default_backend() == 'cpu' else x
