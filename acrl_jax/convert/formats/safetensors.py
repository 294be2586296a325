"""Safetensors: eight bytes with the length of a JSON table, the table, the tensors. Written one tensor at a time."""

from __future__ import annotations

import json
import math
import os
import pathlib
from collections.abc import Iterable, Mapping

import numpy as np

from acrl_jax.convert.formats.weights import DTYPES, Format, Stored, in_order


def contents(path: pathlib.Path) -> dict[str, Stored]:
  """What a file holds; ValueError when it is damaged or cut short."""
  try:
    with path.open('rb') as file:
      size = os.fstat(file.fileno()).st_size
      length = int.from_bytes(file.read(8), 'little')
      if length > size - 8:
        raise ValueError(f'its table should have {length} bytes, the file has {size}')
      table = json.loads(file.read(length))
    table.pop('__metadata__', None)
    return {name: _stored(path, entry, 8 + length, size) for name, entry in table.items()}
  except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
    raise ValueError(f'{path} cannot be read ({error}); it is damaged or cut short, fetch it again') from None


def _stored(path: pathlib.Path, entry: dict, base: int, size: int) -> Stored:
  shape, kind = tuple(entry['shape']), entry['dtype']
  first, last = entry['data_offsets']
  length = math.prod(shape) * DTYPES[kind].itemsize if kind in DTYPES else last - first
  if min((first, *shape), default=0) < 0 or last - first != length or base + last > size:
    raise ValueError(f'a tensor of {length} bytes in places {first} to {last} of {size - base}')
  return Stored(file=path, start=base + first, kind=kind, shape=shape, strides=in_order(shape))


FORMAT = Format(single='model.safetensors', index='model.safetensors.index.json', contents=contents)


def write_weights(
  folder: pathlib.Path,
  shapes: Mapping[str, tuple[int, ...]],
  tensors: Iterable[tuple[str, np.ndarray]],
  shard_bytes: int = 5 * 10**9,
) -> None:
  """model.safetensors, or numbered shards of at most `shard_bytes` (one tensor at least) with their index; float32.

  `tensors` gives (name, array) in the order of `shapes`; none is kept after it was written.
  """
  shards: list[list[str]] = [[]]
  size = 0
  for name, shape in shapes.items():
    if shards[-1] and size + _bytes(shape) > shard_bytes:
      shards.append([])
      size = 0
    shards[-1].append(name)
    size += _bytes(shape)
  count = len(shards)
  names = [f'model-{number + 1:05d}-of-{count:05d}.safetensors' for number in range(count)]
  names = names if count > 1 else [FORMAT.single]
  rest = iter(tensors)
  for name, shard in zip(names, shards):
    _write_file(folder / name, {key: shapes[key] for key in shard}, rest)
  if count > 1:
    weight_map = {key: name for name, shard in zip(names, shards) for key in shard}
    index = {'metadata': {'total_size': sum(map(_bytes, shapes.values()))}, 'weight_map': weight_map}
    (folder / FORMAT.index).write_text(json.dumps(index, indent=2) + '\n')


def _bytes(shape: tuple[int, ...]) -> int:
  return 4 * math.prod(shape)


def _write_file(path: pathlib.Path, shapes: Mapping[str, tuple[int, ...]], tensors) -> None:
  table: dict = {'__metadata__': {'format': 'pt'}}  # readers refuse files without it
  end = 0
  for name, shape in shapes.items():
    table[name] = {'dtype': 'F32', 'shape': list(shape), 'data_offsets': [end, end + _bytes(shape)]}
    end += _bytes(shape)
  head = json.dumps(table, separators=(',', ':')).encode()
  head += b' ' * (-len(head) % 8)  # so that the numbers begin at a multiple of eight
  with path.open('wb') as file:
    file.write(len(head).to_bytes(8, 'little') + head)
    for name, shape in shapes.items():
      key, x = next(tensors)
      if key != name or x.shape != shape:
        raise ValueError(f'{key} of shape {x.shape} came where {name} of shape {shape} must stand')
      file.write(np.ascontiguousarray(x, np.float32).data)
