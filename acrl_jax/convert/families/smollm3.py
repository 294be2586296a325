"""The SmolLM3 family: a Llama some of whose layers turn neither queries nor keys; those may have a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = llama.DEFAULTS | dict(
  vocab_size=128256,
  hidden_size=2048,
  num_hidden_layers=36,
  num_attention_heads=16,
  num_key_value_heads=4,
  max_position_embeddings=32768,
  tie_word_embeddings=True,
  use_sliding_window=False,
  sliding_window=None,
  layer_types=None,
  no_rope_layers=None,
  no_rope_layer_interval=4,
)
rows, ignored = llama.rows, llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'smollm3', DEFAULTS)
  turned = _turned(get)
  window = get['sliding_window'] if get['use_sliding_window'] else None
  kinds = [hf_config.FULL if window is None or on else hf_config.SLIDING for on in turned]
  return DecoderConfig(
    **llama.shared(hf, get, theta=2000000.0),
    **llama.biases(get),
    **hf_config.windows(window, get['layer_types'] or kinds, len(turned)),
    rope_layers=None if all(turned) else turned,
  )


def _turned(get: Mapping[str, Any]) -> tuple[bool, ...]:
  """Whether each layer turns queries and keys: 1 in no_rope_layers says so; without it every so many-th does not."""
  layers, given = get['num_hidden_layers'], get['no_rope_layers']
  if given is None:
    return tuple((number + 1) % get['no_rope_layer_interval'] != 0 for number in range(layers))
  if len(given) < layers:
    raise ValueError(f'config.json: no_rope_layers speaks of {len(given)} layers; there are {layers}')
  return tuple(bool(on) for on in given[:layers])


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no SmolLM3."""
  written = llama.to_shared(cfg, 'smollm3', 'SmolLM3ForCausalLM') | llama.to_biases(cfg)
  written |= dict(
    no_rope_layers=[int(s.rotated) for s in cfg.switches],
    use_sliding_window=cfg.window is not None,
    sliding_window=cfg.window,
    layer_types=hf_config.layer_types(cfg),
  )
  return hf_config.check_lossless(cfg, written, config, 'SmolLM3')
