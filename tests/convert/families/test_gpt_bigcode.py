"""GPTBigCode: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import gpt_bigcode
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
CHANGES = [{}, dict(multi_query=False), dict(tie_word_embeddings=False, n_inner=20), dict(scale_attn_weights=False)]


def config(**change):
  return gpt_bigcode.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert gpt_bigcode.config({"model_type": "gpt_bigcode"}) == DecoderConfig(
    V=50257, D=768, N=12, K=1, H=64, F=3072, layers=12, max_length=1024, **LEARNED
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'tiny_starcoder_py': (
    dict(
      model_type='gpt_bigcode', vocab_size=49152, n_embd=768, n_layer=20, n_head=12, n_positions=8192, n_inner=3072,
      activation_function='gelu_pytorch_tanh', multi_query=True, attention_softmax_in_fp32=True, inference_runner=0,
      scale_attention_softmax_in_fp32=True, scale_attn_weights=True, bos_token_id=0, eos_token_id=0,
      validate_runner_input=True, pad_key_length=True, pre_allocate_kv_cache=False, max_batch_size=None,
    ),
    DecoderConfig(V=49152, D=768, N=12, K=1, H=64, F=3072, layers=20, max_length=8192, **LEARNED),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert gpt_bigcode.config(hf) == want


@pytest.mark.parametrize(
  "change, fields",
  [
    (dict(scale_attn_weights=False), dict(attn_scale=1.0)),
  ],
)
def test_switches_and_other_names_of_keys_are_read(change, fields):
  hf = {key: value for key, value in (SMALL | change).items() if value is not None}
  assert gpt_bigcode.config(hf) == dataclasses.replace(config(), **fields)


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(scale_attn_by_inverse_layer_idx=True), "scale_attn_by_inverse_layer_idx=True"),
    (dict(add_cross_attention=True), "add_cross_attention=True"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(gpt_bigcode, config(**change), "gpt_bigcode")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(K=2), "no GPTBigCode has K=2"),
    (dict(scale_by_layer=True), "no GPTBigCode has scale_by_layer=True"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    gpt_bigcode.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(gpt_bigcode, config(**change))


def test_all_queries_come_first_and_then_one_key_and_one_value():
  cfg, state, params = checks.converted(gpt_bigcode, config())
  fused = state["transformer.h.1.attn.c_attn.weight"]
  first = (0, cfg.D, cfg.D + cfg.H)
  checks.check_columns(params, cfg, 1, lambda which, head, h: fused[first[which] + head * cfg.H + h])


def test_without_multi_query_each_head_has_its_query_key_and_value_together():
  checks.check_heads_apart(gpt_bigcode, config(multi_query=False), "transformer.h.1.attn.c_attn")


def test_files_that_were_saved_without_their_head_lack_the_prefix():
  in_file = ["wte.weight", "h.0.attn.bias", "lm_head.weight"]
  assert gpt_bigcode.names(in_file) == {name: "transformer." + name for name in in_file[:2]}
  assert gpt_bigcode.names(["transformer.wte.weight", "lm_head.weight"]) == {}


@pytest.mark.parametrize("name", ["transformer.h.0.attn.masked_bias"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(gpt_bigcode, config(), name)
