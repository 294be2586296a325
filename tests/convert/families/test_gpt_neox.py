"""GPT-NeoX: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import gpt_neox
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import Scaling

NEOX = dict(
  norm="layer",
  norm_eps=1e-5,
  gated_mlp=False,
  mlp_bias=True,
  activation="gelu",
  qkv_bias=True,
  out_bias=True,
  parallel_block=True,
  parallel_norms=True,
  tied=False,
)
SMALL = dict(
  vocab_size=50,
  max_position_embeddings=12,
  hidden_size=16,
  num_hidden_layers=2,
  num_attention_heads=4,
  intermediate_size=24,
  rotary_pct=0.5,
)
CHANGES = [
  {},
  dict(use_parallel_residual=False),
  dict(attention_bias=False, rotary_pct=1.0),
  dict(tie_word_embeddings=True),
  dict(rotary_emb_base=500.0, rope_scaling=dict(type="linear", factor=2.0), hidden_act="silu"),
]


def config(**change):
  return gpt_neox.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert gpt_neox.config({"model_type": "gpt_neox"}) == DecoderConfig(
    V=50432, D=6144, N=64, K=64, H=96, F=24576, layers=44, max_length=2048, rope_dim=24, **NEOX
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'pythia-70m': (
    dict(
      model_type='gpt_neox', vocab_size=50304, hidden_size=512, num_hidden_layers=6, num_attention_heads=8,
      intermediate_size=2048, max_position_embeddings=2048, rotary_pct=0.25, rotary_emb_base=10000, hidden_act='gelu',
      layer_norm_eps=1e-5, use_parallel_residual=True, tie_word_embeddings=False, torch_dtype='float16',
    ),
    DecoderConfig(V=50304, D=512, N=8, K=8, H=64, F=2048, layers=6, max_length=2048, rope_dim=16, **NEOX),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert gpt_neox.config(hf) == want


@pytest.mark.parametrize(
  "change, fields",
  [
    (dict(rotary_pct=None, partial_rotary_factor=0.5), {}),
    (dict(rotary_pct=None, rope_parameters=dict(rope_type="default", partial_rotary_factor=0.5)), {}),
  ],
)
def test_switches_and_other_names_of_keys_are_read(change, fields):
  hf = {key: value for key, value in (SMALL | change).items() if value is not None}
  assert gpt_neox.config(hf) == dataclasses.replace(config(), **fields)


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(rotary_pct=0.25), "rope turns an even number of columns of a head of 4, not 1"),
    (dict(partial_rotary_factor=0.25), "rotary_pct=0.5 and partial_rotary_factor=0.25 mean the same"),
    (dict(rope_scaling={"type": "longrope"}), "rope_scaling of type 'longrope'"),
    (dict(hidden_act="xielu"), "activation_function='xielu'"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(gpt_neox, config(**change), "gpt_neox")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(parallel_norms=False), "no GPT-NeoX has parallel_norms=False"),
    (dict(out_bias=False), "no GPT-NeoX has out_bias=False"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    gpt_neox.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(gpt_neox, config(**change))


def test_each_head_has_its_query_key_and_value_together():
  checks.check_heads_apart(gpt_neox, config(), "gpt_neox.layers.1.attention.query_key_value")


def test_its_output_has_two_names():
  assert gpt_neox.names(["gpt_neox.embed_in.weight", "lm_head.weight"]) == {"lm_head.weight": "embed_out.weight"}
  assert gpt_neox.names(["gpt_neox.embed_in.weight", "embed_out.weight"]) == {}


def test_rope_is_written_in_every_spelling():
  scaled = config(rotary_emb_base=500.0, rope_scaling=dict(type="linear", factor=2.0))
  assert scaled.rope_scaling == Scaling("linear", 2.0) and scaled.rope_dim == 2
  written = gpt_neox.to_hf_config(scaled)
  assert written["rotary_emb_base"] == written["rope_theta"] == written["rope_parameters"]["rope_theta"] == 500.0
  assert written["rotary_pct"] == written["rope_parameters"]["partial_rotary_factor"] == 0.5
  for gone in (("rotary_emb_base", "rotary_pct", "rope_theta", "rope_scaling"), ("rope_parameters", "rope_theta")):
    assert gpt_neox.config({key: value for key, value in written.items() if key not in gone}) == scaled


@pytest.mark.parametrize("name", ["gpt_neox.layers.1.attention.rotary_emb.inv_freq"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(gpt_neox, config(), name)


def test_a_tied_head_in_a_file_must_be_the_embedding():
  checks.check_tied_head(gpt_neox, config(tie_word_embeddings=True), "embed_out.weight", "gpt_neox.embed_in.weight")
