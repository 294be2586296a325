"""What is said of each chosen token: gradients by hand, alignment on the token, memory, and blindness to padding."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models import token_scores
from acrl_jax.models.token_scores import scores

B, T, V = 2, 5, 11


def normal(seed, *shape):
  return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


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


def test_states_are_moved_by_one_column():
  """The state before a token is chosen is that after the token before it."""
  states = normal(0, 2, 4, 3)
  got = token_scores.states_before(states)
  np.testing.assert_array_equal(got[:, 1:], states[:, :-1])
  assert not np.any(got[:, 0])


@pytest.mark.parametrize('B, want', [(1, 512), (16, 32), (64, 32), (4, 128)])
def test_columns_at_a_time_by_hand(B, want):
  """32 columns, or as many as make 512 tokens."""
  assert token_scores.columns_at_a_time(B) == want


@pytest.mark.parametrize('start, chunk', [(0, 2), (1, 3), (3, None), (4, 2)])
def test_scores_by_hand_whatever_the_chunk(start, chunk):
  """The projection is the identity: states are logits, and column t is scored by the state of column t - 1."""
  states, tokens = normal(1, B, T, V), jnp.asarray(np.random.default_rng(1).integers(0, V, (B, T)))
  got = token_scores.token_scores(lambda x: x, states, tokens, start, 0.5, chunk)
  log_p = jax.nn.log_softmax(states / 0.5)
  for b in range(B):
    for t in range(T):
      want = log_p[b, t - 1, tokens[b, t]] if t >= max(start, 1) else 0
      np.testing.assert_allclose(got.log_prob[b, t], want, atol=1e-5)
      want = -(np.exp(log_p[b, t - 1]) * log_p[b, t - 1]).sum() if t >= max(start, 1) else 0
      np.testing.assert_allclose(got.entropy[b, t], want, atol=1e-5)


def test_ids_of_padding_have_no_probability():
  states, tokens = normal(1, B, T, V), jnp.zeros((B, T), jnp.int32)
  got = token_scores.token_scores(lambda x: x, states, tokens, 1, 1.0, 2, vocab=7)
  np.testing.assert_allclose(got.log_z[:, 1:], jax.nn.logsumexp(states[:, :-1, :7], -1), atol=1e-5)
