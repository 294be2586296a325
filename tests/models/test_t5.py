import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from acrl_jax.algorithms import ALGORITHMS
from acrl_jax.distributed import sharding
from acrl_jax.learner import steps
from acrl_jax.models import lora, policy, t5
from acrl_jax.models.t5 import T5Config
from acrl_jax.records import Estimates, Prompts, Rollout, TrainState

PLAIN = T5Config(
  V=50, D=16, N=4, H=6, F=24, layers=2, decoder_layers=3, buckets=8, distance=16, norm_eps=1e-5, start_id=3
)
VARIANTS = {
  'relu': {},
  'gated': dict(gated_mlp=True, activation='gelu_tanh', tied=False, layers=3, decoder_layers=1),
  'adapters': dict(lora_rank=2, lora_targets=('q', 'k', 'v', 'o', 'up', 'down')),
}
B, P, T = 3, 6, 11


@pytest.fixture(params=VARIANTS)
def config(request):
  return dataclasses.replace(PLAIN, **VARIANTS[request.param])


def batch():
  """Prompts padded on the left, completions on the right."""
  rng = np.random.default_rng(0)
  valid = np.ones((B, T), bool)
  valid[1, :4] = False
  valid[2, 9:] = False
  return jnp.asarray(rng.integers(0, 50, (B, T))), jnp.asarray(valid)


@functools.cache
def init(config):
  """Parameters away from where they begin."""
  shapes = jax.eval_shape(t5.make_functions(config).init, jax.random.key(0))
  rng = np.random.default_rng(1)
  return jax.tree.map(lambda x: jnp.asarray(rng.normal(0.5 * (x.ndim == 1), 0.3, x.shape), x.dtype), shapes)


@functools.partial(jax.jit, static_argnums=(0, 4, 5))
def states(config, params, tokens, valid, start=P, remat=False):
  return t5.make_functions(config, remat).states(params, tokens, valid, start)


project = jax.jit(t5.project, static_argnums=0)


def paths(params):
  return {
    jax.tree_util.keystr(path, simple=True, separator='/'): x.shape
    for path, x in jax.tree_util.tree_leaves_with_path(params)
  }


def test_prefill_and_single_steps_equal_the_full_forward(config):
  params, (tokens, valid) = init(config), batch()
  full = np.repeat(states(config, params, tokens, valid), 2, axis=0)
  engine = t5.make_functions(config).engine
  weights = jax.jit(engine.prepare)(params)
  prefill = jax.jit(engine.prefill, static_argnums=(2, 3))
  hidden, cache = prefill(weights, Prompts(tokens=tokens[:, :P], valid=valid[:, :P]), T - P, 2)
  twice, extend = np.repeat(valid, 2, axis=0), jax.jit(engine.extend)
  np.testing.assert_allclose(hidden, full[:, P - 1], atol=1e-5)
  for t in range(P, T):
    hidden, cache = extend(weights, jnp.repeat(tokens[:, t], 2), twice[:, t], cache)
    np.testing.assert_allclose(hidden[twice[:, t]], full[:, t][twice[:, t]], atol=1e-5)
  assert int(cache.index) == T - P + 1 == cache.k[0].shape[1]
  assert cache.memory[0][0].shape == (B, P, config.N, config.H)  # one copy for both samples


def test_samples_of_one_prompt_go_their_own_ways():
  params, (tokens, valid) = init(PLAIN), batch()
  engine = t5.make_functions(PLAIN).engine
  weights = jax.jit(engine.prepare)(params)
  prompts = Prompts(tokens=tokens[:, :P], valid=valid[:, :P])
  two, cache = jax.jit(engine.prefill, static_argnums=(2, 3))(weights, prompts, 2, 2)
  chosen = jnp.arange(2 * B)
  hidden, _ = jax.jit(engine.extend)(weights, chosen, jnp.ones(2 * B, bool), cache)
  rows = jnp.concatenate([jnp.repeat(tokens[:, :P], 2, 0), chosen[:, None]], 1)
  whole = jnp.concatenate([jnp.repeat(valid[:, :P], 2, 0), jnp.ones((2 * B, 1), bool)], 1)
  np.testing.assert_allclose(hidden, states(PLAIN, params, rows, whole)[:, P], atol=1e-5)


def test_states_stand_where_those_of_a_decoder_stand(config):
  """Column t - 1 has read start_id and the completion before column t, and nothing of column t."""
  params, (tokens, valid) = init(config), batch()
  before = np.asarray(states(config, params, tokens, valid))
  assert before.shape == (B, T, config.D) and (before[:, : P - 1] == 0).all()
  after = np.asarray(states(config, params, tokens.at[:, 8].set((tokens[:, 8] + 1) % 50), valid))
  moved = np.abs(before - after).max(-1)
  assert (moved[:, :8] == 0).all() and (moved[:, 8] > 1e-4).all()
  other = np.asarray(states(config, params, tokens.at[:, P - 1].set((tokens[:, P - 1] + 1) % 50), valid))
  assert (np.abs(before - other).max(-1)[:, P - 1 :] > 1e-4).all()  # the encoder reads both ways


