"""Rewards by the share of passed tests, and by whether all passed."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport
from acrl_jax.rewards import levels, token_credit


def partial_credit(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """The share of passed tests over a floor (arXiv 2307.04349 between the levels of arXiv 2207.01780).

  -1 without a program or its entry point, -0.6 where nothing ever returned, else -0.3 + 1.3 c/n.
  """
  if not levels.has_entry_point(report):
    return token_credit.to_feedback(report, levels.NO_PARSE, token_lines)
  if report.outcome == Outcome.CRASHED:
    return token_credit.to_feedback(report, levels.NO_VALUE, token_lines)
  return token_credit.to_feedback(report, levels.adaptive(report), token_lines)


def sparse_complete(report: TestReport, token_lines: np.ndarray, *, complete: float = 0.5) -> Feedback:
  """complete [c = n] + (1 - complete) c/n where something returned, else -1."""
  if not levels.has_entry_point(report) or report.outcome == Outcome.CRASHED:
    return token_credit.to_feedback(report, levels.NO_PARSE, token_lines)
  all_passed = report.outcome == Outcome.PASSED
  return token_credit.to_feedback(report, complete * all_passed + (1 - complete) * levels.share(report), token_lines)


def pass_share(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """c/n, the share of passed tests (arXiv 2502.01456); 0 to 1 as the thresholds of ReST want it."""
  return token_credit.to_feedback(report, levels.share(report), token_lines)


def binary(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """1 where all tests passed, else 0."""
  return token_credit.to_feedback(report, float(report.outcome == Outcome.PASSED), token_lines)
