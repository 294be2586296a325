"""Relations between arguments that names and types make evident.

A window lies within its list, a minimum is at most its maximum, lists that go together have one length, a probability
is between 0 and 1.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable

from acrl_jax.datagen.records import Function, Type
from acrl_jax.datagen.render.signature import snake
from acrl_jax.datagen.values import bare

Rule = Callable[[random.Random, list], None]  # changes the arguments in place
_INDEXABLE = ('str', 'list', 'bytes')
_NUMBERS = ('int', 'float')
_OFTEN, _HALF = 0.85, 0.5  # of the inputs are as a rule says
_STARTS = frozenset('start begin beginning from first pos position index idx init low lo left offset off'.split())
_ENDS = frozenset('end to stop last high hi right'.split())
_LENGTHS = frozenset('length len count size'.split())
_LEAST, _MOST = frozenset('min minimum lower low lo from start left'.split()), frozenset(
  'max maximum upper high hi to end right'.split()
)
_CHANCES = frozenset('p q prob probability alpha confidence quantile significance'.split())
_SMALL = frozenset('epsilon eps tolerance tol delta accuracy'.split())
_POSITIVE = frozenset(
  'sigma sd scale shape df lambda rate weights expected observed observed1 observed2 counts'.split()
)
_OUTSIDE = re.compile(
  r'\bnegative\b|<=? ?0|\b(?:less|greater|smaller|larger) than\b|\bbounds?\b|\brange\b|\b(?:in)?valid\b|\bbeyond\b|'
  r'\bexceed|\bundervalue|\bovervalue|\bwrap|\bdemot|\bpromot'
)
_ALIKE = re.compile(
  r'\b(?:same|equal|identical) (?:length|size|number|dimension)|\blengths?\b.*\b(?:match|differ|equal)'
)


def arrange(function: Function, args: list, r: random.Random) -> list:
  """The arguments, mostly as the names of the parameters ask for."""
  args = list(args)
  for rate, places, rule in _rules(function.id, function.parameters, _said(function)):
    if r.random() < rate and all(i < len(args) and args[i] is not None for i in places):
      rule(r, args)
  return args


def astray(function: Function, args: tuple) -> bool:
  """Whether a position lies outside its list, or a length is negative, of which the documentation says nothing."""
  doc = function.doc
  texts = [doc.summary, doc.returns, *(t for _, t in (*doc.parameters, *doc.raises))]
  if _OUTSIDE.search(' '.join(texts)):
    return False
  types, words = [bare(p.type) for p in function.parameters], [snake(p.name).split('_') for p in function.parameters]
  for owner, members in _owned(types, [p.name for p in function.parameters]).items():
    for i in members if owner < len(args) and args[owner] is not None else ():
      bases = _bases(words[i])
      place = bool(bases & (_STARTS | _ENDS))
      if (place or bases & _LENGTHS) and i < len(args) and args[i] is not None:
        if args[i] < 0 or (place and args[i] > len(args[owner]) and types[owner].kind == 'list'):
          return True
  return False


def _said(function: Function) -> bool:
  """Whether the documentation asks for lists of one length."""
  doc = function.doc
  return bool(_ALIKE.search(' '.join([doc.summary, *(t for _, t in doc.parameters), *(t for _, t in doc.raises)])))


@functools.lru_cache(64)
def _rules(identity: str, parameters: tuple, alike: bool) -> list[tuple[float, list[int], Rule]]:
  types, words = [bare(p.type) for p in parameters], [snake(p.name).split('_') for p in parameters]
  rules = _alike(types, alike) + _scalars(types, words)
  for owner, members in _owned(types, [p.name for p in parameters]).items():
    rules += _windows(types, words, owner, members)
  return rules + _ordered(types, words)


def _owned(types: list[Type], names: list[str]) -> dict[int, list[int]]:
  """For each list or string the whole numbers that speak of it: by its name, or else it is the last before them."""
  owners, owned = [i for i, t in enumerate(types) if t.kind in _INDEXABLE], {}
  for i, t in enumerate(types):
    if t.kind == 'int' and owners:
      named = [o for o in owners if names[i].startswith(names[o]) and names[i] != names[o]]
      before = [o for o in owners if o < i]
      owned.setdefault((named or before[-1:] or owners)[0], []).append(i)
  return owned


def _windows(types: list[Type], words: list[list[str]], owner: int, members: list[int]) -> list:
  """Start and end, start and length, or an index alone, within the list."""
  starts = [i for i in members if _STARTS & _bases(words[i])]
  ends = [i for i in members if _ENDS & _bases(words[i]) and i not in starts]
  lengths = [i for i in members if _LENGTHS & _bases(words[i]) and i not in starts]
  rate = _HALF if types[owner].kind == 'str' else _OFTEN
  if starts and ends:
    return [(rate, [owner, starts[0], ends[0]], functools.partial(_span, owner, starts[0], ends[0]))]
  if starts:
    return [(rate, [owner, *starts, *lengths[:1]], functools.partial(_parts, owner, starts, lengths[:1]))]
  return []


def _bases(words: list[str]) -> frozenset[str]:
  bases = frozenset(w.rstrip('0123456789') for w in words)
  return bases | {'count'} if words[0] == 'n' and len(words) > 1 else bases  # nBytes


def _span(owner: int, start: int, end: int, r: random.Random, args: list) -> None:
  args[start], args[end] = sorted((r.randint(0, len(args[owner])), r.randint(0, len(args[owner]))))


def _parts(owner: int, starts: list[int], length: list[int], r: random.Random, args: list) -> None:
  size = len(args[owner])
  for i in starts:
    args[i] = r.randint(0, max(0, size - 1))
  for i in length:
    args[i] = r.randint(0, size - max(args[j] for j in starts))


def _ordered(types: list[Type], words: list[list[str]]) -> list:
  """Two bounds of one type, of which the names say which is the lower one."""
  low = [i for i, t in enumerate(types) if t.kind in _NUMBERS and _LEAST & frozenset(words[i])]
  high = [i for i, t in enumerate(types) if t.kind in _NUMBERS and _MOST & frozenset(words[i]) and i not in low]
  if len(low) != 1 or len(high) != 1 or types[low[0]] != types[high[0]]:
    return []
  return [(_OFTEN, [low[0], high[0]], functools.partial(_sort, low[0], high[0]))]


def _sort(low: int, high: int, r: random.Random, args: list) -> None:
  args[low], args[high] = sorted((args[low], args[high]))


def _alike(types: list[Type], said: bool) -> list:
  """Lists of numbers that go together: of one length, mostly so where they are of floats or unlike types."""
  lists = [i for i, t in enumerate(types) if t.kind == 'list' and t.args and t.args[0].kind in (*_NUMBERS, 'list')]
  rules = []
  for i, j in zip(lists, lists[1:]):
    plain = types[i] == types[j] and types[i].args[0].kind != 'float' and not said
    rules.append((_HALF if plain else _OFTEN, [i, j], functools.partial(_one_length, i, j)))
  return rules


def _one_length(i: int, j: int, r: random.Random, args: list) -> None:
  x, y = args[i], args[j]
  size = min(len(x), len(y)) if min(len(x), len(y)) > 1 or not (x and y) else max(len(x), len(y))
  args[i], args[j] = _sized(x, size, r), _sized(y, size, r)


def _sized(x: list, size: int, r: random.Random) -> list:
  """Cut, or grown by members that are mostly new."""
  out = x[:size]
  while len(out) < size:
    y = r.choice(x)
    out.append(type(y)(y + r.choice((-2, -1, 1, 2, 3))) if type(y) in (int, float) and abs(y) < 100 else y)
  return out


def _scalars(types: list[Type], words: list[list[str]]) -> list:
  rules = []
  for i, t in enumerate(types):
    inner = t.args[0] if t.kind == 'list' and t.args else t
    names = frozenset(words[i])
    if t.kind == 'float' and names & _CHANCES:
      rules.append((_HALF, [i], functools.partial(_chance, i, 'alpha' in names)))
    elif t.kind == 'float' and names & _SMALL:
      rules.append((_OFTEN, [i], functools.partial(_little, i)))
    elif inner.kind in _NUMBERS and names & _POSITIVE:
      rules.append((_OFTEN, [i], functools.partial(_positive, i)))
    elif t.kind == 'int' and 'iterations' in names:
      rules.append((_OFTEN, [i], lambda r, args, i=i: args.__setitem__(i, r.choice((20, 50, 100, 1000)))))
  return rules


def _chance(place: int, small: bool, r: random.Random, args: list) -> None:
  # A level of significance is at most a half.
  args[place] = r.choice((0.01, 0.05, 0.1, 0.25, 0.5, round(r.uniform(0.001, 0.5 if small else 0.999), 3)))


def _little(place: int, r: random.Random, args: list) -> None:
  args[place] = r.choice((1e-6, 0.001, 0.01, 0.1, 0.5, 1.0, round(r.uniform(0.001, 1.0), 3)))


def _positive(place: int, r: random.Random, args: list) -> None:
  x = args[place]
  args[place] = [abs(y) or type(y)(1) for y in x] if type(x) is list else abs(x) or type(x)(1)
