"""A barrier for the compiler of CPUs, which changes no number."""

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.distributed import xla


def test_a_barrier_changes_no_number_and_stands_in_the_program_of_a_cpu():
  tree = {'a': jnp.arange(3.0), 'b': (jnp.ones((2, 2)),)}
  jax.tree.map(np.testing.assert_array_equal, jax.jit(xla.cpu_barrier)(tree), tree)
  assert 'optimization_barrier' in str(jax.make_jaxpr(xla.cpu_barrier)(tree))


def test_elsewhere_there_is_none(monkeypatch):
  monkeypatch.setattr(jax, 'default_backend', lambda: 'gpu')
  assert 'optimization_barrier' not in str(jax.make_jaxpr(xla.cpu_barrier)(jnp.arange(3.0)))
