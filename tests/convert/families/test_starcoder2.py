"""StarCoder2: what its configs mean, what is refused, and tables that miss nothing."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import starcoder2
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
  return starcoder2.config({"model_type": "starcoder2"} | values)


def test_absent_keys_take_the_defaults_of_the_class():
  assert read() == DecoderConfig(
    V=49152,
    D=3072,
    N=24,
    K=2,
    H=128,
    F=12288,
    layers=30,
    max_length=4096,
    tied=True,
    norm="layer",
    norm_eps=1e-5,
    activation="gelu_tanh",
    gated_mlp=False,
    qkv_bias=True,
    out_bias=True,
    mlp_bias=True,
  )


STARCODER = dict(
  hidden_act='gelu_pytorch_tanh', max_position_embeddings=16384, mlp_type='default', norm_epsilon=1e-5,
  norm_type='layer_norm', sliding_window=4096, use_bias=True, vocab_size=49152, attention_dropout=0.1,
  residual_dropout=0.1, embedding_dropout=0.1, bos_token_id=0, eos_token_id=0,
)  # fmt: skip
# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'starcoder2-3b': (
    dict(
      model_type='starcoder2', hidden_size=3072, intermediate_size=12288, num_attention_heads=24, num_hidden_layers=30,
      num_key_value_heads=2, rope_theta=999999.4420358813, **STARCODER,
    ),
    DecoderConfig(
      V=49152, D=3072, N=24, K=2, H=128, F=12288, layers=30, max_length=16384, rope_theta=999999.4420358813,
      norm='layer', norm_eps=1e-5, activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True,
      mlp_bias=True, tied=True, window=4096,
    ),
  ),
  'starcoder2-7b': (
    dict(
      model_type='starcoder2', activation_function='gelu', hidden_size=4608, intermediate_size=18432,
      num_attention_heads=36, num_hidden_layers=32, num_key_value_heads=4, rope_theta=1000000,
      scale_attention_softmax_in_fp32=True, scale_attn_weights=True, **STARCODER,
    ),
    DecoderConfig(
      V=49152, D=4608, N=36, K=4, H=128, F=18432, layers=32, max_length=16384, rope_theta=1e6, norm='layer',
      norm_eps=1e-5, activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True, mlp_bias=True, tied=True,
      window=4096,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  checks.check_published(starcoder2, *PUBLISHED[name])


@pytest.mark.parametrize(
  "values, want",
  [
    (dict(use_bias=False), dict(qkv_bias=False, out_bias=False, mlp_bias=False)),
  ],
)
def test_switches_change_what_they_say_and_are_written_again(values, want):
  got = read(**(SMALL | values))
  plain = dict(window=None, window_layers=None, rope_layers=None)
  assert got == dataclasses.replace(read(**SMALL), **(plain | want))
  assert starcoder2.config(starcoder2.to_hf_config(got)) == got


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(norm_type="rms_norm"), "norm_type='rms_norm'.* must be 'layer_norm'"),
    (dict(mlp_type="gated"), "mlp_type='gated'"),
  ],
)
def test_what_is_not_computed_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    read(**(SMALL | wrong))


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(gated_mlp=True), "no StarCoder2 has gated_mlp=True"),
  ],
)
def test_a_decoder_of_another_family_is_not_written(change, text):
  with pytest.raises(ValueError, match=text):
    starcoder2.to_hf_config(dataclasses.replace(read(**SMALL), **change))


TABLES = [{}, dict(use_bias=False, tie_word_embeddings=False)]


@pytest.mark.parametrize("values", TABLES)
def test_a_table_names_every_parameter_once_and_loses_no_bit(values):
  checks.check_rows(starcoder2, read(**(SMALL | values)))


@pytest.mark.parametrize("values", TABLES)
def test_every_parameter_has_dims(values):
  checks.check_dims(read(**(SMALL | values)))


def test_a_tied_head_in_the_file_must_be_the_embedding_and_old_buffers_may_be_anything():
  checks.check_tied_head_and_old_buffers(starcoder2, read(**SMALL, tie_word_embeddings=True))
