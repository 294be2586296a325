"""A critic with a transformer of its own: what moves, in pieces and on any mesh, and through a killed run."""

import jax
import jax.numpy as jnp
import loop
import numpy as np
import optax
import pytest
from lora_models import PLAIN
from test_steps import CONFIG, P, rollout

from acrl_jax.algorithms import ac
from acrl_jax.distributed import sharding
from acrl_jax.learner import steps
from acrl_jax.models.policy import make_critic, make_policy
from acrl_jax.records import TrainState

TX = optax.sgd(0.1)


def parts(mesh=None, pieces=1, config=CONFIG):
  """(policy, critic, parameters of both, estimates, a critic update), the critic's head not at 0."""
  policy = make_policy(config)
  critic = make_critic(config, 1, policy.dims)
  params = jax.jit(policy.init)(jax.random.key(0))
  head = jax.tree.map(lambda x: x + 0.1, critic.init(jax.random.key(1)))
  own = {'head': head, 'trunk': jax.tree.map(jnp.copy, params)}
  estimate = steps.make_estimate(policy, critic, ac(), microbatches=pieces)
  update = steps.make_critic_step(critic, ac(), TX, mesh=mesh, policy=policy, microbatches=pieces)
  return policy, critic, params, own, estimate, update


def state_of(params):
  return TrainState(step=jnp.int32(0), params=params, opt_state=TX.init(params))


def updated(mesh=None, pieces=1, config=CONFIG):
  """(values before, parameters and loss after one update of the critic)."""
  policy, critic, params, own, estimate, update = parts(mesh, pieces, config)
  batch, state = rollout(), state_of(own)
  if mesh is not None:
    state = jax.device_put(state, sharding.shardings(state, critic.dims, mesh))
    params = jax.device_put(params, sharding.shardings(params, policy.dims, mesh))
    batch = sharding.to_global(batch, mesh)
  estimates, hidden = estimate(params, state.params, None, batch, start=P)
  assert hidden is None
  targets = jax.jit(ac().targets)(batch, estimates)
  state, metrics = update(state, None, batch, targets, start=P)
  return jax.device_get((estimates.values, state.params, metrics['loss']))


@pytest.fixture(scope='module')
def whole():
  return updated()


def test_trunk_and_head_are_moved_by_the_value_loss_and_start_as_the_policy(whole):
  policy, _, params, own, *_ = parts()
  values, after, _ = whole
  batch = rollout()
  shared = make_critic(CONFIG, 1)
  due = shared.values(own['head'], policy.hidden(params, batch.tokens, batch.valid, start=P))
  np.testing.assert_allclose(values, due, rtol=1e-4, atol=1e-5)
  moved = jax.tree.map(lambda a, b: float(np.abs(a - b).max()), after, jax.device_get(own))
  assert all(x > 0 for x in jax.tree.leaves(moved['head']))
  layers = {name: max(jax.tree.leaves(x)) for name, x in moved['trunk'].items()}
  assert all(x > 0 for name, x in layers.items() if name != 'head'), layers  # what makes logits makes no value


def test_an_encoder_decoder_is_a_trunk_as_well():
  config = PLAIN['t5']
  whole, due = updated(config=config), updated(config=config, pieces=4)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5), whole, due)
  policy, _, params, own, *_ = parts(config=config)
  batch = rollout()
  states = policy.hidden(params, batch.tokens, batch.valid, start=P)
  np.testing.assert_allclose(whole[0], make_critic(config, 1).values(own['head'], states), rtol=1e-4, atol=1e-5)
  moved = jax.tree.map(lambda a, b: float(np.abs(a - b).max()), whole[1]['trunk'], jax.device_get(own['trunk']))
  assert max(jax.tree.leaves(moved['encoder'])) > 0 and max(jax.tree.leaves(moved['decoder'])) > 0


def test_an_actor_update_moves_neither_the_critic_nor_its_values_and_a_critic_update_no_actor():
  policy, critic, params, own, estimate, update = parts()
  batch, before = rollout(), jax.device_get((params, own))
  estimates, _ = estimate(params, own, None, batch, start=P)
  targets = jax.jit(ac().targets)(batch, estimates)
  actor, _ = steps.make_actor_step(policy, ac(), TX)(state_of(jax.tree.map(jnp.copy, params)), batch, targets, start=P)
  jax.tree.map(np.testing.assert_array_equal, jax.device_get(own), before[1])
  again, _ = estimate(actor.params, own, None, batch, start=P)
  np.testing.assert_array_equal(again.values, estimates.values)
  on_policy = critic.values(own, policy.hidden(actor.params, batch.tokens, batch.valid, start=P))
  assert float(np.abs(on_policy - estimates.values)[:, P:].max()) > 1e-4  # those of a head on the policy would move
  update(state_of(own), None, batch, targets, start=P)
  jax.tree.map(np.testing.assert_array_equal, jax.device_get(params), before[0])


@pytest.mark.parametrize('pieces', [2, 4])
def test_an_update_in_pieces_is_the_whole_one(whole, pieces):
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5), updated(pieces=pieces), whole)


def test_a_mesh_of_eight_devices_learns_what_one_device_learns(whole):
  mesh = sharding.make_mesh(2, 2, 2)
  with jax.set_mesh(mesh):
    found = updated(mesh)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), found, whole)


SETTINGS = dict(
  critic__trunk='own', critic__pretrain_steps=1, warm_start__steps=1, steps=2, checkpoint__every=2,
  rollout__max_new_tokens=48,
)  # fmt: skip


def test_in_a_run_it_begins_as_the_policy_where_the_first_phase_with_a_critic_begins(tmp_path):
  sft, critic, *main = loop.run(loop.config(**SETTINGS), tmp_path).steps
  equal = lambda a, b: all(np.array_equal(x, y) for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True))
  assert equal(sft.after.critic, sft.before.critic)  # supervised steps ask no critic
  assert not equal(critic.before.critic['trunk'], critic.before.actor)  # it is still that of the start ...
  actor = jax.tree.leaves(critic.before.actor)
  gap = lambda tree: np.sqrt(sum(((x - y) ** 2).sum() for x, y in zip(jax.tree.leaves(tree['trunk']), actor)))
  # ... and then the policy, as a head that still gives 0 lets no gradient through at its first update.
  assert gap(critic.after.critic) == 0 < gap(critic.before.critic) and gap(main[0].after.critic) > 0
  assert equal(critic.after.actor, critic.before.actor)
  assert not equal(main[0].after.critic, main[0].before.critic) and not equal(main[0].after.actor, main[0].before.actor)


def test_a_killed_run_goes_on_bit_for_bit(tmp_path):
  config = loop.config(**SETTINGS)
  full = loop.run(config, tmp_path / 'whole')
  with pytest.raises(KeyboardInterrupt):
    loop.run(config, tmp_path / 'cut', loop.Judge(until=2))
  rest = loop.run(config, tmp_path / 'cut')
  last, due = rest.steps[-1], full.steps[-1]
  for name in ('actor', 'critic'):
    jax.tree.map(np.testing.assert_array_equal, getattr(last.after, name), getattr(due.after, name))


def test_a_frozen_one_stays_and_keeps_no_copy_of_the_policy(tmp_path):
  run = loop.run(loop.config(critic__mode='frozen', **SETTINGS), tmp_path)
  assert len(run.steps) == 4 and all(step.after.reference is None for step in run.steps)
  for step in run.steps[2:]:
    jax.tree.map(np.testing.assert_array_equal, step.after.critic, step.before.critic)

