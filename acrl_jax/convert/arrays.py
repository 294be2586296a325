"""Large float32 arrays on the host: made so that JAX on CPU takes them as they are, and filled across the grain."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

ALIGNMENT = 64  # bytes; JAX on CPU copies an array that begins elsewhere
LINE = 16  # float32 numbers in a line of the processor's cache


def empty(shape: Sequence[int]) -> np.ndarray:
  """An uninitialised array of `shape`, float32."""
  size = 4 * math.prod(shape)
  raw = np.empty(size + ALIGNMENT, np.uint8)
  start = -raw.ctypes.data % ALIGNMENT
  return raw[start : start + size].view(np.float32).reshape(shape)


def copy(out: np.ndarray, x: np.ndarray) -> None:
  """out[...] = x, several times faster where one of them is transposed: in strips as wide as a line of the cache."""
  along = x.strides[-1:] == (x.itemsize,), out.strides[-1:] == (out.itemsize,)
  if x.ndim < 2 or all(along):
    out[...] = x
  elif along[0]:
    for first in range(0, len(x), LINE):
      out[first : first + LINE] = x[first : first + LINE]
  elif x.ndim == 2:
    for first in range(0, x.shape[1], LINE):
      out[:, first : first + LINE] = x[:, first : first + LINE]
  else:  # leave the last axis, and the one along which x lies in memory
    grain = int(np.argmin(x.strides[:-1]))
    axis = next(axis for axis in range(x.ndim - 1) if axis != grain)
    for o, i in zip(np.moveaxis(out, axis, 0), np.moveaxis(x, axis, 0)):
      copy(o, i)


def contiguous(x: np.ndarray) -> np.ndarray:
  """x as float32 in one piece; x itself where it is that already."""
  if x.dtype == np.float32 and x.flags.c_contiguous:
    return x
  out = empty(x.shape)
  copy(out, x)
  return out
