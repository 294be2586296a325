"""From lines of a program to the tokens of its completion, and the numbers that each token gets.

`token_lines` says on which lines of the program (from 1) the C tokens of its completion stand: [C], or [C, 2] with the
first and the last line of each. A token that spans several counts for all of them; one that is no part of the program
stands on line 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport


def to_feedback(report: TestReport, reward: float, token_lines: np.ndarray, *, credit=1.0, bonus=0.0) -> Feedback:
  """The record of a reward, all 0 for a harness error; `credit` and `bonus` are [C], or the same for all tokens."""
  C = len(token_lines)
  if report.outcome == Outcome.HARNESS_ERROR:
    reward = credit = bonus = 0.0
  return Feedback(reward=reward, credit=np.full(C, credit, np.float32), bonus=np.full(C, bonus, np.float32))


def stand_on(lines: Sequence[int], token_lines: np.ndarray) -> np.ndarray:
  """[C] bool: tokens with at least one of these lines."""
  first, last = spans(token_lines)
  ordered = np.sort(np.asarray(lines, np.int64))
  return np.searchsorted(ordered, last, 'right') > np.searchsorted(ordered, first, 'left')


def spans(token_lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
  """The first and the last line of each token, [C] each."""
  lines = np.asarray(token_lines)
  return (lines, lines) if lines.ndim == 1 else (lines[:, 0], lines[:, 1])
