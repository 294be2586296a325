"""The Mistral family: a Llama whose layers may all see no further back than a window."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = {key: value for key, value in llama.DEFAULTS.items() if 'bias' not in key} | dict(
  intermediate_size=14336,
  num_key_value_heads=8,
  max_position_embeddings=4096 * 32,
  sliding_window=4096,
)
rows, ignored = llama.rows, llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'mistral', DEFAULTS)
  near = hf_config.windows(get['sliding_window'], None, get['num_hidden_layers'])
  return DecoderConfig(**llama.shared(hf, get), **near)


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Mistral."""
  written = llama.to_shared(cfg, 'mistral', 'MistralForCausalLM') | dict(sliding_window=cfg.window)
  return hf_config.check_lossless(cfg, written, config, 'Mistral')
