"""Attention in blocks of columns: it and its gradients by hand equal what JAX makes of the plain equations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models import attention
from acrl_jax.models.attention import attend

B, K, G, T, S, H = 2, 2, 3, 5, 7, 4


def normal(seed, *shape):
  return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


@pytest.fixture(params=['one block', 'blocks of columns'])
def heads(request, monkeypatch):
  """q, k, v, mask and causal as attend takes them: the last T of S columns in one block, or all of them in three."""
  monkeypatch.setattr(attention, 'WIDTH', {'cpu': 2})
  causal = request.param == 'blocks of columns'
  rows = S if causal else T
  mask = np.tril(np.ones((S, S), bool))[S - rows :][None].repeat(B, 0)
  mask[1, :, :4] = False  # the second row's padding: its first queries see nothing at all
  assert len(attention._blocks(mask, causal)) == (3 if causal else 1)
  q, k, v = normal(0, B, K, G, rows, H), normal(1, B, K, H, S), normal(2, B, K, S, H)
  return q, k, v, jnp.asarray(mask), causal


def plain(q, k, v, mask, causal):
  """attend's equations, whose `causal` changes nothing: the mask says it too."""
  logits = jnp.einsum('bkgth,bkhs->bkgts', q, k)
  p = jax.nn.softmax(jnp.where(mask[:, None, None], logits, -1e9)) * mask[:, None, None]
  return jnp.einsum('bkgts,bksh->bkgth', p, v)


def test_attention_equals_the_softmax_over_the_keys_that_are_seen(heads):
  np.testing.assert_allclose(attend(*heads), plain(*heads), atol=1e-6)
  y, first = np.asarray(attend(*heads))[1], heads[0].shape[3] - 3
  assert np.all(y[:, :, :first] == 0) and np.all(y[:, :, first:] != 0)  # a query that sees nothing


@pytest.mark.parametrize('remat', [False, True])
def test_gradients_of_attention(heads, remat):
  *arrays, mask, causal = heads
  pull = normal(3, *arrays[0].shape)
  again = (lambda f: jax.checkpoint(f, static_argnums=4)) if remat else lambda f: f
  loss = lambda f: jax.grad(lambda q, k, v: jnp.sum(f(q, k, v, mask, causal) * pull), (0, 1, 2))
  for got, due in zip(loss(again(attend))(*arrays), loss(plain)(*arrays)):
    assert np.abs(due).max() > 0.1
    np.testing.assert_allclose(got, due, atol=1e-5)


@pytest.mark.parametrize('heads', ['blocks of columns'], indirect=True)
def test_later_keys_are_not_even_read(heads):
  """What blocks are for: a later value that is no number meets no query of an earlier block, not even with weight 0."""
  q, k, v, mask, causal = heads
  y = attend(q, k, v.at[:, :, -1].set(jnp.nan), mask, causal)
  assert np.isfinite(y[:, :, :, :4]).all() and np.isnan(y[:, :, :, 4:]).all()


def test_attention_in_bfloat16_is_as_exact_as_it_can_be(heads):
  """Keys and values with much in common, as key biases give them: the error of a rounded output would be seen in dq."""
  q, k, v, *rest = heads
  low = [x.astype(jnp.bfloat16) for x in (q, k + 20, v + 3)]
  high = [x.astype(jnp.float32) for x in low]
  y = attend(*low, *rest)
  assert y.dtype == jnp.bfloat16
  np.testing.assert_allclose(y.astype(jnp.float32), plain(*high, *rest), rtol=0.02)
  loss = lambda f: jax.grad(lambda *a: jnp.sum(f(*a, *rest).astype(jnp.float32)), (0, 1, 2))
  for got, due in zip(loss(attend)(*low), loss(plain)(*high)):
    assert got.dtype == jnp.bfloat16
    np.testing.assert_allclose(got.astype(jnp.float32), due, atol=0.01 * float(np.abs(due).max()))


@pytest.mark.parametrize('heads', ['blocks of columns'], indirect=True)
def test_gradients_of_all_blocks_are_rounded_once(heads, monkeypatch):
  """In bfloat16 the gradients of keys and values, to which every block adds, are as near as those of one block."""
  q, k, v, mask, _ = heads
  low = [x.astype(jnp.bfloat16) for x in (q, k, v)]
  found = []
  for blocks in (1, S):
    monkeypatch.setattr(attention, 'WIDTH', {'cpu': 1})
    monkeypatch.setattr(attention, 'BLOCKS', blocks)
    pull = jax.vjp(lambda *a: attend(*a, mask, True), *low)[1]
    found.append(pull(normal(3, *q.shape).astype(jnp.bfloat16)))
  for one, many in zip(*found):
    one, many = np.asarray(one, np.float32), np.asarray(many, np.float32)
    np.testing.assert_allclose(many, one, rtol=2**-7, atol=1e-3)
    assert (many == one).mean() > 0.9


@pytest.mark.parametrize('heads', ['one block'], indirect=True)
def test_causal_queries_have_to_be_those_of_the_keys(heads):
  with pytest.raises(ValueError, match='causal attention of 5 columns of queries to 7 of keys'):
    attend(*heads[:-1], True)
