"""What the best trivial program passes: one that returns a constant or an argument, or prints a text or its input.

A reward for passed tests pays such programs, too. Where it counts from their share upwards (rewards/above_trivial.py),
it pays for more than knowing the answer that is asked for most often.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from typing import Any

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
  unmeasured = [(i, p) for i, p in enumerate(problems) if p.trivial is None]
  unknown = {i: [passed_by(test, p.entry_point) for test in p.tests] for i, p in unmeasured}
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


def passed_by(test: Test, name: str) -> frozenset:
  """The trivial programs that pass a test of the function `name`; empty where that cannot be read."""
  if test.stdin is not None or test.stdout is not None:
    printed = (test.stdout or '').strip()
    return frozenset({('prints', printed)} | ({('echoes',)} if (test.stdin or '').strip() == printed else set()))
  try:
    call, expected = call_and_value(test, name)
    value = key(expected)
  except FAULTS:
    return frozenset()
  same = {('argument', i) for i, argument in enumerate(call.args) if literal(argument) == value}
  named = {('argument', word.arg) for word in call.keywords if literal(word.value) == value}
  return frozenset({('constant', value)} | same | named)


def call_and_value(test: Test, name: str) -> tuple[ast.Call, ast.expr]:
  """The call of `name`, or of any function where that is '', and what it must equal; ValueError for other tests."""
  (statement,) = source_text.parse(test.code.strip()).body
  if test.expected is not None and isinstance(statement, ast.Expr):
    call, expected = statement.value, expression(test.expected)
  elif isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
    (operator,) = statement.test.ops
    call, expected = statement.test.left, statement.test.comparators[0]
    if not isinstance(operator, ast.Eq):
      raise ValueError('another comparison')
  else:
    raise ValueError('no comparison')
  if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or name not in ('', call.func.id):
    raise ValueError('no call of the function')
  return call, expected


def expression(text: str) -> ast.expr:
  """The tree of one expression; ValueError or SyntaxError for any other text."""
  (statement,) = source_text.parse(text.strip()).body
  if not isinstance(statement, ast.Expr):
    raise ValueError('no expression')
  return statement.value


def key(node: ast.expr) -> str:
  """The value of a literal as text, by which 1, 1.0 and True differ; ValueError where it is none."""
  return written(ast.literal_eval(node))


def written(value: Any) -> str:
  """As repr, with sets and dictionaries in order: theirs would differ from process to process."""
  if isinstance(value, dict):
    return '{' + ', '.join(sorted(f'{written(k)}: {written(v)}' for k, v in value.items())) + '}'
  if isinstance(value, set) and value:
    return '{' + ', '.join(sorted(map(written, value))) + '}'
  if isinstance(value, list):
    return '[' + ', '.join(map(written, value)) + ']'
  if isinstance(value, tuple):
    return '(' + ''.join(f'{written(each)}, ' for each in value) + ')'
  return repr(value)


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
      trees = [source_text.parse(test.code)] + ([expression(test.expected)] if test.expected else [])
    except FAULTS:
      continue
    found.update(value for node in ast.walk(trees[0]) for value in compared(node))
    found.update(value for value in map(literal, trees[1:]) if value is not None)
  constants = dict.fromkeys([*CONSTANTS, *(value for value, _ in found.most_common(COMMONEST))])
  head = f'def {problem.entry_point}(*args, **kwargs):\n  return '
  return [head + value for value in (*constants, *(f'args[{i}]' for i in range(ARGUMENTS)))]


def compared(node: ast.AST) -> list[str]:
  """The literals that a comparison is made with."""
  sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
  return [value for value in map(literal, sides) if value is not None]
