"""Which lines of a function a call runs, how many in all, and which way its decisions went."""

from __future__ import annotations

import ast
import sys

FILE = '<function>'  # of the code that is looked at; lines of other code are counted and no more


class Lines:
  """Trace functions for one call at a time: `arcs` are of the function itself, `count` is of all lines that ran.

  An arc is (line, the next line of the same frame), with 0 for entering and for leaving the frame.
  """

  def __init__(self):
    self.arcs: set[tuple[int, int]] = set()
    self._left = lambda: 0
    self._steps = 0

  @property
  def seen(self) -> list[int]:
    return sorted({line for _, line in self.arcs if line})

  @property
  def count(self) -> int:
    return self._steps - self._left()

  def start(self, steps: int, look: bool, limit: type[BaseException]) -> None:
    """Traces from here on, until sys.settrace(None). After `steps` lines `limit` is raised, once, and tracing ends.

    With `look`, the arcs of the function itself are noted.
    """
    arcs = self.arcs = set()
    left = self._steps = steps

    def count(frame, event, argument):
      nonlocal left
      if event == 'line':
        left -= 1
        if left < 0:
          raise limit('steps')
      return count

    def enter(frame, event, argument):
      return follower() if frame.f_code.co_filename == FILE else count

    def follower():
      """For one frame, from its start, or from one `yield` of it, to the next."""
      before = 0

      def follow(frame, event, argument):
        nonlocal left, before
        if event == 'line':
          left -= 1
          if left < 0:
            raise limit('steps')
          line = frame.f_lineno
          arcs.add((before, line))
          before = line
        elif event == 'exception':
          before = 0  # the way on is no decision
        elif event == 'return':
          arcs.add((before, 0))
        return follow

      return follow

    self._left = lambda: left
    sys.settrace(enter if look else count)


class Decisions:
  """The `if`, `while` and `for` of a function: each can go two ways, into its body or past it."""

  def __init__(self, source: str):
    self.places = [_place(node) for node in ast.walk(ast.parse(source)) if _is_decision(node)]
    self.outcomes_known: dict[tuple[int, int], list[int]] = {}

  @property
  def count(self) -> int:
    return 2 * len(self.places)

  def outcomes(self, arcs: set[tuple[int, int]]) -> list[int]:
    """Numbers of the ways that were taken, below `count`."""
    return sorted({number for arc in arcs for number in self._outcomes(arc)})

  def _outcomes(self, arc: tuple[int, int]) -> list[int]:
    if arc not in self.outcomes_known:
      start, end = arc
      numbers = []
      for i, (head, last, body, body_end) in enumerate(self.places):
        if head <= start <= last and not head <= end <= last:
          numbers.append(2 * i + (body <= end <= body_end))
      self.outcomes_known[arc] = numbers
    return self.outcomes_known[arc]


def _is_decision(node: ast.AST) -> bool:
  """Whether lines show which of the two ways was taken, and either can be."""
  if not isinstance(node, (ast.If, ast.While, ast.For)):
    return False
  head, last, body, _ = _place(node)
  return body > last and not isinstance(getattr(node, 'test', None), ast.Constant)


def _place(node: ast.If | ast.While | ast.For) -> tuple[int, int, int, int]:
  """First and last line of its head, and of its body."""
  last = (node.iter if isinstance(node, ast.For) else node.test).end_lineno
  return node.lineno, last, node.body[0].lineno, node.body[-1].end_lineno
