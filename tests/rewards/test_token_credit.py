"""Which tokens stand on which lines, by hand and as a plain loop finds it; what each of them gets."""

import random

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import token_credit
from acrl_jax.rewards.pass_rate import binary
from acrl_jax.rewards.rltf import rltf
from acrl_jax.rewards.stepcoder import stepcoder


def test_the_lines_of_tokens_by_hand(pool):
  seen = []
  reward = lambda report, lines: seen.append(lines.tolist()) or binary(report, lines)
  judged(pool, reward, ' # one|\n|  y = |1\n|  if y:\n    y |= 2|\n\n|  return y|\n|$')
  # A line break belongs to the line that it begins, also at the end of a token and of the program.
  assert seen.pop() == [[1, 1], [2, 2], [2, 2], [2, 3], [3, 4], [4, 4], [5, 6], [6, 6], [7, 7], [7, 7]]
  # The first token in column 0 ends the program, at its last place; what comes after it is no part of it.
  judged(pool, reward, '\n  return x\n|print|(x)|$')
  assert seen.pop() == [[2, 3], [3, 3], [0, 0], [0, 0]]
  # The bytes of a character that is spread over tokens, in a text that the length limit ends.
  judged(pool, reward, '\n  x = "é|"|\n  return x', prefix='def f(x):\n  """Doc."""')
  assert seen.pop() == [[3, 3], [3, 3], [4, 4]]


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
    crashed = TestReport(
      outcome=Outcome.CRASHED, passed=(False,), error='ValueError', error_lines=errors, executed_lines=executed
    )
    lines = np.stack([first, last], 1) if columns == 2 else first
    stands = [set(range(first[t], last[t] + 1)) if t < kept else set() for t in range(C)]
    credit = [float(bool(stands[t] & set(executed)) or t == kept - 1) for t in range(C)]
    blamed = [bool(stands[t] & set(errors)) for t in range(C)]
    bonus = [-0.3 * kept / sum(blamed) if b else 0.0 for b in blamed]
    np.testing.assert_array_equal(stepcoder(crashed, lines).credit, credit)
    np.testing.assert_allclose(rltf(crashed, lines).bonus, bonus, rtol=1e-6)


def test_a_token_of_several_lines_stands_on_all_of_them():
  lines = np.array([[1, 1], [1, 3], [3, 4], [0, 0]])
  assert token_credit.stand_on((2,), lines).tolist() == [False, True, False, False]
  assert token_credit.stand_on((3, 1), lines).tolist() == [True, True, True, False]
  assert token_credit.stand_on((), lines).tolist() == [False] * 4
  first, last = token_credit.spans(np.array([5, 6]))
  assert first.tolist() == last.tolist() == [5, 6]


def test_numbers_of_a_program_are_spread_over_its_tokens_and_none_are_given_for_a_harness_error():
  failed = TestReport(outcome=Outcome.FAILED, passed=(False,))
  told = token_credit.to_feedback(failed, 0.5, np.array([1, 2]), bonus=np.array([0.0, -1.0]))
  assert (told.reward, told.credit.tolist(), told.bonus.tolist()) == (0.5, [1, 1], [0, -1])
  lost = failed._replace(outcome=Outcome.HARNESS_ERROR)
  told = token_credit.to_feedback(lost, 0.5, np.array([1, 2]), bonus=np.array([0.0, -1.0]))
  assert (told.reward, told.credit.tolist(), told.bonus.tolist()) == (0.0, [0, 0], [0, 0])
