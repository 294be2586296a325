"""Granite: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import granite
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
  return granite.config({"model_type": "granite"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=32000, D=4096, N=32, K=32, H=128, F=11008, layers=32, max_length=2048, tied=False, attn_scale=1.0
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'granite-3.0-2b': (
    dict(
      model_type='granite', attention_bias=False, attention_multiplier=0.015625, embedding_multiplier=12.0,
      hidden_size=2048, intermediate_size=8192, logits_scaling=8.0, max_position_embeddings=4096, mlp_bias=False,
      num_attention_heads=32, num_hidden_layers=40, num_key_value_heads=8, residual_multiplier=0.22,
      rms_norm_eps=1e-5, rope_scaling=None, rope_theta=10000, tie_word_embeddings=True, vocab_size=49155,
    ),
    DecoderConfig(
      V=49155, D=2048, N=32, K=8, H=64, F=8192, layers=40, max_length=4096, norm_eps=1e-5, tied=True,
      attn_scale=0.015625, embed_scale=12.0, residual_scale=0.22, logit_scale=0.125,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(granite, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(logits_scaling=49), dict(logit_scale=1 / 49)),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert granite.config(granite.to_hf_config(got)) == got


@pytest.mark.parametrize("scaling", [3, 7, 10, 49, 6.0, 0.3, 1 / 7])
def test_a_divisor_of_logits_comes_back_as_it_was(scaling):
  assert granite.to_hf_config(read(**SMALL, logits_scaling=scaling))["logits_scaling"] == scaling


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(num_local_experts=32), "num_local_experts=32"),
    (dict(hidden_act="gelu_10"), "hidden_act='gelu_10'"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(attn_scale=None), "no Granite has attn_scale=None"),
    (dict(window=5), "no Granite has window=5"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    granite.to_hf_config(dataclasses.replace(read(**SMALL), **change))


TABLES = [dict(mlp_bias=True)]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(granite, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(granite, read(**SMALL, tie_word_embeddings=True))
