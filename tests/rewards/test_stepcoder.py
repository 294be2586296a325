"""Which tokens have StepCoder's credit."""

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome, Test, TestReport
from acrl_jax.rewards.stepcoder import fully_traced, stepcoder

CREDITED = {  # the completion, what the tests are, and the credit of each token
  # def f(x):        1
  #   if x:          2
  #     return x     3
  #   y = 2          4
  #   return y       5
  'five lines': (
    '\n  if |x|:|\n    return |x|\n  y |= 2|\n  return |y|\n|$',
    ['f(1) == 1'],
    [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1],
  ),
  'five lines, the other way': (
    '\n  if |x|:|\n    return |x|\n  y |= 2|\n  return |y|\n|$',
    ['f(0) == 1'],
    [1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1],
  ),
  'five lines, both ways': (
    '\n  if |x|:|\n    return |x|\n  y |= 2|\n  return |y|\n|$',
    ['f(0) == 1', 'f(1) == 1'],
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1],
  ),
  'whole statements': (
    '\n  y = [|\n    1,|\n    2]|\n  if not x:|\n    y = (|\n      0)|\n  return (|\n    x)',
    ['f(1) == 1'],
    [1, 1, 1, 1, 0, 0, 1, 1],
  ),
  'after an error': ('\n  y = 1 // 0|\n  z = 1|\n  return z|$', ['f(1) == 1'], [1, 0, 0, 1]),
  'a comment': ('\n  y = x|\n  # one|\n  return y|$', ['f(1) == 1'], [1, 0, 1, 1]),
  'tokens of two lines': (
    '\n  if x == 2:|\n    y = 1|\n|  if x|:\n    |return x\n  |y = 1|$',
    ['f(1) == 1'],
    [1, 0, 1, 1, 1, 1, 0, 1],
  ),
  'a token that ends with a line break': (
    '\n  if x == 2:\n|    y |= 1\n|  return x\n|  y = 1\n  |z = 1|\n',
    ['f(1) == 1'],
    [1, 0, 1, 1, 0, 0, 1],
  ),
  'cut': ('\n  if x:|\n    return x|\n  return y|\nprint|(x)|$', ['f(1) == 1'], [1, 1, 0, 1, 0, 0]),
}


@pytest.mark.parametrize('name', CREDITED)
def test_credit_is_for_tokens_of_executed_lines(pool, name):
  completion, tests, credit = CREDITED[name]
  sample = judged(pool, stepcoder, completion, *tests)
  np.testing.assert_array_equal(sample.entry.credit, np.array(credit, np.float32), str(sample.report))
  assert not sample.entry.bonus.any()


SCRIPT = 'n = int(input())\nif n:\n  print(1)\nelse:\n  __import__("os")._exit(1)\n\ndef f(x):'


@pytest.mark.parametrize(
  'completion, tests, prefix, outcome',
  [
    ('\n  return x|\n  y = = 1|$', ['f(1) == 1'], 'def f(x):', Outcome.NO_COMPILE),
    ('\n  return x|\n  y = 1|$', ['f(1) == 1'], 'y = z\ndef f(x):', Outcome.CRASHED),
    # A second process shows what it ran, the first one took that along.
    ('\n  if x == 1:|\n    import os|\n    os.abort()|\n  return x|$', ['f(1)', 'f(2)'], 'def f(x):', Outcome.FAILED),
    ('\n  return x|\n  y = 1|$', [Test(stdin=n, stdout='1') for n in '10'], SCRIPT, Outcome.FAILED),
  ],
)
def test_all_tokens_keep_their_credit_where_it_is_not_known_what_ran(pool, completion, tests, prefix, outcome):
  sample = judged(pool, stepcoder, completion, *tests, prefix=prefix)
  assert sample.report.outcome == outcome and sample.entry.credit.all(), sample.report
  assert bool(sample.report.executed_lines) == (outcome == Outcome.FAILED)


def test_a_program_that_was_not_traced_keeps_its_credit():
  with Pool(1, Limits(wall_s=3.0, lines=False)) as pool:
    sample = judged(pool, stepcoder, '\n  if x:|\n    return x|\n  return 0|$')
  assert sample.report.outcome == Outcome.PASSED and sample.entry.credit.all()


@pytest.mark.parametrize('error', ['Timeout', 'Exit', 'Killed', 'Malformed', 'Sandbox', 'Output'])
def test_lines_are_not_trusted_once_a_process_has_ended(error):
  stops = TestReport(outcome=Outcome.FAILED, passed=(True, False, True), error='ValueError', executed_lines=(1,))
  assert stepcoder(stops, np.array([1, 1, 2])).credit.tolist() == [1, 1, 1]  # the last ends the program
  assert stepcoder(stops, np.array([1, 2, 3])).credit.tolist() == [1, 0, 1]
  for later in (stops._replace(error=error), stops._replace(messages=('', f'{error}: 1', ''))):
    assert stepcoder(later, np.array([1, 2, 3])).credit.tolist() == [1, 1, 1]
  erred = stops._replace(error_lines=(2,))  # where no line was seen, though one raised
  assert stepcoder(erred, np.array([1, 3, 4])).credit.tolist() == [1, 1, 1]


def test_a_report_has_all_executed_lines_only_where_the_process_lived_to_report_them():
  traced = TestReport(
    outcome=Outcome.FAILED, passed=(False,), error='ValueError', error_lines=(2,), executed_lines=(1, 2)
  )
  assert fully_traced(traced)
  assert not fully_traced(traced._replace(executed_lines=()))
  assert not fully_traced(traced._replace(error_lines=(3,)))
  assert not fully_traced(traced._replace(messages=('Killed',)))
