"""Adapters: they begin as nothing, alone are trained, and merge into the kernels that they stand beside."""

import dataclasses
import functools
import re
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from acrl_jax import build, checkpoint, learning, memory, optimizer, options, sharding, steps
from acrl_jax.algorithms import ac, rest
from acrl_jax.checkpoint import Learner
from acrl_jax.config import default
from acrl_jax.models import adapters, decoder, decoding
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.t5 import T5Config
from acrl_jax.policy import make_critic, make_policy
from acrl_jax.records import Estimates, Rollout, Targets, TrainState

PLAIN = {
  'decoder': DecoderConfig(V=48, D=32, N=4, K=2, H=8, F=64, layers=2, max_length=64),
  'parallel': DecoderConfig(V=48, D=32, N=4, K=1, H=8, F=64, layers=2, max_length=64, parallel_block=True,
                            position='rope_interleaved', gated_mlp=False, mlp_bias=True, tied=False),
  't5': T5Config(V=48, D=32, N=4, H=8, F=64, layers=2, decoder_layers=1),
}  # fmt: skip
LORA = dict(lora_rank=3, lora_targets=decoder.LORA_TARGETS, lora_alpha=6.0)
P, B, T = 5, 8, 14


def with_lora(config, **changes):
  return dataclasses.replace(config, **LORA | changes)


@functools.cache
def models(name='decoder'):
  """(policy without adapters, its parameters, policy with adapters, its fresh parameters)."""
  base, policy = make_policy(PLAIN[name]), make_policy(with_lora(PLAIN[name]), chunk=4)
  params = jax.jit(base.init)(jax.random.key(0))
  return base, params, policy, adapters.add(params, policy.init, jax.random.key(1))


def stirred(params):
  """The parameters with adapters that do something."""
  trained, fixed = adapters.split(params)
  leaves, tree = jax.tree.flatten(trained)
  rng = np.random.default_rng(0)
  leaves = [jnp.asarray(0.2 * rng.normal(size=x.shape), jnp.float32) for x in leaves]
  return adapters.join(jax.tree.unflatten(tree, leaves), fixed)


def fresh(tree):
  """A copy, which may be donated."""
  return jax.tree.map(jnp.copy, tree)


def rollout(seed=0):
  rng = np.random.default_rng(seed)
  actions = np.arange(T) < P + rng.integers(1, T - P + 1, (B, 1))
  actions[:, :P] = False
  return Rollout(
    tokens=rng.integers(0, 48, (B, T)).astype(np.int32), valid=actions | (np.arange(T) < P), actions=actions,
    log_probs=(-3 - rng.random((B, T)).astype(np.float32)) * actions, credit=np.ones((B, T), np.float32),
    bonus=np.zeros((B, T), np.float32), reward=rng.normal(size=B).astype(np.float32),
    baseline=np.zeros(B, np.float32), outcome=np.ones(B, np.int32), group=np.arange(B, dtype=np.int32) // 4,
  )  # fmt: skip


def solved():
  """Rows that are worth to be imitated."""
  return rollout()._replace(reward=np.ones(B, np.float32))


def targets():
  rng = np.random.default_rng(1)
  return Targets(*(rng.normal(size=(B, T)).astype(np.float32) for _ in range(2)))


def paths(tree):
  return {jax.tree_util.keystr(k, simple=True, separator='/'): x for k, x in jax.tree_util.tree_leaves_with_path(tree)}


def logits(policy, params):
  batch = rollout()
  return policy.logits(params, batch.tokens, batch.valid, start=P)


# --- trees


@pytest.mark.parametrize('name', PLAIN)
def test_fresh_adapters_change_nothing(name):
  base, params, policy, full = models(name)
  np.testing.assert_array_equal(logits(policy, full), logits(base, params))
  assert jax.tree.map(jnp.shape, full) == jax.tree.map(jnp.shape, jax.eval_shape(policy.init, jax.random.key(0)))
  a = [x for path, x in paths(full).items() if path.endswith('lora_a')]
  assert len(a) >= 6 and all(float(jnp.std(x)) > 0.05 for x in a)


