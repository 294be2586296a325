"""pytorch_model.bin as torch.save writes it, by hand: opcodes of a pickle in a zip file. Imports no torch."""

import struct
import zipfile
from typing import NamedTuple

import ml_dtypes
import numpy as np

STORAGES = {
  np.dtype(np.float32): 'FloatStorage', np.dtype(np.float16): 'HalfStorage',
  np.dtype(ml_dtypes.bfloat16): 'BFloat16Storage', np.dtype(np.float64): 'DoubleStorage',
  np.dtype(np.int64): 'LongStorage', np.dtype(np.bool_): 'BoolStorage', np.dtype(np.uint8): 'ByteStorage',
}  # fmt: skip


class Global(NamedTuple):
  """A name that the pickle looks up."""

  module: str
  name: str


class Call(NamedTuple):
  """What calling it makes; then what is set on that."""

  function: object
  arguments: tuple
  state: object = None


class Persistent(NamedTuple):
  """What only the reader can make."""

  pid: tuple


class Items(NamedTuple):
  """An OrderedDict."""

  pairs: tuple
  state: object = None


def opcodes(value) -> bytes:
  """The opcodes that leave `value` on the stack."""
  if isinstance(value, Global):
    return b'c' + f'{value.module}\n{value.name}\n'.encode()
  if isinstance(value, Call):
    made = opcodes(value.function) + opcodes(tuple(value.arguments)) + b'R'
    return made if value.state is None else made + opcodes(value.state) + b'b'
  if isinstance(value, Persistent):
    return opcodes(tuple(value.pid)) + b'Q'
  if isinstance(value, Items):
    made = opcodes(Global('collections', 'OrderedDict')) + b')R(' + b''.join(map(opcodes, sum(value.pairs, ()))) + b'u'
    return made if value.state is None else made + opcodes(value.state) + b'b'
  if isinstance(value, dict):
    return b'}(' + b''.join(opcodes(x) for pair in value.items() for x in pair) + b'u'
  if isinstance(value, tuple):
    return b'(' + b''.join(map(opcodes, value)) + b't'
  if value is None or isinstance(value, bool):
    return {None: b'N', True: b'\x88', False: b'\x89'}[value]
  if isinstance(value, int):
    return b'J' + struct.pack('<i', value)
  return b'X' + struct.pack('<I', len(value.encode())) + value.encode()


def tensor(storage, shape, strides, offset=0):
  """A tensor over a storage, in elements."""
  rest = offset, tuple(shape), tuple(strides), False, Items(())
  return Call(Global('torch._utils', '_rebuild_tensor_v2'), (storage, *rest))


def storage(x: np.ndarray, key: str):
  """The storage `key`, which holds all of x."""
  return Persistent(('storage', Global('torch', STORAGES[x.dtype]), key, 'cpu', x.size))


def plain(arrays: dict):
  """(pickled value, storages) of arrays that each have a storage of their own."""
  pairs, kept = [], {}
  for number, (name, x) in enumerate(arrays.items()):
    key, strides = str(number), [stride // x.itemsize for stride in np.ascontiguousarray(x).strides]
    kept[key] = np.ascontiguousarray(x)
    pairs.append((name, tensor(storage(x, key), x.shape, strides)))
  return Items(tuple(pairs), state={'_metadata': Items(())}), kept


def write(path, value, storages=None, *, compression=zipfile.ZIP_STORED, byteorder=b'little', pickled=None):
  """The file; `pickled` are the opcodes, where no value makes them."""
  with zipfile.ZipFile(path, 'w', compression) as archive:
    archive.writestr('archive/data.pkl', b'\x80\x02' + (opcodes(value) if pickled is None else pickled) + b'.')
    archive.writestr('archive/byteorder', byteorder)
    for key, x in (storages or {}).items():
      archive.writestr(f'archive/data/{key}', x.tobytes())
    archive.writestr('archive/version', b'3\n')
  return path
