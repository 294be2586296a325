"""The levels of every preset, what all of them promise, and which tokens have StepCoder's credit."""

import random

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome, Test, TestReport
from acrl_jax.rewards import REWARDS

LINES = np.array([1, 1, 2])


def report(outcome, passed=(False,), error='', **more):
  return TestReport(outcome=outcome, passed=tuple(passed), error=error, **more)


def ran(passed):
  return report(Outcome.PASSED if all(passed) else Outcome.FAILED, passed)


NO_COMPILE = report(Outcome.NO_COMPILE, [False] * 4, 'SyntaxError')
MISSING = report(Outcome.CRASHED, [False] * 4, 'MissingEntryPoint')
CRASHED = report(Outcome.CRASHED, [False] * 4, 'ValueError')


# --- rewards


@pytest.mark.parametrize(
  'name, no_compile, missing, crashed, none, one, three, every',
  [
    # -0.3 + 1.3 / 4 = 0.025; -0.3 + 3.9 / 4 = 0.675
    ('partial_credit', -1.0, -1.0, -0.6, -0.3, 0.025, 0.675, 1.0),
    ('sparse_complete', -1.0, -1.0, -1.0, 0.0, 0.125, 0.375, 1.0),
    ('pass_share', 0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 1.0),
    ('binary', 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    ('outcome', -1.0, -0.6, -0.6, -0.3, -0.3, -0.3, 1.0),
    # The level and the share: -1 - 0.3; -0.6 - 0.3; -0.3 - 0.3; -0.3 + 0.025; -0.3 + 0.675; 1 + 1
    ('rltf', -1.3, -0.9, -0.9, -0.6, -0.275, 0.375, 2.0),
    ('stepcoder', -1.0, -0.6, -0.6, -0.3, -0.3, -0.3, 1.0),
  ],
)
def test_levels(name, no_compile, missing, crashed, none, one, three, every):
  reports = [NO_COMPILE, MISSING, CRASHED, *(ran([i < c for i in range(4)]) for c in (0, 1, 3, 4))]
  rewards = [REWARDS[name].function(r, LINES).reward for r in reports]
  np.testing.assert_allclose(rewards, [no_compile, missing, crashed, none, one, three, every])


@pytest.mark.parametrize('name', REWARDS)
def test_every_token_has_credit_and_no_bonus_where_nothing_speaks_against_it(name):
  feedback = REWARDS[name].function(ran([True, False]), LINES)
  np.testing.assert_array_equal(feedback.credit, np.ones(3, np.float32))
  np.testing.assert_array_equal(feedback.bonus, np.zeros(3, np.float32))
  assert feedback.credit.dtype == feedback.bonus.dtype == np.float32


@pytest.mark.parametrize('name', REWARDS)
def test_our_own_failure_is_masked(name):
  lost = report(Outcome.HARNESS_ERROR, [False] * 3, 'LaneLost', error_lines=(1,), executed_lines=(2,))
  feedback = REWARDS[name].function(lost, LINES)
  assert feedback.reward == 0.0 and not feedback.credit.any() and not feedback.bonus.any()


@pytest.mark.parametrize('name', REWARDS)
def test_rewards_follow_what_passed_and_not_the_order(name):
  rng = random.Random(0)
  reward = lambda r: REWARDS[name].function(r, LINES).reward
  strict = name in ('partial_credit', 'sparse_complete', 'pass_share', 'rltf')
  for _ in range(200):
    n = rng.randint(1, 20)
    rewards = []
    for c in range(n + 1):
      passed = [i < c for i in range(n)]
      rewards.append(reward(ran(passed)))
      rng.shuffle(passed)
      assert reward(ran(passed)) == rewards[-1]
    assert all(a < b if strict else a <= b for a, b in zip(rewards, rewards[1:]))
    assert rewards[-1] == (2.0 if name == 'rltf' else 1.0) and rewards[-1] > max(rewards[:-1])
    for bad in (NO_COMPILE, MISSING, CRASHED):
      assert reward(bad) < rewards[0] or name in ('binary', 'pass_share')


@pytest.mark.parametrize('name', REWARDS)
def test_executed_lines_are_looked_at_by_those_that_are_traced_alone(name):
  plain = report(Outcome.FAILED, [True, False], 'ValueError', error_lines=(2,))
  both = [REWARDS[name].function(r, LINES) for r in (plain, plain._replace(executed_lines=(2,)))]
  same = all(np.array_equal(a, b) for a, b in zip(*both))
  assert same == (not REWARDS[name].lines)


# --- lines of tokens


@pytest.fixture(scope='module')
def pool():
  with Pool(1, Limits(wall_s=3.0)) as pool:
    yield pool


def test_the_lines_of_tokens_by_hand(pool):
  seen = []
  feedback = lambda report, lines: seen.append(lines.tolist()) or REWARDS['binary'].function(report, lines)
  judged(pool, feedback, ' # one|\n|  y = |1\n|  if y:\n    y |= 2|\n\n|  return y|\n|$')
  # A line break belongs to the line that it begins, also at the end of a token and of the program.
  assert seen.pop() == [[1, 1], [2, 2], [2, 2], [2, 3], [3, 4], [4, 4], [5, 6], [6, 6], [7, 7], [7, 7]]
  # The first token in column 0 ends the program, at its last place; what comes after it is no part of it.
  judged(pool, feedback, '\n  return x\n|print|(x)|$')
  assert seen.pop() == [[2, 3], [3, 3], [0, 0], [0, 0]]
  # The bytes of a character that is spread over tokens, in a text that the length limit ends.
  judged(pool, feedback, '\n  x = "é|"|\n  return x', prefix='def f(x):\n  """Doc."""')
  assert seen.pop() == [[3, 3], [3, 3], [4, 4]]


# --- StepCoder

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
  sample = judged(pool, REWARDS['stepcoder'].function, completion, *tests)
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
  sample = judged(pool, REWARDS['stepcoder'].function, completion, *tests, prefix=prefix)
  assert sample.report.outcome == outcome and sample.entry.credit.all(), sample.report
  assert bool(sample.report.executed_lines) == (outcome == Outcome.FAILED)


def test_a_program_that_was_not_traced_keeps_its_credit():
  with Pool(1, Limits(wall_s=3.0, lines=False)) as pool:
    sample = judged(pool, REWARDS['stepcoder'].function, '\n  if x:|\n    return x|\n  return 0|$')
  assert sample.report.outcome == Outcome.PASSED and sample.entry.credit.all()


@pytest.mark.parametrize('name', ['rltf', 'stepcoder'])
def test_a_test_that_is_none_gives_no_credit(pool, name):
  sample = judged(pool, REWARDS[name].function, '\n  return 1 // 0|$', 'f(')
  assert sample.report.outcome == Outcome.HARNESS_ERROR
  assert sample.entry.reward == 0.0 and not sample.entry.credit.any() and not sample.entry.bonus.any()


# --- twins


@pytest.mark.parametrize('columns', [1, 2])
def test_tokens_are_those_of_a_plain_loop_over_lines(columns):
  rng = random.Random(columns)
  for _ in range(300):
    C = rng.randint(1, 12)
    first = np.cumsum([rng.randint(0, 2) for _ in range(C)]) + 1
    last = first + np.array([rng.randint(0, 2) for _ in range(C)]) * (columns - 1)
    kept = rng.randint(1, C)
    first[kept:] = last[kept:] = 0
    errors = tuple(rng.sample(range(1, 30), rng.randint(0, 3)))
    executed = tuple(sorted({*errors, *rng.sample(range(1, 30), rng.randint(1, 12))}))
    told = report(Outcome.CRASHED, [False], 'ValueError', error_lines=errors, executed_lines=executed)
    lines = np.stack([first, last], 1) if columns == 2 else first
    stands = [set(range(first[t], last[t] + 1)) if t < kept else set() for t in range(C)]
    credit = [float(bool(stands[t] & set(executed)) or t == kept - 1) for t in range(C)]
    blamed = [bool(stands[t] & set(errors)) for t in range(C)]
    bonus = [-0.3 * kept / sum(blamed) if b else 0.0 for b in blamed]
    np.testing.assert_array_equal(REWARDS['stepcoder'].function(told, lines).credit, credit)
    np.testing.assert_allclose(REWARDS['rltf'].function(told, lines).bonus, bonus, rtol=1e-6)


@pytest.mark.parametrize('error', ['Timeout', 'Exit', 'Killed', 'Malformed', 'Sandbox', 'Output'])
def test_lines_are_not_trusted_once_a_process_has_ended(error):
  stops = report(Outcome.FAILED, [True, False, True], 'ValueError', executed_lines=(1,))
  assert REWARDS['stepcoder'].function(stops, LINES).credit.tolist() == [1, 1, 1]  # the last ends the program
  assert REWARDS['stepcoder'].function(stops, np.array([1, 2, 3])).credit.tolist() == [1, 0, 1]
  for later in (stops._replace(error=error), stops._replace(messages=('', f'{error}: 1', ''))):
    assert REWARDS['stepcoder'].function(later, np.array([1, 2, 3])).credit.tolist() == [1, 1, 1]
  erred = stops._replace(error_lines=(2,))  # where no line was seen, though one raised
  assert REWARDS['stepcoder'].function(erred, np.array([1, 3, 4])).credit.tolist() == [1, 1, 1]
