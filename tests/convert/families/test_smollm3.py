"""SmolLM3: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import smollm3
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
FULL, SLIDING = "full_attention", "sliding_attention"
F, T = False, True


def read(**values):
  return smollm3.config({"model_type": "smollm3"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=128256,
    D=2048,
    N=16,
    K=4,
    H=128,
    F=11008,
    layers=36,
    max_length=32768,
    tied=True,
    rope_theta=2e6,
    rope_layers=(T, T, T, F) * 9,
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'SmolLM3-3B': (
    dict(
      model_type='smollm3', attention_bias=False, hidden_size=2048, intermediate_size=11008,
      layer_types=['full_attention'] * 36, max_position_embeddings=65536, max_window_layers=28, mlp_bias=False,
      no_rope_layer_interval=4, no_rope_layers=[1, 1, 1, 0] * 9, num_attention_heads=16, num_hidden_layers=36,
      num_key_value_heads=4, pretraining_tp=2, rms_norm_eps=1e-6, rope_scaling=None, rope_theta=5000000.0,
      sliding_window=None, use_sliding_window=False, vocab_size=128256,
    ),
    DecoderConfig(
      V=128256, D=2048, N=16, K=4, H=128, F=11008, layers=36, max_length=65536, rope_theta=5e6, tied=True,
      rope_layers=(True, True, True, False) * 9,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(smollm3, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(no_rope_layer_interval=2), dict(rope_layers=(T, F, T))),
    (dict(no_rope_layers=[0, 1, 1, 0, 0]), dict(rope_layers=(F, T, T))),
    (dict(no_rope_layers=[1, 1, 1], sliding_window=7), {}),
    (
      dict(no_rope_layers=[1, 0, 0], sliding_window=7, use_sliding_window=True),
      dict(rope_layers=(T, F, F), window=7, window_layers=(F, T, T)),
    ),
    (
      dict(no_rope_layers=[1, 0, 0], sliding_window=7, use_sliding_window=True, layer_types=[SLIDING, FULL, FULL]),
      dict(rope_layers=(T, F, F), window=7, window_layers=(T, F, F)),
    ),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert smollm3.config(smollm3.to_hf_config(got)) == got


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(no_rope_layers=[1, 0]), "no_rope_layers speaks of 2 layers; there are 3"),
    (dict(layer_types=[SLIDING] * 3, sliding_window=4), "layers slide, but sliding_window=None"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(head_bias=True, tied=False), "no SmolLM3 has head_bias=True"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    smollm3.to_hf_config(dataclasses.replace(read(**SMALL), **change))


TABLES = [{}]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(smollm3, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(smollm3, read(**SMALL, tie_word_embeddings=True))
