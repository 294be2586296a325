"""What the best trivial program passes: one that returns a constant or an argument, or prints a text or its input.

A reward for passed tests pays such programs, too. Where it counts from their share upwards (rewards/above_trivial.py),
it pays for more than knowing the answer that is asked for most often.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from acrl_jax.data import source_text
from acrl_jax.records import Outcome, Problem, Test

CONSTANTS = ('None', '0', '1', 'True', 'False', "''", '[]')
COMMONEST = 3  # literals of a problem's tests that are tried as constants, too
ARGUMENTS = 2
FAULTS = (SyntaxError, ValueError, TypeError, RecursionError, MemoryError)


def measured(problems: Sequence[Problem], pool) -> list[Problem]:
  """The problems, with the share of its tests that the best trivial program passes where a problem does not tell it.

  Calls of the entry point with a literal as expected value, asserted or not, and tests of printed text are read; for
  problems with other tests a few programs are run. What the harness could not judge passes nothing.
  """
  unknown = {i: [passed_by(test) for test in p.tests] for i, p in enumerate(problems) if p.trivial is None}
  shares = [best(unknown[i]) if i in unknown else p.trivial for i, p in enumerate(problems)]
  unread = [i for i, found in unknown.items() if not all(found)]
  tried = [(i, program) for i in unread for program in programs(problems[i])]
  jobs = [source_text.job(problems[i], program) for i, program in tried]
  reports = pool.run(jobs, wall_s=pool.longest(len(jobs))) if jobs else []
  for (i, _), report in zip(tried, reports):
    if report.outcome != Outcome.HARNESS_ERROR and report.passed:
      shares[i] = max(shares[i], sum(report.passed) / len(report.passed))
  return [p._replace(trivial=float(share)) for p, share in zip(problems, shares)]


def best(passed: Sequence[frozenset]) -> float:
  """The largest share of tests that one trivial program passes, out of those that pass each."""
  counts = Counter(program for test in passed for program in test)
  return max(counts.values(), default=0) / max(1, len(passed))


def passed_by(test: Test) -> frozenset:
  """The trivial programs that pass a test, by name; empty where that cannot be read."""
  if test.stdin is not None or test.stdout is not None:
    printed = (test.stdout or '').strip()
    return frozenset({('prints', printed)} | ({('echoes',)} if (test.stdin or '').strip() == printed else set()))
  try:
    call, expected = call_and_value(test)
    value = key(expected)
  except FAULTS:
    return frozenset()
  same = {('argument', i) for i, argument in enumerate(call.args) if literal(argument) == value}
  named = {('argument', word.arg) for word in call.keywords if literal(word.value) == value}
  return frozenset({('constant', value)} | same | named)


def call_and_value(test: Test) -> tuple[ast.Call, ast.expr]:
  """The call of a test and the expression that it must equal; ValueError where the test is no such comparison."""
  (statement,) = source_text.parse(test.code.strip()).body
  if test.expected is not None and isinstance(statement, ast.Expr):
    call, expected = statement.value, source_text.parse(test.expected.strip()).body[0].value
  elif isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
    (operator,) = statement.test.ops
    call, expected = statement.test.left, statement.test.comparators[0]
    if not isinstance(operator, ast.Eq):
      raise ValueError('another comparison')
  else:
    raise ValueError('no comparison')
  if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
    raise ValueError('no call')
  return call, expected


def key(node: ast.expr) -> str:
  """A name for the value of a literal, by which 1, 1.0 and True differ; ValueError where it is none."""
  return repr(ast.literal_eval(node))


def literal(node: ast.expr) -> str | None:
  """As `key`; None where it is no literal."""
  try:
    return key(node)
  except FAULTS:
    return None


def programs(problem: Problem) -> list[str]:
  """Trivial programs to run on a problem."""
  found: Counter = Counter()
  for test in problem.tests:
    try:
      trees = [source_text.parse(text) for text in (test.code, test.expected or '')]
    except FAULTS:
      continue
    found.update(value for tree in trees for node in ast.walk(tree) for value in compared(node))
  constants = dict.fromkeys([*CONSTANTS, *(value for value, _ in found.most_common(COMMONEST))])
  head = f'def {problem.entry_point}(*args, **kwargs):\n  return '
  return [head + value for value in (*constants, *(f'args[{i}]' for i in range(ARGUMENTS)))]


def compared(node: ast.AST) -> list[str]:
  """The literals that a comparison is made with."""
  sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
  return [value for value in map(literal, sides) if value is not None]
