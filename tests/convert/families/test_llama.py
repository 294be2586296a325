import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import llama
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import Scaling

SMALL = dict(
  model_type='llama',
  vocab_size=50,
  hidden_size=16,
  intermediate_size=24,
  num_hidden_layers=2,
  num_attention_heads=4,
  num_key_value_heads=2,
)


def test_absent_keys_take_the_defaults_of_the_class():
  got = llama.config({'model_type': 'llama'})
  assert got == DecoderConfig(
    V=32000, D=4096, N=32, K=32, H=128, F=11008, layers=32, max_length=2048, rope_theta=10000.0, norm_eps=1e-6,
    tied=False,
  )  # fmt: skip


def test_every_key_arrives():
  hf = SMALL | dict(
    head_dim=6, max_position_embeddings=99, rope_theta=5e5, rms_norm_eps=1e-4, hidden_act='gelu_new',
    attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
  )  # fmt: skip
  assert llama.config(hf) == DecoderConfig(
    V=50, D=16, N=4, K=2, H=6, F=24, layers=2, max_length=99, rope_theta=5e5, norm_eps=1e-4, activation='gelu_tanh',
    qkv_bias=True, out_bias=True, mlp_bias=True, tied=True,
  )  # fmt: skip


@pytest.mark.parametrize(
  'wrong, text',
  [
    (dict(rope_scaling={'type': 'longrope', 'factor': 4.0}), "rope_scaling of type 'longrope' is .* supported: d"),
    (dict(rope_parameters={'rope_type': 'proportional'}), "rope_parameters of type 'proportional'"),
    (dict(rope_scaling={'type': 'linear'}), "rope_scaling of type 'linear' needs factor"),
    (dict(rope_scaling={'rope_type': 'llama3', 'factor': 8.0}), 'needs low_freq_factor, high_freq_factor'),
    (dict(rope_scaling={'type': 'linear', 'factor': 4.0, 'beta_fast': 8}), 'beta_fast=8 says nothing'),
    (dict(rope_parameters={'full_attention': {'rope_theta': 1e4}}), 'full_attention'),
    (dict(rope_parameters={'partial_rotary_factor': 0.5}), 'partial_rotary_factor'),
    (dict(partial_rotary_factor=0.5), 'partial_rotary_factor'),
    (dict(rope_theta=1e4, rope_parameters={'rope_theta': 1e5}), 'twice and differently'),
    (
      dict(rope_scaling={'type': 'linear', 'factor': 4.0}, rope_parameters={'rope_type': 'default'}),
      'rope_scaling and rope_parameters differ',
    ),
    (dict(hidden_act='xielu'), "hidden_act='xielu'"),
    (dict(rope_interleaved=True), 'rope_interleaved=True'),
    (dict(quantization_config={'bits': 4}), 'quantization_config'),
    (dict(sliding_window=4096), 'sliding_window=4096'),
    (dict(no_rope_layers=[1, 0]), 'no_rope_layers'),
    (dict(layer_types=['full_attention', 'chunked_attention']), "'chunked_attention'"),
    (dict(attn_logit_softcapping=50.0), 'attn_logit_softcapping=50.0'),
    (dict(num_key_value_heads=3), 'key/value heads'),
    (dict(embedding_multiplier=12.0), 'embedding_multiplier=12.0'),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    llama.config(SMALL | wrong)


def test_switches_at_their_neutral_values_are_no_trouble():
  neutral = dict(
    rope_interleaved=False, partial_rotary_factor=1.0, sliding_window=None, layer_types=['full_attention'] * 2,
    embedding_multiplier=1.0, is_llama_config=True, pretraining_tp=2, attention_dropout=0.1,
  )  # fmt: skip
  assert llama.config(SMALL | neutral) == llama.config(SMALL)


@pytest.mark.parametrize('change', [{}, dict(tied=False, activation='gelu_tanh'), dict(qkv_bias=True, out_bias=True)])
def test_the_written_config_reads_back_the_same(change):
  config = dataclasses.replace(llama.config(SMALL | {'tie_word_embeddings': True}), dtype='bfloat16', **change)
  assert dataclasses.replace(llama.config(llama.to_hf_config(config)), dtype='bfloat16') == config


@pytest.mark.parametrize(
  'change, text',
  [
    (dict(norm='layer'), "norm='layer'"),
    (dict(position='learned'), "position='learned'"),
    (dict(qkv_bias=True), 'out_bias=False'),  # one switch stands for both
    (dict(qk_norm=True, window=4), 'qk_norm=True, window=4'),
    (dict(rope_scaling=Scaling('dynamic', 2.0, 77)), 'rope_scaling=.*77'),  # it begins at max_length, always
    (dict(rope_dim=2), 'rope_dim=2'),
  ],
)
def test_a_decoder_that_is_no_llama_is_refused(change, text):
  with pytest.raises(ValueError, match=f'no Llama has .*{text}'):
    llama.to_hf_config(dataclasses.replace(llama.config(SMALL), **change))


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'deepseek-coder-1.3b': (
    dict(
      model_type='llama', bos_token_id=32013, eos_token_id=32014, hidden_act='silu', hidden_size=2048,
      intermediate_size=5504, max_position_embeddings=16384, num_attention_heads=16, num_hidden_layers=24,
      num_key_value_heads=16, pretraining_tp=1, rms_norm_eps=1e-6, rope_scaling=dict(factor=4.0, type='linear'),
      rope_theta=100000, tie_word_embeddings=False, vocab_size=32256,
    ),
    DecoderConfig(
      V=32256, D=2048, N=16, K=16, H=128, F=5504, layers=24, max_length=16384, rope_theta=1e5, tied=False,
      rope_scaling=Scaling('linear', 4.0),
    ),
  ),
  'CodeLlama-7b': (
    dict(
      model_type='llama', hidden_act='silu', hidden_size=4096, intermediate_size=11008, max_position_embeddings=16384,
      num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32, pretraining_tp=1, rms_norm_eps=1e-5,
      rope_scaling=None, rope_theta=1000000, vocab_size=32016,
    ),
    DecoderConfig(
      V=32016, D=4096, N=32, K=32, H=128, F=11008, layers=32, max_length=16384, rope_theta=1e6, norm_eps=1e-5,
      tied=False,
    ),
  ),
  'granite-3b-code': (
    dict(
      model_type='llama', attention_bias=True, mlp_bias=True, hidden_size=2560, intermediate_size=10240,
      max_position_embeddings=2048, num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32,
      rms_norm_eps=1e-5, rope_theta=10000, tie_word_embeddings=True, vocab_size=49152,
    ),
    DecoderConfig(
      V=49152, D=2560, N=32, K=32, H=80, F=10240, layers=32, max_length=2048, norm_eps=1e-5, qkv_bias=True,
      out_bias=True, mlp_bias=True, tied=True,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize('name', PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(llama, *PUBLISHED[name])


TABLES = [{}, dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=True)]


@pytest.mark.parametrize('values', TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(llama, llama.config(SMALL | values))


@pytest.mark.parametrize('values', TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(llama.config(SMALL | values))
