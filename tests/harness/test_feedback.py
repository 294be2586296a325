"""The levels of every preset, and what all of them promise."""

import random

import numpy as np
import pytest

from acrl_jax.harness.feedback import FEEDBACK
from acrl_jax.records import Outcome, TestReport

LINES = np.array([1, 1, 2])


def report(outcome, passed=(False,), error=''):
  return TestReport(outcome=outcome, passed=tuple(passed), error=error)


def ran(passed):
  return report(Outcome.PASSED if all(passed) else Outcome.FAILED, passed)


NO_COMPILE = report(Outcome.NO_COMPILE, [False] * 4, 'SyntaxError')
MISSING = report(Outcome.CRASHED, [False] * 4, 'MissingEntryPoint')
CRASHED = report(Outcome.CRASHED, [False] * 4, 'ValueError')


@pytest.mark.parametrize(
  'name, no_compile, missing, crashed, none, one, three, every',
  [
    # -0.3 + 1.3 / 4 = 0.025; -0.3 + 3.9 / 4 = 0.675
    ('partial_credit', -1.0, -1.0, -0.6, -0.3, 0.025, 0.675, 1.0),
    ('sparse_complete', -1.0, -1.0, -1.0, 0.0, 0.125, 0.375, 1.0),
    ('binary', 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    ('outcome', -1.0, -0.6, -0.6, -0.3, -0.3, -0.3, 1.0),
  ],
)
def test_levels(name, no_compile, missing, crashed, none, one, three, every):
  reports = [NO_COMPILE, MISSING, CRASHED, *(ran([i < c for i in range(4)]) for c in (0, 1, 3, 4))]
  rewards = [FEEDBACK[name](r, LINES).reward for r in reports]
  np.testing.assert_allclose(rewards, [no_compile, missing, crashed, none, one, three, every])


@pytest.mark.parametrize('name', FEEDBACK)
def test_every_token_of_a_judged_program_has_credit_and_no_bonus(name):
  feedback = FEEDBACK[name](ran([True, False]), LINES)
  np.testing.assert_array_equal(feedback.credit, np.ones(3, np.float32))
  np.testing.assert_array_equal(feedback.bonus, np.zeros(3, np.float32))
  assert feedback.credit.dtype == feedback.bonus.dtype == np.float32


@pytest.mark.parametrize('name', FEEDBACK)
def test_our_own_failure_is_masked(name):
  feedback = FEEDBACK[name](report(Outcome.HARNESS_ERROR, [False] * 3, 'LaneLost'), LINES)
  assert feedback.reward == 0.0 and not feedback.credit.any() and not feedback.bonus.any()


@pytest.mark.parametrize('name', FEEDBACK)
def test_rewards_follow_what_passed_and_not_the_order(name):
  rng = random.Random(0)
  reward = lambda r: FEEDBACK[name](r, LINES).reward
  strict = name in ('partial_credit', 'sparse_complete')
  for _ in range(200):
    n = rng.randint(1, 20)
    rewards = []
    for c in range(n + 1):
      passed = [i < c for i in range(n)]
      rewards.append(reward(ran(passed)))
      rng.shuffle(passed)
      assert reward(ran(passed)) == rewards[-1]
    assert all(a < b if strict else a <= b for a, b in zip(rewards, rewards[1:]))
    assert rewards[-1] == 1.0 and rewards[-1] > max(rewards[:-1])
    for bad in (NO_COMPILE, MISSING, CRASHED):
      assert reward(bad) < rewards[0] or name == 'binary'
