"""Rotary position embeddings in a config.json: the spellings of transformers 4 and 5 <-> models/rope.py's Scaling.

4 has rope_theta beside rope_scaling, whose kind is under `type` or, later, `rope_type`; 5 has all in rope_parameters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import KINDS, Scaling

YARN = ('beta_fast', 'beta_slow', 'attention_factor', 'mscale', 'mscale_all_dim', 'truncate')
# Kind -> keys that it needs, keys that it may have besides those of EVERY.
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = dict(
  default=((), ()),
  linear=(('factor',), ()),
  dynamic=(('factor',), ()),
  yarn=((), ('factor', 'original_max_position_embeddings', *YARN)),
  llama3=(('factor', 'low_freq_factor', 'high_freq_factor'), ('original_max_position_embeddings',)),
)
EVERY = ('type', 'rope_type', 'rope_theta', 'partial_rotary_factor', 'finetuned')  # the last changes nothing


class Rope(NamedTuple):
  """The rotation that a config.json describes."""

  theta: float
  share: float  # of a head's columns that are turned
  scaling: Scaling


def read_rope(hf: Mapping[str, Any], max_length: int, theta: float = 10000.0, share: float = 1.0) -> Rope:
  """The rotation; `theta` and `share` are the family's defaults. ValueError for one that is not computed here.

  A family that turns whole heads calls `whole_heads` instead.
  """
  tables = {key: hf[key] for key in ('rope_scaling', 'rope_parameters') if hf.get(key)}
  scalings = [_scaling(key, table, hf, max_length) for key, table in tables.items()]
  if len(set(scalings)) > 1:
    both = f'{scalings[0]} and {scalings[1]}'
    raise ValueError(f'config.json: rope_scaling and rope_parameters differ ({both}); keep one')
  places = [hf, *tables.values()]
  return Rope(
    theta=_number('rope_theta', places, theta),
    share=_number('partial_rotary_factor', places, share),
    scaling=scalings[0] if scalings else Scaling(),
  )


def whole_heads(hf: Mapping[str, Any], max_length: int, theta: float = 10000.0) -> dict[str, Any]:
  """`rope_theta` and `rope_scaling` of DecoderConfig; ValueError when only a part of each head is turned."""
  rope = read_rope(hf, max_length, theta)
  if rope.share != 1:
    raise ValueError(f'config.json: partial_rotary_factor={rope.share} is not supported here; whole heads are turned')
  return dict(rope_theta=rope.theta, rope_scaling=rope.scaling)


def _number(key: str, places: list[Mapping[str, Any]], default: float) -> float:
  """The value of `key`, which several places may give, but not differently."""
  values = {float(place[key]) for place in places if place.get(key) is not None}
  if len(values) > 1:
    raise ValueError(f'config.json gives {key} twice and differently: {sorted(values)}; keep one')
  return values.pop() if values else default


def _scaling(where: str, table: Mapping[str, Any], hf: Mapping[str, Any], max_length: int) -> Scaling:
  """The scaling that one of the two tables describes."""
  table = {key: value for key, value in table.items() if value is not None}
  kind = table.get('rope_type', table.get('type', 'default'))
  if kind not in KINDS:
    raise ValueError(f'config.json: {where} of type {kind!r} is not supported; supported: {", ".join(KINDS)}')
  needed, optional = KEYS[kind]
  if missing := [key for key in needed if key not in table]:
    raise ValueError(f'config.json: {where} of type {kind!r} needs {", ".join(missing)}')
  if extra := [key for key in table if key not in (*needed, *optional, *EVERY)]:
    raise ValueError(f'config.json: {where}.{extra[0]}={table[extra[0]]!r} says nothing to type {kind!r}; remove it')
  if kind == 'default':
    return Scaling()
  # Some configs keep the length of the first training outside of the table, and transformers prefers that one.
  first = hf.get('original_max_position_embeddings') or table.get('original_max_position_embeddings', max_length)
  factor = float(table.get('factor', max_length / first))
  if kind == 'linear':
    return Scaling(kind, factor)
  if kind == 'dynamic':
    return Scaling(kind, factor, max_length)
  if kind == 'llama3':
    return Scaling(kind, factor, first, float(table['low_freq_factor']), float(table['high_freq_factor']))
  return Scaling(
    kind, factor, first, float(table.get('beta_slow') or 1), float(table.get('beta_fast') or 32),
    _attention_factor(table, factor), table.get('truncate', True),
  )  # fmt: skip


def _attention_factor(table: Mapping[str, Any], factor: float) -> float:
  """What YaRN multiplies sines and cosines by: given, or by the paper's rule, or by the ratio of two such rules."""

  def rule(mscale):
    return 0.1 * mscale * math.log(factor) + 1 if factor > 1 else 1.0

  if 'attention_factor' in table:
    return float(table['attention_factor'])
  if table.get('mscale') and table.get('mscale_all_dim'):
    return rule(table['mscale']) / rule(table['mscale_all_dim'])
  return rule(1)


def to_keys(cfg: DecoderConfig, **more: Any) -> dict[str, Any]:
  """The rotation in both spellings; `more` goes into the table of transformers 5, as partial_rotary_factor does."""
  s = cfg.rope_scaling
  table: dict[str, Any] = dict(rope_type=s.kind)
  if s.kind != 'default':
    table |= dict(factor=s.factor)
  if s.kind in ('yarn', 'llama3'):
    table |= dict(original_max_position_embeddings=s.original_length)
  if s.kind == 'llama3':
    table |= dict(low_freq_factor=s.low, high_freq_factor=s.high)
  if s.kind == 'yarn':
    table |= dict(beta_slow=s.low, beta_fast=s.high, attention_factor=s.attention_factor, truncate=s.truncate)
  return dict(
    # transformers 4 would take 10000 for a rope_theta that it does not find.
    rope_theta=cfg.rope_theta,
    rope_scaling=None if s.kind == 'default' else table,
    rope_parameters=table | dict(rope_theta=cfg.rope_theta) | more,
  )
