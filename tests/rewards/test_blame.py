"""What an error speaks against: real programs, one or more for each kind of error, and the tokens that RLTF blames."""

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import REWARDS
from acrl_jax.rewards.blame import Blame, blame

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
  sample = judged(pool, REWARDS['rltf'].function, completion)
  T = sample.entry.actions.sum()
  blamed = np.arange(T) if blamed == WHOLE else np.array(blamed, int)
  bonus = np.zeros(len(completion.split('|')))
  bonus[blamed] = -0.3 * T / max(1, len(blamed))
  assert sample.report.outcome == outcome, sample.report
  np.testing.assert_allclose(sample.entry.bonus, bonus, rtol=1e-6)
  assert sample.entry.credit.all()


def report(outcome, error='', message='', lines=()):
  return TestReport(outcome=outcome, passed=(False,), error=error, error_lines=lines, messages=(message,))


@pytest.mark.parametrize(
  'message, line, fault',
  [
    ('SyntaxError: invalid syntax', 2, Blame.LINES),
    ('SyntaxError: invalid syntax', 3, Blame.WHOLE),  # on the last line: the text may break off there
    ('SyntaxError: unterminated triple-quoted string literal', 3, Blame.NOTHING),
    ("SyntaxError: '(' was never closed", 2, Blame.LINES),
    ("SyntaxError: '(' was never closed", 3, Blame.WHOLE),
    ("SyntaxError: 'break' outside loop", 3, Blame.LINES),
  ],
)
def test_a_compilers_message_and_its_line_decide_by_hand(message, line, fault):
  assert blame(report(Outcome.NO_COMPILE, 'SyntaxError', message, (line,)), last_line=3) is fault


def test_other_errors_are_known_by_their_type_alone():
  said = 'SyntaxError: invalid syntax'
  assert blame(report(Outcome.CRASHED, 'SyntaxError', said, (3,)), 3) is Blame.LINES
  assert blame(report(Outcome.FAILED, 'Timeout', said), 3) is Blame.WHOLE
  assert blame(report(Outcome.CRASHED, 'RecursionError', said, (3,)), 3) is Blame.WHOLE
  assert blame(report(Outcome.PASSED), 3) is Blame.LINES  # of which there are none
