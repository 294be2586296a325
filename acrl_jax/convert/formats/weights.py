"""The weights of a Hugging Face folder, whatever the format of their files: name -> tensor, read when it is indexed.

Reading goes through a buffer of the tensor's own size, not through a memory map, so that no page of a file stays
resident beside what was made of it.
"""

from __future__ import annotations

import io
import json
import math
import os
import pathlib
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import ml_dtypes
import numpy as np

from acrl_jax.convert import arrays

FLOATS = ('F32', 'F16', 'BF16')
DTYPES = {
  'F64': np.dtype(np.float64), 'F32': np.dtype(np.float32), 'F16': np.dtype(np.float16),
  'BF16': np.dtype(ml_dtypes.bfloat16),
  'I64': np.dtype(np.int64), 'I32': np.dtype(np.int32), 'I16': np.dtype(np.int16), 'I8': np.dtype(np.int8),
  'U8': np.dtype(np.uint8), 'BOOL': np.dtype(np.bool_),
}  # fmt: skip
MOST = 2**30  # bytes that are asked for at a time; the kernel gives no more than twice as many
BLOCK = 2**20  # bytes of a block of rows; it fits the processor's cache


class Stored(NamedTuple):
  """A tensor within a file, little-endian."""

  file: pathlib.Path
  start: int  # byte of its first element
  kind: str  # as safetensors calls it; of DTYPES, or one that cannot be read
  shape: tuple[int, ...]
  strides: tuple[int, ...]  # in elements


class Format(NamedTuple):
  """One way of keeping weights in a folder."""

  single: str  # the file's name where there is one
  index: str  # and that of the list of files where there are several
  contents: Callable[[pathlib.Path], dict[str, Stored]]


def in_order(shape: tuple[int, ...]) -> tuple[int, ...]:
  """The strides of a tensor whose last axis runs fastest."""
  return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


class Tensors(Mapping):
  """Name -> array: float32 for each kind of float that weights come in, else as stored."""

  def __init__(self, stored: Mapping[str, Stored]):
    self._stored = stored

  def __getitem__(self, name: str) -> np.ndarray:
    entry = self._stored[name]
    if entry.kind not in DTYPES:
      raise ValueError(f'{name} is of type {entry.kind}, which cannot be read; known: {", ".join(DTYPES)}')
    x = _read(entry)
    return arrays.contiguous(x) if entry.kind in FLOATS else x

  def blocks(self, name: str, first: int, end: int) -> Iterator[np.ndarray]:
    """The rows from `first` to `end`, float32, about `BLOCK` bytes at a time; each block is overwritten by the next."""
    entry = self._stored[name]
    if entry.strides != in_order(entry.shape):
      yield self[name][first:end]
      return
    count = max(1, BLOCK // (4 * math.prod(entry.shape[1:])))
    wide = np.empty((count, *entry.shape[1:]), np.float32)
    raw = wide if entry.kind == 'F32' else np.empty(wide.shape, DTYPES[entry.kind])
    with open(entry.file, 'rb', buffering=0) as file:
      for row in range(first, end, count):
        rows = min(count, end - row)
        _fill(file, raw[:rows], entry.start + row * raw[0].nbytes)
        if raw is not wide:
          wide[:rows] = raw[:rows]
        yield wide[:rows]

  def __iter__(self) -> Iterator[str]:
    return iter(self._stored)

  def __len__(self) -> int:
    return len(self._stored)

  def shapes(self) -> dict[str, tuple[int, ...]]:
    """Name -> shape; reads nothing."""
    return {name: entry.shape for name, entry in self._stored.items()}

  def renamed(self, names: Mapping[str, str]) -> Tensors:
    """The same tensors, those that `names` has under other names."""
    return Tensors({names.get(name, name): entry for name, entry in self._stored.items()})

  def check_trainable(self, name: str) -> None:
    """ValueError for a tensor that is quantised, or of integers."""
    kind = self._stored[name].kind
    if kind not in FLOATS:
      kinds = ', '.join(FLOATS)
      raise ValueError(f'{name} is of type {kind}: must be one of {kinds}, as quantised weights cannot be trained')

  def same(self, one: str, other: str) -> bool:
    """Whether two tensors are equal; reads nothing where both names stand for one place in a file."""
    return self._stored[one] == self._stored[other] or np.array_equal(self[one], self[other])


def open_folder(folder: pathlib.Path, formats: tuple[Format, ...]) -> Tensors:
  """All tensors of a folder, in the first of `formats` that it has.

  ValueError when a file is missing or damaged, or when the index and the files disagree.
  """
  for form in formats:
    if (folder / form.single).is_file():
      return Tensors(form.contents(folder / form.single))
    if (folder / form.index).is_file():
      return Tensors(_sharded(folder, form))
  first = formats[0]
  endings = ('.bin', '.pth', '.pt', '.ckpt', '.h5', '.msgpack', '.safetensors')
  if others := sorted(path.name for path in folder.iterdir() if path.suffix in endings):
    raise ValueError(f'{folder} has weights only as {others[0]}; save the model once with save_pretrained')
  missing = f'{folder} has no {first.single} nor {first.index}'
  raise ValueError(f'{missing}; fetch its weights, or name a folder that has some')


def _sharded(folder: pathlib.Path, form: Format) -> dict[str, Stored]:
  """The tensors of several files, which must be those that the index lists."""
  try:
    listed = dict(json.loads((folder / form.index).read_text(encoding='utf-8'))['weight_map'])
  except (ValueError, KeyError, TypeError) as error:
    raise ValueError(f'{folder / form.index} cannot be read ({error}); fetch it again') from None
  held: dict[str, Stored] = {}
  for name in sorted(set(listed.values())):
    path = folder / name
    if not path.is_file():
      raise ValueError(f'{path} is missing, though {form.index} lists it; fetch the folder again')
    for key, entry in form.contents(path).items():
      if listed.get(key) != name:
        raise ValueError(f'{path} holds {key}, which {form.index} places in {listed.get(key)}; fetch the folder again')
      held[key] = entry
  if lost := sorted(listed.keys() - held.keys()):
    place = listed[lost[0]]
    raise ValueError(f'{folder / form.index} lists {lost[0]}, which {place} does not hold; fetch the folder again')
  return held


def _read(entry: Stored) -> np.ndarray:
  """The tensor as stored; of one that skips bytes, those are read too and dropped."""
  dtype = DTYPES[entry.kind]
  if 0 in entry.shape:
    return np.empty(entry.shape, dtype)
  count = 1 + sum((size - 1) * stride for size, stride in zip(entry.shape, entry.strides))
  x = np.empty(count, dtype)
  with open(entry.file, 'rb', buffering=0) as file:
    _fill(file, x, entry.start)
  return np.lib.stride_tricks.as_strided(x, entry.shape, [stride * dtype.itemsize for stride in entry.strides])


def _fill(file: io.FileIO, out: np.ndarray, start: int) -> None:
  """The bytes of `out`, which is in one piece, from byte `start` of a file."""
  buffer, done = memoryview(out.reshape(-1).view(np.uint8)), 0
  while done < len(buffer):
    got = os.preadv(file.fileno(), [buffer[done : done + MOST]], start + done)
    if not got:
      raise ValueError(f'{file.name} ends before byte {start + len(buffer)}; it was cut short, fetch it again')
    done += got
