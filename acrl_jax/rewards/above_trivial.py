"""The share of passed tests above that of the best trivial program."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport
from acrl_jax.rewards import levels, token_credit


def above_trivial(report: TestReport, token_lines: np.ndarray, *, trivial: float = 0.0) -> Feedback:
  """As `partial_credit`, but the share counts from b, that of the problem's best trivial program (data/trivial.py).

    -1 without a program or its entry point, -0.6 where nothing ever returned, else
    -0.3 + 1.3 max(0, (c/n - b) / (1 - b));   1 where all n tests passed, whatever b is

  A constant, or an argument given back, earns no more than a program whose answers are all wrong.
  """
  if not levels.has_entry_point(report):
    return token_credit.to_feedback(report, levels.NO_PARSE, token_lines)
  if report.outcome == Outcome.CRASHED:
    return token_credit.to_feedback(report, levels.NO_VALUE, token_lines)
  if report.outcome == Outcome.PASSED:
    return token_credit.to_feedback(report, levels.ALL, token_lines)
  above = max(0.0, (levels.share(report) - trivial) / (1 - trivial)) if trivial < 1 else 0.0
  return token_credit.to_feedback(report, levels.RUNS + (levels.ALL - levels.RUNS) * above, token_lines)
