"""The share of passed tests above that of the best trivial program."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport
from acrl_jax.rewards import levels, token_credit

NO_PROGRAM, NO_VALUE = -0.4, -0.35


def above_trivial(report: TestReport, token_lines: np.ndarray, *, trivial: float = 0.0) -> Feedback:
  """The share c/n counts from b, that of the problem's best trivial program (data/trivial.py).

    -0.4 without a program or its entry point, -0.35 where nothing ever returned, else
    -0.3 + 1.3 max(0, (c/n - b) / (1 - b));   1 where all n tests passed, whatever b is

  A constant, or an argument given back, earns no more than a program whose answers are all wrong. The floors lie close
  together: with those of `partial_credit`, -1 and -0.6, a program that does nothing earns so much more than an honest
  one that crashes that a pretrained model learns to leave bodies empty.
  """
  if not levels.has_entry_point(report):
    return token_credit.to_feedback(report, NO_PROGRAM, token_lines)
  if report.outcome == Outcome.CRASHED:
    return token_credit.to_feedback(report, NO_VALUE, token_lines)
  if report.outcome == Outcome.PASSED:
    return token_credit.to_feedback(report, levels.ALL, token_lines)
  above = max(0.0, (levels.share(report) - trivial) / (1 - trivial)) if trivial < 1 else 0.0
  return token_credit.to_feedback(report, levels.RUNS + (levels.ALL - levels.RUNS) * above, token_lines)
