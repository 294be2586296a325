"""Tensors of a Hugging Face state <-> our parameters, both directions out of the same table of rows.

A row says which of their tensors holds which of ours, and how the axes move. Every tensor of theirs is claimed by
exactly one row and every parameter of ours is filled exactly once; anything else raises. Loads without JAX.

`plan` looks at names and shapes alone; then `read_leaf` fetches one parameter at a time, so that a model is never in
memory twice. A vocabulary may be larger with us than with them (`padded`): the rows added are zeros, and are cut off
again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from typing import Any, NamedTuple

import numpy as np

from acrl_jax.convert import arrays

READERS = 4  # tensors of one parameter that are read at a time


class Row(NamedTuple):
  """One of their tensors; `{l}` in its name is the layer. Several of ours lie one after another along `axis` of it."""

  theirs: str
  ours: tuple[str, ...]  # paths, joined by '/'
  patterns: tuple[str, ...]  # theirs -> ours, for each of ours, like '(N H) D -> D N H'
  axis: int = 0
  before: str = ''  # a pattern that their tensor goes through before it is cut
  layers: str = 'layers'  # the size that says how many layers {l} counts


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
  wanted = _shape(left, sizes)
  if x.shape != wanted:
    raise ValueError(f'shape {x.shape}: must be {wanted} by the pattern {pattern!r}')
  names = [name for group in left for name in group]
  x = x.reshape([sizes[name] for name in names])
  x = x.transpose([names.index(name) for group in right for name in group])
  return x.reshape(_shape(right, sizes))


# --- tables ---------------------------------------------------------------------------------------


class Leaf(NamedTuple):
  """One of our parameters: its shape and where it is read from."""

  shape: tuple[int, ...]  # layers first, with the padding
  row: Row
  part: int  # of the row's several parameters
  names: tuple[str, ...]  # their tensors, one a layer


def _names(template: str, layers: int) -> Iterator[str]:
  """The tensors a template stands for."""
  if '{l}' in template:
    yield from (template.replace('{l}', str(number)) for number in range(layers))
  else:
    yield template


def _unique(names: Sequence[str], what: str) -> None:
  twice = sorted({name for name in names if names.count(name) > 1})
  if twice:
    raise ValueError(f'two rows {what} {", ".join(twice)}; each belongs to one row')


def _listing(names: Iterable[str]) -> str:
  """The first few of many names."""
  names = sorted(names)
  return ', '.join(names[:4]) + (f' and {len(names) - 4} more' if len(names) > 4 else '')


def _widths(r: Row, sizes: Mapping[str, int]) -> list[int]:
  """How long each of the row's parameters is along the axis that they share."""
  return [_shape(_sides(pattern)[0], sizes)[r.axis] for pattern in r.patterns]


def their_shape(r: Row, sizes: Mapping[str, int]) -> tuple[int, ...]:
  """The shape of the row's tensor."""
  if r.before:
    return _shape(_sides(r.before)[0], sizes)
  shape = list(_shape(_sides(r.patterns[0])[0], sizes))
  shape[r.axis] = sum(_widths(r, sizes))
  return tuple(shape)


def _our_shape(r: Row, part: int, sizes: Mapping[str, int]) -> tuple[int, ...]:
  shape = _shape(_sides(r.patterns[part])[1], sizes)
  return (sizes[r.layers], *shape) if '{l}' in r.theirs else shape


def plan(
  shapes: Mapping[str, Sequence[int]],
  rows: Sequence[Row],
  sizes: Mapping[str, int],
  ignored: Mapping[str, str] | None = None,
  padded: Mapping[str, int] | None = None,
) -> dict[str, Leaf]:
  """Path -> Leaf, given the shapes of their tensors.

  `ignored` names tensors that a file may hold although no row needs them. `padded` has the sizes that are larger with
  us. ValueError for a tensor that is missing, unclaimed, claimed twice or of another shape.
  """
  _unique([r.theirs for r in rows], 'claim')
  _unique([path for r in rows for path in r.ours], 'fill')
  claimed = {name: (their_shape(r, sizes), r) for r in rows for name in _names(r.theirs, sizes[r.layers])}
  dropped = {name for template in ignored or {} for name in _names(template, sizes['layers'])}
  if missing := claimed.keys() - shapes.keys():
    raise ValueError(f'tensors are missing: {_listing(missing)}')
  if extra := shapes.keys() - claimed.keys() - dropped:
    raise ValueError(f'no row claims these tensors: {_listing(extra)}')
  for name, (shape, r) in claimed.items():
    if tuple(shapes[name]) != shape:
      pattern = r.before or r.patterns[0]
      raise ValueError(f'{name} has shape {tuple(shapes[name])}: must be {shape} by the pattern {pattern!r}')
  return {
    path: Leaf(
      shape=_our_shape(r, part, {**sizes, **(padded or {})}), row=r, part=part,
      names=tuple(_names(r.theirs, sizes[r.layers])),
    )
    for r in rows for part, path in enumerate(r.ours)
  }  # fmt: skip


def check_repeated(
  names: Iterable[str], same: Callable[[str, str], bool], sizes: Mapping[str, int], ignored: Mapping[str, str]
) -> None:
  """ValueError when an ignored tensor is among the names and is not the `same` as the one that it must equal."""
  for template, equal in ignored.items():
    for name in _names(template, sizes['layers']):
      if equal and name in names and not same(name, equal):
        raise ValueError(f'{name} differs from {equal}, to which the config ties it; set tie_word_embeddings to false')


Blocks = Callable[[str, int, int], Iterable[np.ndarray]]  # (name, first row, end) -> those rows, some at a time


