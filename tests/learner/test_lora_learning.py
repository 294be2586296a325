"""Where a model has adapters, they alone are trained."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from lora_models import PLAIN, B, P, T, models, paths, rollout, stirred

from acrl_jax.algorithms import ac, rest
from acrl_jax.checkpoints import orbax
from acrl_jax.distributed import sharding
from acrl_jax.learner import checkpoint_state, optimizer, steps
from acrl_jax.learner import learner as learning
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.models import decoder, lora
from acrl_jax.models.policy import make_critic
from acrl_jax.records import Estimates, Targets, TrainState


def fresh(tree):
  """A copy, which may be donated."""
  return jax.tree.map(jnp.copy, tree)


def solved():
  """Rows that are worth to be imitated."""
  return rollout()._replace(reward=np.ones(B, np.float32))


def targets():
  rng = np.random.default_rng(1)
  return Targets(*(rng.normal(size=(B, T)).astype(np.float32) for _ in range(2)))


# --- steps


def sgd(rate=0.1):
  return optax.sgd(rate, momentum=0.9)  # plain steps: Adam's first ones turn rounding errors into whole steps


@pytest.mark.parametrize('kind', ['apart', 'joint', 'in pieces'])
def test_a_step_moves_adapters_alone_and_copies_nothing_else(kind):
  _, _, policy, full = models()
  critic, algorithm = make_critic(PLAIN['decoder'], 1), ac(entropy_cost=0.01)
  state = learning.fresh_state(fresh(full), sgd(), policy.dims, sharding.make_mesh(devices=jax.devices()[:1]))
  places = {path: x.unsafe_buffer_pointer() for path, x in paths(state.params).items()}
  if kind == 'joint':
    step = steps.make_joint_step(policy, critic, algorithm, sgd())
    state = step(state, critic.init(jax.random.key(1)), rollout(), start=P)[0]
  else:
    step = steps.make_actor_step(policy, algorithm, sgd(), microbatches=2 if kind == 'in pieces' else 1)
    state, _ = step(state, rollout(), targets(), start=P)
  before, after = paths(full), paths(state.params)
  assert before.keys() == after.keys()
  for path, x in after.items():
    if path.endswith('lora_b'):
      assert np.any(x != before[path]), path  # lora_a has no gradient yet, because lora_b is 0
    else:
      np.testing.assert_array_equal(x, before[path], err_msg=path)
  fixed = [path for path in after if not path.endswith(lora.NAMES)]
  assert [path for path in fixed if after[path].unsafe_buffer_pointer() != places[path]] == []


def test_the_optimiser_knows_adapters_alone_and_decays_them():
  full = models()[3]
  tx, _ = optimizer.make_optimizer(1e-3, weight_decay=0.1)
  state = learning.fresh_state(fresh(full), tx, decoder.DIMS, sharding.make_mesh(devices=jax.devices()[:1]))
  moments = [path for path, x in paths(state.opt_state).items() if np.ndim(x)]
  assert len(moments) == 2 * len(jax.tree.leaves(lora.split(full)[0]))
  assert all(path.endswith(lora.NAMES) for path in moments)
  assert all(jax.tree.leaves(optimizer.is_matrix(lora.split(full)[0])))


def test_no_gradient_of_the_rest_is_computed():
  base, params, policy, full = models()

  def products(policy, params):
    """How many products of the compiled step have the shape of an MLP's kernel, as its gradient does."""
    state = TrainState(jnp.int32(0), params, sgd().init(lora.split(params)[0]))
    lowered = steps.make_actor_step(policy, ac(), sgd()).lower(state, rollout(), targets(), start=P)
    return len(re.findall(r'f32\[(?:2,)?(?:32,64|64,32)\]\S* dot\(', lowered.compile().as_text()))

  assert products(base, params) >= 3 and products(policy, full) == 0  # up, gate and down


