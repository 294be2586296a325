"""Plain values and their types: how they are written, compared and walked through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from acrl_jax.datagen.records import Type

RELATIVE, ABSOLUTE = 1e-6, 1e-9  # tolerances of a comparison of floats
_NAMES = {'char': 'str', 'none': 'None'}


def literal(x: Any) -> str:
  """Python text of a value, the same one for equal sets and for dicts of one order; `nan` and `inf` as these names."""
  kind = type(x)
  if kind is float and not math.isfinite(x):
    return repr(x)  # nan, inf, -inf
  if kind in (set, frozenset):
    inner = ', '.join(sorted(map(literal, x)))
    text = f'{{{inner}}}' if x else 'set()'
    return text if kind is set else f'frozenset({text if x else ""})'
  if kind is list:
    return f'[{", ".join(map(literal, x))}]'
  if kind is tuple:
    return f'({", ".join(map(literal, x))}{"," * (len(x) == 1)})'
  if kind is dict:
    return '{' + ', '.join(f'{literal(k)}: {literal(v)}' for k, v in x.items()) + '}'
  return repr(x)


def key(x: Any) -> str:
  """The same text for values that are the same: of one type, dicts in any order, NaN like NaN."""
  if type(x) is dict:
    return '{' + ', '.join(sorted(f'{key(k)}: {key(v)}' for k, v in x.items())) + '}'
  if type(x) is list:
    return f'[{", ".join(map(key, x))}]'
  if type(x) is tuple:
    return f'({", ".join(map(key, x))},)'
  return literal(x)


def close(a: Any, b: Any) -> bool:
  """Whether a test that expects `b` takes `a`: types exact, floats within tolerance, NaN like NaN."""
  if type(a) is not type(b):
    return False
  if type(a) is float:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
  if type(a) in (list, tuple):
    return len(a) == len(b) and all(map(close, a, b))
  if type(a) is dict:
    return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
  return a == b


def walk(x: Any) -> Iterator[Any]:
  """The value itself and all that is in it."""
  yield x
  if isinstance(x, dict):
    for k, v in x.items():
      yield from walk(k)
      yield from walk(v)
  elif isinstance(x, (list, tuple, set, frozenset)):
    for y in x:
      yield from walk(y)


def has_float(x: Any) -> bool:
  return any(type(y) is float for y in walk(x))


def bare(t: Type) -> Type:
  """The type without its None."""
  return t.args[0] if t.kind == 'optional' else t


def annotation(t: Type) -> str:
  """Python's spelling of a type."""
  if t.kind == 'optional':
    return f'{annotation(t.args[0])} | None'
  name = _NAMES.get(t.kind, t.kind)
  return f'{name}[{", ".join(map(annotation, t.args))}]' if t.args else name