def test_the_prompts_width_may_differ_from_its_length():
  params, (tokens, valid) = init(PLAIN), batch()
  narrow = states(PLAIN, params, tokens[1:2, 4:], valid[1:2, 4:], P - 4)
  np.testing.assert_allclose(states(PLAIN, params, tokens, valid)[1:2, P - 1 :], narrow[:, P - 5 :], atol=1e-5)


def test_padding_has_no_say(config):
  params, (tokens, valid) = init(config), batch()
  clean = states(config, params, tokens, valid)
  dirty = states(config, params, jnp.where(valid, tokens, 7), valid)
  np.testing.assert_array_equal(clean[valid], dirty[valid])
  alone = states(config, params, tokens[1:2], valid[1:2])
  np.testing.assert_allclose(clean[1:2], alone, atol=1e-5)
  empty = states(config, params, tokens, jnp.zeros((B, T), bool))
  assert np.isfinite(empty).all()


def test_the_first_column_of_the_completion_must_be_named():
  tokens, valid = batch()
  for start in (0, T + 1):
    with pytest.raises(ValueError, match=f'start={start} of 11 columns.*start=P'):
      t5.make_functions(PLAIN).states(init(PLAIN), tokens, valid, start)


def test_every_parameter_has_the_shape_of_its_letters(config):
  sizes = {letter: getattr(config, letter) for letter in 'VDNKHF'} | {'U': config.buckets, 'R': config.lora_rank}
  shapes = jax.eval_shape(t5.make_functions(config).init, jax.random.key(0))
  for path, shape in paths(shapes).items():
    letters = sharding.letters(path, t5.DIMS)
    stack = {'e': (config.layers,), 'd': (config.decoder_layers,)}[path[0]] if '/layers/' in path else ()
    assert shape == (*stack, *(sizes[letter] for letter in letters)), path
  assert t5.make_functions(config).dims is t5.DIMS


@pytest.mark.parametrize('name', ['gated', 'adapters'])
def test_remat_gives_the_same_gradients(name):
  config = dataclasses.replace(PLAIN, **VARIANTS[name])
  params, (tokens, valid) = init(config), batch()

  def loss(params, remat):
    return jnp.square(t5.project(config, params, states(config, params, tokens, valid, P, remat))).mean()

  plain, again = (jax.jit(jax.grad(functools.partial(loss, remat=remat)))(params) for remat in (False, True))
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5, rtol=1e-4), plain, again)
  assert all(np.abs(x).max() > 0 for x in jax.tree.leaves(plain))


def test_adapters_of_zero_change_nothing():
  config, (tokens, valid) = dataclasses.replace(PLAIN, **VARIANTS['adapters']), batch()
  params = jax.tree_util.tree_map_with_path(lambda path, x: x * (path[-1].key != 'lora_b'), init(config))
  got, want = states(config, params, tokens, valid), states(PLAIN, lora.split(params)[1], tokens, valid)
  np.testing.assert_allclose(got, want, atol=1e-6)


def test_bfloat16_computes_near_float32_with_float32_parameters():
  half = dataclasses.replace(PLAIN, dtype='bfloat16')
  params, (tokens, valid) = init(half), batch()
  assert {x.dtype for x in jax.tree.leaves(params)} == {jnp.dtype('float32')}
  out = states(half, params, tokens, valid)
  logits = project(half, params, out)
  assert out.dtype == jnp.bfloat16 and logits.dtype == jnp.float32
  exact = project(PLAIN, params, states(PLAIN, params, tokens, valid))
  error = np.abs(logits - exact)[valid]
  assert 0 < error.max() < 0.1 * np.abs(exact).max()  # eight bits of mantissa through three layers
  engine = t5.make_functions(half).engine
  prefill = jax.jit(lambda params, prompts: engine.prefill(engine.prepare(params), prompts, 1, 1))
  hidden, cache = prefill(params, Prompts(tokens=tokens[:, :P], valid=valid[:, :P]))
  assert hidden.dtype == jnp.bfloat16 and cache.k[0].dtype == cache.memory[0][0].dtype == jnp.bfloat16
  np.testing.assert_allclose(hidden.astype(np.float32), out[:, P - 1].astype(np.float32), atol=0.1)


def test_a_tied_head_reads_smaller_states():
  config = dataclasses.replace(PLAIN, V=2, D=4, start_id=0)
  embed, hidden = jnp.array([[1.0, 0, 0, 0], [1, 2, 3, 4]]), jnp.array([[2.0, 0, 0, 1]])
  np.testing.assert_allclose(t5.project(config, {'embed': embed}, hidden), [[1.0, 3.0]])  # (2, 6) / sqrt(4)
  untied = dataclasses.replace(config, tied=False)
  np.testing.assert_allclose(t5.project(untied, {'embed': embed, 'head': embed.T}, hidden), [[2.0, 6.0]])


