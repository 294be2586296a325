"""Random values of a type: short, readable, and near the constants of the function's own text.

The draws of a seed are part of what a generator version means: another order of draws makes other problems.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from acrl_jax.datagen.inputs.fits import MOST_INT, bounds
from acrl_jax.datagen.records import Function, Reject, Type
from acrl_jax.datagen.values import literal, walk

MOST_ITEMS = 6
_MOST_CONSTANT = 10**9
_WIDTH = re.compile(r'\binteger of (\d\d) bits|\b2\*\*(\d\d)')
_WORDS = (
  'abc', 'hello', 'Hello World', 'racecar', 'level', '12345', 'a,b,c', '  pad  ', 'aaa', 'aabb', 'foo bar', 'XyZ',
  'a-b', 'A1b2', '007', 'one two three', 'x=1;y=2', 'ab', 'ba', '-7', '3.14', '0', '1010', '(a)', 'a.b', 'Zebra', 'b',
)  # fmt: skip
_NAMES = (
  'Thompson', 'Schmidt', 'Knight', 'Wright', 'Philip', 'Xavier', 'Czech', 'McHugh', 'Gough', 'Judge', 'quick', 'Zhang',
  'Thumb', 'Vaughan', 'Jackson', 'ghost', 'Psycho', 'Wesley', 'cauchy', 'Acceed', 'Eugene', 'Aiken', 'Schwarz', 'Bible',
)  # fmt: skip
_SPOKEN = re.compile(r'\b(?:soundex|metaphone|phonetic\w*|nysiis|caverphone|code value)\b', re.IGNORECASE)
_LETTERS = 'abcxyzABCXYZ0123456789 ,.-_:/\\"\'#'
_ALPHABET = 'abcdeABC 12,.-_'
_SIZES = (0, 1, 1, 2, 2, 3, 3, 4, 5, MOST_ITEMS)
_COUNT = re.compile(
  r'(i|j|k|n|m|idx|index|start|end|begin|pos|position|from|to|len|length|size|count|times|repeat|max|min|width|off|'
  r'offset|radix|base|dim|digits|scale|ordinal|shift|step|level|limit|order|degree|num)(_?[A-Z_].*)?'
)
Draw = Callable[[], Any]


class Hints(NamedTuple):
  """Values that the function's own text names, in a fixed order."""

  ints: tuple[int, ...] = ()
  floats: tuple[float, ...] = ()
  strings: tuple[str, ...] = ()
  chars: tuple[str, ...] = ()
  nan: bool = False  # the documentation speaks of NaN
  words: tuple[str, ...] = _WORDS


def readable(text: str) -> bool:
  """Whether it is printable ASCII."""
  return text.isascii() and text.isprintable()


