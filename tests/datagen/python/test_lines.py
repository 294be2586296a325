"""Lines and decisions, against counts by hand."""

import sys

import pytest

from acrl_jax.datagen.python.lines import FILE, Decisions, Lines

SOURCE = '''\
def f(xs, n):
    total = 0
    for x in xs:
        if (x > n and
                x < 10):
            total += x
        elif x == n:
            continue
    while total > 20:
        total -= 20
    if total: return total
    while True:
        return g(n)
'''


class Limit(BaseException):
  pass


def other(n):
  return n + 1


def load():
  scope = {'g': other}
  exec(compile(SOURCE, FILE, 'exec'), scope)
  return scope['f']


def trace(*args, steps=1000, look=True):
  f, lines = load(), Lines()
  lines.start(steps, look, Limit)
  try:
    f(*args)
  finally:
    sys.settrace(None)
  return lines


def test_lines_and_outcomes():
  decisions = Decisions(SOURCE)
  # for, while, if, elif; what is on one line with its body or never false is none. Numbered breadth first.
  assert [p[0] for p in decisions.places] == [3, 9, 4, 7] and decisions.count == 8
  out = lambda *args: decisions.outcomes(trace(*args).arcs)
  assert out([], 1) == [0, 2]
  assert out([5], 1) == [0, 1, 2, 5]
  assert out([1], 1) == [0, 1, 2, 4, 7]
  assert out([11], 1) == [0, 1, 2, 4, 6]  # the second line of the head says no
  assert out([9, 9, 9], 1) == [0, 1, 2, 3, 5]
  assert trace([], 1).seen == [2, 3, 9, 11, 12, 13]


def test_an_exception_in_a_head_is_no_outcome():
  lines = Lines()
  lines.start(100, True, Limit)
  try:
    load()(['a'], 1)
  except TypeError:
    pass
  finally:
    sys.settrace(None)
  assert Decisions(SOURCE).outcomes(lines.arcs) == [1]


def test_all_lines_count_and_the_limit_is_exact():
  count = trace([], 1).count
  assert count == trace([], 1, look=False).count == 7  # 2, 3, 9, 11, 12, 13 and one of `other`
  assert trace([], 1, steps=count).count == count
  for look in (True, False):
    with pytest.raises(Limit, match='steps'):
      trace([], 1, steps=count - 1, look=look)


def test_a_generator_goes_on_where_it_was():
  source = 'def f(n):\n    for i in range(n):\n        if i % 2:\n            yield i\n'
  scope, lines = {}, Lines()
  exec(compile(source, FILE, 'exec'), scope)
  lines.start(100, True, Limit)
  values = list(scope['f'](4))
  sys.settrace(None)
  assert values == [1, 3] and Decisions(source).outcomes(lines.arcs) == [0, 1, 2, 3]
