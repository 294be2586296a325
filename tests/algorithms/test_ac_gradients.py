"""The actor's gradient on a problem small enough to enumerate: 4 tokens, length 3, 64 programs, tabular logits.

Exact expectations are sums over all 64; sampled ones must agree within their standard error.
"""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.algorithms.ac import ac
from acrl_jax.records import Estimates, Rollout, TokenScores

V, LENGTH, SAMPLES = 4, 3, 20_000
SEQUENCES = np.asarray(list(itertools.product(range(V), repeat=LENGTH)), np.int32)  # [64, 3]
STATES = 1 + V + V * V  # one row of logits for each prefix


def states_of(tokens):
  """[..., 3] the prefix's number before each token."""
  first = np.zeros(tokens.shape[:-1], np.int32)
  return np.stack([first, 1 + tokens[..., 0], 1 + V + V * tokens[..., 0] + tokens[..., 1]], -1)


@pytest.fixture(scope='module')
def world():
  rng = np.random.default_rng(0)
  theta = rng.normal(size=(STATES, V)).astype(np.float32)
  reward = rng.choice([-1.0, -0.6, -0.3, 0.1, 1.0], size=len(SEQUENCES)).astype(np.float32)
  return theta, reward


def log_probs(theta, tokens):
  table = jax.nn.log_softmax(theta)
  return table[states_of(tokens), tokens]


def sequence_probs(theta):
  return jnp.exp(log_probs(theta, SEQUENCES).sum(-1))


def state_values(theta, reward):
  """[STATES] E[R | prefix], and [STATES, V] E[R | prefix, next token]."""
  probs = np.asarray(sequence_probs(theta))
  values, after = np.zeros(STATES, np.float32), np.zeros((STATES, V), np.float32)
  visited = states_of(SEQUENCES)
  for state in range(STATES):
    here = (visited == state).any(1)
    values[state] = (probs * reward)[here].sum() / probs[here].sum()
    for token in range(V):
      chosen = ((visited == state) & (SEQUENCES == token)).any(1)
      after[state, token] = (probs * reward)[chosen].sum() / probs[chosen].sum()
  return values, after


def rollout_of(tokens, reward, behaviour):
  """One row per sequence, [1, 4]: a prompt column and three actions, as the learner sees it."""
  row = lambda x: jnp.concatenate([jnp.zeros((1, 1), x.dtype), x[None]], 1)
  actions = row(jnp.ones(LENGTH, bool))
  return Rollout(
    tokens=row(tokens), valid=jnp.ones_like(actions), actions=actions, log_probs=row(behaviour),
    credit=jnp.ones((1, LENGTH + 1)), bonus=jnp.zeros((1, LENGTH + 1)), reward=reward[None], baseline=jnp.zeros(1),
    outcome=jnp.zeros(1, jnp.int32), group=jnp.zeros(1, jnp.int32),
    judged=jnp.ones(1, bool), ended=jnp.ones(1, bool), weight=jnp.ones(1),
  )  # fmt: skip


def actor_gradients(theta, reward, values, tokens):
  """[n, STATES, V] -dL/dtheta of each sampled sequence alone, scaled from a token mean to a token sum."""
  algorithm = ac()
  states = jnp.asarray(states_of(np.asarray(tokens)))

  def loss(theta, tokens, states, reward, values):
    scored = jax.nn.log_softmax(theta)[states, tokens]
    rollout = rollout_of(tokens, reward, jax.lax.stop_gradient(scored))
    row = lambda x: jnp.concatenate([jnp.zeros((1, 1)), x[None]], 1)
    estimates = Estimates(values=row(values)[..., None])
    scores = TokenScores(log_prob=row(scored), entropy=row(0 * scored), log_z=row(0 * scored))
    value, _ = algorithm.actor_loss(scores, rollout, algorithm.targets(rollout, estimates))
    return -value * LENGTH

  return jax.jit(jax.vmap(jax.grad(loss), (None, 0, 0, 0, 0)))(theta, tokens, states, reward, values)


def exact_gradient(theta, reward):
  return np.asarray(jax.grad(lambda t: jnp.sum(sequence_probs(t) * reward))(theta))


