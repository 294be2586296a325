"""The CodeGen family: its config and its rows. Its queries, values and keys lie in four groups, as it was trained."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config
from acrl_jax.convert.weight_map import Row, row
from acrl_jax.models.decoder import DecoderConfig

GROUPS = 4
# What transformers' own class takes for a key that config.json leaves out; n_ctx means nothing to it.
DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50400,
  n_positions=2048,
  n_embd=4096,
  n_layer=28,
  n_head=16,
  rotary_dim=64,
  tie_word_embeddings=False,
)


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = gpt_config.read_keys(hf, 'codegen', DEFAULTS)
  if get['n_embd'] % GROUPS:
    raise ValueError(f'config.json: n_embd={get["n_embd"]}; the {GROUPS} groups of codegen share it evenly')
  return gpt_config.decoder_config(get, **gpt_config.rotated(get))


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no CodeGen."""
  hf = dict(
    architectures=['CodeGenForCausalLM'],
    model_type='codegen',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function']),
    rotary_dim=cfg.rope_dim or cfg.H,
  )
  return hf_config.check_lossless(cfg, hf, config, 'CodeGen')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a CodeGen with these switches."""
  q, k, v = (f'{name}/kernel' for name in gpt_rows.QKV)
  fused = 'transformer.h.{l}.attn.qkv_proj.weight'
  return [*outside(cfg), Row(fused, (q, v, k), gpt_rows.KERNELS, before='(g s W) D -> (s g W) D')]


def outside(cfg: DecoderConfig) -> list[Row]:
  """The rows but those of queries, keys and values, which GPT-J has too."""
  layer = 'transformer.h.{l}.'
  return [
    row('transformer.wte.weight', 'embed', 'V D -> V D'),
    *gpt_rows.norm(layer + 'ln_1', 'layers/attn_norm'),
    *gpt_rows.norm('transformer.ln_f', 'final_norm'),
    *gpt_rows.linear(layer + 'attn.out_proj', 'layers/attn/o', 'D (N H) -> N H D'),
    *gpt_rows.linear(layer + 'mlp.fc_in', 'layers/mlp/up', 'F D -> D F', 'F -> F'),
    *gpt_rows.linear(layer + 'mlp.fc_out', 'layers/mlp/down', 'D F -> F D', 'D -> D'),
    row('lm_head.weight', 'head', 'V D -> D V'),
    row('lm_head.bias', 'head_bias', 'V -> V'),
  ]


def sizes(cfg: DecoderConfig) -> dict[str, int]:
  """g: groups; s: query, value and key; W: the columns of one of these in one group."""
  return dict(g=GROUPS, s=3, W=cfg.N * cfg.H // GROUPS)


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  return {'transformer.h.{l}.attn.causal_mask': ''}  # a buffer that transformers once saved
