"""The interface that decoders and encoder-decoders have in common for sampling and scoring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Engine(NamedTuple):
  """Decoding with a cache. Weights and caches are trees that only the engine looks into."""

  prepare: Callable  # params -> weights, laid out for decoding once, before the loop
  prefill: Callable  # (weights, Prompts [B, P], C, samples) -> (hidden [B * samples, D], cache of C more columns)
  extend: Callable  # (weights, tokens [B], live [B] bool, cache) -> (hidden [B, D] after the token, cache)


class Functions(NamedTuple):
  """The pure functions of one model."""

  init: Callable  # key -> params
  states: Callable  # (params, tokens [B, T], valid [B, T], start) -> [B, T, D]: column t-1 scores tokens[:, t]
  project: Callable  # (params or weights, hidden [..., D]) -> logits [..., V] float32
  engine: Engine
  dims: Mapping[str, str]  # path end -> letters, for sharding