@pytest.mark.parametrize('name', PLAIN)
def test_merged_adapters_say_what_they_said_apart(name):
  base, params, policy, full = models(name)
  full = stirred(full)
  merged = adapters.merge(full, with_lora(PLAIN[name]).lora_scale)
  assert jax.tree.structure(merged) == jax.tree.structure(params)
  expected = logits(policy, full)
  assert np.abs(expected - logits(base, params)).max() > 0.1
  np.testing.assert_allclose(logits(base, merged), expected, atol=1e-5)


def test_one_layer_merges_as_all_of_them_do():
  full, scale = stirred(models()[3]), 2.0
  merged = adapters.merge(full, scale)['layers']
  for number, layer in enumerate(decoding.split_layers(full)[1]):
    jax.tree.map(
      lambda one, all_, number=number: np.testing.assert_allclose(one, all_[number], atol=1e-6),
      adapters.merge(layer, scale), merged,
    )  # fmt: skip
  q, found = full['layers']['attn']['q'], merged['attn']['q']['kernel']
  by_hand = q['kernel'][1, 4, 2, 3] + scale * sum(q['lora_a'][1, 4, r] * q['lora_b'][1, r, 2, 3] for r in range(3))
  np.testing.assert_allclose(found[1, 4, 2, 3], by_hand, rtol=1e-5)


def test_the_parts_of_a_tree_make_it_up():
  _, params, _, full = models()
  trained, fixed = adapters.split(full)
  assert {path.rsplit('/', 1)[1] for path in paths(trained)} == {'lora_a', 'lora_b'}
  assert paths(fixed).keys() == paths(params).keys()
  joined = adapters.join(trained, fixed)
  assert jax.tree.structure(joined) == jax.tree.structure(full)
  assert all(a is b for a, b in zip(jax.tree.leaves(joined), jax.tree.leaves(full)))
  assert adapters.split(params) == (params, {}) and adapters.join(params, {}) == params


def test_adapters_where_the_model_has_no_such_map_are_refused():
  wanted = make_policy(with_lora(PLAIN['parallel'], lora_targets=('gate',)))
  with pytest.raises(ValueError, match='none of the linear maps in config.lora.targets'):
    adapters.add(models('parallel')[1], wanted.init, jax.random.key(0))


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
  fixed = [path for path in after if not path.endswith(adapters.NAMES)]
  assert [path for path in fixed if after[path].unsafe_buffer_pointer() != places[path]] == []


def test_the_optimiser_knows_adapters_alone_and_decays_them():
  full = models()[3]
  tx, _ = optimizer.make_optimizer(1e-3, weight_decay=0.1)
  state = learning.fresh_state(fresh(full), tx, decoder.DIMS, sharding.make_mesh(devices=jax.devices()[:1]))
  moments = [path for path, x in paths(state.opt_state).items() if np.ndim(x)]
  assert len(moments) == 2 * len(jax.tree.leaves(adapters.split(full)[0]))
  assert all(path.endswith(adapters.NAMES) for path in moments)
  assert all(jax.tree.leaves(optimizer.is_matrix(adapters.split(full)[0])))


def test_no_gradient_of_the_rest_is_computed():
  base, params, policy, full = models()

  def products(policy, params):
    """How many products of the step have the shape of an MLP's kernel, as its gradient does."""
    state = TrainState(jnp.int32(0), params, sgd().init(adapters.split(params)[0]))
    text = steps.make_actor_step(policy, ac(), sgd()).lower(state, rollout(), targets(), start=P).as_text()
    return len(re.findall(r'dot_general .*-> tensor<(?:32x64|64x32)xf32>', text))

  assert products(base, params) >= 3 and products(policy, full) == 0  # up, gate and down


