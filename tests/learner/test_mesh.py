"""Data, FSDP and tensor axes at once: whole updates and sampling on eight devices are those of one."""

import dataclasses
import functools

import jax
import numpy as np
import optax
import pytest

from acrl_jax.algorithms import ac
from acrl_jax.distributed import sharding
from acrl_jax.learner import learner, steps
from acrl_jax.models import lora
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_critic, make_policy
from acrl_jax.records import Prompts, Rollout

VOCAB, PADDED = 50, 56  # tokens of the model, and rows that eight devices can share
SIZES = dict(V=PADDED, D=32, N=4, H=8, F=64, layers=5, max_length=32)  # five layers: a loop, not laid out flat
ACTORS = {
  'llama': DecoderConfig(K=2, **SIZES),
  'codegen': DecoderConfig(
    K=4, position='rope_interleaved', rope_dim=4, norm='layer', activation='gelu_tanh', gated_mlp=False,
    parallel_block=True, mlp_bias=True, head_bias=True, tied=False, **SIZES,
  ),
  'gpt_bigcode': DecoderConfig(
    K=1, position='learned', norm='layer', activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True,
    mlp_bias=True, **SIZES,
  ),
  'adapters': DecoderConfig(K=2, lora_rank=2, lora_targets=('q', 'v', 'o', 'down'), **SIZES),
}  # fmt: skip
B, P, T = 16, 4, 10
TX = optax.sgd(0.1, momentum=0.9)  # Adam's first steps are lr * sign(gradient), which turns rounding into whole steps


def rollout(seed):
  rng = np.random.default_rng(seed)
  actions = np.arange(T) < P + rng.integers(1, T - P + 1, (B, 1))
  actions[:, :P] = False
  return Rollout(
    tokens=rng.integers(0, VOCAB, (B, T)).astype(np.int32), valid=actions | (np.arange(T) >= rng.integers(0, 3, (B, 1)))
    & (np.arange(T) < P), actions=actions, log_probs=(-3 - rng.random((B, T)).astype(np.float32)) * actions,
    credit=np.ones((B, T), np.float32), bonus=np.zeros((B, T), np.float32),
    reward=rng.normal(size=B).astype(np.float32), baseline=np.zeros(B, np.float32), outcome=np.ones(B, np.int32),
    group=np.arange(B, dtype=np.int32) // 4,
    judged=np.ones(B, bool), ended=np.ones(B, bool), weight=np.ones(B, np.float32),
  )  # fmt: skip


@functools.cache
def start(name):
  """Parameters, and adapters that do something, as NumPy arrays."""
  params = jax.device_get(jax.jit(make_policy(ACTORS[name]).init)(jax.random.key(0)))
  rng = np.random.default_rng(2)
  stir = lambda x: rng.normal(0, 0.1, x.shape).astype(np.float32)
  return lora.join(jax.tree.map(stir, lora.split(params)[0]), params) if name == 'adapters' else params


def unpadded(params):
  """The parameters of the model without the padding of its vocabulary."""
  cut = {name: params[name][..., :VOCAB] for name in ('head', 'head_bias') if name in params}
  return params | cut | {'embed': params['embed'][:VOCAB]}


def learned(config, params, mesh, microbatches=1):
  """(losses and norms, actor, critic) of three updates, as learning.learn makes them."""
  policy, critic, algorithm = make_policy(config, chunk=3, vocab=VOCAB), make_critic(config, 1), ac(entropy_cost=0.01)
  joint = steps.make_joint_step(policy, critic, algorithm, TX, mesh=mesh, microbatches=microbatches)
  critic_step = steps.make_critic_step(critic, algorithm, TX, mesh=mesh)
  lie = lambda tree, dims: jax.device_put(tree, sharding.shardings(tree, dims, mesh))
  actor = learner.fresh_state(lie(params, policy.dims), TX, policy.dims, mesh)
  head = learner.fresh_state(lie(critic.init(jax.random.key(1)), critic.dims), TX, critic.dims, mesh)
  seen = []
  for seed in range(3):
    batch = sharding.to_global(rollout(seed), mesh)
    actor, metrics, _, targets, hidden = joint(actor, head.params, batch, start=P)
    head, more = critic_step(head, hidden, batch, targets)
    seen.append([float(metrics[k]) for k in ('loss', 'grad_norm', 'entropy')] + [float(more['loss'])])
  return seen, actor, head


@functools.cache
def on_one_device(name):
  """The same on one device, of the model without padding."""
  mesh = sharding.make_mesh(devices=jax.devices()[:1])
  config = dataclasses.replace(ACTORS[name], V=VOCAB)
  with jax.set_mesh(mesh):
    seen, actor, critic = learned(config, unpadded(start(name)), mesh)
  return seen, jax.device_get((actor, critic))


