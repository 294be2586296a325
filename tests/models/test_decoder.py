import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models import attention, decoder, kv_cache
from acrl_jax.models.decoder import DecoderConfig

PLAIN = DecoderConfig(V=50, D=16, N=4, K=2, H=8, F=24, layers=2, max_length=32)
VARIANTS = {
  'llama': {},
  'biased': dict(qkv_bias=True, out_bias=True, mlp_bias=True, tied=False, head_bias=True),
  'learned': dict(position='learned', norm='layer', gated_mlp=False, activation='gelu_tanh', K=4),
  'interleaved': dict(position='rope_interleaved', rope_dim=4, parallel_block=True, gated_mlp=False, tied=False),
  'window': dict(window=3, qk_norm=True, K=1),
  'alternating': dict(window=3, window_layers=(True, False), position='learned', attn_scale=1.0, mlp_bias=True),
  'by layer': dict(rope_layers=(False, True), scale_by_layer=True),
  'scaled': dict(embed_scale=3.0, residual_scale=0.5, logit_scale=2.0),
  'two norms': dict(parallel_block=True, parallel_norms=True, norm='layer', rope_dim=2, tied=False),
  'adapters': dict(lora_rank=3, lora_targets=('q', 'o', 'gate', 'down')),
}
B, T = 3, 10


@pytest.fixture(params=VARIANTS)
def config(request):
  return dataclasses.replace(PLAIN, **VARIANTS[request.param])


def batch():
  rng = np.random.default_rng(0)
  valid = np.ones((B, T), bool)
  valid[1, :4] = False
  valid[2, :1] = False
  return jnp.asarray(rng.integers(0, 50, (B, T))), jnp.asarray(valid)


@functools.cache
def init(config):
  """Parameters, norms and biases away from where they begin."""
  shapes = jax.eval_shape(lambda: decoder.Decoder(config).init(jax.random.key(0), *arguments()))['params']
  rng = np.random.default_rng(1)
  return jax.tree.map(lambda x: jnp.asarray(rng.normal(0.5 * (x.ndim == 1), 0.3, x.shape), x.dtype), shapes)


def arguments():
  tokens, valid = batch()
  return tokens, decoder.positions(valid), valid


@functools.partial(jax.jit, static_argnums=(0, 4))
def hidden(config, params, tokens, valid, remat=False):
  return decoder.Decoder(config, remat=remat).apply({'params': params}, tokens, decoder.positions(valid), valid)


extend = jax.jit(kv_cache.extend, static_argnums=0)
project = jax.jit(decoder.project, static_argnums=0)


def paths(params):
  return {
    jax.tree_util.keystr(path, simple=True, separator='/'): x.shape
    for path, x in jax.tree_util.tree_leaves_with_path(params)
  }


def test_prefill_and_single_steps_equal_the_full_forward(config):
  params, (tokens, valid) = init(config), batch()
  full = hidden(config, params, tokens, valid)
  positions = decoder.positions(valid)
  split, cache, got = kv_cache.split_layers(params), kv_cache.init_cache(config, B, T + 3), []
  for lo, hi in [(0, 6), *((t, t + 1) for t in range(6, T))]:
    part, cache = extend(config, split, tokens[:, lo:hi], positions[:, lo:hi], valid[:, lo:hi], cache)
    got.append(part)
  np.testing.assert_allclose(np.concatenate(got, 1)[valid], full[valid], atol=1e-5)
  assert int(cache.index) == T


def test_left_padding_changes_nothing(config):
  params, (tokens, _) = init(config), batch()
  alone = hidden(config, params, tokens, jnp.ones((B, T), bool))
  shifted = jnp.roll(tokens, 4, axis=1)  # the first six tokens, after four that are padding
  padded = hidden(config, params, shifted, jnp.broadcast_to(jnp.arange(T) >= 4, (B, T)))
  np.testing.assert_allclose(padded[:, 4:], alone[:, :6], atol=1e-5)
  assert np.isfinite(padded).all()


def test_a_token_moves_only_what_comes_after_it(config):
  params, (tokens, valid) = init(config), batch()
  before = np.asarray(hidden(config, params, tokens, valid))
  after = np.asarray(hidden(config, params, tokens.at[:, 6].set((tokens[:, 6] + 1) % 50), valid))
  moved = np.abs(before - after).max(-1)
  assert (moved[:, :6][valid[:, :6]] == 0).all()  # the state of padding may move; nobody reads it
  assert (moved[:, 6:] > 1e-4).all()


