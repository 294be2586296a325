"""The GPT-2 family, with CodeParrot: its config and its rows. Its linear maps are stored as (in, out)."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config
from acrl_jax.convert.weight_map import Row, row
from acrl_jax.models.decoder import DecoderConfig

# What transformers' own class takes for a key that config.json leaves out. reorder_and_upcast_attn is no switch of
# ours: attention logits are computed in float32 always.
DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50257,
  n_positions=1024,
  n_embd=768,
  n_layer=12,
  n_head=12,
  scale_attn_weights=True,
  scale_attn_by_inverse_layer_idx=False,
  tie_word_embeddings=True,
)


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  if 'multiquery' in str(hf.get('attention_head_type')):
    raise ValueError('config.json: this is SantaCoder with code of its own; use the gpt_bigcode variant of it')
  get = gpt_config.read_keys(hf, 'gpt2', DEFAULTS)
  by_layer = get['scale_attn_by_inverse_layer_idx']
  return gpt_config.decoder_config(get, **gpt_config.learned(get), scale_by_layer=by_layer)


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no GPT-2."""
  hf = dict(
    architectures=['GPT2LMHeadModel'],
    model_type='gpt2',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function']),
    scale_attn_weights=cfg.attn_scale is None,
    scale_attn_by_inverse_layer_idx=cfg.scale_by_layer,
  )
  return hf_config.check_lossless(cfg, hf, config, 'GPT-2')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a GPT-2 with these switches."""
  layer = 'transformer.h.{l}.'
  kernels = ('D (N H) -> D N H', 'D (K H) -> D K H', 'D (K H) -> D K H')
  return [
    *outside(cfg),
    Row(layer + 'attn.c_attn.weight', tuple(f'{name}/kernel' for name in gpt_rows.QKV), kernels, axis=1),
    Row(layer + 'attn.c_attn.bias', tuple(f'{name}/bias' for name in gpt_rows.QKV), gpt_rows.BIASES),
    *gpt_rows.linear(layer + 'attn.c_proj', 'layers/attn/o', '(N H) D -> N H D', 'D -> D'),
    *gpt_rows.linear(layer + 'mlp.c_fc', 'layers/mlp/up', 'D F -> D F', 'F -> F'),
    *gpt_rows.linear(layer + 'mlp.c_proj', 'layers/mlp/down', 'F D -> F D', 'D -> D'),
  ]


def outside(cfg: DecoderConfig) -> list[Row]:
  """The rows outside of attention and MLP, which GPTBigCode and GPT-Neo have too."""
  layer = 'transformer.h.{l}.'
  return [
    row('transformer.wte.weight', 'embed', 'V D -> V D'),
    row('transformer.wpe.weight', 'pos', 'L D -> L D'),
    *gpt_rows.norm(layer + 'ln_1', 'layers/attn_norm'),
    *gpt_rows.norm(layer + 'ln_2', 'layers/mlp_norm'),
    *gpt_rows.norm('transformer.ln_f', 'final_norm'),
    *([] if cfg.tied else [row('lm_head.weight', 'head', 'V D -> D V')]),
  ]


def ignored(cfg: DecoderConfig, attention: str = 'attn') -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  tied = {'lm_head.weight': 'transformer.wte.weight'} if cfg.tied else {}
  layer = f'transformer.h.{{l}}.{attention}.'
  return tied | {layer + 'bias': '', layer + 'masked_bias': ''}  # the causal mask, which transformers once saved


names = gpt_rows.prefixed
