"""The relatives of Llama: what their configs mean, what they refuse, and tables that miss nothing."""

import dataclasses

import jax
import numpy as np
import pytest

from acrl_jax.convert import families, weight_map
from acrl_jax.convert.trees import flatten
from acrl_jax.models import decoder, kv_cache
from acrl_jax.models.decoder import DecoderConfig

SMALL = dict(
  vocab_size=50,
  hidden_size=16,
  intermediate_size=24,
  num_hidden_layers=3,
  num_attention_heads=4,
  num_key_value_heads=2,
  max_position_embeddings=64,
)
FULL, SLIDING = 'full_attention', 'sliding_attention'
F, T = False, True


def read(kind, **values):
  return families.family_of({'model_type': kind}, 'test').config({'model_type': kind} | values)


# --- defaults of the classes ----------------------------------------------------------------------

DEFAULTS = {
  'mistral': DecoderConfig(
    V=32000, D=4096, N=32, K=8, H=128, F=14336, layers=32, max_length=131072, tied=False, window=4096
  ),
  'qwen2': DecoderConfig(
    V=151936, D=4096, N=32, K=32, H=128, F=22016, layers=32, max_length=32768, tied=False, qkv_bias=True
  ),
  'qwen3': DecoderConfig(
    V=151936, D=4096, N=32, K=32, H=128, F=22016, layers=32, max_length=32768, tied=False, qk_norm=True
  ),
  'starcoder2': DecoderConfig(
    V=49152, D=3072, N=24, K=2, H=128, F=12288, layers=30, max_length=4096, tied=True, norm='layer', norm_eps=1e-5,
    activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True, mlp_bias=True,
  ),
  'granite': DecoderConfig(
    V=32000, D=4096, N=32, K=32, H=128, F=11008, layers=32, max_length=2048, tied=False, attn_scale=1.0
  ),
  'smollm3': DecoderConfig(
    V=128256, D=2048, N=16, K=4, H=128, F=11008, layers=36, max_length=32768, tied=True, rope_theta=2e6,
    rope_layers=(T, T, T, F) * 9,
  ),
}  # fmt: skip


@pytest.mark.parametrize('kind', DEFAULTS)
def test_absent_keys_take_the_defaults_of_the_class(kind):
  assert read(kind) == DEFAULTS[kind]


# --- switches -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
  'kind, values, want',
  [
    ('mistral', dict(sliding_window=7), dict(window=7)),
    ('mistral', dict(sliding_window=None), {}),
    ('mistral', dict(num_key_value_heads=None, head_dim=None, rms_norm_eps=None), dict(K=4, window=4096)),
    ('qwen2', dict(sliding_window=7, max_window_layers=1), {}),
    ('qwen2', dict(use_sliding_window=True, sliding_window=None, max_window_layers=1), {}),
    ('qwen2', dict(use_sliding_window=True, sliding_window=7, max_window_layers=0), dict(window=7)),
    (
      'qwen2',
      dict(use_sliding_window=True, sliding_window=7, max_window_layers=1),
      dict(window=7, window_layers=(F, T, T)),
    ),
    ('qwen3', dict(use_sliding_window=True, sliding_window=7, max_window_layers=3), {}),
    (
      'qwen3',
      dict(use_sliding_window=True, sliding_window=7, layer_types=[SLIDING, FULL, FULL]),
      dict(window=7, window_layers=(T, F, F)),
    ),
    ('smollm3', dict(no_rope_layer_interval=2), dict(rope_layers=(T, F, T))),
    ('smollm3', dict(no_rope_layers=[0, 1, 1, 0, 0]), dict(rope_layers=(F, T, T))),  # it may speak of more layers
    ('smollm3', dict(no_rope_layers=[1, 1, 1], sliding_window=7), {}),
    (
      'smollm3',
      dict(no_rope_layers=[1, 0, 0], sliding_window=7, use_sliding_window=True),
      dict(rope_layers=(T, F, F), window=7, window_layers=(F, T, T)),
    ),
    (
      'smollm3',
      dict(no_rope_layers=[1, 0, 0], sliding_window=7, use_sliding_window=True, layer_types=[SLIDING, FULL, FULL]),
      dict(rope_layers=(T, F, F), window=7, window_layers=(T, F, F)),
    ),
    ('starcoder2', dict(use_bias=False), dict(qkv_bias=False, out_bias=False, mlp_bias=False)),
    ('qwen3', dict(attention_bias=True), dict(qkv_bias=True, out_bias=True)),
    ('granite', dict(logits_scaling=49), dict(logit_scale=1 / 49)),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(kind, values, want):
  got = read(kind, **(SMALL | values))
  module = families.family_of({'model_type': kind}, 'test')
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(kind, **SMALL), **(plain | want))
  assert module.config(module.to_hf_config(got)) == got


@pytest.mark.parametrize('scaling', [3, 7, 10, 49, 6.0, 0.3, 1 / 7])
def test_a_divisor_of_logits_comes_back_as_it_was(scaling):
  module = families.family_of({'model_type': 'granite'}, 'test')
  assert module.to_hf_config(read('granite', **SMALL, logits_scaling=scaling))['logits_scaling'] == scaling


