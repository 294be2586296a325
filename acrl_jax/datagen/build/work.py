"""The unit of work: some functions of one corpus become one part, its rows and rejects as bytes."""

from __future__ import annotations

import errno
import hashlib
import traceback
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from acrl_jax.datagen.build.languages import Front
from acrl_jax.datagen.build.pipeline import Settings
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.output import decontaminate, rows
from acrl_jax.datagen.records import Function, GeneratedProblem, Reject

FULL = (errno.ENOSPC, errno.EDQUOT)


class Task(NamedTuple):
  """Functions of one corpus, and how problems are made of them."""

  name: str  # of the part
  front: Front
  fetched: Fetched
  functions: tuple[Function, ...]
  settings: Settings
  generator: str  # rows.version() of the process that plans

  @property
  def key(self) -> dict[str, str]:
    """What a part was made from; equal keys, equal parts."""
    return {
      'input': digest((self.fetched.sha256, self.functions)),
      'config': digest(self.settings),
      'generator': self.generator,
    }


class Part(NamedTuple):
  """The outcome of a task."""

  kept: int  # functions
  rejected: int
  problems: bytes  # an Arrow stream of each
  rejects: bytes


def plain(x: Any) -> Any:
  """A record as JSON takes it: named tuples as objects."""
  if hasattr(x, '_asdict'):
    return {name: plain(value) for name, value in x._asdict().items()}
  return x


def digest(x: Any) -> str:
  """A hash that equal records share, in every process."""
  return hashlib.sha256(_text(x).encode()).hexdigest()[:16]


def _text(x: Any) -> str:
  if isinstance(x, tuple):
    return f'{type(x).__name__}({",".join(map(_text, x))})'
  if isinstance(x, list):
    return f'[{",".join(map(_text, x))}]'
  if isinstance(x, (set, frozenset)):
    return f'{{{",".join(sorted(map(_text, x)))}}}'
  if isinstance(x, dict):
    return f'{{{",".join(f"{_text(k)}:{_text(v)}" for k, v in x.items())}}}'
  return repr(x)


class Worker:
  """Makes parts; holds the oracles of the corpus that it made the last one of."""

  def __init__(self):
    self._corpus: tuple | None = None
    self._oracles: tuple = ()

  def part(
    self, task: Task, poisoned: Iterable[str] = (), note: Callable[[str, int, int], None] = lambda *_: None
  ) -> Part:
    """The part of a task. The functions `poisoned` are rejected untried: they ended the process of a worker.

    `note` is called with each function's id, and the counts so far, before it is worked on. Raises ValueError where
    the oracles cannot be had, and OSError where the disk is full.
    """
    kept, rejected = [], []
    for function in task.functions:
      note(function.id, len(kept), len(rejected))
      try:
        if function.id in poisoned:
          raise Reject('execute', 'crash', 'ended the process that ran it')
        row = rows.row(self._make_problem(task, function), task.settings.seed, task.generator)
        decontaminate.reject_copy(row['docstring'], row['oracle_solution'])
        kept.append(row)
      except Reject as reject:
        rejected.append(rows.reject_row(function.id, function.symbol, function.corpus, reject))
    key = task.key
    return Part(
      kept=len(kept), rejected=len(rejected),
      problems=rows.stream(kept, rows.SCHEMA, **key), rejects=rows.stream(rejected, rows.REJECTS, **key),
    )  # fmt: skip

  def _make_problem(self, task: Task, function: Function) -> GeneratedProblem:
    """The problem that the function makes; else raises Reject.

    What else is raised twice, the second time by new oracles, counts as a crash.
    """
    for last in (False, True):
      first, second = self._pair(task)  # outside of the try: that there is no Java is no fault of a function
      try:
        return task.front.make(function, first, second, task.settings)
      except Reject:
        raise
      except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
          raise
        self.close()
        if last:
          raise Reject('execute', 'crash', _describe(error)) from error

  def _pair(self, task: Task) -> tuple:
    """The two oracles of the task's corpus, opened where the last task was of another one."""
    corpus = (task.front, task.fetched)
    if self._corpus != corpus:
      self.close()
      self._oracles = task.front.oracles(task.fetched, 0)
      self._corpus = corpus
    return self._oracles

  def close(self) -> None:
    oracles, self._oracles, self._corpus = self._oracles, (), None
    for oracle in oracles:
      try:
        oracle.close()
      except Exception:  # it is dead already
        pass


def _describe(error: Exception) -> str:
  """What was raised and where, in the same words on every machine."""
  frame = traceback.extract_tb(error.__traceback__)[-1]
  place = frame.filename.rsplit('/', 1)[-1]
  return f'{type(error).__name__}: {" ".join(str(error).split())} ({place}:{frame.lineno})'
