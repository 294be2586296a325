"""Above the best trivial program: by hand, and that none is paid for one."""

import numpy as np
import pytest

from acrl_jax.data import source_text, sources, trivial
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import context
from acrl_jax.rewards.above_trivial import above_trivial
from acrl_jax.rewards.context import Context
from acrl_jax.rewards.pass_rate import partial_credit

LINES = np.array([1])


def reward(passed, trivial, outcome=None, error=''):
  outcome = outcome if outcome is not None else Outcome.PASSED if all(passed) else Outcome.FAILED
  return above_trivial(TestReport(outcome=outcome, passed=passed, error=error), LINES, trivial=trivial).reward


@pytest.mark.parametrize(
  ('passed', 'share', 'due'),
  [
    (2, 0.5, -0.3),  # what the best trivial program passes
    (1, 0.5, -0.3),  # and less
    (3, 0.5, -0.3 + 1.3 * 0.25 / 0.5),
    (3, 0.25, -0.3 + 1.3 * 0.5 / 0.75),
    (3, 0.0, -0.3 + 1.3 * 0.75),
    (4, 0.5, 1.0),
    (4, 1.0, 1.0),  # a trivial program is right here
    (3, 1.0, -0.3),
    (0, 0.0, -0.3),
  ],
)
def test_by_hand_of_four_tests(passed, share, due):
  assert reward(tuple(i < passed for i in range(4)), share) == pytest.approx(due)


def test_the_floors_are_in_order_and_close_together():
  """To do nothing rather than to crash must be worth little beside a test that is passed."""
  assert reward((False,), 0.0, Outcome.NO_COMPILE, 'SyntaxError') == -0.4
  assert reward((False,), 0.0, Outcome.CRASHED, 'MissingEntryPoint') == -0.4
  assert reward((False,), 0.5, Outcome.CRASHED, 'ValueError') == -0.35
  nothing, one_of_ten = reward((False,) * 10, 0.0), reward((True, *(False,) * 9), 0.0)
  assert one_of_ten - nothing > nothing - reward((False,), 0.0, Outcome.NO_COMPILE, 'SyntaxError')


def test_constants_and_arguments_earn_nothing_on_our_own_problems(pool):
  """Where they pass some tests, which partial credit pays for."""
  problems = trivial.measured(sources.load('primer', 'train')[:12], pool)
  paid = 0.0
  for problem in problems:
    programs = trivial.programs(problem)
    for program, report in zip(programs, pool.run([source_text.job(problem, program) for program in programs])):
      told = Context(problem=problem, program=program, ended=True)
      assert report.outcome == Outcome.PASSED or context.ask(above_trivial, report, LINES, told).reward <= -0.3
      paid = max(paid, partial_credit(report, LINES).reward)
  assert paid > -0.1
