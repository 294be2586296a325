"""The Qwen2 family: a Llama with biases on queries, keys and values alone, whose upper layers may have a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = {key: value for key, value in llama.DEFAULTS.items() if 'bias' not in key} | dict(
  vocab_size=151936,
  intermediate_size=22016,
  num_key_value_heads=32,
  max_position_embeddings=32768,
  use_sliding_window=False,
  sliding_window=4096,
  max_window_layers=28,
  layer_types=None,
)
rows, ignored = llama.rows, llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'qwen2', DEFAULTS)
  return DecoderConfig(**llama.shared(hf, get), **windows(get), qkv_bias=True)


def windows(get: Mapping[str, Any]) -> dict[str, Any]:
  """`window` and `window_layers` of DecoderConfig; without layer_types the first max_window_layers see all."""
  window, layers = get['sliding_window'] if get['use_sliding_window'] else None, get['num_hidden_layers']
  upper = [hf_config.FULL if number < get['max_window_layers'] else hf_config.SLIDING for number in range(layers)]
  return hf_config.windows(window, get['layer_types'] or (upper if window is not None else None), layers)


def to_windows(cfg: DecoderConfig) -> dict[str, Any]:
  """The inverse of `windows`; max_window_layers is for readers that know no layer_types."""
  kinds = hf_config.layer_types(cfg)
  return dict(
    use_sliding_window=cfg.window is not None,
    sliding_window=cfg.window,
    max_window_layers=kinds.index(hf_config.SLIDING) if hf_config.SLIDING in kinds else cfg.layers,
    layer_types=kinds,
  )


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Qwen2."""
  written = llama.to_shared(cfg, 'qwen2', 'Qwen2ForCausalLM') | to_windows(cfg)
  return hf_config.check_lossless(cfg, written, config, 'Qwen2')
