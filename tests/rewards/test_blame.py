"""Which tokens RLTF blames: real programs, one or more for each kind of error."""

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome
from acrl_jax.rewards import REWARDS


@pytest.fixture(scope='module')
def pool():
  with Pool(1, Limits(wall_s=3.0)) as pool:
    yield pool


WHOLE = 'whole'
BLAMED = {  # the completion, and the tokens that are to blame
  'syntax': ('\n  y = |(1 2)|\n  return y|$', Outcome.NO_COMPILE, [0, 1]),
  'a bracket': ('\n  y = (|1|\n  return y|$', Outcome.NO_COMPILE, [0, 1]),
  'no loop': ('\n  y = 1|\n  |break', Outcome.NO_COMPILE, [1, 2]),
  'unexpected indent': ('\n  y = 1|\n    y = |2|\n  return y', Outcome.NO_COMPILE, [1, 2]),
  'breaks off': ('\n  y = 1|\n  return |y +', Outcome.NO_COMPILE, WHOLE),
  'breaks off in a bracket': ('\n  y = 1|\n  return |(y', Outcome.NO_COMPILE, WHOLE),
  'breaks off in a string': ('\n  y = 1|\n  return |"y', Outcome.NO_COMPILE, WHOLE),
  'breaks off at a block': ('\n  y = 1|\n  if |y:', Outcome.NO_COMPILE, WHOLE),
  'triple quote': ('\n  y = """1|\n  return y', Outcome.NO_COMPILE, []),
  'unindent': ('\n    y = 1|\n  return y|\n  x = 1', Outcome.NO_COMPILE, []),
  'tabs': ('\n    if x:|\n\ty = 1|\n        y = 2|\n    return y', Outcome.NO_COMPILE, []),
  'duplicate argument': ('\n  y = lambda z, z: z|\n  return y', Outcome.NO_COMPILE, []),
  'import *': ('\n  from math import *|\n  return x', Outcome.NO_COMPILE, []),
  'null byte': ('\n  return "\0"', Outcome.NO_COMPILE, []),
  'index': ('\n  y = []|\n  return |y[x]|\n|$', Outcome.CRASHED, [1, 2]),
  'type': ('\n  y = ""|\n  return |y + x|\n|$', Outcome.CRASHED, [1, 2]),
  'value': ('\n  y = "a"|\n  return |int(y)|\n|$', Outcome.CRASHED, [1, 2]),
  'EOF': ('\n  y = |input()|\n  return y|$', Outcome.CRASHED, [0, 1]),
  'name': ('\n  y = |z|\n  return y|$', Outcome.CRASHED, [0, 1]),
  'key': ('\n  y = |{}[x]|\n  return y|$', Outcome.CRASHED, [0, 1]),
  'import': ('\n  import |nothing_like_it|\n  return x|$', Outcome.CRASHED, [0, 1]),
  'import of a name': ('\n  from math |import nothing|\n  return x|$', Outcome.CRASHED, [0, 1]),
  'zero division': ('\n  y = 0|\n  return |x / y|\n|$', Outcome.CRASHED, [1, 2]),
  'attribute': ('\n  y = |x.z|\n  return y|$', Outcome.CRASHED, [0, 1]),
  'an exception of its own': ('\n  class E(Exception): pass|\n  raise |E|\n|$', Outcome.CRASHED, [1, 2]),
  'recursion': ('\n  y = 1|\n  return |f(x)|$', Outcome.CRASHED, WHOLE),
  'time-out': ('\n  while x:|\n    pass|\n  return x|$', Outcome.CRASHED, WHOLE),
  'killed': ('\n  import os|\n  os.abort()|$', Outcome.CRASHED, []),
  'a wrong answer': ('\n  y = x|\n  return 2|$', Outcome.FAILED, []),
  'a right answer': ('\n  y = x|\n  return y|$', Outcome.PASSED, []),
  # Lines are known by number: the first of two equal ones is innocent.
  'equal lines': ('\n  y = |1 // x|\n  x = 0|\n  y = |1 // x|\n  return y|$', Outcome.CRASHED, [3, 4]),
  'a token of two lines': ('\n  z = 1\n  y| = 0\n  |return x / y\n|  |$', Outcome.CRASHED, [1, 2]),
  'syntax in a token of two lines': (' # one|\n  y = (1 2)\n  return y', Outcome.NO_COMPILE, [1]),
  'cut': ('\n  return f(x)|\nprint|(x)|$', Outcome.CRASHED, [0, 1]),
}


@pytest.mark.parametrize('name', BLAMED)
def test_the_bonus_falls_on_the_tokens_to_blame(pool, name):
  completion, outcome, blamed = BLAMED[name]
  sample = judged(pool, REWARDS['rltf'], completion)
  T = sample.entry.actions.sum()
  blamed = np.arange(T) if blamed == WHOLE else np.array(blamed, int)
  due = np.zeros(len(completion.split('|')))
  due[blamed] = -0.3 * T / max(1, len(blamed))
  assert sample.report.outcome == outcome, sample.report
  np.testing.assert_allclose(sample.entry.bonus, due, rtol=1e-6)
  assert sample.entry.credit.all()


def test_who_errs_in_one_test_is_blamed_for_that_and_rewarded_for_the_others(pool):
  sample = judged(pool, REWARDS['rltf'], '\n  y = 6|\n  return |y // x|\n|$', 'f(2) == 3', 'f(0) == 0')
  np.testing.assert_allclose(sample.entry.bonus, [0, -0.3 * 5 / 2, -0.3 * 5 / 2, 0, 0], rtol=1e-6)
  assert sample.entry.reward == pytest.approx(-0.3 - 0.3 + 1.3 / 2)


def test_lines_of_all_errors_are_blamed(pool):
  body = '\n  if x == 1:|\n    return |[][0]|\n  if x:|\n    return x|\n  return |{}[0]|\n|$'
  sample = judged(pool, REWARDS['rltf'], body, 'f(1) == 1', 'f(2) == 2', 'f(0) == 0')
  np.testing.assert_allclose(sample.entry.bonus, -0.3 * 9 / 4 * np.array([0, 1, 1, 0, 0, 1, 1, 0, 0]), rtol=1e-6)


def test_nobody_is_blamed_for_an_error_in_a_line_of_the_prompt(pool):
  prefix = 'def g(x):\n  return 1 // x\n\ndef f(x):'
  sample = judged(pool, REWARDS['rltf'], '\n  y = g|(0)\n|  return y', prefix=prefix)
  assert sample.report.error_lines == (2,)  # the innermost
  assert not sample.entry.bonus.any() and sample.entry.reward == pytest.approx(-0.9)
  sample = judged(pool, REWARDS['rltf'], ' 1| // 0|\n|$', prefix='def f(x): return')  # a line of both
  np.testing.assert_allclose(sample.entry.bonus, -0.3 * 4 / 2 * np.array([1, 1, 0, 0]), rtol=1e-6)
