"""RLTF's reward and the bonus of blamed tokens, of real programs and by hand."""

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards.rltf import rltf


def test_who_errs_in_one_test_is_blamed_for_that_and_rewarded_for_the_others(pool):
  sample = judged(pool, rltf, '\n  y = 6|\n  return |y // x|\n|$', 'f(2) == 3', 'f(0) == 0')
  np.testing.assert_allclose(sample.entry.bonus, [0, -0.3 * 5 / 2, -0.3 * 5 / 2, 0, 0], rtol=1e-6)
  assert sample.entry.reward == pytest.approx(-0.3 - 0.3 + 1.3 / 2)


def test_lines_of_all_errors_are_blamed(pool):
  body = '\n  if x == 1:|\n    return |[][0]|\n  if x:|\n    return x|\n  return |{}[0]|\n|$'
  sample = judged(pool, rltf, body, 'f(1) == 1', 'f(2) == 2', 'f(0) == 0')
  np.testing.assert_allclose(sample.entry.bonus, -0.3 * 9 / 4 * np.array([0, 1, 1, 0, 0, 1, 1, 0, 0]), rtol=1e-6)


def test_nobody_is_blamed_for_an_error_in_a_line_of_the_prompt(pool):
  prefix = 'def g(x):\n  return 1 // x\n\ndef f(x):'
  sample = judged(pool, rltf, '\n  y = g|(0)\n|  return y', prefix=prefix)
  assert sample.report.error_lines == (2,)  # the innermost
  assert not sample.entry.bonus.any() and sample.entry.reward == pytest.approx(-0.9)
  sample = judged(pool, rltf, ' 1| // 0|\n|$', prefix='def f(x): return')  # a line of both
  np.testing.assert_allclose(sample.entry.bonus, -0.3 * 4 / 2 * np.array([1, 1, 0, 0]), rtol=1e-6)


def test_the_bonus_is_a_constant_a_token_on_however_few_it_falls():
  # Three tokens of the program, one of them on line 2: -0.3 * 3 / 1 there, so that the mean is -0.3.
  failed = TestReport(outcome=Outcome.FAILED, passed=(True, False), error='ValueError', error_lines=(2,))
  told = rltf(failed, np.array([1, 2, 3, 0]))
  np.testing.assert_allclose(told.bonus, [0, -0.9, 0, 0], rtol=1e-6)
  assert told.reward == pytest.approx(-0.3 + (-0.3 + 1.3 / 2)) and told.credit.tolist() == [1, 1, 1, 1]
  whole = rltf(failed._replace(error='Timeout'), np.array([1, 2, 3, 0]))
  np.testing.assert_allclose(whole.bonus, [-0.3, -0.3, -0.3, 0], rtol=1e-6)
