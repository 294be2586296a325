"""CodeGen: configs as they are published, what is refused, what is written, and where its tensors go."""

import dataclasses

import family_checks as checks
import pytest

from acrl_jax.convert.families import codegen
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
CHANGES = [{}, dict(rotary_dim=4), dict(n_head=2, n_inner=20)]


def config(**change):
  return codegen.config(SMALL | change)


def test_absent_keys_take_the_defaults_of_the_class():
  assert codegen.config({"model_type": "codegen"}) == DecoderConfig(
    V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED
  )


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'codegen-350M-mono': (
    dict(
      model_type='codegen', vocab_size=51200, n_embd=1024, n_layer=20, n_head=16, n_positions=2048, n_ctx=2048,
      n_inner=None, rotary_dim=32, activation_function='gelu_new', scale_attn_weights=True, bos_token_id=1,
      eos_token_id=50256, tie_word_embeddings=False, tokenizer_class='GPT2Tokenizer', torch_dtype='float16',
    ),
    DecoderConfig(V=51200, D=1024, N=16, K=16, H=64, F=4096, layers=20, max_length=2048, rope_dim=32, **ROTATED),
  ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_configs_are_read(name):
  hf, want = PUBLISHED[name]
  assert codegen.config(hf) == want


@pytest.mark.parametrize(
  "wrong, text",
  [
    (dict(tie_word_embeddings=True), "tie_word_embeddings=True"),
    (dict(rotary_dim=0), "rope turns 0 columns"),
    (dict(rotary_dim=3), "an even number"),
    (dict(n_embd=18, n_head=3), "the 4 groups of codegen"),
    (dict(auto_map={"AutoModelForCausalLM": "modeling_codegen.Own"}), "auto_map"),
    (dict(scale_attn_weights=False), "scale_attn_weights=False"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    config(**wrong)


@pytest.mark.parametrize("change", CHANGES)
def test_the_written_config_reads_back_the_same(change):
  checks.check_written_config(codegen, config(**change), "codegen")


@pytest.mark.parametrize(
  "change, text",
  [
    (dict(rope_theta=5e5), "no CodeGen has rope_theta=500000.0"),
    (dict(parallel_norms=True), "no CodeGen has parallel_norms=True"),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(change, text):
  with pytest.raises(ValueError, match=text):
    codegen.to_hf_config(dataclasses.replace(config(), **change))


@pytest.mark.parametrize("change", CHANGES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(change):
  checks.check_rows(codegen, config(**change))


@pytest.mark.parametrize("heads", [4, 2])
def test_it_has_four_groups_of_queries_values_and_keys(heads):
  cfg, state, params = checks.converted(codegen, config(n_head=heads))
  fused = state["transformer.h.1.attn.qkv_proj.weight"]
  wide = cfg.D // 4  # of one of the three in one group

  def column(which, head, h):
    group, place = divmod(head * cfg.H + h, wide)
    return fused[group * 3 * wide + (0, 2, 1)[which] * wide + place]

  checks.check_columns(params, cfg, 1, column)


@pytest.mark.parametrize("name", ["transformer.h.1.attn.causal_mask"])
def test_buffers_of_old_files_are_let_pass_and_others_are_not(name):
  checks.check_buffer(codegen, config(), name)
