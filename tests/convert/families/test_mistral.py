"""Mistral: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import mistral
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
  return mistral.config({"model_type": "mistral"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=32000, D=4096, N=32, K=8, H=128, F=14336, layers=32, max_length=131072, tied=False, window=4096
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'Mistral-7B-v0.3': (
    dict(
      model_type='mistral', hidden_act='silu', hidden_size=4096, intermediate_size=14336,
      max_position_embeddings=32768, num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=8,
      rms_norm_eps=1e-5, rope_theta=1000000.0, sliding_window=None, tie_word_embeddings=False, vocab_size=32768,
    ),
    DecoderConfig(
      V=32768, D=4096, N=32, K=8, H=128, F=14336, layers=32, max_length=32768, rope_theta=1e6, norm_eps=1e-5,
      tied=False,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(mistral, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(sliding_window=7), dict(window=7)),
    (dict(sliding_window=None), {}),
    (dict(num_key_value_heads=None, head_dim=None, rms_norm_eps=None), dict(K=4, window=4096)),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert mistral.config(mistral.to_hf_config(got)) == got


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(layer_types=[SLIDING] * 3), "layer_types has 'sliding_attention', which mistral"),
    (dict(attention_bias=True), "attention_bias=True is not supported for mistral"),
    (dict(sliding_window=0), "sliding_window=0"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(window_layers=(T, F, T)), "no Mistral has window_layers"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    mistral.to_hf_config(dataclasses.replace(read(**SMALL, sliding_window=5), **change))


TABLES = [dict(head_dim=6)]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(mistral, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(mistral, read(**SMALL, tie_word_embeddings=True))
