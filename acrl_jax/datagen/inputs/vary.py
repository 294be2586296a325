"""Small changes of a value: inputs near those that are known, for the mutants that these do not kill."""

from __future__ import annotations

import random
from typing import Any

from acrl_jax.datagen.inputs.draw import in_order, limited
from acrl_jax.datagen.records import Type

_MOST_INT = 10**6
Pool = dict[type, list]  # values of each type that other inputs hold


def changed(x: Any, t: Type, r: random.Random, pool: Pool) -> Any:
  """Another value of the type, near `x`; `x` itself where there is none. `x` stays as it is."""
  change = _CHANGES.get(type(x))
  return change(x, t, r, pool) if change else x


def _some(pool: Pool, kind: type, r: random.Random, otherwise: Any) -> Any:
  return r.choice(pool[kind]) if pool[kind] else otherwise


def _bool(x: bool, t: Type, r: random.Random, pool: Pool) -> bool:
  return not x


def _int(x: int, t: Type, r: random.Random, pool: Pool) -> int:
  y = r.choice((x + 1, x - 1, -x, x * 2, x // 2, 0, 1, *[_some(pool, int, r, 2) + d for d in (0, 0, 1, -1)]))
  return limited(y if abs(y) <= max(_MOST_INT, abs(x)) else x, t)


def _float(x: float, t: Type, r: random.Random, pool: Pool) -> float:
  y = r.choice((x + 1.0, x - 1.0, -x, x * 2, x / 2, 0.0, 1.0, _some(pool, float, r, 2.0)))
  return y if len(repr(y)) <= 8 else round(y, 3)


def _str(x: str, t: Type, r: random.Random, pool: Pool) -> str:
  if t.kind == 'char':
    if r.random() < 0.5:
      return chr(max(32, min(126, ord(x) + r.choice((-1, 1, 32, -32)))))
    return r.choice(_some(pool, str, r, 'a') or 'a')
  k, i = r.randrange(7), r.randint(0, max(0, len(x) - 1))
  if k == 0:
    return x[:i] + x[i + 1 :]
  if k == 1:
    return x[:i] + x[i : i + 1] * 2 + x[i + 1 :]
  if k == 2:
    return x[:i] + _some(pool, str, r, 'a') + x[i:]
  if k == 3:
    return x.swapcase()
  if k == 4:
    return x[::-1]
  return x + x if k == 5 else _some(pool, str, r, x + ' ')


def _bytes(x: bytes, t: Type, r: random.Random, pool: Pool) -> bytes:
  return _str(x.decode('ascii', 'replace').replace('\ufffd', 'a'), Type('str'), r, pool).encode('ascii', 'ignore')


def _list(x: list, t: Type, r: random.Random, pool: Pool) -> list:
  x, item = list(x), t.args[0] if t.args else Type('int')
  if not x:
    return x
  k, i = r.randrange(7), r.randrange(len(x))
  if k == 0:
    del x[i]
  elif k == 1:
    x.insert(r.randint(0, len(x)), x[i])
  elif k == 2:
    x.reverse()
  elif k == 3:
    x[i], x[0] = x[0], x[i]
  elif k == 4:
    x.insert(0, changed(x[i], item, r, pool))
  elif k == 5:  # longer by members like those that it has
    x += [changed(y, item, r, pool) for y in x[:4]]
  else:
    x[i] = changed(x[i], item, r, pool)
  return x


def _set(x: set, t: Type, r: random.Random, pool: Pool) -> set:
  return set(_list(in_order(x), Type('list', t.args), r, pool))


def _dict(x: dict, t: Type, r: random.Random, pool: Pool) -> dict:
  items, (key_type, value_type) = list(x.items()), t.args or (Type('str'), Type('int'))
  if not items:
    return x
  i = r.randrange(len(items))
  k, v = items.pop(i)
  p = r.random()
  if p < 0.3:
    return dict(items)
  return dict([*items, (changed(k, key_type, r, pool) if p < 0.6 else k, changed(v, value_type, r, pool))])


def _tuple(x: tuple, t: Type, r: random.Random, pool: Pool) -> tuple:
  if not x:
    return x
  i = r.randrange(len(x))
  item = t.args[i] if i < len(t.args) else Type('int')
  return (*x[:i], changed(x[i], item, r, pool), *x[i + 1 :])


_CHANGES = {
  bool: _bool, int: _int, float: _float, str: _str, bytes: _bytes, list: _list, set: _set, dict: _dict, tuple: _tuple,
}  # fmt: skip