@pytest.mark.parametrize(
  'wrong, text',
  [
    (dict(activation='tanh'), 'tanh'),
    (dict(dtype='float16'), 'float16'),
    (dict(decoder_layers=0), 'decoder_layers=0'),
    (dict(buckets=2), 'buckets=2'),
    (dict(buckets=32), 'distance=16'),
    (dict(start_id=50), 'start_id=50'),
    (dict(lora_rank=2), 'give both'),
    (dict(lora_rank=2, lora_targets=('embed',)), "'embed'"),
  ],
)
def test_impossible_configs_are_refused(wrong, text):
  with pytest.raises(ValueError, match=text):
    dataclasses.replace(PLAIN, **wrong)


# --- with what RL makes of a model ----------------------------------------------------------------


def generated(made, params, **settings):
  tokens, valid = batch()
  prompts = Prompts(tokens=tokens[:, :P], valid=valid[:, :P])
  return made.generate(params, jax.random.key(2), prompts, max_new_tokens=5, **settings)


@pytest.mark.parametrize('name, temperature', [('relu', 0.0), ('relu', 1.0), ('gated', 1.0), ('adapters', 1.0)])
def test_the_policy_scores_what_it_sampled_alike(name, temperature):
  config = dataclasses.replace(PLAIN, **VARIANTS[name])
  params, made = init(config), policy.make_policy(config, end_ids=(4, 11))
  out = generated(made, params, samples=4, temperature=temperature)
  assert out.tokens.shape == (4 * B, T) and out.actions.sum() > 4 * B
  scores = jax.jit(made.score, static_argnames='start')(params, out.tokens, out.valid, start=P)
  gap = np.abs(np.asarray(scores.log_prob) - out.log_probs)[np.asarray(out.actions)]
  assert gap.max() < 1e-4
  greedy = np.asarray(project(config, params, states(config, params, out.tokens, out.valid))).argmax(-1)[:, P - 1 : -1]
  assert (temperature > 0) == (greedy != out.tokens[:, P:])[out.actions[:, P:]].any()


@pytest.mark.parametrize('name', ['relu', 'gated'])
def test_one_actor_step_moves_every_parameter(name):
  config = dataclasses.replace(PLAIN, **VARIANTS[name])
  params, made = jax.tree.map(jnp.copy, init(config)), policy.make_policy(config, remat=True)
  out = generated(made, params, samples=2)
  rows, zeros = 2 * B, jnp.zeros((2 * B, T))
  rollout = Rollout(
    tokens=out.tokens, valid=out.valid, actions=out.actions, log_probs=out.log_probs, credit=zeros + 1, bonus=zeros,
    reward=jnp.arange(rows) / rows, baseline=jnp.zeros(rows), outcome=jnp.zeros(rows, jnp.int32),
    group=jnp.arange(rows) // 2, judged=jnp.ones(rows, bool), ended=jnp.ones(rows, bool), weight=jnp.ones(rows),
  )  # fmt: skip
  algorithm, tx = ALGORITHMS['ac'](discount=1.0, entropy_cost=0.01), optax.sgd(1e-3)
  targets = algorithm.targets(rollout, Estimates(values=jnp.zeros((rows, T, 1))))
  state = TrainState(step=jnp.int32(0), params=params, opt_state=tx.init(params))
  before = jax.tree.map(np.asarray, params)
  after, metrics = steps.make_actor_step(made, algorithm, tx)(state, rollout, targets, start=P)
  assert np.isfinite(metrics['loss']) and metrics['skipped'] == 0 and metrics['row_gap'].max() < 1e-4
  moved = jax.tree.map(lambda a, b: bool((a != b).any()), before, jax.device_get(after.params))
  assert all(jax.tree.leaves(moved)), moved


def test_shards_compute_what_one_device_computes():
  config = dataclasses.replace(PLAIN, V=48)
  params, (tokens, valid) = init(config), batch()
  tokens, valid = jnp.concatenate([tokens, tokens[:1]]) % 48, jnp.concatenate([valid, valid[:1]])
  alone = policy.make_policy(config)
  want = jax.jit(alone.score, static_argnames='start')(params, tokens, valid, start=P).log_prob
  mesh = sharding.make_mesh(data=2, fsdp=2, tensor=2)
  with jax.set_mesh(mesh):
    placed = jax.device_put(params, sharding.shardings(params, t5.DIMS, mesh))
    score = jax.jit(alone.score, static_argnames='start')
    got = score(placed, *sharding.to_global((tokens, valid), mesh), start=P).log_prob
  np.testing.assert_allclose(got, want, atol=1e-5)
