"""Which part of a program an error is blamed on, by its type (Table 2 of RLTF, arXiv 2307.04349).

The message is read for a compiler's error alone, whose type does not show where the mistake can be. The program's text
is not looked at.
"""

from __future__ import annotations

import enum
import re

from acrl_jax.records import Outcome, TestReport


class Blame(enum.Enum):
  """What is at fault."""

  NOTHING = 'nothing'  # the error does not show where the mistake is
  LINES = 'lines'  # those of the report, if it has any
  WHOLE = 'whole'  # all of the program


_WHOLE = {'Timeout', 'RecursionError'}
_UNCLEAR = re.compile(
  r'unterminated triple-quoted|unindent does not match|inconsistent use of tabs|duplicate argument|import \* only'
)
_UNFINISHED = re.compile(
  r"unexpected EOF|invalid syntax|unterminated|expected |f-string: expecting|'.' was never closed"
)


def blame(report: TestReport, last_line: int) -> Blame:
  """What the report's first error speaks against; `last_line` is where the completion ends.

  A syntax error there can mean that the text breaks off, at the length limit say, and no line is to blame for that.
  Errors of other types have lines, but for a killed process or a missing entry point; without an error there are none.
  """
  if report.outcome == Outcome.NO_COMPILE and report.messages:
    message = report.messages[0].partition(': ')[2]  # after the error's type
    if _UNCLEAR.match(message):
      return Blame.NOTHING
    if _UNFINISHED.match(message) and max(report.error_lines, default=0) >= last_line:
      return Blame.WHOLE
  return Blame.WHOLE if report.error in _WHOLE else Blame.LINES
