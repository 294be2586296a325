"""What a reward may ask for beside the report and the lines of the tokens, by naming it as an argument."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from acrl_jax.records import Feedback, Problem, TestReport


class Context(NamedTuple):
  """Each field is an argument that a reward may have."""

  problem: Problem
  program: str  # as it was judged
  ended: bool  # by the policy, not by the length limit

  @property
  def trivial(self) -> float:
    """The share of the problem's tests that its best trivial program passes; 0 where it was not measured."""
    return self.problem.trivial or 0.0


NAMES = (*Context._fields, 'trivial')


def ask(function: Callable, report: TestReport, token_lines: np.ndarray, context: Context) -> Feedback:
  """What a reward makes of a report, given of the context what its arguments name."""
  return function(report, token_lines, **{name: getattr(context, name) for name in asked(function)})


@functools.lru_cache(maxsize=256)
def asked(function: Callable) -> tuple[str, ...]:
  """The names of the context that are arguments of a reward; of one that takes any, all."""
  parameters = inspect.signature(function).parameters
  if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
    return NAMES
  return tuple(name for name in NAMES if name in parameters)
