"""The GPT-NeoX family (Pythia, PolyCoder and others): its config and its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config, rope_config
from acrl_jax.convert.weight_map import Row, row
from acrl_jax.models.decoder import DecoderConfig

OWN_NAMES = dict(
  n_positions='max_position_embeddings',
  n_embd='hidden_size',
  n_layer='num_hidden_layers',
  n_head='num_attention_heads',
  n_inner='intermediate_size',
  activation_function='hidden_act',
  layer_norm_epsilon='layer_norm_eps',
)
ROPE_NAMES = dict(rotary_emb_base='rope_theta', rotary_pct='partial_rotary_factor')
# What transformers' own class takes for a key that config.json leaves out.
DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50432,
  n_positions=2048,
  n_embd=6144,
  n_layer=44,
  n_head=64,
  n_inner=24576,
  activation_function='gelu',
  tie_word_embeddings=False,
  use_parallel_residual=True,
  attention_bias=True,
  partial_rotary_factor=None,  # read with the other parameters of rope
)
SHARE = 0.25  # of a head's columns are turned where config.json does not say


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  hf = hf_config.renamed(hf, ROPE_NAMES)
  get = gpt_config.read_keys(hf, 'gpt_neox', DEFAULTS, OWN_NAMES)
  rope = rope_config.read_rope(hf, get['n_positions'], share=SHARE)
  parallel, bias = get['use_parallel_residual'], get['attention_bias']
  return gpt_config.decoder_config(
    get, position='rope', rope_theta=rope.theta, rope_scaling=rope.scaling, qkv_bias=bias, out_bias=bias,
    rope_dim=gpt_config.turned(get, int(get['n_embd'] // get['n_head'] * rope.share)),
    parallel_block=parallel, parallel_norms=parallel,
  )  # fmt: skip


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no GPT-NeoX."""
  share = (cfg.rope_dim or cfg.H) / cfg.H
  hf = dict(
    architectures=['GPTNeoXForCausalLM'],
    model_type='gpt_neox',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function'], OWN_NAMES, n_inner=cfg.F),
    **rope_config.to_keys(cfg, partial_rotary_factor=share),
    rotary_emb_base=cfg.rope_theta,
    rotary_pct=share,
    use_parallel_residual=cfg.parallel_block,
    attention_bias=cfg.qkv_bias,
  )
  return hf_config.check_lossless(cfg, hf, config, 'GPT-NeoX')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a GPT-NeoX with these switches."""
  layer = 'gpt_neox.layers.{l}.'
  table = [
    row('gpt_neox.embed_in.weight', 'embed', 'V D -> V D'),
    *gpt_rows.norm(layer + 'input_layernorm', 'layers/attn_norm'),
    *gpt_rows.norm(layer + 'post_attention_layernorm', 'layers/mlp_norm'),
    *gpt_rows.norm('gpt_neox.final_layer_norm', 'final_norm'),
    *gpt_rows.fused(layer + 'attention.query_key_value', apart=True, bias=cfg.qkv_bias),
    *gpt_rows.linear(layer + 'attention.dense', 'layers/attn/o', 'D (N H) -> N H D', 'D -> D' if cfg.out_bias else ''),
    *gpt_rows.linear(layer + 'mlp.dense_h_to_4h', 'layers/mlp/up', 'F D -> D F', 'F -> F'),
    *gpt_rows.linear(layer + 'mlp.dense_4h_to_h', 'layers/mlp/down', 'D F -> F D', 'D -> D'),
  ]
  return table if cfg.tied else [*table, row('embed_out.weight', 'head', 'V D -> D V')]


def sizes(cfg: DecoderConfig) -> dict[str, int]:
  """s: query, key and value."""
  return dict(s=3)


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  tied = {'embed_out.weight': 'gpt_neox.embed_in.weight'} if cfg.tied else {}
  attention = 'gpt_neox.layers.{l}.attention.'
  return tied | {attention + name: '' for name in ('bias', 'masked_bias', 'rotary_emb.inv_freq')}  # once saved buffers


def names(in_file: Iterable[str]) -> dict[str, str]:
  """Name in a file -> name in the rows; transformers 5 calls the output lm_head, though it still writes embed_out."""
  return {'lm_head.weight': 'embed_out.weight'} if 'lm_head.weight' in set(in_file) else {}
