"""Vacuous tests: a program that does nothing passes them."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from typing import NamedTuple

from acrl_jax.data import source_text
from acrl_jax.records import Job, Problem, Test

# Two programs that do nothing. The exception is none that a test can name: only what accepts any accepts it.
_RAISES = """
class AcrlUnasked(Exception):
  pass


def {name}(*args, **kwargs):
  raise AcrlUnasked
"""
_NONE = """
def {name}(*args, **kwargs):
  return None
"""
# The reference, but where it raises its answer is an object that no test knows. With `too_false` it is so too where it
# returns what is as false as None: a test such as `not f(3)` wants something false, and None is. Calls of the
# reference by itself are answered unchanged.
_CHANGED = """
def acrl_change(inner, too_false):
  unknown, busy = type('AcrlUnknown', (), {{}})(), []

  def is_false(answer):
    try:
      return not answer
    except Exception:
      return False

  def outer(*args, **kwargs):
    if busy:
      return inner(*args, **kwargs)
    busy.append(True)
    try:
      answer = inner(*args, **kwargs)
    except BaseException:
      return unknown
    finally:
      busy.pop()
    return unknown if too_false and is_false(answer) else answer

  return outer


{name} = acrl_change({name}, {too_false})
"""
_PASSED_BOTH = {  # by whether the test is one of printed text
  False: 'a program that only raises passes it, and so does one that only returns None',
  True: 'a program that prints nothing passes it',
}


class Probe(NamedTuple):
  """Which of a problem's tests each program that does nothing has passed."""

  raises: tuple[bool, ...]
  none: tuple[bool, ...]


def probes(problems: Sequence[Problem], pool) -> list[Probe]:
  """What the two programs that do nothing pass, for each problem.

  Without a reference only what both pass counts: the second is tried there where the first has passed anything.
  """
  raises = _passed(problems, _RAISES, pool)
  tried = [i for i, (problem, passed) in enumerate(zip(problems, raises)) if problem.solution or any(passed)]
  none = dict(zip(tried, _passed([problems[i] for i in tried], _NONE, pool)))
  return [Probe(passed, none.get(i, passed)) for i, passed in enumerate(raises)]


def _passed(problems: Sequence[Problem], text: str, pool) -> list[tuple[bool, ...]]:
  """Which of its tests a program that does nothing passes, for each problem."""
  if not problems:
    return []
  jobs = [source_text.job(p, ''.join(text.format(name=name) for name in _names(p))) for p in problems]
  return [report.passed for report in pool.run(jobs, wall_s=pool.longest(len(jobs)))]


def vacuous(problems: Sequence[Problem], pool) -> list[dict[int, str]]:
  """For each problem, the places of its vacuous tests, each with the reason.

  A test that both programs pass is vacuous. One that only one of them passes may be right: an exception or None may be
  the right answer. It is vacuous where it still passes once the reference answers something else there. Without a
  reference nobody knows, and it is kept. A test of printed text is vacuous where that is empty.
  """
  reasons: list[dict[int, str]] = [{} for _ in problems]
  doubts = []  # (the problem's place, places of its tests, what a program does that they accept)
  unclear = [i for i, problem in enumerate(problems) if not are_calls_with_values(problem)]
  for i, (raises, none) in zip(unclear, probes([problems[i] for i in unclear], pool)):
    tests = problems[i].tests
    reasons[i] |= {k: _PASSED_BOTH[_is_script(test)] for k, test in enumerate(tests) if raises[k] and none[k]}
    for what, passed in (('raises', raises), ('returns None', none)):
      doubtful = [k for k, ok in enumerate(passed) if ok and k not in reasons[i]]
      if doubtful and problems[i].solution:
        doubts.append((i, doubtful, what))
  jobs = [_changed(problems[i], doubtful, what) for i, doubtful, what in doubts]
  reports = pool.run(jobs, wall_s=pool.longest(len(jobs))) if jobs else []
  for (i, doubtful, what), report in zip(doubts, reports):
    why = f'a program that only {what} passes it, which is not what its reference does'
    reasons[i] |= {k: why for k, ok in zip(doubtful, report.passed) if ok}
  return reasons


def are_calls_with_values(problem: Problem) -> bool:
  """Whether all of its tests are calls of the entry point with a literal as expected value.

  No such test is vacuous, and no program has to be run to see it: one that raises has no value, and None is the
  expected value only where the reference, which passes the test, returns None as well.
  """
  name = problem.entry_point
  if not name or re.search(rf'\b{re.escape(name)}\b', source_text.setup(problem)):
    return False
  with warnings.catch_warnings():
    warnings.simplefilter('ignore')  # of invalid escapes in generated texts, say
    return all(
      _is_call(test.code, name) and _is_literal(test.expected) and not _is_script(test) for test in problem.tests
    )


def _is_call(code: str, name: str) -> bool:
  """Whether it is one expression, and its outermost operation a call of `name`."""
  try:
    root = ast.parse(code.strip(), mode='eval').body
  except (SyntaxError, ValueError, RecursionError, MemoryError):
    return False
  return isinstance(root, ast.Call) and isinstance(root.func, ast.Name) and root.func.id == name


def _is_literal(expected: str | None) -> bool:
  """Whether it has a value that no program can have a say in."""
  if expected is None:
    return False
  try:
    ast.literal_eval(expected.strip())
  except (SyntaxError, TypeError, ValueError, RecursionError, MemoryError):
    return False
  return True


def _changed(problem: Problem, places: list[int], what: str) -> Job:
  """Some tests for the reference with other answers."""
  text = ''.join(_CHANGED.format(name=name, too_false=what == 'returns None') for name in _names(problem))
  job = source_text.job(problem, f'{problem.solution}\n{text}')
  return job._replace(tests=tuple(problem.tests[i] for i in places))


def _names(problem: Problem) -> list[str]:
  """What tests call: the entry point; where a problem has none, each function of its reference."""
  if problem.entry_point:
    return [problem.entry_point]
  try:
    body = source_text.parse(problem.solution).body
  except (SyntaxError, ValueError, RecursionError, MemoryError):
    return []
  return sorted({node.name for node in body if isinstance(node, ast.FunctionDef)})


def _is_script(test: Test) -> bool:
  return test.stdin is not None or test.stdout is not None
