"""Whether a value belongs to a type."""

from __future__ import annotations

from typing import Any

from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import bare

MOST_INT = 46_340  # its square is the largest that Java's int holds
_EXACT = 2**53  # whole numbers below it are floats, too
_BITS = {'byte': 8, 'short': 16, 'int': 32, 'long': 64, 'Byte': 8, 'Short': 16, 'Integer': 32, 'Long': 64}
_PRIMITIVE = frozenset(['byte', 'short', 'int', 'long', 'float', 'double', 'boolean', 'char'])
_PLAIN = {'int': int, 'float': float, 'bool': bool, 'str': str, 'bytes': bytes}
_CONTAINERS = {'list': list, 'set': set, 'dict': dict, 'tuple': tuple}


def bounds(t: Type) -> tuple[int, int]:
  """The least and the greatest int of a type: of Java's, or none worth the name."""
  bits = _BITS.get(t.source, 64) - 1
  return -(1 << bits), (1 << bits) - 1


def may_be_none(t: Type) -> bool:
  """Whether the type has a None at all: Java's numbers have not."""
  return t.source not in _PRIMITIVE


def fits(x: Any, t: Type, none: bool = False) -> bool:
  """Whether `x` is a value of the type, kinds exact: True is no int, an int no float.

  `none`: None may stand for any object in it, as in Java.
  """
  if x is None:
    return t.kind in ('optional', 'none') or (none and may_be_none(t))
  t = bare(t)
  if t.kind == 'char':
    return type(x) is str and len(x) == 1
  if t.kind == 'int':
    low, high = bounds(t)
    return type(x) is int and (t.source not in _BITS or low <= x <= high)
  if t.kind in _PLAIN:
    return type(x) is _PLAIN[t.kind]
  if type(x) is not _CONTAINERS.get(t.kind):
    return False
  if not t.args:
    return True
  if t.kind == 'dict':
    return all(fits(k, t.args[0], none) and fits(v, t.args[1], none) for k, v in x.items())
  if t.kind == 'tuple':
    return len(x) == len(t.args) and all(fits(y, u, none) for y, u in zip(x, t.args))
  return all(fits(y, t.args[0], none) for y in x)


def declared(x: Any, t: Type) -> Any:
  """The value with a float for each whole number where the type has a float: 2 is the 2.0 that is meant."""
  t = bare(t)
  if t.kind == 'float' and type(x) is int and abs(x) < _EXACT:
    return float(x)
  if type(x) is dict and t.kind == 'dict' and t.args:
    return {declared(k, t.args[0]): declared(v, t.args[1]) for k, v in x.items()}
  if type(x) is tuple and t.kind == 'tuple' and len(t.args) == len(x):
    return tuple(map(declared, x, t.args))
  if type(x) in (list, set) and t.kind in ('list', 'set') and t.args:
    return type(x)(declared(y, t.args[0]) for y in x)
  return x
