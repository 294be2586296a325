"""What learning makes of a report: one function for each way to reward, `(report, token_lines) -> Feedback`.

`token_lines` says on which lines of the program (from 1) the C tokens of its completion stand: [C], or [C, 2] with the
first and the last line of each. A token that spans several counts for all of them; one that is no part of the program
stands on line 0. A harness error says nothing about the program: reward 0 and no credit, so that no loss sees the
sample.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport
from acrl_jax.rewards.blame import Blame, blame

_NO_PARSE, _NO_VALUE, _RUNS, _ALL = -1.0, -0.6, -0.3, 1.0  # CodeRL's levels
_FINE = -0.3  # RLTF's reward of what an error is blamed on


def partial_credit(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """The share of passed tests over a floor (arXiv 2307.04349 between the levels of arXiv 2207.01780).

  -1 without a program or its entry point, -0.6 where nothing ever returned, else -0.3 + 1.3 c/n.
  """
  if not _functions(report):
    return _feedback(report, _NO_PARSE, token_lines)
  if report.outcome == Outcome.CRASHED:
    return _feedback(report, _NO_VALUE, token_lines)
  return _feedback(report, _adaptive(report), token_lines)


def sparse_complete(report: TestReport, token_lines: np.ndarray, *, complete: float = 0.5) -> Feedback:
  """complete [c = n] + (1 - complete) c/n where something returned, else -1."""
  if not _functions(report) or report.outcome == Outcome.CRASHED:
    return _feedback(report, _NO_PARSE, token_lines)
  all_passed = report.outcome == Outcome.PASSED
  return _feedback(report, complete * all_passed + (1 - complete) * _share(report), token_lines)


def pass_share(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """c/n, the share of passed tests (arXiv 2502.01456); 0 to 1 as the thresholds of ReST want it."""
  return _feedback(report, _share(report), token_lines)


def binary(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """1 where all tests passed, else 0."""
  return _feedback(report, float(report.outcome == Outcome.PASSED), token_lines)


def outcome(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """-1 does not compile, -0.6 crashes, -0.3 fails a test, 1 passes all (arXiv 2207.01780)."""
  return _feedback(report, _LEVELS[report.outcome], token_lines)


def rltf(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """RLTF's coarse and adaptive terms as reward, its fine-grained one as bonus (arXiv 2307.04349).

    reward  = level of `outcome` + (-0.3 + 1.3 c/n)
    bonus_t = -0.3 T/b at each of the b tokens to blame, of T in the program; 0 at the others

  So the bonus of a program is -0.3 a token on average, on however few it falls, or 0 where none is to blame: no error,
  one that tells no place (blame.py), or one in a line of the prompt. It belongs to its own token: it has no baseline,
  and a sum of later rewards must not spread it. Unlike the paper's code, the adaptive term is added to the coarse one
  and does not replace it, b counts the tokens blamed, and lines are known by number, so that of two equal ones the
  right one is blamed.
  """
  first, last = _spans(token_lines)
  program = first > 0
  found = blame(report, int(last.max(initial=0)))
  lines = report.error_lines if found is Blame.LINES else ()
  blamed = program if found is Blame.WHOLE else _stand_on(lines, token_lines)
  bonus = _FINE * program.sum() / max(1, blamed.sum()) * blamed
  return _feedback(report, _LEVELS[report.outcome] + _adaptive(report), token_lines, bonus=bonus)


def stepcoder(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """The levels of `outcome`, with credit on executed lines only: fine-grained optimisation (arXiv 2402.01391).

  The last token keeps its credit: that the program ends there was part of every run. All tokens keep it where it is not
  known what ran: the program does not compile, or was not traced to the end.
  """
  credit: float | np.ndarray = 1.0
  if _traced(report):
    credit = _stand_on(report.executed_lines, token_lines)
    credit[np.flatnonzero(_spans(token_lines)[0])[-1:]] = True
  return _feedback(report, _LEVELS[report.outcome], token_lines, credit=credit)


_LEVELS = {
  Outcome.HARNESS_ERROR: 0.0,
  Outcome.NO_COMPILE: _NO_PARSE,
  Outcome.CRASHED: _NO_VALUE,
  Outcome.FAILED: _RUNS,
  Outcome.PASSED: _ALL,
}
REWARDS = dict(
  partial_credit=partial_credit, sparse_complete=sparse_complete, pass_share=pass_share, binary=binary, outcome=outcome,
  rltf=rltf, stepcoder=stepcoder,
)  # fmt: skip
TRACED = ('stepcoder',)  # those that look at executed lines; to trace them costs time
_ENDED = {'Timeout', 'Exit', 'Killed', 'Malformed', 'Sandbox', 'Output'}  # the process, and what it knew of its lines


def _functions(report: TestReport) -> bool:
  return any(report.passed) or (report.outcome != Outcome.NO_COMPILE and report.error != 'MissingEntryPoint')


def _share(report: TestReport) -> float:
  return sum(report.passed) / len(report.passed)


def _adaptive(report: TestReport) -> float:
  return _RUNS + (_ALL - _RUNS) * _share(report)


def _traced(report: TestReport) -> bool:
  """Whether the executed lines are all there are. A line that raised an error was executed, too."""
  errors = {report.error, *(message.partition(':')[0] for message in report.messages)}
  return bool(report.executed_lines) and not errors & _ENDED and set(report.error_lines) <= set(report.executed_lines)


def _spans(token_lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
  """The first and the last line of each token, [C] each."""
  lines = np.asarray(token_lines)
  return (lines, lines) if lines.ndim == 1 else (lines[:, 0], lines[:, 1])


def _stand_on(lines: Sequence[int], token_lines: np.ndarray) -> np.ndarray:
  """[C] bool: tokens with at least one of these lines."""
  first, last = _spans(token_lines)
  ordered = np.sort(np.asarray(lines, np.int64))
  return np.searchsorted(ordered, last, 'right') > np.searchsorted(ordered, first, 'left')


def _feedback(report: TestReport, reward: float, token_lines: np.ndarray, *, credit=1.0, bonus=0.0) -> Feedback:
  """`credit` and `bonus` are [C], or the same for all tokens."""
  C = len(token_lines)
  if report.outcome == Outcome.HARNESS_ERROR:
    reward = credit = bonus = 0.0
  return Feedback(reward=reward, credit=np.full(C, credit, np.float32), bonus=np.full(C, bonus, np.float32))
