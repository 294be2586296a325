"""What the laziest programs score on the tests of a problem."""

from __future__ import annotations

import copy
import operator
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from acrl_jax.datagen.records import Case
from acrl_jax.datagen.values import close, key

Program = Callable[..., Any]
_MOST_BITS = 4096  # of a number that is worth computing
_LOOK, _NEAR = 8, 0.7  # a program comes near that passes this share of so many cases
_NAMES = (
  'upper lower strip lstrip rstrip swapcase title capitalize split isdigit isalpha isalnum isspace isupper islower '
  'keys values items copy splitlines sort reverse clear'
).split()
_METHODS = tuple(map(operator.methodcaller, _NAMES))
_ONE: tuple[Program, ...] = (
  len, abs, max, min, sum, sorted, str, int, float, bool, list, set, tuple, dict, ord, chr, bin, hex, oct, round, any,
  all, repr, operator.neg, operator.not_, operator.invert,
  lambda x: x[::-1], lambda x: x[0], lambda x: x[-1], lambda x: x[1:], lambda x: x[:-1], lambda x: x is None,
  lambda x: x is not None, lambda x: len(x) == 0, lambda x: len(x) > 0, lambda x: x + 1, lambda x: x - 1,
  lambda x: x * 2, lambda x: x / 2, lambda x: x // 2, lambda x: x * x, lambda x: x % 2 == 0, lambda x: x % 2 == 1,
  lambda x: x == 0, lambda x: x > 0, lambda x: x < 0, lambda x: x >= 0, lambda x: sorted(x, reverse=True),
  lambda x: list(set(x)), lambda x: len(set(x)), lambda x: x == x[::-1], lambda x: bin(x).count('1'),
)  # fmt: skip
_TWO: tuple[Program, ...] = (
  operator.add, operator.sub, operator.truediv, operator.floordiv, operator.mod, operator.eq, operator.ne,
  operator.lt, operator.le, operator.gt, operator.ge, operator.and_, operator.or_, operator.xor, operator.getitem,
  operator.contains, max, min, pow, operator.mul, round, divmod, operator.is_, operator.is_not,
  lambda a, b: a.count(b), lambda a, b: a.index(b), lambda a, b: a.find(b), lambda a, b: a.rfind(b),
  lambda a, b: a.split(b), lambda a, b: a.startswith(b), lambda a, b: a.endswith(b), lambda a, b: a.join(b),
  lambda a, b: b not in a, lambda a, b: a[:b], lambda a, b: a[b:], lambda a, b: a.strip(b), lambda a, b: a or b,
  lambda a, b: a and b, lambda a, b: a.get(b), lambda a, b: a.replace(b, ''),
)  # fmt: skip


def passed_by(case: Case) -> frozenset:
  """The trivial programs that pass a test, by name: they return a constant, or an argument, do nothing or raise.

  Of the constants only the expected one passes, whatever it is: None, 0, True, '' and [] are not tried one by one.
  """
  if case.kind == 'raises':
    return frozenset(['raises'])
  if case.kind == 'mutates':
    return frozenset(['nothing'] if close(case.args, tuple(case.expected)) else [])
  same = {('argument', i) for i, x in enumerate(case.args) if close(x, case.expected)}
  return frozenset({('constant', key(case.expected))} | same)


def trivial_best(cases: Sequence[Case]) -> float:
  """The largest share of the tests that one trivial program passes."""
  counts = Counter(name for c in cases for name in passed_by(c))
  return max(counts.values(), default=0) / len(cases) if cases else 1.0


def easy(cases: Sequence[Case]) -> bool:
  """Whether one builtin, one method or one operator on one or two of the arguments passes all of the tests."""
  return any(all(_passes(p, c) for c in cases) for p in _programs(cases))


def rivals(cases: Sequence[Case]) -> list[frozenset[int]]:
  """For each one-operator program that comes near: the places of the cases that it fails, which tell it apart."""
  look = cases[:_LOOK]
  near = [p for p in _programs(cases) if sum(_passes(p, c) for c in look) >= _NEAR * len(look)]
  failed = {frozenset(i for i, c in enumerate(cases) if not _passes(p, c)) for p in near}
  return sorted(failed - {frozenset()}, key=sorted)


def _programs(cases: Sequence[Case]) -> list[Program]:
  width = min((len(c.args) for c in cases), default=0)
  programs: list[Program] = [lambda *args, f=f: f(args) for f in (max, min)] if width > 1 else []
  for i in range(width):
    programs += [lambda *args, f=f, i=i: f(args[i]) for f in (*_ONE, *_METHODS)]
    for j in range(width):
      if i != j:
        programs += [lambda *args, f=f, i=i, j=j: f(args[i], args[j]) for f in _TWO if _cheap(f, cases, i, j)]
  return programs


def _cheap(f: Program, cases: Sequence[Case], i: int, j: int) -> bool:
  """Whether powers stay numbers, also those of ten that rounding makes, and products short."""
  if f not in (pow, operator.mul, round):
    return True
  sizes = [(c.args[i], c.args[j]) for c in cases]
  if f is pow:
    return all(type(b) is not int or type(a) is not int or a.bit_length() * abs(b) <= _MOST_BITS for a, b in sizes)
  if f is round:
    return all(type(b) is not int or abs(b) <= _MOST_BITS for _, b in sizes)
  return all(_short(x, y) and _short(y, x) for x, y in sizes)


def _short(x: Any, times: Any) -> bool:
  return type(times) is not int or times <= _MOST_BITS or not hasattr(x, '__len__')


def _passes(program: Program, case: Case) -> bool:
  args = copy.deepcopy(case.args) if case.kind == 'mutates' else tuple(map(copy.copy, case.args))
  try:
    value = program(*args)
  except Exception:
    return case.kind == 'raises'
  if case.kind == 'mutates':
    return close(args, tuple(case.expected))
  return case.kind == 'value' and close(value, case.expected)
