"""What a report says of a whole program: the levels of CodeRL (arXiv 2207.01780), and the share of passed tests."""

from __future__ import annotations

from acrl_jax.records import Outcome, TestReport

NO_PARSE, NO_VALUE, RUNS, ALL = -1.0, -0.6, -0.3, 1.0
LEVELS = {
  Outcome.HARNESS_ERROR: 0.0,
  Outcome.NO_COMPILE: NO_PARSE,
  Outcome.CRASHED: NO_VALUE,
  Outcome.FAILED: RUNS,
  Outcome.PASSED: ALL,
}


def functions(report: TestReport) -> bool:
  """Whether there is a program with its entry point."""
  return any(report.passed) or (report.outcome != Outcome.NO_COMPILE and report.error != 'MissingEntryPoint')


def share(report: TestReport) -> float:
  """c/n, of n tests."""
  return sum(report.passed) / len(report.passed)


def adaptive(report: TestReport) -> float:
  """-0.3 + 1.3 c/n (arXiv 2307.04349)."""
  return RUNS + (ALL - RUNS) * share(report)
