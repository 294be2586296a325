"""Qwen3: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import qwen3
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
  return qwen3.config({"model_type": "qwen3"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=151936, D=4096, N=32, K=32, H=128, F=22016, layers=32, max_length=32768, tied=False, qk_norm=True
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'Qwen3-0.6B': (
    dict(
      model_type='qwen3', attention_bias=False, head_dim=128, hidden_act='silu', hidden_size=1024,
      intermediate_size=3072, max_position_embeddings=40960, max_window_layers=28, num_attention_heads=16,
      num_hidden_layers=28, num_key_value_heads=8, rms_norm_eps=1e-6, rope_scaling=None, rope_theta=1000000,
      sliding_window=None, tie_word_embeddings=True, use_sliding_window=False, vocab_size=151936,
    ),
    DecoderConfig(
      V=151936, D=1024, N=16, K=8, H=128, F=3072, layers=28, max_length=40960, rope_theta=1e6, qk_norm=True, tied=True
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(qwen3, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(use_sliding_window=True, sliding_window=7, max_window_layers=3), {}),
    (
      dict(use_sliding_window=True, sliding_window=7, layer_types=[SLIDING, FULL, FULL]),
      dict(window=7, window_layers=(T, F, F)),
    ),
    (dict(attention_bias=True), dict(qkv_bias=True, out_bias=True)),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert qwen3.config(qwen3.to_hf_config(got)) == got


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(num_experts=128), "num_experts=128"),
    (dict(rope_scaling={"type": "longrope"}), "'longrope'"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(qk_norm=False), "no Qwen3 has qk_norm=False"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    qwen3.to_hf_config(dataclasses.replace(read(**SMALL), **change))


TABLES = [dict(attention_bias=True)]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(qwen3, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(qwen3, read(**SMALL, tie_word_embeddings=True))
