"""Preconditions: what a function's documentation asks of its arguments, as far as rules can read it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from acrl_jax.datagen.records import Function
from acrl_jax.datagen.values import walk


class Demand(NamedTuple):
  """What texts with `pattern` ask of an argument."""

  pattern: re.Pattern
  holds: Callable[[Any], bool]
  repair: Callable[[Any], Any]  # an argument that does not hold to one that does, where that is easy


def _numbers(x: Any) -> list:
  return [y for y in walk(x) if type(y) in (int, float)]


def _map_numbers(x: Any, change: Callable[[Any], Any]) -> Any:
  """With every number of it changed."""
  if type(x) is list:
    return [_map_numbers(y, change) for y in x]
  return change(x) if type(x) in (int, float) else x


def _sorted(x: Any) -> bool:
  return type(x) is not list or x == _ordered(x)


def _ordered(x: Any) -> Any:
  try:
    return sorted(x) if type(x) is list else x
  except TypeError:  # of members that have no order
    return x


def _distinct(x: Any) -> Any:
  return [y for i, y in enumerate(x) if y not in x[:i]] if type(x) is list else x


def _binary(x: Any) -> bool:
  return type(x) not in (str, bytes) or set(x) <= set('01' if type(x) is str else b'01')


def _as_binary(x: Any) -> Any:
  if type(x) is bytes:
    return bytes(48 + c % 2 for c in x)
  return ''.join('01'[ord(c) % 2] for c in x) if type(x) is str else x


_DEMANDS = (
  Demand(re.compile(r'\bnon-?negative\b|\bnatural number|>= ?0\b|\bnot (be )?negative\b'),
         lambda x: all(y >= 0 for y in _numbers(x)), lambda x: _map_numbers(x, abs)),
  Demand(re.compile(r'(?<!non-)(?<!non)(?<!not )\bpositive\b(?!.*negative)|(?<![=<])> ?0\b|\bgreater than (0|zero)\b'),
         lambda x: all(y > 0 for y in _numbers(x)), lambda x: _map_numbers(x, lambda y: abs(y) or type(y)(1))),
  Demand(re.compile(r'\bnon-?empty\b|\bnot (be )?empty\b|\bat least (one|1|a single) (element|item|number|char|value)'),
         lambda x: not hasattr(x, '__len__') or len(x) > 0, lambda x: x),
  Demand(re.compile(r"\bascii '0' or '1'|\bbinary (digits|string)\b"), _binary, _as_binary),
  Demand(re.compile(r'(?<!be )(?<!get )\bsorted\b|\bin ascending order\b|\bnon-?decreasing\b'), _sorted, _ordered),
  Demand(re.compile(r'\bdistinct\b|\bunique\b|\bno duplicates\b|\bwithout duplicates\b'),
         lambda x: x == _distinct(x), _distinct),
)  # fmt: skip
_BETWEEN = re.compile(r'(?:\bbetween|\bfrom|\(|\[|\brange) ?(-?\d+) ?(?:-|\.\.|,|to|and|through) ?(-?\d+)\b')


def demands(function: Function) -> list[list[Demand]]:
  """For each parameter what the documentation asks of it."""
  return _demands(tuple(p.name for p in function.parameters), function.doc.parameters, function.doc.summary)


@functools.lru_cache(64)
def _demands(names: tuple[str, ...], texts: tuple[tuple[str, str], ...], summary: str) -> list[list[Demand]]:
  demanded = []
  for name in names:
    # The summary asks for something where it says so right before the name: "in the sorted list".
    said = re.findall(rf'\b(?:sorted|non-?\w+|distinct|positive)\s+`?{re.escape(name)}\b', summary)
    text = ' '.join([*(t for n, t in texts if n == name), *said])
    asked = [d for d in _DEMANDS if d.pattern.search(text.lower())]
    if between := _BETWEEN.search(text.lower()):
      asked.append(_ranged(*map(int, between.groups())))
    demanded.append(asked)
  return demanded


def _ranged(low: int, high: int) -> Demand:
  return Demand(
    _BETWEEN,
    lambda x: type(x) not in (int, float) or low <= x <= high,
    lambda x: type(x)(low + abs(x) % (high - low + 1)) if type(x) in (int, float) and low < high else x,
  )


def met(function: Function, args: tuple) -> bool:
  """Whether the arguments are as the documentation asks for: what comes of others is anybody's guess."""
  return all(d.holds(x) for x, asked in zip(args, demands(function)) for d in asked)


def repaired(function: Function, args: list) -> list:
  """The arguments, changed to what the documentation asks for where that is easy."""
  out = []
  for x, asked in zip(args, demands(function)):
    for d in asked:
      x = x if d.holds(x) else d.repair(x)
    out.append(x)
  return out
