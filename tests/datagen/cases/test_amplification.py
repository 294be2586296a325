"""Amplification: which of more inputs are kept, and when the rounds end."""

from acrl_jax.datagen.cases import amplification
from acrl_jax.datagen.cases.amplification import Suite
from acrl_jax.datagen.records import Case, Mutant


def case(x, result, *branches):
  return Case((x,), 'value', result, frozenset(branches))


def mutant(number, *killed, covered=True):
  return Mutant(number, 'by hand', covered, frozenset(killed))


def test_the_score_counts_covered_mutants_only():
  assert Suite([], [mutant(0, 1), mutant(1), mutant(2, covered=False)]).score == 0.5
  assert Suite([], []).score == 0.0


def test_few_seeds_have_the_same_result_and_none_raises():
  same, rare = [case(x, 7) for x in range(9)], [case(100, 8)]
  found = amplification.seeds([*rare, *same, Case((5,), 'raises', 'ValueError')])
  assert found == [(8,), (7,), (6,), (5,), (100,)]


def test_killers_rare_results_and_new_branches_are_kept_by_their_new_places():
  known = [case(x, 0, 1) for x in range(3)]
  new = [case(30, 0, 1), case(31, 0, 1), case(32, 0, 1, 2), case(33, 5, 1), case(34, 0, 1)]
  asked = []

  def mutate(inputs, only):
    asked.append((inputs, only))
    return [mutant(1, 4), mutant(2)]

  grown = amplification.add_cases(Suite(known, [mutant(0, 1), mutant(1, covered=False), mutant(2)]), new, mutate)
  assert asked == [([(30,), (31,), (32,), (33,), (34,)], frozenset([1, 2]))]
  assert [c.args[0] for c in grown.cases] == [0, 1, 2, 32, 33, 34]
  assert grown.mutants == [mutant(0, 1), mutant(1, 5), mutant(2)]


def test_no_mutant_is_run_where_all_are_dead():
  grown = amplification.add_cases(Suite([case(0, 0)], [mutant(0, 0)]), [case(1, 1)], None)
  assert len(grown.cases) == 2 and grown.score == 1.0


def test_rounds_end_with_nothing_left_to_do_or_no_hope():
  many = [case(x, x, x % 2) for x in range(20)]
  assert amplification.satisfied(Suite(many, [mutant(0, 0)]), 2, 0.8)
  assert not amplification.satisfied(Suite(many, [mutant(0)]), 2, 0.8)
  assert not amplification.satisfied(Suite(many, [mutant(0, 0)]), 4, 0.8)
  assert not amplification.satisfied(Suite([case(x, x % 2) for x in range(20)], [mutant(0, 0)]), 0, 0.8)
  low, lower = Suite([], [mutant(0, 0), *map(mutant, (1, 2, 3))]), Suite([], [*map(mutant, range(4))])
  assert amplification.promising(low, lower) and not amplification.promising(low, low)
  assert amplification.promising(Suite([], [mutant(0, 0), mutant(1)]), Suite([], [mutant(0, 0), mutant(1)]))