def test_the_gradient_is_the_loss_s_slope():
  policy, full = models()[2], stirred(models()[3])
  algorithm, tx = rest(threshold=0.0), optax.sgd(1.0)  # a loss without ratios, which no gradient goes through
  step = steps.make_actor_step(policy, algorithm, tx)
  batch, start = solved(), tx.init(lora.split(full)[0])

  def moved(index, by):
    """(an adapter after a step of length 1, the loss before it) where one of its numbers begins elsewhere."""
    params = fresh(full)
    leaf = params['layers']['mlp']['down']
    leaf['lora_a'] = leaf['lora_a'].at[index].add(by)
    due = algorithm.targets(batch, Estimates())
    state, metrics = step(TrainState(jnp.int32(0), params, start), batch, due, start=P)
    return state.params['layers']['mlp']['down']['lora_a'], float(metrics['loss'])

  gradient = np.asarray(full['layers']['mlp']['down']['lora_a'] - moved((0, 0, 0), 0.0)[0])
  index, width = np.unravel_index(np.abs(gradient).argmax(), gradient.shape), 0.02
  slope = (moved(index, width)[1] - moved(index, -width)[1]) / (2 * width)
  assert abs(slope) > 1e-3
  np.testing.assert_allclose(gradient[index], slope, rtol=0.02)


def three_steps(mesh=None, pieces=1):
  """(losses, adapters) of three steps."""
  policy, full = models()[2], fresh(stirred(models()[3]))
  place = lambda tree: tree
  if mesh is not None:
    full = jax.device_put(full, sharding.shardings(full, policy.dims, mesh))
    place = lambda tree: sharding.to_global(tree, mesh)
  state = TrainState(jnp.int32(0), full, sgd().init(lora.split(full)[0]))
  step = steps.make_actor_step(policy, ac(entropy_cost=0.01), sgd(), mesh=mesh, microbatches=pieces)
  losses = []
  for seed in range(3):
    state, metrics = step(state, place(rollout(seed)), place(targets()), start=P)
    losses.append((float(metrics['loss']), float(metrics['grad_norm'])))
  return losses, jax.device_get(lora.split(state.params)[0])


def test_a_mesh_or_pieces_learn_what_one_device_learns_at_once():
  losses, trained = three_steps()
  mesh = sharding.make_mesh(2, 2, 2)
  with jax.set_mesh(mesh):
    spread = three_steps(mesh)
  for others, found in (spread, three_steps(pieces=4)):
    np.testing.assert_allclose(others, losses, rtol=1e-5, atol=1e-5)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-5), found, trained)


def test_the_reference_shares_what_is_not_trained():
  _, params, policy, full = models()
  algorithm = ac(kl_cost=0.1)
  estimate = steps.make_estimate(policy, None, algorithm)
  reference = learning.copied(full)
  assert paths(reference).keys() == paths(lora.split(full)[0]).keys()
  found, _ = estimate(stirred(full), None, reference, rollout(), start=P)
  expected = policy.score(full, rollout().tokens, rollout().valid, start=P)
  np.testing.assert_allclose(found.reference.log_prob, expected.log_prob, atol=1e-6)


def test_a_saved_learner_goes_on_bit_for_bit(tmp_path):
  policy, full = models()[2], models()[3]
  tx, _ = optimizer.make_optimizer(1e-2)
  step = steps.make_actor_step(policy, ac(), tx)
  state = learning.fresh_state(fresh(full), tx, policy.dims, sharding.make_mesh(devices=jax.devices()[:1]))
  state, _ = step(state, rollout(), targets(), start=P)
  learner = LearnerState(actor=state, critic=None, reference=learning.copied(full))
  items = checkpoint_state.to_items(learner)
  with orbax.manager(tmp_path) as checkpoints:
    orbax.save(checkpoints, 1, items, b'x')
    found, host = orbax.restore(checkpoints, 1, items)
  restored = checkpoint_state.from_items(found)
  assert host == b'x' and jax.tree.structure(restored) == jax.tree.structure(learner)
  jax.tree.map(np.testing.assert_array_equal, restored.reference, learner.reference)
  expected = step(state, rollout(1), targets(), start=P)
  got = step(restored.actor, rollout(1), targets(), start=P)
  jax.tree.map(np.testing.assert_array_equal, got, expected)


def test_adapters_alone_learn_the_reference_solutions():
  policy, full = models()[2], models()[3]
  full = full | {'embed': 10 * full['embed']}  # as small as it begins, what is frozen could prefer no token
  algorithm = rest(threshold=0.0)
  tx, _ = optimizer.make_optimizer(3e-2)
  step = steps.make_actor_step(policy, algorithm, tx)
  state = learning.fresh_state(fresh(full), tx, policy.dims, sharding.make_mesh(devices=jax.devices()[:1]))
  batch = solved()
  due, losses = algorithm.targets(batch, Estimates()), []
  for _ in range(60):
    state, metrics = step(state, batch, due, start=P)
    losses.append(float(metrics['loss']))
  assert losses[0] > 3 and losses[-1] < 0.5 * losses[0], losses
