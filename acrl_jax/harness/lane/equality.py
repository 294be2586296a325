"""Whether two values are the same, in the stricter sense of tests with an expected value; and whether two texts are."""

from __future__ import annotations

import collections
import math
import re
from typing import Any, NamedTuple

_CONTAINERS = (list, tuple, collections.deque)
_KEYS = type({}.keys())
_VIEWS = {_KEYS: set, type({}.values()): list, type({}.items()): dict}
# What a program may return where a test, often a literal, expects the plainer type that it equals in Python too.
_PLAINER = {collections.OrderedDict: dict, collections.Counter: dict, collections.defaultdict: dict, _KEYS: set}
_INTEGER = re.compile(r'[+-]?\d+')
# In one way only, or a million digits would keep the judge busy for hours.
_NUMBER = re.compile(r'[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?inf|nan', re.IGNORECASE)
_TEXT_TOLERANCE = 1e-5  # of numbers in printed output, relative and absolute


class approx(NamedTuple):  # spelled as in the expected values that name it
  """An expected value whose floats may be off by `rel` of themselves, or by `abs`; whole numbers may stand for them."""

  value: Any
  rel: float = 1e-6
  abs: float = 1e-9


def same(a: Any, b: Any, tolerance: float = 0.0) -> bool:
  """Whether `a` is the expected value `b`, of exactly its type, all the way down.

  True is not 1, a list is no tuple, NaN is NaN; a Counter, say, is the dict that it equals. `tolerance` is relative and
  absolute, `approx` has its own; where there is one, 2 is the expected 2.0.
  """
  if type(b) is approx:
    return _same(a, b.value, (b.rel, b.abs))
  return _same(a, b, (tolerance, tolerance))


def _same(a: Any, b: Any, tolerance: tuple[float, float]) -> bool:
  if type(b) is float and type(a) is int and max(tolerance) > 0:
    return abs(a) < 1 << 1000 and _close(a, b, tolerance)  # no float is larger
  if type(a) is not type(b) and _PLAINER.get(type(a)) is not type(b):
    return False
  if isinstance(a, float):
    return _close(a, b, tolerance)
  if isinstance(a, complex):
    return _close(a.real, b.real, tolerance) and _close(a.imag, b.imag, tolerance)
  if isinstance(a, _CONTAINERS):
    return len(a) == len(b) and all(_same(x, y, tolerance) for x, y in zip(a, b))
  if type(b) in _VIEWS:
    return _same(_VIEWS[type(b)](a), _VIEWS[type(b)](b), tolerance)
  if isinstance(b, (set, frozenset)):
    return _typed(type(b)(a)) == _typed(b)
  if isinstance(b, collections.OrderedDict) and list(map(_typed, a)) != list(map(_typed, b)):
    return False
  if isinstance(b, dict):
    ours, theirs = {_typed(k): v for k, v in a.items()}, {_typed(k): v for k, v in b.items()}
    return ours.keys() == theirs.keys() and all(_same(v, theirs[k], tolerance) for k, v in ours.items())
  return bool(a == b)


def _close(a: float, b: float, tolerance: tuple[float, float]) -> bool:
  if a == b or (math.isnan(a) and math.isnan(b)):
    return True
  return max(tolerance) > 0 and math.isclose(a, b, rel_tol=tolerance[0], abs_tol=tolerance[1])


def _typed(x: Any) -> Any:
  """A hashable stand-in that is equal only where types are, for the members of sets and the keys of dicts."""
  if isinstance(x, tuple):
    return 'tuple', tuple(_typed(y) for y in x)
  if isinstance(x, (set, frozenset)):
    return type(x).__name__, frozenset(_typed(y) for y in x)
  if isinstance(x, float) and math.isnan(x):
    return 'float', 'nan'
  return type(x).__name__, x


def same_text(printed: str, expected: str) -> bool:
  """Equal words, and equally many of them; whole numbers exactly, others to 1e-5."""
  ours, theirs = printed.split(), expected.split()
  return len(ours) == len(theirs) and all(_same_word(a, b) for a, b in zip(ours, theirs))


def _same_word(a: str, b: str) -> bool:
  if a == b:
    return True
  if not (_NUMBER.fullmatch(a) and _NUMBER.fullmatch(b)) or (_INTEGER.fullmatch(a) and _INTEGER.fullmatch(b)):
    return False
  return _close(float(a), float(b), (_TEXT_TOLERANCE, _TEXT_TOLERANCE))