def test_the_gradient_is_the_loss_s_slope():
  policy, full = models()[2], stirred(models()[3])
  algorithm, tx = rest(threshold=0.0), optax.sgd(1.0)  # a loss without ratios, which no gradient goes through
  step = steps.make_actor_step(policy, algorithm, tx)
  batch, start = solved(), tx.init(adapters.split(full)[0])

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
  state = TrainState(jnp.int32(0), full, sgd().init(adapters.split(full)[0]))
  step = steps.make_actor_step(policy, ac(entropy_cost=0.01), sgd(), mesh=mesh, microbatches=pieces)
  losses = []
  for seed in range(3):
    state, metrics = step(state, place(rollout(seed)), place(targets()), start=P)
    losses.append((float(metrics['loss']), float(metrics['grad_norm'])))
  return losses, jax.device_get(adapters.split(state.params)[0])


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
  assert paths(reference).keys() == paths(adapters.split(full)[0]).keys()
  found, _ = estimate(stirred(full), None, reference, rollout(), start=P)
  expected = policy.score(full, rollout().tokens, rollout().valid, start=P)
  np.testing.assert_allclose(found.reference.log_prob, expected.log_prob, atol=1e-6)


def test_a_saved_learner_goes_on_bit_for_bit(tmp_path):
  policy, full = models()[2], models()[3]
  tx, _ = optimizer.make_optimizer(1e-2)
  step = steps.make_actor_step(policy, ac(), tx)
  state = learning.fresh_state(fresh(full), tx, policy.dims, sharding.make_mesh(devices=jax.devices()[:1]))
  state, _ = step(state, rollout(), targets(), start=P)
  learner = Learner(actor=state, critic=None, reference=learning.copied(full), host=b'x')
  with checkpoint.manager(tmp_path) as checkpoints:
    checkpoint.save(checkpoints, 1, learner)
    restored = checkpoint.restore(checkpoints, 1, learner)
  assert jax.tree.structure(restored) == jax.tree.structure(learner)
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


# --- the config


def test_the_choice_of_targets_is_that_of_the_models():
  assert options.LORA_TARGETS == decoder.LORA_TARGETS == default().lora.targets


@pytest.mark.parametrize(
  'changes, message',
  [
    (dict(rank=-1), 'config.lora.rank=-1: due is 0 or more'),
    (dict(alpha=0.0), 'config.lora.alpha=0.0: due is more than 0'),
    (dict(rank=4, targets=()), 'config.lora.rank=4 without config.lora.targets'),
    (dict(targets=('q', 'gates')), "config.lora.targets='gates': .* did you mean gate"),
  ],
)
def test_a_wrong_choice_is_named(changes, message):
  config = default('tiny')
  config.lora.update(changes)
  with pytest.raises(ValueError, match=message):
    options.check(config)


@pytest.mark.parametrize('asked, held, fine', [(0, 0, True), (3, 3, True), (0, 3, False), (3, 0, False), (4, 3, False)])
def test_a_model_with_other_adapters_than_asked_for_is_not_trained(asked, held, fine):
  config = default('tiny')
  config.lora.update(rank=asked, alpha=6.0)
  found = SimpleNamespace(config=with_lora(PLAIN['decoder']) if held else PLAIN['decoder'], source='runs/old')
  if fine:
    build.check_adapters(config, found)
    return
  with pytest.raises(ValueError, match=f'config.lora asks for rank={asked}.* runs/old has rank={held}.* export'):
    build.check_adapters(config, found)


def test_memory_counts_moments_and_gradients_of_adapters_alone():
  mesh = sharding.make_mesh(devices=jax.devices()[:1])
  base, params, policy, full = models()
  sizes = {}
  for name, model, tree in (('all', base, params), ('few', policy, full)):
    made = SimpleNamespace(config=PLAIN['decoder'], params=tree, policy=model)
    sizes[name] = memory.estimate(default('tiny'), made, mesh, reference=True)
  count = lambda tree: sum(x.size for x in jax.tree.leaves(tree)) * 4 / memory.GIB
  for part, times in ((memory.MOMENTS, 2), ('gradients', 1), ('reference', 1)):
    np.testing.assert_allclose(sizes['few'][part], times * count(adapters.split(full)[0]))
    np.testing.assert_allclose(sizes['all'][part], times * count(params))
  np.testing.assert_allclose(sizes['few'][memory.WEIGHTS], count(full))
