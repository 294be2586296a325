"""A whole step's gradient on problems small enough to enumerate: 4 tokens, length 3, 64 programs, 5 problems.

A step samples programs of some problems, may keep the programs of a few of them, and may learn again from programs of
an older policy. Its gradient must be the exact one on average, whatever the loss divides by.
"""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.algorithms import ac, aggregation
from acrl_jax.data import replay
from acrl_jax.records import Estimates, Outcome, Rollout, TestReport, TokenScores
from acrl_jax.rollout import baseline, downsample, judging

V, LENGTH, PROBLEMS, SAMPLES, STEPS = 4, 3, 5, 3, 2000
SEQUENCES = np.asarray(list(itertools.product(range(V), repeat=LENGTH)), np.int32)  # [64, 3]
STATES = 1 + V + V * V
SCALE = {'token': LENGTH, 'sequence': LENGTH, 'constant': 7}  # from a loss to a sum over tokens, a mean over programs
RNG = np.random.default_rng(0)
THETA = np.tile(0.4 * RNG.normal(size=(1, STATES, V)), (PROBLEMS, 1, 1)).astype(np.float32)  # one for all problems
OLD = THETA + 0.4 * RNG.normal(size=(1, STATES, V)).astype(np.float32)  # the one that sampled what is replayed
# Rewards of very different spread: the first problem's are all alike.
REWARD = RNG.choice([-1.0, -0.3, 0.1, 1.0], (PROBLEMS, 64)) * np.arange(PROBLEMS)[:, None] / 2 + 0.3
REWARD = REWARD.astype(np.float32)
VALUES = 0.3 * RNG.normal(size=(PROBLEMS, STATES)).astype(np.float32)  # of a critic that is wrong


def states_of(tokens):
  """[..., 3] the prefix's number before each token."""
  first = np.zeros(tokens.shape[:-1], np.int32)
  return np.stack([first, 1 + tokens[..., 0], 1 + V + V * tokens[..., 0] + tokens[..., 1]], -1)


VISITED = states_of(SEQUENCES)  # [64, 3]


def log_probs(theta):
  """[problems, 64, 3] of each token of every program."""
  return jax.nn.log_softmax(theta)[np.arange(PROBLEMS)[:, None, None], VISITED[None], SEQUENCES[None]]


def probs(theta):
  """[problems, 64]."""
  return np.asarray(jnp.exp(log_probs(theta).sum(-1)), np.float64)


def exact():
  """[problems, states, V] of the mean over problems of the expected reward."""
  return np.asarray(jax.grad(lambda t: (jnp.exp(log_probs(t).sum(-1)) * REWARD).sum() / PROBLEMS)(THETA))


def exact_of_old(expected: np.ndarray):
  """As `exact`, of what programs of the old policy teach: by the formula, summed over all of them.

  sum over y of mu(y) sum over t of min(1, pi / mu) (R - b - V(s_t)) grad log pi(y_t | s_t)
  """
  now, old = np.asarray(log_probs(THETA)), np.asarray(log_probs(OLD))
  push = np.minimum(1, np.exp(now - old)) * (REWARD - expected[:, None])[..., None]
  push -= np.minimum(1, np.exp(now - old)) * VALUES[np.arange(PROBLEMS)[:, None, None], VISITED[None]]
  weighed = probs(OLD)[..., None] * push / PROBLEMS
  return np.asarray(jax.grad(lambda t: (weighed * log_probs(t)).sum())(THETA))


def drawn(theta, rng):
  """The programs of STEPS steps, as they are judged: `passed` carries a program's number."""
  chances, report = probs(theta), TestReport(outcome=Outcome.FAILED, passed=(False,))
  numbers = [rng.choice(64, (STEPS, SAMPLES), p=chances[k] / chances[k].sum()) for k in range(PROBLEMS)]
  entry = lambda k, y: replay.Entry(
    *[None] * 7, reward=float(REWARD[k, y]), outcome=int(Outcome.FAILED), passed=(y,), version=0, key=None
  )
  return [
    [judging.Sample(k, '', report, True, entry(k, y)) for k in range(PROBLEMS) for y in numbers[k][step]]
    for step in range(STEPS)
  ]  # fmt: skip


