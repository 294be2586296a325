"""The reward of StepCoder: credit on what was executed."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, TestReport
from acrl_jax.rewards import levels, token_credit

# Errors that end the program's process: the lines that it had recorded are lost with it.
ENDED = {'Timeout', 'Exit', 'Killed', 'Malformed', 'Sandbox', 'Output'}


def stepcoder(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """The levels of `outcome`, with credit on executed lines only: fine-grained optimisation (arXiv 2402.01391).

  The last token keeps its credit: that the program ends there was part of every run. All tokens keep it where it is not
  known what ran: the program does not compile, or was not traced to the end.
  """
  credit: float | np.ndarray = 1.0
  if fully_traced(report):
    credit = token_credit.stand_on(report.executed_lines, token_lines)
    credit[np.flatnonzero(token_credit.spans(token_lines)[0])[-1:]] = True
  return token_credit.to_feedback(report, levels.LEVELS[report.outcome], token_lines, credit=credit)


def fully_traced(report: TestReport) -> bool:
  """Whether the report has all executed lines. A line that raised an error was executed, too."""
  errors = {report.error, *(message.partition(':')[0] for message in report.messages)}
  return bool(report.executed_lines) and not errors & ENDED and set(report.error_lines) <= set(report.executed_lines)
