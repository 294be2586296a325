"""Qwen2: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import numpy as np
import pytest

from acrl_jax.convert.families import qwen2
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import Scaling

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
  return qwen2.config({"model_type": "qwen2"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=151936, D=4096, N=32, K=32, H=128, F=22016, layers=32, max_length=32768, tied=False, qkv_bias=True
  )


QWEN_CODER = dict(
  hidden_act='silu', max_position_embeddings=32768, max_window_layers=28, rms_norm_eps=1e-6, rope_theta=1000000.0,
  sliding_window=131072, use_sliding_window=False, torch_dtype='bfloat16', use_mrope=False, bos_token_id=151643,
  eos_token_id=151643, attention_dropout=0.0,
)  # fmt: skip
# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'Qwen2.5-Coder-0.5B': (
    dict(
      model_type='qwen2', hidden_size=896, intermediate_size=4864, num_attention_heads=14, num_hidden_layers=24,
      num_key_value_heads=2, tie_word_embeddings=True, vocab_size=151936, **QWEN_CODER,
    ),
    DecoderConfig(
      V=151936, D=896, N=14, K=2, H=64, F=4864, layers=24, max_length=32768, rope_theta=1e6, qkv_bias=True, tied=True
    ),
  ),
  'Qwen2.5-Coder-7B, longer by YaRN': (
    dict(
      model_type='qwen2', hidden_size=3584, intermediate_size=18944, num_attention_heads=28, num_hidden_layers=28,
      num_key_value_heads=4, tie_word_embeddings=False, vocab_size=152064, **QWEN_CODER,
      rope_scaling=dict(factor=4.0, original_max_position_embeddings=32768, type='yarn'),
    ),
    DecoderConfig(
      V=152064, D=3584, N=28, K=4, H=128, F=18944, layers=28, max_length=32768, rope_theta=1e6, qkv_bias=True,
      tied=False, rope_scaling=Scaling('yarn', 4.0, 32768, 1.0, 32.0, 0.1 * np.log(4) + 1),
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(qwen2, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(sliding_window=7, max_window_layers=1), {}),
    (dict(use_sliding_window=True, sliding_window=None, max_window_layers=1), {}),
    (dict(use_sliding_window=True, sliding_window=7, max_window_layers=0), dict(window=7)),
    (dict(use_sliding_window=True, sliding_window=7, max_window_layers=1), dict(window=7, window_layers=(F, T, T))),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert qwen2.config(qwen2.to_hf_config(got)) == got


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(layer_types=[SLIDING, FULL, FULL]), "layers slide, but sliding_window=None"),
    (dict(layer_types=["linear_attention", FULL, FULL]), "'linear_attention'; known"),
    (dict(layer_types=[FULL]), "speaks of 1 layers; there are 3"),
    (dict(use_mrope=True), "use_mrope=True"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(qkv_bias=False), "no Qwen2 has qkv_bias=False"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    qwen2.to_hf_config(dataclasses.replace(read(**SMALL), **change))


TABLES = [{}]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(qwen2, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(qwen2, read(**SMALL, tie_word_embeddings=True))
