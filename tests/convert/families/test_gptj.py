"""GPT-J: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import gptj
from acrl_jax.models.decoder import DecoderConfig

ROTATED = dict(
  norm="layer",
  norm_eps=1e-5,
  gated_mlp=False,
  mlp_bias=True,
  activation="gelu_tanh",
  position="rope_interleaved",
  parallel_block=True,
  head_bias=True,
  tied=False,
)
SMALL = dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4, rotary_dim=2)
CHANGES = [{}, dict(rotary_dim=4), dict(activation_function="relu", n_inner=20)]


def config(**change):
  return gptj.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert gptj.config({"model_type": "gptj"}) == DecoderConfig(
    V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'gpt-j-6b': (
    dict(
      model_type='gptj', vocab_size=50400, n_embd=4096, n_layer=28, n_head=16, n_positions=2048, n_inner=None,
      rotary=True, rotary_dim=64, activation_function='gelu_new', scale_attn_weights=True, tie_word_embeddings=False,
    ),
    DecoderConfig(V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert gptj.config(hf) == want


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(rotary=False), "rotary=False"),
    (dict(rotary_dim=8), "rope turns 8 columns of a head; it must be an even number of up to 4"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(gptj, config(**change), "gptj")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(qkv_bias=True, position="rope"), "no GPT-J has position='rope', qkv_bias=True"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    gptj.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(gptj, config(**change))


def test_it_has_three_linear_maps_of_outputs_by_inputs():
  checks.check_three_maps(gptj, config(), "transformer.h.1.attn")


@pytest.mark.parametrize("name", ["transformer.h.1.attn.masked_bias"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(gptj, config(), name)
