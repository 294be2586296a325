"""Tensors of a Hugging Face state <-> our parameters, both directions out of the same table of rows.

A row says which of their tensors holds which of ours, and how the axes move. Every tensor of theirs is claimed by
exactly one row and every parameter of ours is filled exactly once; anything else raises. Loads without JAX.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
  """One of their tensors; `{l}` in its name is the layer. Several of ours lie one after another along `axis` of it."""

  theirs: str
  ours: tuple[str, ...]  # paths, joined by '/'
  patterns: tuple[str, ...]  # theirs -> ours, for each of ours, like '(N H) D -> D N H'
  axis: int = 0
  before: str = ''  # a pattern that their tensor goes through before it is cut


def row(theirs: str, ours: str, pattern: str) -> Row:
  """A tensor of theirs that is one of ours."""
  return Row(theirs=theirs, ours=(ours,), patterns=(pattern,))


# --- patterns -------------------------------------------------------------------------------------


def _sides(pattern: str) -> list[list[list[str]]]:
  """'(N H) D -> D N H' -> [[['N', 'H'], ['D']], [['D'], ['N'], ['H']]]."""
  return [[group.strip('()').split() for group in re.findall(r'\([^)]*\)|\S+', side)] for side in pattern.split('->')]


def _shape(groups: list[list[str]], sizes: Mapping[str, int]) -> tuple[int, ...]:
  return tuple(math.prod(sizes[name] for name in group) for group in groups)


def inverse(pattern: str) -> str:
  """The pattern that undoes this one."""
  left, right = pattern.split('->')
  return f'{right.strip()} -> {left.strip()}'


def rearrange(x: np.ndarray, pattern: str, sizes: Mapping[str, int]) -> np.ndarray:
  """x with its axes split, moved and joined as `pattern` says; ValueError when x has not the shape of its left side."""
  left, right = _sides(pattern)
  due = _shape(left, sizes)
  if x.shape != due:
    raise ValueError(f'shape {x.shape}, due {due} by the pattern {pattern!r}')
  names = [name for group in left for name in group]
  x = x.reshape([sizes[name] for name in names])
  x = x.transpose([names.index(name) for group in right for name in group])
  return x.reshape(_shape(right, sizes))


# --- tables ---------------------------------------------------------------------------------------


def _names(template: str, layers: int) -> Iterator[tuple[int | None, str]]:
  """(layer, name) for each tensor a template stands for; the layer is None outside of the layers."""
  if '{l}' in template:
    yield from ((number, template.replace('{l}', str(number))) for number in range(layers))
  else:
    yield None, template


def _unique(names: Sequence[str], what: str) -> None:
  twice = sorted({name for name in names if names.count(name) > 1})
  if twice:
    raise ValueError(f'two rows {what} {", ".join(twice)}; each belongs to one row')


def _listing(names: Sequence[str]) -> str:
  """The first few of many names."""
  names = sorted(names)
  return ', '.join(names[:4]) + (f' and {len(names) - 4} more' if len(names) > 4 else '')


def from_hf(
  state: Mapping[str, np.ndarray],
  rows: Sequence[Row],
  sizes: Mapping[str, int],
  layers: int,
  ignored: Mapping[str, str] | None = None,
) -> dict[str, np.ndarray]:
  """Path -> float32 array, layers stacked on axis 0.

  `ignored` names tensors that a file may hold although no row needs them, and the tensor that each must equal ('' for
  one that may hold anything). ValueError for a tensor that is missing, unclaimed, claimed twice or of another shape.
  """
  _unique([r.theirs for r in rows], 'claim')
  _unique([path for r in rows for path in r.ours], 'fill')
  claimed = {name for r in rows for _, name in _names(r.theirs, layers)}
  dropped = {name: equal for template, equal in (ignored or {}).items() for _, name in _names(template, layers)}
  if missing := claimed - set(state):
    raise ValueError(f'tensors are missing: {_listing(missing)}')
  if extra := set(state) - claimed - set(dropped):
    raise ValueError(f'no row claims these tensors: {_listing(extra)}')
  for name, equal in dropped.items():
    if equal and name in state and not np.array_equal(state[name], state[equal]):
      raise ValueError(f'{name} differs from {equal}, to which the config ties it; set tie_word_embeddings to false')

  flat: dict[str, np.ndarray] = {}
  for r in rows:
    for number, name in _names(r.theirs, layers):
      for path, part in zip(r.ours, _split(r, name, state[name], sizes)):
        if number is None:
          flat[path] = np.ascontiguousarray(part, np.float32)
        else:
          flat.setdefault(path, np.empty((layers, *part.shape), np.float32))[number] = part
  return flat


def _split(r: Row, name: str, x: np.ndarray, sizes: Mapping[str, int]) -> list[np.ndarray]:
  """Their tensor -> ours."""
  try:
    if r.before:
      x = rearrange(x, r.before, sizes)
    widths = [_shape(_sides(pattern)[0], sizes)[r.axis] for pattern in r.patterns]
    if len(widths) > 1 and (x.ndim <= r.axis or x.shape[r.axis] != sum(widths)):
      raise ValueError(f'shape {x.shape}, due {sum(widths)} = {" + ".join(map(str, widths))} along axis {r.axis}')
    parts = np.split(x, np.cumsum(widths)[:-1], axis=r.axis) if len(widths) > 1 else [x]
    return [rearrange(part, pattern, sizes) for part, pattern in zip(parts, r.patterns)]
  except ValueError as error:
    raise ValueError(f'{name} has {error}') from None


def to_hf(
  params: Mapping[str, np.ndarray], rows: Sequence[Row], sizes: Mapping[str, int], layers: int
) -> dict[str, np.ndarray]:
  """Their state out of path -> array, the inverse of `from_hf`; ValueError for a parameter missing or unclaimed."""
  _unique([r.theirs for r in rows], 'claim')
  _unique([path for r in rows for path in r.ours], 'fill')
  claimed = {path for r in rows for path in r.ours}
  if missing := claimed - set(params):
    raise ValueError(f'parameters are missing: {_listing(missing)}')
  if extra := set(params) - claimed:
    raise ValueError(f'no row exports these parameters: {_listing(extra)}')
  state = {}
  for r in rows:
    for number, name in _names(r.theirs, layers):
      parts = [np.asarray(params[path] if number is None else params[path][number]) for path in r.ours]
      try:
        parts = [rearrange(part, inverse(pattern), sizes) for part, pattern in zip(parts, r.patterns)]
        x = np.concatenate(parts, r.axis) if len(parts) > 1 else parts[0]
        state[name] = np.ascontiguousarray(rearrange(x, inverse(r.before), sizes) if r.before else x)
      except ValueError as error:
        raise ValueError(f'{", ".join(r.ours)} for {name}: {error}') from None
  return state
