"""The GPT-J family: its config and its rows."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config
from acrl_jax.convert.families import codegen
from acrl_jax.convert.weight_map import Row
from acrl_jax.models.decoder import DecoderConfig

# What transformers' own class takes for a key that config.json leaves out.
DEFAULTS = codegen.DEFAULTS


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  if hf.get('rotary') not in (None, True):
    raise ValueError(f'config.json: rotary={hf["rotary"]!r} is not supported for gptj; leave it out or set true')
  get = gpt_config.read_keys(hf, 'gptj', DEFAULTS)
  return gpt_config.decoder_config(get, **gpt_config.rotated(get))


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no GPT-J."""
  hf = dict(
    architectures=['GPTJForCausalLM'],
    model_type='gptj',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function']),
    rotary_dim=cfg.rope_dim or cfg.H,
  )
  return hf_config.check_lossless(cfg, hf, config, 'GPT-J')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a GPT-J with these switches."""
  attention = 'transformer.h.{l}.attn.'
  q, k, v = gpt_rows.QKV
  return [
    *codegen.outside(cfg),
    *gpt_rows.linear(attention + 'q_proj', q, '(N H) D -> D N H'),
    *gpt_rows.linear(attention + 'k_proj', k, '(K H) D -> D K H'),
    *gpt_rows.linear(attention + 'v_proj', v, '(K H) D -> D K H'),
  ]


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  attention = 'transformer.h.{l}.attn.'
  return {attention + 'bias': '', attention + 'masked_bias': ''}  # buffers that transformers once saved
