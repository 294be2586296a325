"""Scores are aligned on the token they describe, cheap in memory, and blind to padding."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_critic, make_policy

CONFIG = DecoderConfig(V=50, D=32, N=4, K=2, H=8, F=48, layers=2, max_length=64)


@pytest.fixture(scope='module')
def model():
  policy = make_policy(CONFIG, chunk=4)
  return policy, jax.jit(policy.init)(jax.random.key(0))


def batch(seed=0, B=3, T=11):
  tokens = np.random.default_rng(seed).integers(0, CONFIG.V, (B, T)).astype(np.int32)
  return tokens, np.ones((B, T), bool)


def test_scores_equal_a_plain_log_softmax_of_the_logits_before(model):
  policy, params = model
  tokens, valid = batch()
  logits = np.asarray(policy.logits(params, tokens, valid), np.float64) / 0.7
  scores = policy.score(params, tokens, valid, temperature=0.7)
  for b in range(3):
    for t in range(1, 11):
      row = logits[b, t - 1]
      log_z = np.log(np.exp(row - row.max()).sum()) + row.max()
      p = np.exp(row - log_z)
      np.testing.assert_allclose(scores.log_prob[b, t], row[tokens[b, t]] - log_z, atol=1e-5)
      np.testing.assert_allclose(scores.entropy[b, t], -(p * np.log(p)).sum(), atol=1e-5)
      np.testing.assert_allclose(scores.log_z[b, t], log_z, atol=1e-5)
  assert all(np.all(np.asarray(x)[:, 0] == 0) for x in scores)


@pytest.mark.parametrize('start', [0, 1, 5, 10])
def test_columns_before_the_start_are_zero_and_the_rest_unchanged(model, start):
  policy, params = model
  tokens, valid = batch()
  whole, part = policy.score(params, tokens, valid), policy.score(params, tokens, valid, start=start)
  for a, b in zip(whole, part):
    np.testing.assert_allclose(b[:, start:], a[:, start:], atol=1e-6)
    assert np.all(np.asarray(b)[:, :start] == 0)


def test_chunks_do_not_change_the_scores_or_their_gradient(model):
  _, params = model
  tokens, valid = batch()
  total = lambda policy: lambda p: jnp.sum(policy.score(p, tokens, valid).log_prob)
  expected, gradient = jax.value_and_grad(total(make_policy(CONFIG, chunk=100)))(params)
  for chunk, remat in ((1, False), (3, False), (4, True)):
    got, other = jax.value_and_grad(total(make_policy(CONFIG, chunk=chunk, remat=remat)))(params)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5), gradient, other)


def test_padding_on_either_side_does_not_change_the_scores(model):
  policy, params = model
  tokens, valid = batch()
  expected = policy.score(params, tokens, valid).log_prob
  pad = lambda x, value: np.pad(x, ((0, 0), (3, 2)), constant_values=value)
  got = policy.score(params, pad(tokens, 7), pad(valid, False)).log_prob
  np.testing.assert_allclose(got[:, 4:-2], expected[:, 1:], atol=1e-5)


def test_hidden_is_the_state_before_the_token(model):
  """Changing token t may change the state of columns after t alone, so no critic can see the action that it judges."""
  policy, params = model
  tokens, valid = batch()
  changed = tokens.copy()
  changed[:, 5] = (changed[:, 5] + 1) % CONFIG.V
  before, after = policy.hidden(params, tokens, valid), policy.hidden(params, changed, valid)
  np.testing.assert_array_equal(before[:, :6], after[:, :6])
  assert np.all(np.abs(before[:, 6] - after[:, 6]).max(-1) > 1e-4)
  scores, hidden = policy.score_and_hidden(params, tokens, valid)
  np.testing.assert_allclose(hidden, before, atol=1e-6)
  np.testing.assert_allclose(scores.log_prob, policy.score(params, tokens, valid).log_prob, atol=1e-6)


def test_no_float32_array_of_the_whole_vocabulary_exists_in_the_gradient():
  config = DecoderConfig(V=997, D=16, N=2, K=1, H=8, F=16, layers=1, max_length=64)
  policy = make_policy(config, chunk=8)
  B, T = 2, 40
  params = jax.eval_shape(policy.init, jax.random.key(0))
  tokens, valid = np.zeros((B, T), np.int32), np.ones((B, T), bool)
  jaxpr = jax.make_jaxpr(jax.grad(lambda p: policy.score(p, tokens, valid).log_prob.sum()))(params)
  shapes = [v.aval.shape for eqn in equations(jaxpr.jaxpr) for v in eqn.outvars]
  assert max(np.prod(shape) for shape in shapes if config.V in shape) <= B * 8 * config.V


def equations(jaxpr):
  """Every equation, those of inner jaxprs included."""
  for eqn in jaxpr.eqns:
    yield eqn
    for value in eqn.params.values():
      for inner in value if isinstance(value, list | tuple) else [value]:
        if hasattr(inner, 'jaxpr'):
          inner = inner.jaxpr
        if hasattr(inner, 'eqns'):
          yield from equations(inner)


def test_the_critic_begins_at_zero_and_sends_no_gradient_to_the_policy():
  critic = make_critic(CONFIG, 1)
  params = critic.init(jax.random.key(1))
  hidden = jax.random.normal(jax.random.key(2), (2, 5, CONFIG.D))
  assert np.all(critic.values(params, hidden) == 0) and critic.values(params, hidden).shape == (2, 5, 1)
  moved = jax.tree.map(lambda x: x + 0.1, params)
  assert np.all(jax.grad(lambda h: critic.values(moved, h).sum())(hidden) == 0)
  assert np.any(jax.grad(lambda p: critic.values(p, hidden).sum())(moved)['up']['kernel'] != 0)
