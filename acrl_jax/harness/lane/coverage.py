"""Which statements of the program ran: lines seen by a trace function, widened to whole statements.

It works in the program's own process, which may lie: good for masks, never for rewards.
"""

from __future__ import annotations

import ast
import sys
import threading
from types import CodeType
from typing import Any

FILE = '<program>'  # the file name in the program's tracebacks
_OLD_EVENTS = 100_000  # of one function, each of a line that was seen before, after which it is traced no more
_OLD_CALLS = 200_000  # of functions whose lines have all been seen, after which nothing is traced any more


class Lines:
  """A trace function. A function whose lines have all been seen runs untraced, and so does the rest of a hot loop.

  Where tracing was given up, lines count as executed that were not seen so far: a mask must not hide what may have run.
  """

  def __init__(self):
    self.seen: set[int] = set()
    self._unseen: dict[int, set[int]] = {}  # by code object
    self._left: dict[int, int] = {}
    self._codes: list = []  # so that no two have the same id
    self._calls = _OLD_CALLS

  def run(self, function: Any, *args, **kwargs) -> Any:
    """The function's result; lines that run meanwhile are noted, those of threads that it starts as well."""
    before = sys.gettrace(), threading.gettrace()  # this one, where a test's code calls back
    threading.settrace(self)
    sys.settrace(self)
    try:
      return function(*args, **kwargs)
    finally:
      if sys.gettrace() is not self:  # too many calls, no stack or memory left to trace with, or the program's doing
        self._give_up()
      sys.settrace(before[0])
      threading.settrace(before[1])

  def _give_up(self) -> None:
    """What has not been seen may have run, in functions that were never seen as well."""
    codes = list(self._codes)
    for code in codes:
      codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
      self.seen.update(line for _, _, line in code.co_lines() if line)

  def __call__(self, frame, event, argument):
    code = frame.f_code
    if code.co_filename != FILE:
      return None
    key = id(code)
    unseen = self._unseen.get(key)
    if unseen is None:
      self._codes.append(code)
      self._left[key] = _OLD_EVENTS
      unseen = self._unseen[key] = {line for _, _, line in code.co_lines() if line}  # last: threads look here first
    if not unseen:
      self._calls -= 1
      if self._calls < 0:
        sys.settrace(None)
      return None
    if event == 'line':
      self._line(frame, key, unseen)
    return self

  def _line(self, frame, key: int, unseen: set[int]) -> None:
    if frame.f_lineno in unseen:
      self.seen.add(frame.f_lineno)
      unseen.discard(frame.f_lineno)
    else:
      self._left[key] -= 1
      if self._left[key] < 0:
        self.seen |= unseen
        unseen.clear()
    if not unseen:
      frame.f_trace_lines = False


def statements(source: str, seen: set[int]) -> list[int]:
  """All lines of the statements that have a line in `seen`: of a compound one, those before its body."""
  lines = set(seen)
  for node in ast.walk(ast.parse(source)):
    if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
      first, last = _span(node)
      if not seen.isdisjoint(range(first, last + 1)):
        lines.update(range(first, last + 1))
  return sorted(lines)


def _span(node: ast.AST) -> tuple[int, int]:
  start = node.pattern if isinstance(node, ast.match_case) else node
  first = min([start.lineno, *(d.lineno for d in getattr(node, 'decorator_list', ()))])
  inner = getattr(node, 'body', None) or getattr(node, 'cases', None)
  if not inner:
    return first, node.end_lineno
  return first, max(first, _span(inner[0])[0] - 1)
