"""pytorch_model.bin without torch: a zip file with one pickle, which describes the tensors, and their bytes beside it.

A pickle can call anything. This one may name only what rebuilds tensors, and each such name stands for a harmless twin
of ours; any other name is refused before it is looked up.
"""

from __future__ import annotations

import collections
import io
import pathlib
import pickle
import zipfile
from collections.abc import Mapping
from typing import Any, NamedTuple

from acrl_jax.convert.formats.weights import DTYPES, Format, Stored

STORAGES = {
  'DoubleStorage': 'F64', 'FloatStorage': 'F32', 'HalfStorage': 'F16', 'BFloat16Storage': 'BF16',
  'LongStorage': 'I64', 'IntStorage': 'I32', 'ShortStorage': 'I16', 'CharStorage': 'I8', 'ByteStorage': 'U8',
  'BoolStorage': 'BOOL',
}  # fmt: skip
LOCAL_HEADER = 30  # bytes before the name of a member of a zip file


class _Storage(NamedTuple):
  """A piece of the file that tensors lie in."""

  start: int  # byte in the file
  kind: str
  count: int  # elements


class _Rebuild(NamedTuple):
  """Twin of a function that rebuilds tensors; being a tuple, it lets nothing be set on it."""

  path: pathlib.Path
  parameter: bool  # around a tensor that is rebuilt already

  def __call__(self, first, *rest) -> Stored:
    """(tensor, ...) -> tensor for a parameter; else (storage, offset, shape, strides, ...) -> Stored."""
    if self.parameter:
      return first
    offset, shape, strides = rest[:3]
    if any(not isinstance(n, int) or n < 0 for n in (offset, *shape, *strides)) or len(shape) != len(strides):
      raise ValueError(f'a tensor of shape {shape} with strides {strides} at {offset}')
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides))
    if 0 not in shape and last >= first.count:
      raise ValueError(f'a tensor reaches element {last} of a storage of {first.count}')
    start = first.start + offset * DTYPES[first.kind].itemsize
    return Stored(file=self.path, start=start, kind=first.kind, shape=tuple(shape), strides=tuple(strides))


class _Unpickler(pickle.Unpickler):
  """Reads the description and nothing else."""

  def __init__(self, path: pathlib.Path, archive: zipfile.ZipFile, root: str):
    super().__init__(io.BytesIO(archive.read(_member(archive, f'{root}/data.pkl'))))
    self._path, self._archive, self._root = path, archive, root

  def find_class(self, module: str, name: str) -> Any:
    if (module, name) == ('collections', 'OrderedDict'):
      return collections.OrderedDict
    if module == 'torch._utils' and name in ('_rebuild_tensor_v2', '_rebuild_parameter'):
      return _Rebuild(path=self._path, parameter=name == '_rebuild_parameter')
    if module == 'torch' and name in STORAGES:
      return STORAGES[name]
    raise ValueError(f'it names {module}.{name}, which no table of weights needs; do not trust this file')

  def persistent_load(self, pid: Any) -> _Storage:
    what, kind, key, _, count = pid
    if what != 'storage' or kind not in DTYPES:
      raise ValueError(f'it refers to {what!r} of type {kind!r}')
    member = _member(self._archive, f'{self._root}/data/{key}')
    least = count * DTYPES[kind].itemsize
    if member.file_size < least:
      raise ValueError(f'{member.filename} has {member.file_size} bytes, must have {least}')
    return _Storage(start=_start(self._path, member), kind=kind, count=count)


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
  member = archive.getinfo(name)
  if member.compress_type != zipfile.ZIP_STORED:
    raise ValueError(f'{name} is compressed, as torch never writes it')
  return member


def _start(path: pathlib.Path, member: zipfile.ZipInfo) -> int:
  """Where the bytes of a member begin: after a header whose length only the header itself tells."""
  with path.open('rb') as file:
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER)
  name, extra = (int.from_bytes(header[at : at + 2], 'little') for at in (26, 28))
  return member.header_offset + LOCAL_HEADER + name + extra


def contents(path: pathlib.Path) -> dict[str, Stored]:
  """What a file holds; ValueError when it is damaged, older than torch 1.6, or does more than hold tensors."""
  with path.open('rb') as file:
    if file.read(2) != b'PK':
      raise ValueError(f'{path} is no zip file, as torch writes since 1.6; save the model again with save_pretrained')
  try:
    with zipfile.ZipFile(path) as archive:
      root = _root(archive)
      table = _Unpickler(path, archive, root).load()
  except Exception as error:  # a pickle can go wrong in any way
    raise ValueError(f'{path} cannot be read ({error}); it is damaged or no table of weights') from None
  if not isinstance(table, Mapping) or not all(isinstance(entry, Stored) for entry in table.values()):
    raise ValueError(f'{path} holds more than tensors by name; save the model again with save_pretrained')
  return dict(table)


def _root(archive: zipfile.ZipFile) -> str:
  """The folder within the file; torch names it after the file that it wrote first."""
  pickles = [name for name in archive.namelist() if name.endswith('/data.pkl')]
  if len(pickles) != 1:
    raise ValueError(f'it has {len(pickles)} members data.pkl, must have 1')
  root = pickles[0].removesuffix('/data.pkl')
  if f'{root}/byteorder' in archive.namelist() and archive.read(f'{root}/byteorder') != b'little':
    raise ValueError('its numbers are big-endian')
  return root


FORMAT = Format(single='pytorch_model.bin', index='pytorch_model.bin.index.json', contents=contents)