def test_a_window_hides_what_is_older():
  config = dataclasses.replace(PLAIN, window=3, layers=1)
  params, (tokens, _) = init(config), batch()
  valid = jnp.ones((B, T), bool)
  before = np.asarray(hidden(config, params, tokens, valid))
  after = np.asarray(hidden(config, params, tokens.at[:, 2].set((tokens[:, 2] + 1) % 50), valid))
  moved = np.abs(before - after).max((0, 2)) > 0
  assert moved.tolist() == [False, False, True, True, True] + [False] * 5


@pytest.mark.parametrize('name', ['biased', 'interleaved'])
def test_remat_gives_the_same_gradients(name):
  config = dataclasses.replace(PLAIN, **VARIANTS[name])
  params, (tokens, valid) = init(config), batch()

  def loss(params, remat):
    return jnp.square(decoder.project(config, params, hidden(config, params, tokens, valid, remat))).mean()

  plain, again = (jax.jit(jax.grad(functools.partial(loss, remat=remat)))(params) for remat in (False, True))
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5, rtol=1e-4), plain, again)
  assert all(np.abs(x).max() > 0 for path, x in zip(paths(plain), jax.tree.leaves(plain)) if 'attn/k/bias' not in path)


@pytest.mark.parametrize('name, depth, remat', [('llama', 2, False), ('window', 5, False), ('window', 5, True)])
def test_attention_in_blocks_of_columns_changes_no_state_and_no_gradient(name, depth, remat, monkeypatch):
  config = dataclasses.replace(PLAIN, layers=depth, **VARIANTS[name])
  params, (tokens, positions, valid) = init(config), arguments()
  model = decoder.Decoder(config, remat=remat)
  states = lambda p: model.apply({'params': p}, tokens, positions, valid) * valid[..., None]  # padding's nobody reads
  loss = lambda p: jnp.square(states(p)).mean()
  found = []
  for width in (T, 3):
    monkeypatch.setattr(attention, 'WIDTH', {'cpu': width})
    assert len(attention._blocks(jnp.ones((B, T, T), bool), True)) == T // width
    found.append((states(params), jax.grad(loss)(params)))
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5, rtol=1e-4), *found)


def test_every_parameter_has_the_shape_of_its_letters(config):
  sizes = {letter: getattr(config, letter) for letter in 'VDNKHFR'} | {'L': config.max_length}
  shapes = jax.eval_shape(lambda: decoder.Decoder(config).init(jax.random.key(0), *arguments()))['params']
  for path, shape in paths(shapes).items():
    [letters] = [dims for end, dims in decoder.DIMS.items() if f'/{path}'.endswith(f'/{end}')]
    stack = (config.layers,) if path.startswith('layers/') else ()
    assert shape == (*stack, *(sizes[letter] for letter in letters)), path


@pytest.mark.parametrize('name', ['llama', 'learned'])
def test_bfloat16_computes_near_float32_with_float32_parameters(name):
  config = dataclasses.replace(PLAIN, **VARIANTS[name])
  half = dataclasses.replace(config, dtype='bfloat16')
  params, (tokens, valid) = init(half), batch()
  assert {x.dtype for x in jax.tree.leaves(params)} == {jnp.dtype('float32')}
  out = hidden(half, params, tokens, valid)
  logits = project(half, params, out)
  assert out.dtype == jnp.bfloat16 and logits.dtype == jnp.float32
  exact = project(config, params, hidden(config, params, tokens, valid))
  error = np.abs(logits - exact)[valid]
  assert 0 < error.max() < 0.1 * np.abs(exact).max()  # eight bits of mantissa through two layers
  split, cache = kv_cache.split_layers(params), kv_cache.init_cache(half, B, T)
  cached, cache = extend(half, split, tokens, decoder.positions(valid), valid, cache)
  assert cached.dtype == jnp.bfloat16 and cache.k[0].dtype == jnp.bfloat16
  np.testing.assert_allclose(cached[valid].astype(np.float32), out[valid].astype(np.float32), atol=0.1)


def test_positions_count_real_tokens():
  valid = np.array([[0, 0, 1, 1, 1], [1, 1, 1, 0, 0]], bool)
  assert decoder.positions(valid).tolist() == [[0, 0, 0, 1, 2], [0, 1, 2, 2, 2]]


@pytest.mark.parametrize(
  'wrong, text',
  [
    (dict(position='alibi'), 'alibi'),
    (dict(norm='batch'), 'batch'),
    (dict(activation='tanh'), 'tanh'),
    (dict(dtype='float16'), 'float16'),
    (dict(K=3), 'key/value heads'),
    (dict(H=7), 'even number'),
    (dict(rope_dim=12), 'rope turns'),
    (dict(head_bias=True), 'tied'),
    (dict(F=0), 'at least 1'),
  ],
)
def test_impossible_configs_are_refused(wrong, text):
  with pytest.raises(ValueError, match=text):
    dataclasses.replace(PLAIN, **wrong)
