"""What a report says of a whole program, by hand."""

import pytest

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import levels


def report(outcome, passed=(False,), error=''):
  return TestReport(outcome=outcome, passed=tuple(passed), error=error)


def test_every_outcome_has_a_level_and_better_ones_have_higher_levels():
  assert [levels.LEVELS[o] for o in sorted(Outcome) if o >= 0] == [-1.0, -0.6, -0.3, 1.0]
  assert levels.LEVELS[Outcome.HARNESS_ERROR] == 0.0 and set(levels.LEVELS) == set(Outcome)


def test_a_program_without_its_entry_point_has_none_unless_a_test_passed_all_the_same():
  assert not levels.has_entry_point(report(Outcome.NO_COMPILE, error='SyntaxError'))
  assert not levels.has_entry_point(report(Outcome.CRASHED, error='MissingEntryPoint'))
  assert levels.has_entry_point(report(Outcome.CRASHED, error='ValueError'))
  assert levels.has_entry_point(report(Outcome.FAILED, [True, False], 'MissingEntryPoint'))


def test_shares_by_hand():
  assert levels.share(report(Outcome.FAILED, [True, False, False, True])) == 0.5
  # -0.3 + 1.3 * 0.5 = 0.35; none passed: the level of a failed program; all: that of a passed one
  assert levels.adaptive(report(Outcome.FAILED, [True, False])) == pytest.approx(0.35)
  assert levels.adaptive(report(Outcome.FAILED)) == levels.RUNS
  assert levels.adaptive(report(Outcome.PASSED, [True])) == pytest.approx(levels.ALL)
