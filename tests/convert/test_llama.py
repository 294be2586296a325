import dataclasses

import pytest

from acrl_jax.convert import llama
from acrl_jax.models.decoder import DecoderConfig

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
  'spelling',
  [
    dict(rope_theta=5e5),
    dict(rope_theta=500000, rope_scaling=None),
    dict(rope_theta=5e5, rope_scaling={'type': 'default'}),
    dict(rope_parameters={'rope_type': 'default', 'rope_theta': 5e5}),
    dict(rope_theta=5e5, rope_parameters={'rope_type': 'default', 'rope_theta': 5e5}),
  ],
)
def test_rope_theta_is_found_in_every_spelling(spelling):
  assert llama.config(SMALL | spelling).rope_theta == 5e5


@pytest.mark.parametrize(
  'wrong, text',
  [
    (dict(rope_scaling={'type': 'linear', 'factor': 4.0}), "rope_scaling of type 'linear'"),
    (dict(rope_scaling={'rope_type': 'llama3'}), "rope_scaling of type 'llama3'"),
    (dict(rope_parameters={'rope_type': 'yarn', 'rope_theta': 1e4}), "rope_parameters of type 'yarn'"),
    (dict(rope_parameters={'partial_rotary_factor': 0.5}), 'partial_rotary_factor'),
    (dict(rope_theta=1e4, rope_parameters={'rope_theta': 1e5}), 'twice and differently'),
    (dict(hidden_act='xielu'), "hidden_act='xielu'"),
    (dict(rope_interleaved=True), 'rope_interleaved=True'),
    (dict(quantization_config={'bits': 4}), 'quantization_config'),
    (dict(num_key_value_heads=3), 'key/value heads'),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    llama.config(SMALL | wrong)


@pytest.mark.parametrize('change', [{}, dict(tied=False, activation='gelu_tanh'), dict(qkv_bias=True, out_bias=True)])
def test_the_written_config_reads_back_the_same(change):
  config = dataclasses.replace(llama.config(SMALL | {'tie_word_embeddings': True}), dtype='bfloat16', **change)
  assert dataclasses.replace(llama.config(llama.to_hf_config(config)), dtype='bfloat16') == config


def test_both_spellings_are_written():
  written = llama.to_hf_config(dataclasses.replace(llama.config(SMALL), rope_theta=1e6))
  assert written['rope_theta'] == 1e6 and written['rope_scaling'] is None and written['torch_dtype'] == 'float32'
  assert written['rope_parameters'] == {'rope_type': 'default', 'rope_theta': 1e6} and written['dtype'] == 'float32'


@pytest.mark.parametrize(
  'change, text',
  [
    (dict(norm='layer'), "norm='layer'"),
    (dict(position='learned'), "position='learned'"),
    (dict(qkv_bias=True), 'out_bias=False'),  # one switch stands for both
    (dict(qk_norm=True, window=4), 'qk_norm=True, window=4'),
  ],
)
def test_a_decoder_that_is_no_llama_is_refused(change, text):
  with pytest.raises(ValueError, match=f'no Llama has .*{text}'):
    llama.to_hf_config(dataclasses.replace(llama.config(SMALL), **change))