def sampled(theta, reward, values_of):
  """(tokens, rewards, values) of SAMPLES sequences drawn from the policy."""
  probs = np.asarray(sequence_probs(theta), np.float64)
  picks = np.random.default_rng(1).choice(len(SEQUENCES), size=SAMPLES, p=probs / probs.sum())
  tokens = SEQUENCES[picks]
  return tokens, reward[picks], values_of(tokens)


def critics(theta, reward):
  values, after = state_values(theta, reward)
  return {
    'no critic': lambda tokens: np.zeros(tokens.shape, np.float32),
    'exact critic': lambda tokens: values[states_of(tokens)],
    'critic that has seen the action': lambda tokens: after[states_of(tokens), tokens],
  }


@pytest.mark.parametrize('which', ['no critic', 'exact critic'])
def test_the_sampled_gradient_is_the_exact_one(world, which):
  theta, reward = world
  gradients = np.asarray(actor_gradients(theta, *_rest(sampled(theta, reward, critics(theta, reward)[which]))))
  error = gradients.std(0) / np.sqrt(SAMPLES)
  mean, exact = gradients.mean(0), exact_gradient(theta, reward)
  assert np.all(np.abs(mean - exact) <= 4 * error + 1e-6)
  assert np.sum(mean * exact) / np.linalg.norm(mean) / np.linalg.norm(exact) > 0.99


def _rest(drawn):
  tokens, rewards, values = drawn
  return rewards, values, tokens


def test_the_critic_lowers_the_variance(world):
  theta, reward = world[0], world[1] + 1  # rewards that lean to one side, as early in training
  variance = {
    name: np.asarray(actor_gradients(theta, *_rest(sampled(theta, reward, values)))).var(0).sum()
    for name, values in critics(theta, reward).items()
  }
  assert variance['exact critic'] < 0.5 * variance['no critic']


def test_a_critic_that_has_seen_the_action_is_caught(world):
  """With E[R | s_t, y_t] as its baseline the expected gradient is zero: what the alignment rule prevents."""
  theta, reward = world
  values = critics(theta, reward)['critic that has seen the action'](SEQUENCES)
  each = np.asarray(actor_gradients(theta, reward, values, SEQUENCES))
  expected = np.einsum('n,nsv->sv', np.asarray(sequence_probs(theta)), each)
  exact = exact_gradient(theta, reward)
  np.testing.assert_allclose(expected, 0, atol=1e-5)
  assert np.linalg.norm(exact) > 0.1  # the rightly aligned one is far from that
  right = np.asarray(actor_gradients(theta, reward, critics(theta, reward)['exact critic'](SEQUENCES), SEQUENCES))
  np.testing.assert_allclose(np.einsum('n,nsv->sv', np.asarray(sequence_probs(theta)), right), exact, atol=1e-5)


def test_neither_network_moves_the_other(world):
  """dL_pi/dphi = 0 and dL_V/dtheta = 0 when one tree holds both."""
  theta, reward = world
  tokens = jnp.asarray(SEQUENCES[5])
  algorithm = ac()

  def losses(both):
    scored = jax.nn.log_softmax(both['theta'])[states_of(SEQUENCES[5]), tokens]
    row = lambda x: jnp.concatenate([jnp.zeros((1, 1)), x[None]], 1)
    rollout = rollout_of(tokens, jnp.float32(0.7), jnp.zeros(LENGTH))
    values = row(both['phi'][states_of(SEQUENCES[5])])[..., None]
    targets = algorithm.targets(rollout, Estimates(values=values))
    scores = TokenScores(log_prob=row(scored), entropy=row(0 * scored), log_z=row(0 * scored))
    return algorithm.actor_loss(scores, rollout, targets)[0], algorithm.critic_loss(values, rollout, targets)[0]

  both = {'theta': jnp.asarray(theta), 'phi': jnp.linspace(-1, 1, STATES)}
  actor = jax.grad(lambda b: losses(b)[0])(both)
  critic = jax.grad(lambda b: losses(b)[1])(both)
  assert np.all(actor['phi'] == 0) and np.any(actor['theta'] != 0)
  assert np.all(critic['theta'] == 0) and np.any(critic['phi'] != 0)
