"""Is a problem fit to learn from? Its own reference must pass its own tests."""

from __future__ import annotations

from collections.abc import Sequence

from acrl_jax.data import sources
from acrl_jax.records import Outcome, Problem


def validate(problems: Sequence[Problem], pool) -> tuple[list[Problem], list[tuple[str, str]]]:
  """(the problems that hold, [(id, reason)] of the others). A problem without a reference is kept: nothing speaks against it."""
  kept, dropped, asked = [], [], []
  for problem in problems:
    if not problem.tests:
      dropped.append((problem.id, 'no tests'))
    else:
      asked.append(problem)
  with_solution = [p for p in asked if p.solution]
  reports = dict(zip((p.id for p in with_solution), pool.run([sources.job(p, p.solution) for p in with_solution])))
  for problem in asked:
    report = reports.get(problem.id)
    if report is None or report.outcome == Outcome.PASSED:
      kept.append(problem)
    else:
      failed = [t.code or 'stdin test' for t, ok in zip(problem.tests, report.passed) if not ok]
      dropped.append((problem.id, f'its own reference fails {len(failed)} of {len(problem.tests)} tests {report.error}: {failed[0][:80]}'))
  return kept, dropped
