"""Rewards by the share of passed tests, by hand."""

import numpy as np
import pytest

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards.pass_rate import binary, partial_credit, pass_share, sparse_complete

LINES = np.array([1])
HALF = TestReport(outcome=Outcome.FAILED, passed=(True, False))
WHOLE = TestReport(outcome=Outcome.PASSED, passed=(True, True))
CRASHED = TestReport(outcome=Outcome.CRASHED, passed=(False, False), error='ValueError')


def test_half_of_the_tests_by_hand():
  # -0.3 + 1.3 / 2 = 0.35; 0.5 * 0 + 0.5 / 2 = 0.25
  assert [f(HALF, LINES).reward for f in (pass_share, binary)] == [0.5, 0.0]
  assert partial_credit(HALF, LINES).reward == pytest.approx(0.35)
  assert sparse_complete(HALF, LINES).reward == 0.25


@pytest.mark.parametrize('complete', [0.0, 0.25, 1.0])
def test_the_weight_of_a_complete_program_is_taken_from_the_share(complete):
  assert sparse_complete(HALF, LINES, complete=complete).reward == (1 - complete) / 2
  assert sparse_complete(WHOLE, LINES, complete=complete).reward == 1.0
  assert sparse_complete(CRASHED, LINES, complete=complete).reward == -1.0


def test_a_crash_is_between_no_program_and_one_that_returns_something_for_partial_credit_alone():
  assert [f(CRASHED, LINES).reward for f in (partial_credit, pass_share, binary)] == [-0.6, 0.0, 0.0]
