"""The reward levels of CodeRL (arXiv 2207.01780), and the share of passed tests."""

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


def has_entry_point(report: TestReport) -> bool:
  """Whether the program compiles and defines its entry point."""
  return any(report.passed) or (report.outcome != Outcome.NO_COMPILE and report.error != 'MissingEntryPoint')


def share(report: TestReport) -> float:
  """The share of passed tests: c/n, of n tests."""
  return sum(report.passed) / len(report.passed)


def adaptive(report: TestReport) -> float:
  """-0.3 + 1.3 c/n: the share of passed tests, between a failed and a passed program's level (arXiv 2307.04349)."""
  return RUNS + (ALL - RUNS) * share(report)
