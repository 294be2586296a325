"""What learning makes of a report: one function for each way to reward, `(report, token_lines [C]) -> Feedback`.

`token_lines` has the 1-based line of the program that each completion token belongs to; these presets only take its
length. A harness error says nothing about the program: reward 0 and no credit, so that no loss sees the sample.
"""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport

_NO_PARSE, _NO_VALUE, _RUNS, _ALL = -1.0, -0.6, -0.3, 1.0  # CodeRL's levels


def partial_credit(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """The share of passed tests over a floor (arXiv 2307.04349 between the levels of arXiv 2207.01780).

  -1 without a program or its entry point, -0.6 where nothing ever returned, else -0.3 + 1.3 c/n.
  """
  if not _functions(report):
    return _feedback(report, _NO_PARSE, token_lines)
  if report.outcome == Outcome.CRASHED:
    return _feedback(report, _NO_VALUE, token_lines)
  return _feedback(report, _RUNS + (_ALL - _RUNS) * _share(report), token_lines)


def sparse_complete(report: TestReport, token_lines: np.ndarray, *, complete: float = 0.5) -> Feedback:
  """complete [c = n] + (1 - complete) c/n where something returned, else -1."""
  if not _functions(report) or report.outcome == Outcome.CRASHED:
    return _feedback(report, _NO_PARSE, token_lines)
  all_passed = report.outcome == Outcome.PASSED
  return _feedback(report, complete * all_passed + (1 - complete) * _share(report), token_lines)


def binary(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """1 where all tests passed, else 0."""
  return _feedback(report, float(report.outcome == Outcome.PASSED), token_lines)


def outcome(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """-1 does not compile, -0.6 crashes, -0.3 fails a test, 1 passes all (arXiv 2207.01780)."""
  return _feedback(report, _LEVELS[report.outcome], token_lines)


_LEVELS = {
  Outcome.HARNESS_ERROR: 0.0,
  Outcome.NO_COMPILE: _NO_PARSE,
  Outcome.CRASHED: _NO_VALUE,
  Outcome.FAILED: _RUNS,
  Outcome.PASSED: _ALL,
}
FEEDBACK = dict(partial_credit=partial_credit, sparse_complete=sparse_complete, binary=binary, outcome=outcome)


def _functions(report: TestReport) -> bool:
  return any(report.passed) or (report.outcome != Outcome.NO_COMPILE and report.error != 'MissingEntryPoint')


def _share(report: TestReport) -> float:
  return sum(report.passed) / len(report.passed)


def _feedback(report: TestReport, reward: float, token_lines: np.ndarray) -> Feedback:
  C = len(token_lines)
  known = report.outcome != Outcome.HARNESS_ERROR
  return Feedback(
    reward=reward if known else 0.0, credit=np.full(C, float(known), np.float32), bonus=np.zeros(C, np.float32)
  )