def gradients(algorithm, steps, behaviours):
  """[steps, problems, states, V] -dL/dtheta of each step's rows [steps][B], under the policies that sampled them."""
  pick = lambda of: np.asarray([[of(s) for s in rows] for rows in steps])
  problem, number = pick(lambda s: s.index), pick(lambda s: s.entry.passed[0])
  numbers = {name: pick(lambda s, name=name: getattr(s.entry, name)) for name in ('reward', 'baseline', 'weight')}
  mu = np.asarray([np.asarray(log_probs(theta)) for theta in (THETA, OLD)])
  mu = mu[np.asarray(behaviours)[None], problem, number]  # [steps, B, 3]
  B = problem.shape[1]
  wide = lambda x: jnp.concatenate([jnp.zeros((B, 1), x.dtype), x], 1)

  def loss(theta, problem, number, mu, reward, expected, weight):
    visited, tokens = jnp.asarray(VISITED)[number], jnp.asarray(SEQUENCES)[number]
    scored = jax.nn.log_softmax(theta)[problem[:, None], visited, tokens]
    actions, zeros, row = wide(jnp.ones((B, LENGTH), bool)), jnp.zeros((B, LENGTH + 1)), jnp.ones(B, bool)
    rollout = Rollout(
      tokens=wide(tokens), valid=actions, actions=actions, log_probs=wide(mu), credit=zeros + 1,
      bonus=zeros, reward=reward, baseline=expected, outcome=jnp.full(B, 2), group=problem, judged=row, ended=row,
      weight=weight,
    )  # fmt: skip
    estimates = Estimates(values=wide(jnp.asarray(VALUES)[problem[:, None], visited])[..., None])
    scores = TokenScores(log_prob=wide(scored), entropy=zeros, log_z=zeros)
    return -algorithm.actor_loss(scores, rollout, algorithm.targets(rollout, estimates))[0]

  of_all = jax.jit(jax.vmap(jax.grad(loss), (None, 0, 0, 0, 0, 0, 0)))
  arrays = (jnp.asarray(x, jnp.float32) for x in (mu, numbers['reward'], numbers['baseline'], numbers['weight']))
  return np.asarray(of_all(jnp.asarray(THETA), jnp.asarray(problem), jnp.asarray(number), *arrays))


def agree(found, due):
  """Within four standard errors for each parameter, and in the same direction."""
  found, due = found.sum(1), due.sum(0)  # over problems, which share them
  error = found.std(0) / np.sqrt(len(found))
  mean = found.mean(0)
  assert np.all(np.abs(mean - due) <= 4 * error + 1e-6)
  assert (mean * due).sum() / np.linalg.norm(mean) / np.linalg.norm(due) > 0.97


def kept(rows, rng):
  """The programs of two of the problems."""
  return downsample.whole_problems(rows, SAMPLES, 2 * SAMPLES, rng)


@pytest.fixture(scope='module')
def steps():
  """The programs of many steps, each with what its problem's others got."""
  rng = np.random.default_rng(1)
  return [baseline.with_peers(rows) for rows in drawn(THETA, rng)]


@pytest.mark.parametrize('name', aggregation.SUMS)
def test_all_programs_with_their_peers_as_baseline(steps, name):
  made = ac(aggregation=name, horizon=SCALE['constant'])
  agree(SCALE[name] * gradients(made, steps, [0] * PROBLEMS * SAMPLES), exact())


@pytest.mark.parametrize('name', aggregation.SUMS)
def test_the_programs_of_some_problems_weighed(steps, name):
  rng = np.random.default_rng(2)
  made = ac(aggregation=name, horizon=SCALE['constant'])
  agree(SCALE[name] * gradients(made, [kept(rows, rng) for rows in steps], [0] * 2 * SAMPLES), exact())


def test_without_their_weights_they_are_caught(steps):
  rng = np.random.default_rng(2)
  plain = [[s._replace(entry=s.entry._replace(weight=1.0)) for s in kept(rows, rng)] for rows in steps]
  with pytest.raises(AssertionError):
    agree(LENGTH * gradients(ac(), plain, [0] * 2 * SAMPLES), exact())


@pytest.mark.parametrize('name', aggregation.SUMS)
def test_programs_of_an_older_policy_beside_those_of_this_one(steps, name):
  rng = np.random.default_rng(3)
  expected = np.linspace(-0.5, 0.5, PROBLEMS).astype(np.float32)  # what was stored with them
  told = lambda s: s._replace(entry=s.entry._replace(baseline=float(expected[s.index])))
  stored = [list(map(told, rows)) for rows in drawn(OLD, rng)]
  both = [fresh + old for fresh, old in zip(steps, stored)]
  made, half = ac(aggregation=name, horizon=SCALE['constant']), PROBLEMS * SAMPLES
  found = SCALE[name] * gradients(made, both, [0] * half + [1] * half)
  agree(found, (exact() + exact_of_old(expected)) / 2)
  assert np.abs(exact_of_old(expected) - exact()).max() > 0.01  # else nothing is said of old programs


def test_the_critic_s_gradient_is_that_of_all_programs(steps):
  """dL_V/dV of each problem's states: without weights it would be that of the problems that vary."""
  rng = np.random.default_rng(4)

  def gradient(rows):
    error = np.zeros((PROBLEMS, STATES))
    for s in rows:
      visited = VISITED[s.entry.passed[0]]
      error[s.index, visited] += s.entry.weight * (s.entry.baseline + VALUES[s.index, visited] - s.entry.reward)
    return error / (len(rows) * LENGTH)

  whole, chosen = (np.asarray(list(map(gradient, some))) for some in (steps, [kept(rows, rng) for rows in steps]))
  error = np.sqrt(whole.var(0) + chosen.var(0)) / np.sqrt(STEPS)
  assert np.all(np.abs(whole.mean(0) - chosen.mean(0)) <= 4 * error + 1e-6)
