"""The chosen cases kill what all of them kill, and keep to their shares."""

import itertools
import random

import pytest

from acrl_jax.datagen.cases.minimisation import Limits, minimise
from acrl_jax.datagen.cases.trivial import trivial_best
from acrl_jax.datagen.records import Case, Mutant
from acrl_jax.datagen.values import key


def value(args, expected, branches=()):
  return Case(args, 'value', expected, frozenset(branches))


def mutant(number, *killers):
  return Mutant(number, 'by hand', True, frozenset(killers))


def squares(n):
  return [value((i,), i * i + 7) for i in range(n)]


def test_every_mutant_and_branch_is_reached_with_few_cases():
  cases = squares(40)
  cases[31] = cases[31]._replace(branches=frozenset([1, 2]))
  mutants = [mutant(0, 5, 6), mutant(1, 6, 7), mutant(2, 33), mutant(3)]
  chosen = minimise(cases, mutants, (), Limits(enough=3))
  assert set(chosen) == {6, 33, 31} or set(chosen) >= {6, 33, 31} and len(chosen) <= 4


def test_the_shortest_of_equals_is_taken():
  cases = [value(('long text', 1), 4), value(('ab', 1), 5), value(('abc', 1), 6)]
  assert minimise(cases, [mutant(0, 0, 1, 2)], (), Limits(enough=1))[0] == 1


def test_more_cases_are_those_that_kill_again_what_few_kill():
  cases = squares(30)
  mutants = [mutant(k, *range(k, 30, 3)) for k in range(3)] + [mutant(9, 4, 25)]
  chosen = minimise(cases, mutants, (), Limits(enough=8))
  assert len(chosen) == 8 and {4, 25} <= set(chosen)
  assert min(sum(i in m.killed_by for i in chosen) for m in mutants) == 2


def killed(mutants, chosen):
  return sum(bool(m.killed_by & set(chosen)) for m in mutants)


def test_it_is_the_best_that_a_search_of_all_choices_finds_or_one_more():
  for seed in range(20):
    r = random.Random(seed)
    cases = [value((f'{i:03}',), f'{r.random():.6f}') for i in range(10)]
    mutants = [mutant(k, *r.sample(range(10), r.randint(1, 4))) for k in range(8)]
    found = minimise(cases, mutants, (), Limits(enough=1, fewest=1))
    best = next(n for n in range(1, 11) if any(killed(mutants, c) == 8 for c in itertools.combinations(range(10), n)))
    assert killed(mutants, found) == 8 and len(found) <= best + 1


def test_no_more_than_a_third_raises():
  raising = [Case((-i,), 'raises', 'ValueError') for i in range(1, 9)]
  cases = [*squares(3), *raising]
  mutants = [mutant(k, 3 + k) for k in range(8)]
  chosen = minimise(cases, mutants, (), Limits())
  kinds = [cases[i].kind for i in chosen]
  assert kinds.count('raises') == 1 and kinds.count('value') == 3
  chosen = minimise([*squares(30), *raising], [mutant(k, 30 + k) for k in range(8)], (), Limits())
  assert sum(i >= 30 for i in chosen) == 4 and len(chosen) == 12


@pytest.mark.parametrize('true, false', [(30, 30), (50, 3), (4, 50)])
def test_booleans_are_balanced(true, false):
  cases = [value((f'{i:02}',), i < true) for i in range(true + false)]
  mutants = [mutant(k, k) for k in range(10)]  # killed by True alone
  chosen = minimise(cases, mutants, (), Limits(trivial_most=0.6))
  assert len(chosen) >= 5 and trivial_best([cases[i] for i in chosen]) <= 0.6


def test_what_balances_comes_before_what_kills_again():
  cases = [value((f'{i:02}',), i < 20) for i in range(40)]
  mutants = [mutant(k, k % 4, k % 4 + 10) for k in range(12)]  # each is killed by two that are True
  chosen = minimise(cases, mutants, (), Limits(trivial_most=0.6))
  assert len(chosen) == 8 and sum(i < 20 for i in chosen) == 4


def test_an_argument_is_not_the_answer_too_often():
  cases = [value((i,), i if i else 99) for i in range(1, 30)] + [value((100 + i,), i) for i in range(20)]
  chosen = minimise(cases, [mutant(k, k) for k in range(12)], (), Limits())
  assert trivial_best([cases[i] for i in chosen]) <= 0.7


def test_what_is_returned_or_raised_and_nothing_else_keeps_to_both_shares():
  cases = [value((i,), i) for i in range(20)] + [Case((i,), 'raises', 'E') for i in range(100, 110)]
  chosen = [cases[i] for i in minimise(cases, [mutant(0, 1)], (), Limits())]
  raising = sum(c.kind == 'raises' for c in chosen)
  assert len(chosen) >= 5 and raising * 3 <= len(chosen) and len(chosen) - raising <= 0.7 * len(chosen)


def test_examples_of_the_documentation_are_no_more_than_a_third():
  cases = squares(20)
  examples = {key((i,)) for i in range(8)}
  chosen = minimise(cases, [mutant(k, k) for k in range(8)], examples, Limits())
  assert sum(i < 8 for i in chosen) * 3 <= len(chosen) and len(chosen) >= 5


def test_one_operator_programs_are_told_apart_from_the_function():
  """The largest sum of neighbours: `max` is right for all the short lists."""
  lists = [[3], [2], [5], [7], [9], [1], [4], [8], [0], [6], [2, 3, -9, 4]]
  right = [3, 2, 5, 7, 9, 1, 4, 8, 0, 6, 5]
  cases = [value((x,), y) for x, y in zip(lists, right)]
  assert 10 in minimise(cases, [], (), Limits(enough=4))


def test_there_may_be_nothing_to_choose_from():
  assert minimise([], [], (), Limits()) == []
  assert minimise([Case((1,), 'raises', 'E')], [], (), Limits()) in ([], [0])
