"""GPT-Neo: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import gpt_neo
from acrl_jax.models.decoder import DecoderConfig

NEO = dict(
  norm="layer",
  norm_eps=1e-5,
  gated_mlp=False,
  mlp_bias=True,
  activation="gelu_tanh",
  position="learned",
  out_bias=True,
  attn_scale=1.0,
)
SMALL = dict(
  vocab_size=50,
  max_position_embeddings=12,
  hidden_size=16,
  num_layers=2,
  num_heads=4,
  window_size=3,
  attention_types=[[["global", "local"], 1]],
)
CHANGES = [
  {},
  dict(attention_types=[[["global"], 2]]),
  dict(attention_types=[[["local"], 2]], window_size=5),
  dict(tie_word_embeddings=False, intermediate_size=20),
]


def config(**change):
  return gpt_neo.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert gpt_neo.config({"model_type": "gpt_neo"}) == DecoderConfig(
    V=50257,
    D=2048,
    N=16,
    K=16,
    H=128,
    F=8192,
    layers=24,
    max_length=2048,
    window=256,
    window_layers=(False, True) * 12,
    **NEO,
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'gpt-neo-125m': (
    dict(
      model_type='gpt_neo', vocab_size=50257, hidden_size=768, num_layers=12, num_heads=12, intermediate_size=None,
      max_position_embeddings=2048, attention_types=[[['global', 'local'], 6]], window_size=256,
      attention_layers=['global', 'local'] * 6, activation_function='gelu_new', layer_norm_epsilon=1e-5,
    ),
    DecoderConfig(
      V=50257, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=2048, window=256,
      window_layers=(False, True) * 6, **NEO,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert gpt_neo.config(hf) == want


@pytest.mark.parametrize(
  "change, fields",
  [
    (dict(attention_types=None, attention_layers=["local", "local"]), dict(window_layers=None)),
  ],
)
def test_switches_and_other_names_of_keys_are_read(change, fields):
  hf = {key: value for key, value in (SMALL | change).items() if value is not None}
  assert gpt_neo.config(hf) == dataclasses.replace(config(), **fields)


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(attention_types=[[["global", "sparse"], 1]]), "attention_types has 'sparse'"),
    (dict(attention_types=[[["global"], 3]]), "speaks of 3 layers; there are 2"),
    (dict(attention_types=["global"]), "attention_types=.'global'."),
    (dict(attention_layers=["local", "global"]), "attention_layers is not what attention_types makes"),
    (dict(window_size=0), "window"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(gpt_neo, config(**change), "gpt_neo")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(attn_scale=None), "no GPT-Neo has attn_scale=None"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    gpt_neo.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(gpt_neo, config(**change))


def test_it_has_three_linear_maps_of_outputs_by_inputs():
  checks.check_three_maps(gpt_neo, config(), "transformer.h.1.attn.attention")


def test_files_that_were_saved_without_their_head_lack_the_prefix():
  in_file = ["wte.weight", "h.0.attn.bias", "lm_head.weight"]
  assert gpt_neo.names(in_file) == {name: "transformer." + name for name in in_file[:2]}
  assert gpt_neo.names(["transformer.wte.weight", "lm_head.weight"]) == {}


@pytest.mark.parametrize("name", ["transformer.h.1.attn.attention.bias"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(gpt_neo, config(), name)


def test_a_tied_head_in_a_file_must_be_the_embedding():
  checks.check_tied_head(gpt_neo, config(tie_word_embeddings=True), "lm_head.weight", "transformer.wte.weight")
