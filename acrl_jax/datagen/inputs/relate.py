"""Arguments that have to do with each other, which arguments drawn one by one seldom have."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from acrl_jax.datagen.inputs.draw import MOST_ITEMS, limited
from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import bare

Relation = Callable[[random.Random, Any, Any], Any]  # (r, argument, other argument) -> what the other becomes


def relations(types: list[Type]) -> list[tuple[int, int, Relation]]:
  """For every ordered pair of parameters the ways in which the second may follow from the first."""
  ways = []
  for i, a in enumerate(map(bare, types)):
    for j, b in enumerate(map(bare, types)):
      if i != j:
        ways += [(i, j, relation) for relation in _between(a, b)]
  return ways


def _between(a: Type, b: Type) -> list[Relation]:
  texts = {'str', 'char'}
  out: list[Relation] = [_equal] if a == b and a.kind not in ('bool', 'set', 'dict') else []
  if a.kind == b.kind == 'str':
    out += [_piece, _piece, _altered, _as_long]
  elif a.kind == 'str' and b.kind == 'char':
    out += [_letter, _letter]
  elif b.kind == 'int' and a.kind in ('str', 'list', 'bytes'):
    out.append(lambda r, x, y: limited(r.choice((len(x), len(x) - 1, r.randint(0, len(x)), len(x) // 2)), b))
  elif a.kind == b.kind == 'int':
    out.append(lambda r, x, y: limited(x + r.choice((0, 1, -1, 2, abs(y))), b))
  elif a.kind == b.kind == 'float':
    out.append(lambda r, x, y: x + r.choice((0.0, 1.0, -1.0, abs(y) if y == y else 0.0)))
  elif a.kind == b.kind == 'list':
    out.append(_equally_many)
    if a.args == b.args:
      out.append(lambda r, x, y: (r.sample(x, r.randint(0, len(x))) + y[:2])[:MOST_ITEMS])
  elif a.kind == b.kind and a.kind in ('set', 'bytes'):
    out.append(lambda r, x, y: x | y if type(x) is set else x[: len(x) // 2])
  if a.kind == 'list' and a.args and (a.args[0] == b or {a.args[0].kind, b.kind} == texts):
    out += [_member(b)] * 2
  if a.kind == 'bytes' and b.kind == 'int':
    out += [lambda r, x, y: r.choice(x) if x else y] * 2
  if a.kind == 'dict' and a.args and a.args[0].kind == b.kind:
    out += [lambda r, x, y: r.choice(list(x)) if x else y] * 2
  return out


def _equal(r: random.Random, x: Any, y: Any) -> Any:
  return list(x) if type(x) is list else x


def _piece(r: random.Random, x: str, y: str) -> str:
  a = r.randint(0, len(x))
  return x[a : r.randint(a, len(x))]


def _altered(r: random.Random, x: str, y: str) -> str:
  k = r.randrange(4)
  if k == 0:
    return x.swapcase()
  if k == 1:
    return x[::-1]
  if k == 2:
    return x + y[:3]
  return ''.join(r.sample(x, len(x)))


def _as_long(r: random.Random, x: str, y: str) -> str:
  return ((y or 'a') * len(x))[: len(x)]


def _letter(r: random.Random, x: str, y: str) -> str:
  return r.choice(x) if x else y


def _equally_many(r: random.Random, x: list, y: list) -> list:
  return (y * len(x))[: len(x)] if y else y


def _member(t: Type) -> Relation:
  def member(r: random.Random, x: list, y: Any) -> Any:
    value = r.choice(x) if x else y
    return value[:1] or y if t.kind == 'char' else value

  return member
