"""Lazy programs and what they pass."""

import pytest

from acrl_jax.datagen.cases import trivial
from acrl_jax.datagen.records import Case


def cases(*pairs, kind='value'):
  return [Case(args, kind, expected) for args, expected in pairs]


@pytest.mark.parametrize(
  'suite, expected',
  [
    (cases(((1,), 5), ((2,), 5), ((3,), 6), ((4,), 7)), 0.5),  # return 5
    (cases(((1,), 1), ((2,), 2), ((3,), 3), ((4,), 0)), 0.75),  # return the argument
    (cases(((1, 9), 9), ((2, 8), 8)), 1.0),  # return the second argument
    (cases(((1,), True), ((2,), 1), ((3,), 1.0)), 1 / 3),  # True, 1 and 1.0 are three results
    (cases(((1,), True), ((2,), False), ((3,), True)), 2 / 3),
    (cases(((1,), None), ((2,), None), ((3,), [])), 2 / 3),
    ([*cases(((1,), 'E'), ((2,), 'E'), kind='raises'), *cases(((3,), 4))], 2 / 3),  # raise
    (cases((([1, 2],), ([1, 2],)), (([2, 1],), ([1, 2],)), kind='mutates'), 0.5),  # do nothing
    (cases(((1,), [5]), ((2,), [5.0])), 0.5),
    (cases(((2.0,), 2.0000000001), ((1,), 0)), 0.5),  # a float within tolerance
    ([], 1.0),
  ],
)  # fmt: skip
def test_the_best_trivial_program(suite, expected):
  assert trivial.trivial_best(suite) == pytest.approx(expected)


@pytest.mark.parametrize(
  'f, inputs',
  [
    (len, ['a', 'bcd', '']), (abs, [-1, 2]), (sorted, [[2, 1], [3]]), (lambda x: not x, [True, False]),
    (lambda x: x[::-1], ['ab', 'c']), (str.upper, ['aB', '']),
    (lambda a, b: a + b, [(1, 2), (3, 5)]), (max, [(1, 2), (3, 2)]), (lambda a, b: b in a, [('ab', 'a'), ('b', 'c')]),
    (lambda a, b: b - a, [(1, 2), (5, 3)]), (lambda a, b, c: max(a, b, c), [(1, 2, 3), (3, 2, 1), (1, 4, 2)]),
  ],
)  # fmt: skip
def test_one_builtin_or_operator_is_easy(f, inputs):
  suite = [Case(x if type(x) is tuple else (x,), 'value', f(*x) if type(x) is tuple else f(x)) for x in inputs]
  assert trivial.easy(suite)


def test_sorting_in_place_is_easy_and_other_things_are_not():
  assert trivial.easy(cases((([2, 1],), ([1, 2],)), (([3],), ([3],)), kind='mutates'))
  assert not trivial.easy(cases(((2,), 5), ((3,), 10), ((4,), 17)))
  assert not trivial.easy(cases(((10**30, 10**9), 1)))  # a power that would never end


def test_a_program_that_raises_passes_where_an_exception_is_due():
  suite = [*cases(((7, 2), 3), ((9, 3), 3)), *cases(((1, 0), 'E'), kind='raises')]
  assert trivial.easy(suite)
  assert not trivial.easy([*suite, *cases(((5, 1), 'E'), kind='raises')])


def test_programs_do_not_change_the_cases():
  suite = cases((([2, 1],), [9]), (([1],), [8]))
  trivial.easy(suite), trivial.trivial_best(suite), trivial.rivals(suite)
  assert suite == cases((([2, 1],), [9]), (([1],), [8]))


def test_rivals_are_told_by_the_cases_that_they_fail():
  suite = cases((([1],), 1), (([4],), 4), (([6],), 6), (([2, 3],), 5))  # sum, not max, not the first
  told = trivial.rivals(suite)
  assert told and all(t == frozenset([3]) for t in told)


def test_programs_that_would_take_for_ever_are_not_tried():
  huge = 2**62
  for args in ((huge, huge), (1.5, -huge), (7, -huge), (huge, 'ab'), ([1], huge)):
    assert not trivial.easy([Case(args, 'value', 'never', frozenset())] * 3)
