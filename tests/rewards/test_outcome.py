"""CodeRL's reward looks at the outcome alone."""

import numpy as np
import pytest

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards.outcome import outcome


@pytest.mark.parametrize(
  'what, reward',
  [(Outcome.NO_COMPILE, -1.0), (Outcome.CRASHED, -0.6), (Outcome.FAILED, -0.3), (Outcome.PASSED, 1.0)],
)
def test_four_levels_whatever_the_share_of_passed_tests_and_the_error(what, reward):
  for passed, error in (((True, False), ''), ((False, False), 'MissingEntryPoint'), ((True, True), 'Timeout')):
    told = outcome(TestReport(outcome=what, passed=passed, error=error), np.array([1, 2]))
    assert told.reward == reward and told.credit.tolist() == [1, 1] and told.bonus.tolist() == [0, 0]