def hints(function: Function) -> Hints:
  """From the constants of the body and the arguments of the documentation's examples."""
  said = [x for args, _ in function.doc.examples for y in args for x in walk(y)]
  plain = [x for x in (*function.constants, *said) if type(x) in (int, float, str)]
  ints = {x for x in plain if type(x) is int and abs(x) <= _MOST_CONSTANT}
  texts = {x for x in plain if type(x) is str and len(x) <= 20 and readable(x)}
  text = ' '.join(
    [function.doc.summary, function.doc.returns, *(t for _, t in (*function.doc.parameters, *function.doc.raises))]
  )
  for bits in {int(b) for pair in _WIDTH.findall(text) for b in pair if b}:
    half = 1 << (bits + bits % 2 - 1)  # 32 bits, or 2**31
    ints |= {half - 1, -half, half // 2, 2 * half, -3 * half, math.isqrt(half), -math.isqrt(half)}
  return Hints(
    tuple(sorted(ints, key=lambda x: (abs(x), x))),
    tuple(sorted({float(x) for x in plain if type(x) is float and math.isfinite(x) and abs(x) < _MOST_CONSTANT})),
    tuple(sorted(texts, key=lambda x: (len(x), x))),
    tuple(sorted({x for x in texts if len(x) == 1})),
    'nan' in re.findall(r'\w+', text.lower()),
    _NAMES if _SPOKEN.search(text) else _WORDS,
  )


def limited(x: int, t: Type) -> int:
  """The nearest int that the type has."""
  low, high = bounds(t)
  return max(low, min(high, x))


def drawer(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  """Draws values of the type. Rejects types that no value can be made of."""
  if t.kind not in _DRAWERS:
    raise Reject('propose', 'type', t.kind)
  return _DRAWERS[t.kind](t, name, h, r)


def _int(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  low, high = bounds(t)
  near = [c + d for c in h.ints for d in (0, 0, 1, -1) if low <= c + d <= high]
  widest = min(MOST_INT, high)
  count = bool(_COUNT.fullmatch(name))

  def draw() -> int:
    p = r.random()
    if count and p < 0.6:
      return int(r.random() * 9)
    if p < 0.25:
      return r.choice((0, 1, -1, 2, 3, 5, 7, 10, 12))
    if p < 0.45 and near:
      return r.choice(near)
    most = 20 if p < 0.75 else min(1000, widest) if p < 0.93 else widest
    return int((r.random() * 2 - 1) * (most + 1))

  return draw


def _float(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  near = [c + d for c in (*h.floats, *map(float, h.ints[:20])) for d in (0.0, 0.0, 0.5, -0.5)]

  def draw() -> float:
    p = r.random()
    if p < 0.3:
      return r.choice((0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 10.0, 3.0, 0.25, 100.0))
    if p < 0.4 and near:
      return r.choice(near)
    if t.source in ('float', 'Float'):  # eighths are the same in 32 bits
      return int(r.random() * 800 - 400) / 8
    if p < 0.5:
      return round(r.random(), 3)
    return round(r.random() * 20 - 10, 2) if p < 0.9 else round(r.random() * 2000, 1)

  return draw


def _bool(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  return lambda: r.random() < 0.5


def _char(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  return lambda: r.choice(h.chars) if h.chars and r.random() < 0.35 else r.choice(_LETTERS)


def _str(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  def draw() -> str:
    p = r.random()
    if p < 0.35 and h.strings:
      if p < 0.12:
        return r.choice(h.strings)
      if p < 0.24:
        return ''.join([r.choice(h.strings) for _ in range(1 + int(r.random() * 4))])[:20]
      return r.choice(h.strings) + r.choice(h.words)
    if p < 0.6:
      return r.choice(h.words)
    if p < 0.75:
      return ''.join([r.choice('ab') for _ in range(int(r.random() * 9))])
    if p < 0.85:
      return str(int(r.random() * 10**5) - 999) if p < 0.81 else str(round(r.random() * 100 - 50, 2))
    return ''.join([r.choice(_ALPHABET) for _ in range(int(r.random() * 11))])

  return draw


def _bytes(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  text = _str(t, name, h, r)
  odd = lambda: bytes([int(r.random() * 128) for _ in range(r.choice(_SIZES))])
  return lambda: text().encode() if r.random() < 0.6 else odd()


def _list(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  item = t.args[0] if t.args else Type('int')
  one = drawer(item, '', h, r)
  rows = item.kind == 'list'
  cell = drawer(item.args[0] if item.args else Type('int'), '', h, r) if rows else one
  sortable = item.kind in ('int', 'float', 'str', 'char')

  def draw() -> list:
    size, p = r.choice(_SIZES), r.random()
    if rows and p < 0.85:  # a matrix, a square one more often than chance would have it
      size = min(size, 4)
      width = size if p < 0.4 else r.choice((1, 2, 2, 3, 3, 4))
      return [[cell() for _ in range(width)] for _ in range(size)]
    out = [one() for _ in range(min(size, 4) if rows else size)]
    if size > 1 and not rows and p < 0.35:
      out[int(r.random() * size)] = out[0]
    if sortable and r.random() < 0.25:
      out.sort()
    return out

  return draw


def _set(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  one = drawer(_hashable(t.args[0] if t.args else Type('int')), '', h, r)
  return lambda: {one() for _ in range(r.choice(_SIZES))}


def _dict(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  key_type, value_type = t.args or (Type('str'), Type('int'))
  one, value = drawer(_hashable(key_type), '', h, r), drawer(value_type, '', h, r)
  return lambda: {one(): value() for _ in range(int(r.random() * 5))}


def _hashable(t: Type) -> Type:
  if t.kind in ('list', 'set', 'dict'):
    raise Reject('propose', 'unhashable', f'members of the kind {t.kind}')
  for inner in t.args:
    _hashable(inner)
  return t


def _tuple(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  parts = [drawer(x, '', h, r) for x in t.args or (Type('int'), Type('int'))]
  return lambda: tuple([part() for part in parts])


def _optional(t: Type, name: str, h: Hints, r: random.Random) -> Draw:
  inner = drawer(t.args[0], name, h, r)
  return lambda: None if r.random() < 0.12 else inner()


def edges(t: Type, h: Hints) -> list:
  """The values that faults sit at: empty, zero, one, equal members, the function's own constants."""
  if t.kind == 'optional':
    return [*edges(t.args[0], h)[:6], None]
  if t.kind == 'int':
    low, high = bounds(t)
    near = [c + d for c in h.ints[:8] for d in (0, 1, -1)]
    return [x for x in dict.fromkeys([0, 1, -1, 2, 3, 10, *near, 100]) if low <= x <= high]
  if t.kind == 'float':
    odd = [math.nan, math.inf, -math.inf] if h.nan else []
    return [0.0, 1.0, -1.0, *odd, 0.5, 2.0, *h.floats[:8], 10.0]
  if t.kind == 'bool':
    return [True, False]
  if t.kind == 'char':
    return list(dict.fromkeys([*h.chars[:8], 'a', 'A', '0', ' ', 'z']))
  if t.kind == 'str':
    return list(dict.fromkeys(['', 'a', *h.strings[:8], 'abc', ' ', 'aa', 'Hello World', '42']))
  if t.kind == 'bytes':
    return [b'', b'a', b'abc', b'hello world', b'\x00\x7f']
  if t.kind == 'tuple':
    parts = [edges(x, h) for x in t.args or (Type('int'), Type('int'))]
    return [tuple(p[(k + i) % len(p)] for i, p in enumerate(parts)) for k in range(3)]
  return _edges_of_containers(t, h)


def _edges_of_containers(t: Type, h: Hints) -> list:
  if t.kind == 'dict':
    keys, values = (edges(x, h)[:3] for x in t.args or (Type('str'), Type('int')))
    return [{}, {keys[-1]: values[-1]}, dict(zip(keys, values))]
  members = edges(t.args[0] if t.args else Type('int'), h)[:4]
  lists = [[], members[-1:], members[-1:] * 2, members[1:3], members[::-1]]
  return lists if t.kind == 'list' else [set(x) for x in lists]


_DRAWERS = {
  'int': _int, 'float': _float, 'bool': _bool, 'char': _char, 'str': _str, 'bytes': _bytes, 'list': _list, 'set': _set,
  'dict': _dict, 'tuple': _tuple, 'optional': _optional,
}  # fmt: skip


def in_order(members: set) -> list:
  """A set's members in an order that no hash seed changes."""
  return sorted(members, key=literal)
