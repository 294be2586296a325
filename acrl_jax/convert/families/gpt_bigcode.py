"""The GPTBigCode family (SantaCoder, StarCoder, Granite 20B code): its config and its rows."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config
from acrl_jax.convert.families import gpt2
from acrl_jax.convert.weight_map import Row
from acrl_jax.models.decoder import DecoderConfig

# What transformers' own class takes for a key that config.json leaves out. attention_softmax_in_fp32 and
# scale_attention_softmax_in_fp32 are no switches of ours: the softmax is computed in float32 always.
DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50257,
  n_positions=1024,
  n_embd=768,
  n_layer=12,
  n_head=12,
  activation_function='gelu_pytorch_tanh',
  scale_attn_weights=True,
  multi_query=True,
  tie_word_embeddings=True,
)


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = gpt_config.read_keys(hf, 'gpt_bigcode', DEFAULTS)
  return gpt_config.decoder_config(get, **gpt_config.learned(get), K=1 if get['multi_query'] else get['n_head'])


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no GPTBigCode."""
  hf = dict(
    architectures=['GPTBigCodeForCausalLM'],
    model_type='gpt_bigcode',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function']),
    scale_attn_weights=cfg.attn_scale is None,
    multi_query=cfg.K == 1,
  )
  return hf_config.check_lossless(cfg, hf, config, 'GPTBigCode')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a GPTBigCode with these switches."""
  layer = 'transformer.h.{l}.'
  return [
    *gpt2.outside(cfg),
    # All queries, then the key and value that they share; or the query, key and value of one head after the other.
    *gpt_rows.fused(layer + 'attn.c_attn', apart=cfg.K > 1),
    *gpt_rows.linear(layer + 'attn.c_proj', 'layers/attn/o', 'D (N H) -> N H D', 'D -> D'),
    *gpt_rows.linear(layer + 'mlp.c_fc', 'layers/mlp/up', 'F D -> D F', 'F -> F'),
    *gpt_rows.linear(layer + 'mlp.c_proj', 'layers/mlp/down', 'D F -> F D', 'D -> D'),
  ]


def sizes(cfg: DecoderConfig) -> dict[str, int]:
  """s: query, key and value."""
  return dict(s=3)


ignored = gpt2.ignored
names = gpt_rows.prefixed
