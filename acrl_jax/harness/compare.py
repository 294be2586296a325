"""Whether two values are the same, in the stricter sense of tests with an expected value; and whether two texts are."""

from __future__ import annotations

import collections
import math
import re
from typing import Any

_CONTAINERS = (list, tuple, collections.deque)
_INTEGER = re.compile(r'[+-]?\d+')
# In one way only, or a million digits would keep the judge busy for hours.
_NUMBER = re.compile(r'[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?inf|nan', re.IGNORECASE)
_TEXT_TOLERANCE = 1e-5  # of numbers in printed output, relative and absolute


def same(a: Any, b: Any, tolerance: float = 0.0) -> bool:
  """Equal values of exactly equal types, all the way down: True is not 1, a list is no tuple, NaN is NaN."""
  if type(a) is not type(b):
    return False
  if isinstance(a, float):
    return _close(a, b, tolerance)
  if isinstance(a, complex):
    return _close(a.real, b.real, tolerance) and _close(a.imag, b.imag, tolerance)
  if isinstance(a, _CONTAINERS):
    return len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b))
  if isinstance(a, (set, frozenset)):
    return _typed(a) == _typed(b)
  if isinstance(a, dict):
    ours, theirs = {_typed(k): v for k, v in a.items()}, {_typed(k): v for k, v in b.items()}
    return ours.keys() == theirs.keys() and all(same(v, theirs[k], tolerance) for k, v in ours.items())
  return bool(a == b)


def _close(a: float, b: float, tolerance: float) -> bool:
  if a == b or (math.isnan(a) and math.isnan(b)):
    return True
  return tolerance > 0 and math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def _typed(x: Any) -> Any:
  """A hashable stand-in that is equal only where types are, for the members of sets and the keys of dicts."""
  if isinstance(x, tuple):
    return 'tuple', tuple(_typed(y) for y in x)
  if isinstance(x, (set, frozenset)):
    return type(x).__name__, frozenset(_typed(y) for y in x)
  if isinstance(x, float) and math.isnan(x):
    return 'float', 'nan'
  return type(x).__name__, x


def same_text(printed: str, due: str) -> bool:
  """Equal words, and equally many of them; whole numbers exactly, others to 1e-5."""
  ours, theirs = printed.split(), due.split()
  return len(ours) == len(theirs) and all(_same_word(a, b) for a, b in zip(ours, theirs))


def _same_word(a: str, b: str) -> bool:
  if a == b:
    return True
  if not (_NUMBER.fullmatch(a) and _NUMBER.fullmatch(b)) or (_INTEGER.fullmatch(a) and _INTEGER.fullmatch(b)):
    return False
  return _close(float(a), float(b), _TEXT_TOLERANCE)