@pytest.mark.parametrize(
  'name, shape, microbatches',
  [
    ('llama', (2, 2, 2), 2),
    ('llama', (1, 2, 4), 1),  # two key heads cannot be cut in four
    ('llama', (8, 1, 1), 1),
    ('codegen', (2, 2, 2), 1),
    ('codegen', (1, 2, 4), 1),
    ('gpt_bigcode', (2, 2, 2), 1),
    ('gpt_bigcode', (1, 2, 4), 1),
    ('adapters', (2, 2, 2), 1),
  ],
)
def test_three_updates_on_a_mesh_are_those_of_one_device(name, shape, microbatches):
  mesh = sharding.make_mesh(*shape)
  with jax.set_mesh(mesh):
    seen, actor, critic = learned(ACTORS[name], start(name), mesh, microbatches)
    lies_as_its_letters_say(actor, make_policy(ACTORS[name]).dims, mesh)
    lies_as_its_letters_say(critic, make_critic(ACTORS[name], 1).dims, mesh)
  expected, (one_actor, one_critic) = on_one_device(name)
  np.testing.assert_allclose(seen, expected, rtol=1e-5, atol=1e-5)
  actor, critic = jax.device_get((actor, critic))
  close = lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-5)
  jax.tree.map(close, (unpadded(actor.params), critic), (one_actor.params, one_critic))
  # No gradient comes to the padding.
  np.testing.assert_array_equal(actor.params['embed'][VOCAB:], start(name)['embed'][VOCAB:])


def lies_as_its_letters_say(state, dims, mesh):
  """Every leaf of a state, after a step, lies where its letters put it."""
  due = sharding.shardings(state, dims, mesh)
  for (path, x), where in zip(jax.tree_util.tree_leaves_with_path(state), jax.tree.leaves(due)):
    assert x.sharding.is_equivalent_to(where, x.ndim), (path, x.sharding)


def test_each_device_holds_its_share_of_parameters_and_moments():
  mesh = sharding.make_mesh(2, 2, 2)
  policy = make_policy(ACTORS['gpt_bigcode'])
  params = jax.device_put(start('gpt_bigcode'), sharding.shardings(start('gpt_bigcode'), policy.dims, mesh))
  state = learner.fresh_state(params, TX, policy.dims, mesh)
  for tree in (state.params, state.opt_state[0].trace):
    shard = jax.tree.map(lambda x: x.addressable_shards[0].data.shape, tree)
    assert shard['embed'] == (PADDED // 2, 16) and shard['pos'] == (32, 16)
    attn, mlp = shard['layers']['attn'], shard['layers']['mlp']
    assert attn['q']['kernel'] == (5, 16, 2, 8) and attn['o']['kernel'] == (5, 2, 8, 16)
    assert attn['k']['kernel'] == (5, 16, 1, 8)  # one head: cut along the width alone
    assert mlp['up']['kernel'] == (5, 16, 32) and mlp['down']['bias'] == (5, 16)
    whole = sum(x.size for x in jax.tree.leaves(tree))
    held = sum(x.addressable_shards[0].data.size for x in jax.tree.leaves(tree))
    assert held < 0.3 * whole
  critic = make_critic(ACTORS['gpt_bigcode'], 1)
  head = critic.init(jax.random.key(1))
  head = jax.device_put(head, sharding.shardings(head, critic.dims, mesh))
  assert head['up']['kernel'].addressable_shards[0].data.shape == (16, 8)


@pytest.mark.parametrize('name, shape', [('llama', (2, 2, 2)), ('gpt_bigcode', (1, 2, 4))])
def test_a_mesh_samples_what_one_device_samples(name, shape):
  config = dataclasses.replace(ACTORS[name], layers=2)
  policy = make_policy(config, end_ids=(3,), vocab=VOCAB)
  params = jax.device_get(jax.jit(policy.init)(jax.random.key(5)))
  rng = np.random.default_rng(4)
  prompts = Prompts(
    tokens=rng.integers(0, VOCAB, (8, P)).astype(np.int32), valid=np.arange(P) >= rng.integers(0, 3, (8, 1))
  )
  sample = functools.partial(policy.generate, max_new_tokens=12, temperature=1.0, samples=2)
  one = sample(params, jax.random.key(6), prompts)
  mesh = sharding.make_mesh(*shape)
  with jax.set_mesh(mesh):
    placed = jax.device_put(params, sharding.shardings(params, policy.dims, mesh))
    many = sample(placed, jax.random.key(6), sharding.to_global(prompts, mesh))
  np.testing.assert_array_equal(many.tokens, one.tokens)
  np.testing.assert_array_equal(many.actions, one.actions)
  np.testing.assert_allclose(many.log_probs, one.log_probs, atol=1e-5)
  assert len(np.unique(one.tokens[:, P:])) > 30 and one.tokens.max() < VOCAB
