"""Tasks on the cores of this machine: one process a worker. One that dies is replaced, and its task done again."""

from __future__ import annotations

import collections
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection

from acrl_jax.datagen.build.work import Part, Task, Worker
from acrl_jax.sandbox import kernel

_MOST_DEATHS = 2  # of a process at one function; then the function is given up


class _Process:
  """The parent's end of a worker's process."""

  def __init__(self):
    context = multiprocessing.get_context('spawn')  # a fork would copy the parent's threads and pipes
    self.connection, theirs = context.Pipe()
    self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
    self.process.start()
    theirs.close()
    self.task: Task | None = None
    self.at = ''  # id of the function that it works on
    self.counts = (0, 0)  # of the task's functions, kept and rejected so far

  def give(self, task: Task, poisoned: set[str]) -> None:
    self.task, self.at, self.counts = task, '', (0, 0)
    with contextlib.suppress(OSError):  # it is dead, which is noticed where its answers are read
      self.connection.send((task, frozenset(poisoned & {f.id for f in task.functions})))

  def close(self) -> None:
    self.connection.close()  # which ends it, but in the middle of a task
    if self.task is not None:
      self.process.terminate()
    self.process.join(5.0)
    if self.process.is_alive():
      self.process.kill()
      self.process.join()
    self.process.close()


class _Team:
  """The processes, and the tasks that are left for them."""

  def __init__(self, tasks: Sequence[Task], note: Callable[[int, int], None]):
    self.todo = collections.deque(tasks)
    self.note = note
    self.processes: list[_Process] = []
    self.deaths: collections.Counter[str] = collections.Counter()
    self.poisoned: set[str] = set()

  def add(self) -> None:
    self.processes.append(_Process())
    self.next(self.processes[-1])

  def next(self, process: _Process) -> None:
    process.task = None
    if self.todo:
      process.give(self.todo.popleft(), self.poisoned)

  def receive(self, process: _Process) -> Part | None:
    """Reads one message, and returns the part if it is one.

    Raises _Failed with what the worker raised, EOFError or OSError where the worker is dead.
    """
    kind, value = process.connection.recv()
    if kind == 'error':
      raise _Failed(value)
    if kind == 'at':
      process.at, *counts = value
    else:
      counts = [value.kept, value.rejected]
    self.count(process, counts)
    return value if kind == 'part' else None

  def count(self, process: _Process, counts: Sequence[int]) -> None:
    self.note(counts[0] - process.counts[0], counts[1] - process.counts[1])
    process.counts = tuple(counts)

  def replace(self, process: _Process) -> None:
    """A new process for the task of one that died."""
    self.count(process, (0, 0))
    self.deaths[process.at] += 1
    if process.at and self.deaths[process.at] >= _MOST_DEATHS:
      self.poisoned.add(process.at)
    elif self.deaths[''] > 2 * len(self.processes):
      raise ValueError('the processes of workers end before they have begun; what they wrote above may say why')
    process.close()
    place = self.processes.index(process)
    self.processes[place] = _Process()
    self.processes[place].give(process.task, self.poisoned)

  def close(self) -> None:
    for process in self.processes:
      process.close()


class _Failed(Exception):
  """A worker's own exception, which is no death of a process."""


def parts(
  tasks: Sequence[Task], workers: int, note: Callable[[int, int], None] = lambda *_: None
) -> Iterator[tuple[Task, Part]]:
  """Each task with its part, as they are done; `note` is called with how many more functions were kept and rejected.

  A function at which a process dies twice is rejected as a crash. Raises what a worker raises.
  """
  team = _Team(tasks, note)
  try:
    for _ in range(min(workers, len(tasks))):
      team.add()
    while busy := {p.connection: p for p in team.processes if p.task is not None}:
      for process in [busy[c] for c in connection.wait(list(busy))]:
        try:
          part = team.receive(process)
        except (EOFError, OSError):
          team.replace(process)
          continue
        except _Failed as error:
          raise error.args[0] from None
        if part is not None:
          task = process.task
          team.next(process)
          yield task, part
  finally:
    team.close()


def _serve(pipe: connection.Connection) -> None:
  """The main function of a worker's process, which closes its oracles and ends when its parent does."""

  def leave(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would cut the closing short
    sys.exit()

  signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
  signal.signal(signal.SIGTERM, leave)
  kernel.die_with_parent(signal.SIGTERM)
  worker = Worker()
  try:
    _answer(pipe, worker)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # in here: where a parent dies, its signal comes as the pipe closes
  finally:
    worker.close()


def _answer(pipe: connection.Connection, worker: Worker) -> None:
  """Does the tasks that come through the pipe until the other end is closed."""
  with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
    while True:
      task, poisoned = pipe.recv()
      try:
        pipe.send(('part', worker.part(task, poisoned, lambda *at: pipe.send(('at', at)))))
      except (BrokenPipeError, ConnectionResetError):
        raise
      except Exception as error:
        pipe.send(('error', error))


def cores() -> int:
  """How many cores this process may use."""
  return len(os.sched_getaffinity(0))
