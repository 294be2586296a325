"""The unit of work: some functions of one corpus to one part, rows and rejects as bytes."""

from __future__ import annotations

import errno
import hashlib
import traceback
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from acrl_jax.datagen.build.languages import Front
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.output import decontaminate, rows
from acrl_jax.datagen.records import Function, Reject

FULL = (errno.ENOSPC, errno.EDQUOT)


class Task(NamedTuple):
  """Functions of one corpus, and what is done with them."""

  name: str  # of the part
  front: Front
  fetched: Fetched
  functions: tuple[Function, ...]
  settings: Any  # pipeline.Settings
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
  """What came of a task."""

  kept: int
  rejected: int
  problems: bytes  # Arrow streams
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
  """Owns the oracles of the corpus that it is at."""

  def __init__(self):
    self._corpus: tuple | None = None
    self._oracles: tuple = ()

  def part(
    self, task: Task, poisoned: Iterable[str] = (), note: Callable[[str, int, int], None] = lambda *_: None
  ) -> Part:
    """The part of a task; `note` hears each function's id and the counts so far, before it is worked on.

    Raises ValueError where the oracles cannot be had, and what a full disk raises.
    """
    kept, rejected = [], []
    for function in task.functions:
      note(function.id, len(kept), len(rejected))
      try:
        if function.id in poisoned:
          raise Reject('execute', 'crash', 'ended the process that ran it')
        made = self._make(task, function)
        row = rows.row(made, task.settings.seed, task.generator)
        decontaminate.check(row['docstring'], row['oracle_solution'])
        kept.append(row)
      except Reject as reject:
        rejected.append(reject_row(function.id, function.symbol, function.corpus, reject))
    key = task.key
    return Part(
      kept=len(kept), rejected=len(rejected),
      problems=rows.stream(kept, rows.SCHEMA, **key), rejects=rows.stream(rejected, rows.REJECTS, **key),
    )  # fmt: skip

  def _make(self, task: Task, function: Function):
    """A problem or Reject: whatever else is raised twice, the second time by new oracles, is a crash."""
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
          raise Reject('execute', 'crash', _told(error)) from error

  def _pair(self, task: Task) -> tuple:
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


def reject_row(record: str, symbol: str, corpus: str, reject: Reject) -> dict:
  detail = str(reject.detail).encode('utf-8', 'backslashreplace').decode()  # Arrow holds no lone surrogate
  return dict(
    record_id=record, symbol=symbol, corpus=corpus,
    stage=reject.stage, reason=reject.reason, detail=detail[:300],
  )  # fmt: skip


def _told(error: Exception) -> str:
  """What was raised and where, the same on every machine."""
  frame = traceback.extract_tb(error.__traceback__)[-1]
  place = frame.filename.rsplit('/', 1)[-1]
  return f'{type(error).__name__}: {" ".join(str(error).split())} ({place}:{frame.lineno})'
