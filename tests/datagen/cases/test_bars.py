"""Bars that a problem must reach."""

import plain
import pytest

from acrl_jax.datagen.cases import bars
from acrl_jax.datagen.records import Case, Reject, Strength

GOOD = Strength(mutants_covered=10, mutants_killed=8, mutants=12, branch_coverage=0.8, trivial_best=0.4, easy=False,
                candidates=50)  # fmt: skip
CASES = [Case((i,), 'value', i * i) for i in range(5)]
BOOLS = [Case((i,), 'value', i > 2) for i in range(5)]
F = plain.function([plain.INT])


def test_the_default_bars_let_a_good_problem_pass():
  bars.judge(F, CASES, GOOD, bars.Bars())
  bars.judge(F, CASES, GOOD._replace(trivial_best=0.7), bars.Bars())
  bars.judge(F, BOOLS, GOOD._replace(trivial_best=0.6), bars.Bars())


@pytest.mark.parametrize(
  'cases, change, chosen, reason, detail',
  [
    (CASES, {'mutants_killed': 7}, bars.Bars(), 'mutation_score', '0.7, must be at least 0.8'),
    (CASES, {'mutants_covered': 4, 'mutants_killed': 4}, bars.Bars(), 'few_mutants', '4, must be at least 5'),
    (CASES, {'mutants_covered': 0, 'mutants_killed': 0}, bars.Bars(), 'few_mutants', '0, must be at least 5'),
    (CASES, {'branch_coverage': 0.75}, bars.Bars(), 'branch_coverage', '0.75, must be at least 0.8'),
    (CASES, {'trivial_best': 0.75}, bars.Bars(), 'trivial', '0.75, must be at most 0.7'),
    (BOOLS, {'trivial_best': 0.65}, bars.Bars(), 'trivial', '0.65, must be at most 0.6'),
    (CASES, {'trivial_best': 0.6}, bars.STRICT, 'trivial', '0.6, must be at most 0.5'),
    (CASES[:4], {}, bars.Bars(), 'few_tests', '4, must be at least 5'),
    (CASES * 3, {}, bars.Bars(), 'many_tests', '15, must be at most 12'),
    ([Case((i,), 'value', 1) for i in range(5)], {}, bars.Bars(), 'one_output', '1, must be at least 2'),
    ([*CASES, Case(('x' * 130,), 'value', 1)], {}, bars.Bars(), 'long_call', '135, must be at most 120'),
    ([*CASES, Case((9,), 'value', 'x' * 310)], {}, bars.Bars(), 'long_output', '312, must be at most 300'),
  ],
)  # fmt: skip
def test_what_misses_a_bar_is_rejected_with_its_figure(cases, change, chosen, reason, detail):
  with pytest.raises(Reject) as caught:
    bars.judge(F, cases, GOOD._replace(**change), chosen)
  assert (caught.value.stage, caught.value.reason, caught.value.detail) == ('judge', reason, detail)


def test_three_tests_are_enough_where_the_setting_says_so():
  bars.judge(F, CASES[:3], GOOD, bars.Bars(fewest_tests=3))