@pytest.mark.parametrize(
  'kind, wrong, text',
  [
    ('mistral', dict(layer_types=[SLIDING] * 3), "layer_types has 'sliding_attention', which mistral"),
    ('mistral', dict(attention_bias=True), 'attention_bias=True is not supported for mistral'),
    ('mistral', dict(sliding_window=0), 'sliding_window=0'),
    ('qwen2', dict(layer_types=[SLIDING, FULL, FULL]), 'layers slide, but sliding_window=None'),
    ('qwen2', dict(layer_types=['linear_attention', FULL, FULL]), "'linear_attention'; known"),
    ('qwen2', dict(layer_types=[FULL]), 'speaks of 1 layers; there are 3'),
    ('qwen2', dict(use_mrope=True), 'use_mrope=True'),
    ('qwen3', dict(num_experts=128), 'num_experts=128'),
    ('qwen3', dict(rope_scaling={'type': 'longrope'}), "'longrope'"),
    ('starcoder2', dict(norm_type='rms_norm'), "norm_type='rms_norm'.* must be 'layer_norm'"),
    ('starcoder2', dict(mlp_type='gated'), "mlp_type='gated'"),
    ('granite', dict(num_local_experts=32), 'num_local_experts=32'),
    ('granite', dict(hidden_act='gelu_10'), "hidden_act='gelu_10'"),
    ('smollm3', dict(no_rope_layers=[1, 0]), 'no_rope_layers speaks of 2 layers; there are 3'),
    ('smollm3', dict(layer_types=[SLIDING] * 3, sliding_window=4), 'layers slide, but sliding_window=None'),
    ('llama', dict(embedding_multiplier=12.0), 'embedding_multiplier=12.0'),
  ],
)
def test_what_is_not_computed_is_refused_by_name(kind, wrong, text):
  with pytest.raises(ValueError, match=text):
    read(kind, **(SMALL | wrong))


@pytest.mark.parametrize('kind', ['qwen3_moe', 'deepseek_v2', 'mixtral', 'gemma2', 'phi3', None])
def test_other_model_types_are_refused_with_a_list_of_ours(kind):
  with pytest.raises(ValueError, match=f'model_type={kind!r} is not supported; supported: .*granite, .*starcoder2'):
    families.family_of({'model_type': kind}, 'folder')


@pytest.mark.parametrize(
  'kind, change, text',
  [
    ('mistral', dict(window_layers=(T, F, T)), 'no Mistral has window_layers'),
    ('qwen2', dict(qkv_bias=False), 'no Qwen2 has qkv_bias=False'),
    ('qwen3', dict(qk_norm=False), 'no Qwen3 has qk_norm=False'),
    ('starcoder2', dict(gated_mlp=True), 'no StarCoder2 has gated_mlp=True'),
    ('granite', dict(attn_scale=None), 'no Granite has attn_scale=None'),
    ('granite', dict(window=5), 'no Granite has window=5'),
    ('smollm3', dict(head_bias=True, tied=False), 'no SmolLM3 has head_bias=True'),
  ],
)
def test_a_decoder_of_another_family_is_not_written(kind, change, text):
  with pytest.raises(ValueError, match=text):
    got = dataclasses.replace(read(kind, **SMALL, sliding_window=5 if kind == 'mistral' else None), **change)
    families.family_of({'model_type': kind}, 'test').to_hf_config(got)


# --- tables ---------------------------------------------------------------------------------------

TABLES = [
  ('llama', {}),
  ('llama', dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=True)),
  ('mistral', dict(head_dim=6)),
  ('qwen2', {}),
  ('qwen3', dict(attention_bias=True)),
  ('starcoder2', {}),
  ('starcoder2', dict(use_bias=False, tie_word_embeddings=False)),
  ('granite', dict(mlp_bias=True)),
  ('smollm3', {}),
]


@pytest.mark.parametrize('kind, values', TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(kind, values):
  module, config = families.family_of({'model_type': kind}, 'test'), read(kind, **(SMALL | values))
  table, sizes = module.rows(config), families.sizes(module, config)
  due = {path: x.shape for path, x in shapes(config).items()}
  rng = np.random.default_rng(0)
  theirs = weight_map.their_shapes(due, table, sizes)
  state = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in theirs.items()}
  params = weight_map.from_hf(state, table, sizes, module.ignored(config))
  assert {path: x.shape for path, x in params.items()} == due
  back = weight_map.to_hf(params, table, sizes)
  assert back.keys() == state.keys()
  for name, x in state.items():
    np.testing.assert_array_equal(back[name], x)


@pytest.mark.parametrize('kind, values', TABLES)
def test_every_parameter_has_dims(kind, values):
  config = read(kind, **(SMALL | values))
  for path, x in shapes(config).items():
    [dims] = [dims for end, dims in decoder.DIMS.items() if f'/{path}'.endswith(f'/{end}')]
    stacked = (config.layers,) if path.startswith('layers/') else ()
    assert x.shape == (*stacked, *config.size(dims.replace('L', ''))), path


def shapes(config):
  tree = jax.eval_shape(kv_cache.make_functions(config).init, jax.random.key(0))
  return flatten(jax.tree.map(lambda x: np.broadcast_to(np.float32(0), x.shape), tree))


@pytest.mark.parametrize('kind', DEFAULTS)
def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything(kind):
  module, config = families.family_of({'model_type': kind}, 'test'), read(kind, **SMALL, tie_word_embeddings=True)
  table, sizes = module.rows(config), families.sizes(module, config)
  theirs = weight_map.their_shapes({path: x.shape for path, x in shapes(config).items()}, table, sizes)
  state = {name: np.ones(shape, np.float32) for name, shape in theirs.items()}
  state['lm_head.weight'] = state['model.embed_tokens.weight'].copy()
  state['model.layers.0.self_attn.rotary_emb.inv_freq'] = np.ones(2, np.float32)
  assert 'head' not in weight_map.from_hf(state, table, sizes, module.ignored(config))
  state['lm_head.weight'][3] = 2
  with pytest.raises(ValueError, match='lm_head.weight differs from model.embed_tokens.weight'):
    weight_map.from_hf(state, table, sizes, module.ignored(config))
