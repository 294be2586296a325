import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.models import critic


def test_values_begin_at_zero_and_can_move_at_once():
  hidden = jax.random.normal(jax.random.key(0), (2, 3, 8)).astype(jnp.bfloat16)
  head = critic.ValueHead(4)
  params = head.init(jax.random.key(1), hidden)['params']
  values = head.apply({'params': params}, hidden)
  assert values.shape == (2, 3, 4) and values.dtype == jnp.float32
  np.testing.assert_array_equal(values, 0.0)
  grads = jax.grad(lambda p: jnp.square(head.apply({'params': p}, hidden) - 1.0).sum())(params)
  assert np.abs(grads['out']['kernel']).min() > 0 and np.abs(grads['out']['bias']).min() > 0


def test_every_parameter_has_a_row_of_its_rank():
  params = critic.ValueHead(2).init(jax.random.key(0), jnp.zeros((1, 1, 6)))['params']
  got = {f'{layer}/{name}': x.shape for layer, leaves in params.items() for name, x in leaves.items()}
  assert got == {'up/kernel': (6, 3), 'up/bias': (3,), 'out/kernel': (3, 2), 'out/bias': (2,)}
  assert {path: len(shape) for path, shape in got.items()} == {path: len(dims) for path, dims in critic.DIMS.items()}


def test_the_head_by_hand():
  # D = 2, F = 1: gelu(1 * 2 + 1 * -1 + 1) * 3 + 0.5, gelu(2) = 1.9545977 (tanh form)
  params = {
    'up': {'kernel': jnp.array([[1.0], [1.0]]), 'bias': jnp.array([1.0])},
    'out': {'kernel': jnp.array([[3.0]]), 'bias': jnp.array([0.5])},
  }
  got = critic.ValueHead(1).apply({'params': params}, jnp.array([[[2.0, -1.0]]]))
  np.testing.assert_allclose(got, [[[3 * 1.9545977 + 0.5]]], rtol=1e-5)
