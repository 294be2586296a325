"""Whether problems are fit to learn from: references pass the tests, and programs that do nothing pass none."""

from __future__ import annotations

from collections.abc import Sequence

from acrl_jax.data import source_text, vacuous
from acrl_jax.records import Outcome, Problem, Test, TestReport


def validate(problems: Sequence[Problem], pool) -> tuple[list[Problem], list[tuple[str, str]]]:
  """(the problems that are fit, without their vacuous tests; [(id, reason in one line)] of what is dropped).

  Dropped are problems, and single tests of problems that are kept. A problem without a reference is kept unless all of
  its tests are vacuous.
  """
  kept, dropped = [], []
  jobs = [source_text.job(p, p.solution) for p in problems if p.tests and p.solution]
  reports = iter(pool.run(jobs, wall_s=pool.longest(len(jobs))))
  for problem in problems:
    report = next(reports) if problem.tests and problem.solution else None
    if not problem.tests:
      dropped.append((problem.id, 'no tests'))
    elif report is None or report.outcome == Outcome.PASSED:
      kept.append(problem)
    else:
      dropped.append((problem.id, reason(problem, report)))
  fit = []
  for problem, reasons in zip(kept, vacuous.vacuous(kept, pool)):
    tests = tuple(test for i, test in enumerate(problem.tests) if i not in reasons)
    if tests:
      fit.append(problem._replace(tests=tests, trivial=None if reasons else problem.trivial))  # it was of all tests
    dropped += _dropped_tests(problem, reasons)
  return fit, dropped


def _dropped_tests(problem: Problem, reasons: dict[int, str]) -> list[tuple[str, str]]:
  """(id, reason) of each vacuous test, or one for all of them where the problem has no other."""
  total, way_out = len(problem.tests), 'mend it so that it fails there, or leave it out'
  lines = {i: f'{reasons[i]}; {way_out}: {_name(problem.tests[i])}' for i in sorted(reasons)}
  if len(lines) == total:
    return [(problem.id, f'all of its {total} tests are vacuous; the first: {lines[0]}')]
  return [(problem.id, f'only its test {i + 1} of {total}, which is vacuous: {lines[i]}') for i in lines]


def _name(test: Test) -> str:
  """The beginning of a test, in one line."""
  kind = 'empty test' if test.stdin is None and test.stdout is None else 'stdin test'
  return ' '.join(test.code.split())[:80] or kind


def reason(problem: Problem, report: TestReport) -> str:
  """Why a problem is dropped whose reference got this report."""
  if report.outcome == Outcome.HARNESS_ERROR:
    return f'its reference could not be judged: {report.error}'
  failed = [t.code or 'stdin test' for t, ok in zip(problem.tests, report.passed) if not ok]
  error = f' ({report.error})' if report.error else ''
  first = ' '.join(failed[0].split())[:80]
  return f'its own reference fails {len(failed)} of {len(problem.tests)} tests{error}: {first}'
