"""Keys as GPT-2 named them: other names, the decoder that they mean, how much of a head is turned."""

import pytest

from acrl_jax.convert import gpt_config
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4, tie_word_embeddings=True
)
DECODER = DecoderConfig(
  V=50, D=16, N=4, K=4, H=4, F=64, layers=2, max_length=12, norm='layer', norm_eps=1e-5, activation='gelu_tanh',
  gated_mlp=False, mlp_bias=True,
)  # fmt: skip


def test_a_key_is_read_by_each_of_its_names():
  for name in ('n_embd', 'hidden_size'):
    assert gpt_config.read_keys({name: 8}, 'x', DEFAULTS)['n_embd'] == 8
  own = dict(n_layer='num_layers')
  assert gpt_config.read_keys({'num_layers': 3}, 'x', DEFAULTS, own)['n_layer'] == 3
  with pytest.raises(ValueError, match='auto_map names code of its own, which may compute something else than x'):
    gpt_config.read_keys({'auto_map': {'AutoModel': 'mine.Model'}}, 'x', DEFAULTS)


def test_the_decoder_of_the_keys():
  assert gpt_config.decoder_config(DEFAULTS) == DECODER
  assert gpt_config.decoder_config(DEFAULTS | dict(n_inner=20), K=1).size('FK') == (20, 1)
  with pytest.raises(ValueError, match='3 heads cannot share a width of 16 evenly'):
    gpt_config.decoder_config(DEFAULTS | dict(n_head=3))


def test_the_keys_of_the_decoder():
  written = gpt_config.to_keys(DECODER, 'gelu_new', dict(n_embd='hidden_size'), more=1)
  assert written['hidden_size'] == 16 and 'n_embd' not in written and written['more'] == 1
  assert written['n_inner'] is None and written['activation_function'] == 'gelu_new'
  again = gpt_config.read_keys(written, 'x', DEFAULTS, dict(n_embd='hidden_size'))
  assert gpt_config.decoder_config(again) == DECODER


def test_another_activation_is_written_by_the_first_of_its_names():
  assert gpt_config.to_keys(DECODER, 'gelu')['activation_function'] == 'gelu_pytorch_tanh'


@pytest.mark.parametrize('columns, want', [(4, None), (2, 2)])
def test_columns_that_are_turned(columns, want):
  assert gpt_config.turned(DEFAULTS, columns) == want


@pytest.mark.parametrize('columns', [0, 5])
def test_more_columns_than_a_head_has_are_refused(columns):
  with pytest.raises(ValueError, match=f'rope turns {columns} columns of a head; it must be an even number of up to 4'):
    gpt_config.turned(DEFAULTS, columns)


def test_the_switches_of_relatives():
  assert gpt_config.learned(DEFAULTS | dict(scale_attn_weights=False))['attn_scale'] == 1.0
  assert gpt_config.rotated(DEFAULTS | dict(rotary_dim=2, tie_word_embeddings=False))['rope_dim'] == 2
  with pytest.raises(ValueError, match='tie_word_embeddings=True is not supported where the output has a bias'):
    gpt_config.rotated(DEFAULTS | dict(rotary_dim=2))
