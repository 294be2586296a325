"""The Qwen3 family: a Llama that norms queries and keys head by head; its upper layers may have a window."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama, qwen2
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = qwen2.DEFAULTS | dict(head_dim=128, attention_bias=False)
rows, ignored = llama.rows, llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'qwen3', DEFAULTS)
  bias = get['attention_bias']
  return DecoderConfig(**llama.shared(hf, get), **qwen2.windows(get), qkv_bias=bias, out_bias=bias, qk_norm=True)


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Qwen3."""
  written = llama.to_shared(cfg, 'qwen3', 'Qwen3ForCausalLM') | qwen2.to_windows(cfg)
  return hf_config.check_lossless(cfg, written | dict(attention_bias=cfg.qkv_bias), config, 'Qwen3')