def read_leaf(leaf: Leaf, blocks: Blocks, sizes: Mapping[str, int]) -> np.ndarray:
  """The parameter, float32, in one piece; of their tensors only its own rows are read, a block at a time."""
  whole = arrays.empty(leaf.shape)
  if '{l}' not in leaf.row.theirs:
    corner = whole[_corner(_our_shape(leaf.row, leaf.part, sizes))]
    if corner.shape != whole.shape:
      whole[...] = 0
    _fill(corner, leaf, leaf.names[0], blocks, sizes)
    return whole
  with futures.ThreadPoolExecutor(READERS) as pool:
    list(pool.map(lambda layer, name: _fill(layer, leaf, name, blocks, sizes), whole, leaf.names))
  return whole


def _corner(shape: Sequence[int]) -> tuple[slice, ...]:
  return tuple(slice(size) for size in shape)


def _fill(out: np.ndarray, leaf: Leaf, name: str, blocks: Blocks, sizes: Mapping[str, int]) -> None:
  """Their tensor, or the part of it that is ours -> out."""
  r, pattern, shape = leaf.row, leaf.row.patterns[leaf.part], their_shape(leaf.row, sizes)
  ends = [0, *np.cumsum(_widths(r, sizes)).tolist()]
  first, end = ends[leaf.part : leaf.part + 2]
  cut = (slice(None),) * r.axis + (slice(first, end),)
  theirs = rearrange(out, inverse(pattern), sizes)
  if r.before or not np.may_share_memory(theirs, out):  # no view of ours has the shape of theirs
    x = arrays.empty(shape)
    _join(x, blocks(name, 0, shape[0]))
    x = rearrange(x, r.before, sizes) if r.before else x
    arrays.copy(out, rearrange(x[cut], pattern, sizes))
  elif r.axis == 0:
    _join(theirs, blocks(name, first, end))
  else:
    _join(theirs, (x[cut] for x in blocks(name, 0, shape[0])))


def _join(out: np.ndarray, blocks: Iterable[np.ndarray]) -> None:
  done = 0
  for x in blocks:
    arrays.copy(out[done : done + len(x)], x)
    done += len(x)


def from_hf(
  state: Mapping[str, np.ndarray],
  rows: Sequence[Row],
  sizes: Mapping[str, int],
  ignored: Mapping[str, str] | None = None,
) -> dict[str, np.ndarray]:
  """Path -> float32 array, layers stacked on axis 0; `sizes` has the letters and the number of layers.

  `ignored` names tensors that a file may hold although no row needs them, and the tensor that each must equal ('' for
  one that may hold anything). ValueError for a tensor that is missing, unclaimed, claimed twice or of another shape.
  """
  leaves = plan({name: x.shape for name, x in state.items()}, rows, sizes, ignored)
  check_repeated(state, lambda name, equal: np.array_equal(state[name], state[equal]), sizes, ignored or {})
  blocks = lambda name, first, end: [np.asarray(state[name][first:end], np.float32)]
  return {path: read_leaf(leaf, blocks, sizes) for path, leaf in leaves.items()}


def their_shapes(
  shapes: Mapping[str, Sequence[int]],
  rows: Sequence[Row],
  sizes: Mapping[str, int],
  padded: Mapping[str, int] | None = None,
) -> dict[str, tuple[int, ...]]:
  """Name -> shape of the tensors that parameters of these shapes make; ValueError for one missing, unclaimed or wrong.

  The order is the rows', so that the tensors of one parameter follow each other.
  """
  _unique([r.theirs for r in rows], 'claim')
  exported = {path: (r, part) for r in rows for part, path in enumerate(r.ours)}
  _unique([path for r in rows for path in r.ours], 'fill')
  if missing := exported.keys() - shapes.keys():
    raise ValueError(f'parameters are missing: {_listing(missing)}')
  if extra := shapes.keys() - exported.keys():
    raise ValueError(f'no row exports these parameters: {_listing(extra)}')
  for path, (r, part) in exported.items():
    shape = _our_shape(r, part, {**sizes, **(padded or {})})
    if tuple(shapes[path]) != shape:
      raise ValueError(f'{path} for {r.theirs}: shape {tuple(shapes[path])}, must be {shape}')
  return {name: their_shape(r, sizes) for r in rows for name in _names(r.theirs, sizes[r.layers])}


def their_tensors(
  params: Mapping[str, Any], rows: Sequence[Row], sizes: Mapping[str, int], fetch: Callable = np.asarray
) -> Iterator[tuple[str, np.ndarray]]:
  """(name, tensor) for each of their tensors, in the order of `their_shapes`.

  `fetch` brings a parameter, or one layer of it, to the host: no more is there at a time.
  """
  for r in rows:
    stacked = '{l}' in r.theirs
    for number, name in enumerate(_names(r.theirs, sizes[r.layers])):
      parts = [fetch(params[path][number] if stacked else params[path]) for path in r.ours]
      parts = [_cut(part, pattern, sizes) for part, pattern in zip(parts, r.patterns)]
      x = np.concatenate(parts, r.axis) if len(parts) > 1 else parts[0]
      yield name, arrays.contiguous(rearrange(x, inverse(r.before), sizes) if r.before else x)


def _cut(x: np.ndarray, pattern: str, sizes: Mapping[str, int]) -> np.ndarray:
  """Our parameter without its padding -> theirs."""
  return rearrange(x[_corner(_shape(_sides(pattern)[1], sizes))], inverse(pattern), sizes)


def to_hf(params: Mapping[str, np.ndarray], rows: Sequence[Row], sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
  """Their state out of path -> array, the inverse of `from_hf`; ValueError for a parameter missing or unclaimed."""
  their_shapes({path: x.shape for path, x in params.items()}, rows, sizes)
  return dict(their_tensors(params, rows, sizes))
