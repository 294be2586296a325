"""GPT-2 and CodeParrot: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import numpy as np
import pytest

from acrl_jax.convert.families import gpt2
from acrl_jax.models.decoder import DecoderConfig

LEARNED = dict(
  norm="layer",
  norm_eps=1e-5,
  gated_mlp=False,
  mlp_bias=True,
  activation="gelu_tanh",
  position="learned",
  qkv_bias=True,
  out_bias=True,
)
SMALL = dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4)
CHANGES = [
  {},
  dict(tie_word_embeddings=False, n_inner=20),
  dict(scale_attn_weights=False, activation_function="gelu"),
  dict(scale_attn_by_inverse_layer_idx=True, layer_norm_epsilon=1e-3),
]


def config(**change):
  return gpt2.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert gpt2.config({"model_type": "gpt2"}) == DecoderConfig(
    V=50257, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=1024, **LEARNED
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'codeparrot-small': (
    dict(
      model_type='gpt2', vocab_size=32768, n_embd=768, n_layer=12, n_head=12, n_positions=1024, n_ctx=1024,
      n_inner=None, activation_function='gelu_new', scale_attn_weights=True, scale_attn_by_inverse_layer_idx=True,
      reorder_and_upcast_attn=True, bos_token_id=50256, eos_token_id=50256, attn_pdrop=0.1, summary_type='cls_index',
      task_specific_params={'text-generation': {'do_sample': True}}, gradient_checkpointing=False,
    ),
    DecoderConfig(
      V=32768, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=1024, scale_by_layer=True, **LEARNED
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert gpt2.config(hf) == want


@pytest.mark.parametrize(
  "change, fields",
  [
    (dict(n_embd=None, hidden_size=16), {}),
    (dict(activation_function="gelu_fast"), {}),
    (dict(add_cross_attention=False, reorder_and_upcast_attn=True), {}),
    (dict(scale_attn_weights=False), dict(attn_scale=1.0)),
  ],
)
def test_switches_and_other_names_of_keys_are_read(change, fields):
  hf = {key: value for key, value in (SMALL | change).items() if value is not None}
  assert gpt2.config(hf) == dataclasses.replace(config(), **fields)


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(add_cross_attention=True), "add_cross_attention=True"),
    (dict(activation_function="quick_gelu"), "activation_function='quick_gelu'"),
    (dict(n_head=3), "3 heads cannot share a width of 16"),
    (dict(hidden_size=32), "hidden_size=32 and n_embd=16 mean the same"),
    (dict(attention_head_type="multiquery"), "use the gpt_bigcode variant"),
    (dict(auto_map={"AutoModelForCausalLM": "modeling.Own"}), "auto_map names code of its own"),
    (dict(quantization_config={"bits": 4}), "quantization_config"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(gpt2, config(**change), "gpt2")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(attn_scale=0.3), "no GPT-2 has attn_scale=0.3"),
    (dict(K=2), "no GPT-2 has K=2"),
    (dict(window=4), "no GPT-2 has window=4"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    gpt2.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(gpt2, config(**change))


def test_its_weights_are_inputs_by_outputs():
  cfg, state, params = checks.converted(gpt2, config())
  fused = state["transformer.h.1.attn.c_attn.weight"]
  checks.check_columns(params, cfg, 1, lambda which, head, h: fused[:, which * cfg.D + head * cfg.H + h])
  np.testing.assert_array_equal(params["layers/mlp/up/kernel"][1], state["transformer.h.1.mlp.c_fc.weight"])
  projection = state["transformer.h.1.attn.c_proj.weight"]
  np.testing.assert_array_equal(params["layers/attn/o/kernel"][1, 2, 3], projection[2 * cfg.H + 3])


def test_files_that_were_saved_without_their_head_lack_the_prefix():
  in_file = ["wte.weight", "h.0.attn.bias", "lm_head.weight"]
  assert gpt2.names(in_file) == {name: "transformer." + name for name in in_file[:2]}
  assert gpt2.names(["transformer.wte.weight", "lm_head.weight"]) == {}


@pytest.mark.parametrize("name", ["transformer.h.1.attn.bias", "transformer.h.0.attn.masked_bias"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(gpt2, config(), name)


def test_a_tied_head_in_a_file_must_be_the_embedding():
  checks.check_tied_head(gpt2, config(tie_word_embeddings=True), "lm_head.weight", "transformer.wte.weight")
