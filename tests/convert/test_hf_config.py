"""Keys of a config.json: defaults, switches that are refused, names of one thing, windows, and what would be lost."""

import dataclasses

import pytest

from acrl_jax.convert import hf_config
from acrl_jax.models.decoder import DecoderConfig

PLAIN = DecoderConfig(V=8, D=8, N=2, K=1, H=4, F=8, layers=3, max_length=8)
FULL, SLIDING = hf_config.FULL, hf_config.SLIDING


def test_null_is_as_good_as_absent_but_where_it_says_something():
  defaults = dict(hidden_size=4, sliding_window=7)
  assert hf_config.read_keys({}, 'x', defaults) == defaults
  got = hf_config.read_keys({'hidden_size': None, 'sliding_window': None, 'other': 1}, 'x', defaults)
  assert got == dict(hidden_size=4, sliding_window=None)


@pytest.mark.parametrize('key', sorted(hf_config.NEUTRAL))
def test_a_switch_that_the_family_does_not_read_must_be_neutral(key):
  neutral = hf_config.NEUTRAL[key][0]
  hf_config.read_keys({key: neutral}, 'x', {})
  hf_config.read_keys({key: 'else'}, 'x', {key: neutral})  # this family reads it
  with pytest.raises(ValueError, match=f"{key}='else' is not supported for x; leave it out or set {neutral}"):
    hf_config.read_keys({key: 'else'}, 'x', {})


def test_layers_that_slide_are_refused_where_the_family_knows_none():
  hf_config.read_keys({'layer_types': [FULL, FULL]}, 'x', {})
  with pytest.raises(ValueError, match="layer_types has 'sliding_attention', which x does not support"):
    hf_config.read_keys({'layer_types': [FULL, SLIDING]}, 'x', {})


def test_two_names_of_one_key_must_agree():
  names = {'hidden_size': 'n_embd'}
  assert hf_config.renamed({'hidden_size': 4}, names) == hf_config.renamed({'n_embd': 4}, names) == {'n_embd': 4}
  assert hf_config.renamed({'hidden_size': 4, 'n_embd': 4}, names) == {'n_embd': 4}
  with pytest.raises(ValueError, match='hidden_size=4 and n_embd=5 mean the same; keep one'):
    hf_config.renamed({'hidden_size': 4, 'n_embd': 5}, names)


def test_activations_go_both_ways_and_the_first_name_is_written():
  assert hf_config.activation('gelu_fast') == hf_config.activation('gelu_new') == 'gelu_tanh'
  assert hf_config.their_activation('gelu_tanh') == 'gelu_pytorch_tanh' and hf_config.their_activation('silu') == 'silu'
  with pytest.raises(ValueError, match="act='tanh' is not known; known: silu"):
    hf_config.activation('tanh', 'act')


@pytest.mark.parametrize(
  'window, kinds, want',
  [
    (5, None, dict(window=5)),
    (None, None, {}),
    (5, [FULL] * 3, {}),
    (5, [SLIDING] * 3, dict(window=5)),
    (5, [FULL, SLIDING, FULL], dict(window=5, window_layers=(False, True, False))),
  ],
)
def test_windows_by_layer_and_back(window, kinds, want):
  assert hf_config.windows(window, kinds, 3) == want
  back = hf_config.layer_types(dataclasses.replace(PLAIN, **want))
  assert back == (kinds or [FULL if window is None else SLIDING] * 3)


def test_what_a_written_config_would_lose_is_named():
  config = lambda written: dataclasses.replace(PLAIN, norm_eps=written['eps'])
  assert hf_config.check_lossless(PLAIN, {'eps': PLAIN.norm_eps}, config, 'Such') == {'eps': PLAIN.norm_eps}
  hf_config.check_lossless(dataclasses.replace(PLAIN, dtype='bfloat16'), {'eps': PLAIN.norm_eps}, config, 'Such')
  wide = dataclasses.replace(PLAIN, F=9, norm_eps=0.5)
  with pytest.raises(ValueError, match='no Such has F=9$'):
    hf_config.check_lossless(wide, {'eps': 0.5}, config, 'Such')
