"""Gradients that are written out equal those that JAX derives from the plain equations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models.attention import attend
from acrl_jax.models.scores import scores

B, K, G, T, S, H, V = 2, 2, 3, 5, 7, 4, 11


def normal(seed, *shape):
  return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


@pytest.fixture
def heads():
  """q, k, v as attend takes them and a mask: the last T of S columns, causal, two of them padding in the second row."""
  mask = np.tril(np.ones((S, S), bool))[S - T :][None].repeat(B, 0)
  mask[1, :, :4] = False  # its first two queries see nothing at all
  return normal(0, B, K, G * T, H), normal(1, B, K, H, S), normal(2, B, K, S, H), jnp.asarray(mask)


def plain(q, k, v, mask):
  logits = jnp.einsum('bkqh,bkhs->bkqs', q, k)
  seen = jnp.tile(mask, (1, G, 1))[:, None]
  p = jax.nn.softmax(jnp.where(seen, logits, -1e9)) * seen
  return jnp.einsum('bkqs,bksh->bkqh', p, v)


def test_attention_equals_the_softmax_over_the_keys_that_are_seen(heads):
  np.testing.assert_allclose(attend(*heads), plain(*heads), atol=1e-6)
  y = np.asarray(attend(*heads)).reshape(B, K, G, T, H)
  assert np.all(y[1, :, :, :2] == 0) and np.all(y[1, :, :, 2:] != 0)  # a query that sees nothing


@pytest.mark.parametrize('remat', [False, True])
def test_gradients_of_attention(heads, remat):
  *arrays, mask = heads
  pull = normal(3, B, K, G * T, H)
  loss = lambda f: jax.grad(lambda q, k, v: jnp.sum(f(q, k, v, mask) * pull), (0, 1, 2))
  for got, due in zip(loss(jax.checkpoint(attend) if remat else attend)(*arrays), loss(plain)(*arrays)):
    assert np.abs(due).max() > 0.1
    np.testing.assert_allclose(got, due, atol=1e-5)


def test_attention_in_bfloat16_is_as_exact_as_it_can_be(heads):
  """Keys and values with much in common, as key biases give them: the error of a rounded output would be seen in dq."""
  q, k, v, mask = heads
  low = [x.astype(jnp.bfloat16) for x in (q, k + 20, v + 3)]
  high = [x.astype(jnp.float32) for x in low]
  y = attend(*low, mask)
  assert y.dtype == jnp.bfloat16
  np.testing.assert_allclose(y.astype(jnp.float32), plain(*high, mask), rtol=0.02)
  loss = lambda f: jax.grad(lambda *a: jnp.sum(f(*a, mask).astype(jnp.float32)), (0, 1, 2))
  for got, due in zip(loss(attend)(*low), loss(plain)(*high)):
    assert got.dtype == jnp.bfloat16
    np.testing.assert_allclose(got.astype(jnp.float32), due, atol=0.01 * float(np.abs(due).max()))


@pytest.mark.parametrize('name', ['log_prob', 'entropy', 'log_z', 'all'])
def test_gradients_of_scores(name):
  logits, tokens = 3 * normal(0, B, T, V) + 50, jnp.asarray(np.random.default_rng(1).integers(0, V, (B, T)))
  logits = logits.at[..., -1].set(-1e30)  # padding, which is never sampled
  pull = normal(2, 3, B, T) * np.asarray([[name in (n, 'all')] for n in ('log_prob', 'entropy', 'log_z')])[..., None]

  def plainly(logits):
    log_p = jax.nn.log_softmax(logits)
    chosen = jnp.take_along_axis(log_p, tokens[..., None], -1)[..., 0]
    entropy = -(jnp.exp(log_p) * jnp.where(log_p < -1e20, 0, log_p)).sum(-1)
    return chosen, entropy, jax.nn.logsumexp(logits, -1)

  loss = lambda f: lambda x: sum(jnp.sum(a * b) for a, b in zip(f(x), pull))
  mine = lambda x: scores(x, tokens)
  for got, due in zip(mine(logits), plainly(logits)):
    np.testing.assert_allclose(got, due, rtol=1e-5, atol=2e-5)
  got, due = jax.grad(loss(mine))(logits), jax.grad(loss(plainly))(logits)
  assert np.abs(due).max() > 0.1
  np.testing.assert_allclose(got, due, atol=2e-5)
