"""The reward of RLTF, with a bonus at the tokens that an error is blamed on."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, TestReport
from acrl_jax.rewards import levels, token_credit
from acrl_jax.rewards.blame import Blame, blame

FINE = -0.3  # the reward of what an error is blamed on


def rltf(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """RLTF's coarse and adaptive terms as reward, its fine-grained one as bonus (arXiv 2307.04349).

    reward  = level of `outcome` + (-0.3 + 1.3 c/n)
    bonus_t = -0.3 T/b at each of the b tokens to blame, of T in the program; 0 at the others

  So the bonus of a program is -0.3 a token on average, on however few it falls, or 0 where none is to blame: no error,
  one that does not show where the mistake is (blame.py), or one in a line of the prompt. It belongs to its own token:
  it has no baseline, and a sum of later rewards must not spread it. Unlike the paper's code, the adaptive term is added
  to the coarse one and does not replace it, b counts the tokens blamed, and lines are known by number, so that of two
  equal ones the right one is blamed.
  """
  first, last = token_credit.spans(token_lines)
  program = first > 0
  at_fault = blame(report, int(last.max(initial=0)))
  lines = report.error_lines if at_fault is Blame.LINES else ()
  blamed = program if at_fault is Blame.WHOLE else token_credit.stand_on(lines, token_lines)
  bonus = FINE * program.sum() / max(1, blamed.sum()) * blamed
  reward = levels.LEVELS[report.outcome] + levels.adaptive(report)
  return token_credit.to_feedback(report, reward, token_lines, bonus=bonus)
