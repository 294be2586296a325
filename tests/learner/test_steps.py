"""The update: the same on any mesh and in any number of pieces; what is not finite is left out."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from acrl_jax.algorithms import ac
from acrl_jax.distributed import sharding
from acrl_jax.learner import steps
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_critic, make_policy
from acrl_jax.records import Estimates, Rollout, TrainState

CONFIG = DecoderConfig(V=48, D=32, N=4, K=2, H=8, F=64, layers=2, max_length=64)
P, B, T = 5, 16, 14


def rollout(seed=0):
  rng = np.random.default_rng(seed)
  actions = np.arange(T) < P + rng.integers(1, T - P + 1, (B, 1))
  actions[:, :P] = False
  f = lambda *shape: rng.normal(size=shape).astype(np.float32)
  return Rollout(
    tokens=rng.integers(0, CONFIG.V, (B, T)).astype(np.int32), valid=actions | (np.arange(T) < P), actions=actions,
    log_probs=(-3 - rng.random((B, T)).astype(np.float32)) * actions,
    credit=(rng.random((B, 1)) < 0.8) * np.ones((B, T), np.float32),
    bonus=np.zeros((B, T), np.float32), reward=f(B), baseline=np.zeros(B, np.float32), outcome=np.ones(B, np.int32),
    group=(np.arange(B) // 4).astype(np.int32),
    judged=np.ones(B, bool), ended=np.ones(B, bool), weight=np.ones(B, np.float32),
  )  # fmt: skip


def machinery(mesh=None, microbatches=1):
  policy, algorithm = make_policy(CONFIG, chunk=4), ac(entropy_cost=0.01)
  critic = make_critic(CONFIG, 1)
  # Plain gradient steps: Adam's first ones are lr * sign(gradient), which turns rounding errors into whole steps.
  tx, critic_tx = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1, momentum=0.9)), optax.sgd(0.1)
  return (
    policy, critic, tx, critic_tx, steps.make_estimate(policy, critic, algorithm), jax.jit(algorithm.targets),
    steps.make_actor_step(policy, algorithm, tx, mesh=mesh, microbatches=microbatches),
    steps.make_critic_step(critic, algorithm, critic_tx, mesh=mesh),
  )  # fmt: skip


def state_of(params, tx):
  return TrainState(step=np.zeros((), np.int32), params=params, opt_state=tx.init(params))


def three_steps(mesh=None, microbatches=1):
  """(losses, actor parameters, critic parameters) of three steps."""
  policy, critic, tx, critic_tx, estimate, targets_of, actor_step, critic_step = machinery(mesh, microbatches)
  actor = state_of(jax.jit(policy.init)(jax.random.key(0)), tx)
  head = state_of(critic.init(jax.random.key(1)), critic_tx)
  place = lambda tree: tree
  if mesh is not None:
    actor = jax.device_put(actor, sharding.shardings(actor, policy.dims, mesh))
    head = jax.device_put(head, sharding.shardings(head, critic.dims, mesh))
    place = lambda tree: sharding.to_global(tree, mesh)
  losses = []
  for seed in range(3):
    batch = place(rollout(seed))
    estimates, hidden = estimate(actor.params, head.params, None, batch, start=P)
    targets = targets_of(batch, estimates)
    actor, metrics = actor_step(actor, batch, targets, start=P)
    head, more = critic_step(head, hidden, batch, targets)
    losses.append((float(metrics['loss']), float(metrics['grad_norm']), float(more['loss'])))
  return losses, jax.device_get(actor.params), jax.device_get(head.params)


@pytest.fixture(scope='module')
def one_device():
  return three_steps()


@pytest.mark.parametrize(
  'shape', [(8, 1, 1), (1, 8, 1), (1, 1, 8), (2, 2, 2)], ids=['data', 'fsdp', 'tensor', 'all three']
)
def test_a_mesh_of_eight_devices_learns_what_one_device_learns(one_device, shape):
  mesh = sharding.make_mesh(*shape)
  with jax.set_mesh(mesh):
    losses, actor, critic = three_steps(mesh)
  np.testing.assert_allclose(losses, one_device[0], rtol=1e-5, atol=1e-5)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-5), (actor, critic), one_device[1:])


@pytest.mark.parametrize('pieces', [2, 4])
def test_microbatches_add_up_to_the_whole_batch(one_device, pieces):
  losses, actor, _ = three_steps(microbatches=pieces)
  np.testing.assert_allclose(losses, one_device[0], rtol=1e-5, atol=1e-5)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-5), actor, one_device[1])


@pytest.mark.parametrize('pieces', [2, 4])
@pytest.mark.parametrize('name', ['sequence', 'constant'])
def test_pieces_add_up_whatever_a_loss_divides_by(name, pieces):
  """Rows of different lengths, one without credit: pieces that count as their tokens do would give another loss."""
  policy, _, _, _, _, targets_of, *_ = machinery()
  params, batch, algorithm = jax.jit(policy.init)(jax.random.key(0)), rollout(), ac(aggregation=name, horizon=7)
  batch = batch._replace(actions=batch.actions & (np.arange(T) < P + 1 + np.arange(B)[:, None] % 5))
  targets = targets_of(batch, Estimates(values=jnp.zeros((B, T, 1))))
  seen = []
  for count in (1, pieces):
    step = steps.make_actor_step(policy, algorithm, optax.sgd(1.0), microbatches=count)
    state = state_of(jax.tree.map(jnp.copy, params), optax.sgd(1.0))
    seen.append(step(state, batch, targets, start=P))
  (state, metrics), (cut_state, cut_metrics) = seen
  np.testing.assert_allclose(cut_metrics['loss'], metrics['loss'], rtol=1e-5)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-5), cut_state.params, state.params)


def test_an_update_that_is_not_finite_is_left_out():
  policy, critic, tx, _, estimate, targets_of, actor_step, _ = machinery()
  params = jax.jit(policy.init)(jax.random.key(0))
  batch = rollout()
  targets = targets_of(batch, Estimates(values=jnp.zeros((B, T, 1))))
  bad = targets._replace(advantages=targets.advantages.at[0, P].set(jnp.inf))
  before = jax.device_get((params, tx.init(params)))
  state, metrics = actor_step(state_of(params, tx), batch, bad, start=P)
  assert metrics['skipped'] == 1 and state.step == 0
  jax.tree.map(np.testing.assert_array_equal, (state.params, state.opt_state), before)
  state, metrics = actor_step(state, batch, targets, start=P)
  assert metrics['skipped'] == 0 and np.any(state.params['embed'] != before[0]['embed'])


def test_fresh_rows_have_ratio_one_and_no_gap():
  policy, critic, tx, _, estimate, targets_of, actor_step, _ = machinery()
  params = jax.jit(policy.init)(jax.random.key(0))
  batch = rollout()
  scores = policy.score(params, batch.tokens, batch.valid, start=P)
  batch = batch._replace(log_probs=np.asarray(scores.log_prob) * batch.actions)
  targets = targets_of(batch, Estimates(values=jnp.zeros((B, T, 1))))
  _, metrics = actor_step(state_of(params, tx), batch, targets, start=P)
  np.testing.assert_allclose(metrics['ratio_mean'], 1, atol=1e-6)
  assert metrics['row_gap'].shape == (B,) and metrics['row_gap'].max() < 1e-5


def test_the_state_is_donated():
  policy, _, tx, _, _, targets_of, actor_step, _ = machinery()
  state = state_of(jax.jit(policy.init)(jax.random.key(0)), tx)
  batch = rollout()
  actor_step(state, batch, targets_of(batch, Estimates(values=jnp.zeros((B, T, 1)))), start=P)
  assert state.params['embed'].is_deleted()


@pytest.mark.parametrize('pieces', [1, 4])
def test_one_forward_pass_gives_what_two_give(pieces):
  policy, critic, tx, _, estimate, targets_of, _, _ = machinery()
  algorithm = ac(entropy_cost=0.01, ce_cost=0.5)
  apart = steps.make_actor_step(policy, algorithm, tx, microbatches=pieces)
  joint = steps.make_joint_step(policy, critic, algorithm, tx, microbatches=pieces)
  head = jax.tree.map(lambda x: x + 0.1, critic.init(jax.random.key(1)))
  params, batch = jax.jit(policy.init)(jax.random.key(0)), rollout()
  estimates, hidden = estimate(params, head, None, batch, start=P)
  targets = targets_of(batch, estimates)
  expected, metrics = apart(state_of(jax.tree.map(jnp.copy, params), tx), batch, targets, start=P)
  got, more, *found = joint(state_of(params, tx), head, batch, start=P)
  assert metrics.keys() == more.keys()
  jax.tree.map(
    lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5),
    (expected, metrics, estimates, targets, hidden), (got, more, *found),
  )  # fmt: skip


@pytest.mark.parametrize('pieces', [2, 4])
def test_estimates_do_not_depend_on_microbatches(pieces):
  policy, critic, _, _, estimate, _, _, _ = machinery()
  params, head = jax.jit(policy.init)(jax.random.key(0)), critic.init(jax.random.key(1))
  cut = steps.make_estimate(policy, critic, ac(kl_cost=0.1), microbatches=pieces)
  whole = steps.make_estimate(policy, critic, ac(kl_cost=0.1))
  expected = whole(params, head, params, rollout(), start=P)
  got = cut(params, head, params, rollout(), start=P)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), got, expected)


def test_a_frozen_critic_reads_the_reference():
  policy, critic, *_ = machinery()
  old, new = (jax.jit(policy.init)(jax.random.key(k)) for k in (0, 1))
  head = jax.tree.map(lambda x: x + 0.1, critic.init(jax.random.key(1)))
  frozen = steps.make_estimate(policy, critic, ac(), frozen=True)(new, head, old, rollout(), start=P)
  online = steps.make_estimate(policy, critic, ac())(old, head, None, rollout(), start=P)
  np.testing.assert_array_equal(frozen[0].values, online[0].values)
