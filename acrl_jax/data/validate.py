"""Is a problem fit to learn from? Its own reference must pass its own tests."""

from __future__ import annotations

from collections.abc import Sequence

from acrl_jax.data import sources
from acrl_jax.records import Outcome, Problem, TestReport


def validate(problems: Sequence[Problem], pool) -> tuple[list[Problem], list[tuple[str, str]]]:
  """(the problems that hold, [(id, reason in one line)] of the others).

  A problem without a reference is kept: nothing speaks against it.
  """
  kept, dropped = [], []
  jobs = [sources.job(p, p.solution) for p in problems if p.tests and p.solution]
  reports = iter(pool.run(jobs, wall_s=pool.longest(len(jobs))))
  for problem in problems:
    report = next(reports) if problem.tests and problem.solution else None
    if not problem.tests:
      dropped.append((problem.id, 'no tests'))
    elif report is None or report.outcome == Outcome.PASSED:
      kept.append(problem)
    else:
      dropped.append((problem.id, reason(problem, report)))
  return kept, dropped


def reason(problem: Problem, report: TestReport) -> str:
  """Why a problem is dropped whose reference got this report."""
  if report.outcome == Outcome.HARNESS_ERROR:
    return f'its reference could not be judged: {report.error}'
  failed = [t.code or 'stdin test' for t, ok in zip(problem.tests, report.passed) if not ok]
  error = f' ({report.error})' if report.error else ''
  first = ' '.join(failed[0].split())[:80]
  return f'its own reference fails {len(failed)} of {len(problem.tests)} tests{error}: {first}'
