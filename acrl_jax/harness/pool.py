"""A pool of lanes: jobs in, reports out in the same order, from any number of threads."""

from __future__ import annotations

import atexit
import logging
import math
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from acrl_jax.harness.cache import JobQueue, unjudged
from acrl_jax.harness.client import Lane, LaneLost
from acrl_jax.records import Job, TestReport
from acrl_jax.sandbox import wire
from acrl_jax.sandbox.confinement import LAYERS
from acrl_jax.sandbox.limits import Limits, check_limits

# What may stay open where the machine has nothing against it, by the name that permits it.
ALLOWED = {
  'fs': {'read', 'write', 'metadata'},
  'network': {'network'},
  'unsafe': {'read', 'write', 'metadata', 'network', 'process', 'kill', 'limits'},
}
_SPARE = 20.0  # seconds, on top of the longest that a program may take, after which its lane is replaced at the latest
_DEFAULT = Limits()
_log = logging.getLogger(__name__)


class Pool:
  """Judges programs on `workers` lanes, by default one for each processor that this process may use.

  `layers` are the protections to put on where the machine has them; the attribute names those that are on. `level` says
  what that is worth, by what a program could reach in spite of them: A, B, C hold everything (with all layers; without
  namespaces; without landlock), D leaves files open, E more. D and E are refused unless `allow` (fs, network, unsafe)
  permits what is open. Raises ValueError for limits that make no sense, RuntimeError for such a refusal. Thread-safe.
  """

  def __init__(
    self,
    workers: int | None = None,
    limits: Limits = _DEFAULT,
    *,
    layers: Sequence[str] = LAYERS,
    allow: Sequence[str] = (),
  ):
    if workers is not None and workers < 1:
      raise ValueError(f'{workers} workers; at least 1 is needed, or None for one a processor')
    for name in allow:
      if name not in ALLOWED:
        raise ValueError(f'allow={name!r}; it must be of {", ".join(ALLOWED)}')
    if sys.platform != 'linux':
      raise RuntimeError(f'programs cannot be confined on {sys.platform}: the harness needs Linux')
    check_limits(limits)
    self.limits = limits
    self._wanted = tuple(layers)
    self._jobs = JobQueue(self.limits)
    self._lanes: set[Lane] = set()
    self.workers = workers or len(os.sched_getaffinity(0))
    started: list[Future] = [Future() for _ in range(self.workers)]
    # Each lane belongs to one thread for life: the kernel ends a lane when the thread that started it ends.
    self._threads = [threading.Thread(target=self._serve, args=(f,), daemon=True, name='acrl-lane') for f in started]
    atexit.register(self.close)
    for thread in self._threads:
      thread.start()
    try:
      lanes = [future.result() for future in started]
      self.layers = lanes[0].layers
      reached = {name for lane in lanes for name in lane.reached}
      self.level = _level(self.layers, reached)
      self._check_level(reached, reached - set().union(*(ALLOWED[name] for name in allow)))
    except BaseException:
      self.close()
      raise

  def _check_level(self, reached: set[str], forbidden: set[str]) -> None:
    """Raises RuntimeError where a program could do what is forbidden; warns of what it could do by permission."""
    on = ', '.join(self.layers) or 'nothing'
    if forbidden:
      permission = [name for name, permitted in ALLOWED.items() if forbidden <= permitted][0]
      raise RuntimeError(
        f'programs cannot be confined here: {", ".join(sorted(forbidden))} got through {on}; the harness needs Linux '
        f'with seccomp, and landlock or namespaces, on x86-64 or aarch64; '
        f'allow={permission!r} goes on without, at your risk'
      )
    if reached:
      _log.warning(
        'programs are judged at level %s: %s got through %s; keep tests, secrets and what matters out of their reach',
        self.level, ', '.join(sorted(reached)), on,
      )  # fmt: skip
    elif 'namespaces' not in self.layers:
      _log.info('programs are judged at level %s: %s', self.level, on)

  def run(self, jobs: Sequence[Job], wall_s: float | None = None) -> list[TestReport]:
    """The report on each job, in order; what is not judged within `wall_s` seconds gets a HARNESS_ERROR, BatchTimeout.

    Raises ValueError for a job without tests, RuntimeError once closed.
    """
    return self.submit(jobs, wall_s).result()

  def submit(self, jobs: Sequence[Job], wall_s: float | None = None) -> Future:
    """A future of what `run` returns."""
    return self._jobs.submit(jobs, wall_s)

  def longest(self, jobs: int) -> float:
    """Seconds in which so many jobs are judged, whatever their programs do, unless something is wrong with the machine.

    A batch that takes longer would not end at all. None of another batch may be in front of it.
    """
    rounds = math.ceil(jobs / self.workers) + 1  # each lane may have to be replaced, and then judges one job again
    return rounds * (4 * self.limits.wall_s + _SPARE)

  def close(self) -> None:
    """Ends all lanes; what has not been judged by then fails with RuntimeError. Twice is once."""
    if self._jobs.close():
      for lane in list(self._lanes):
        lane.process.terminate()
    for thread in self._threads:
      if thread is not threading.current_thread():
        thread.join()
    atexit.unregister(self.close)

  def __enter__(self) -> Pool:
    return self

  def __exit__(self, *_) -> None:
    self.close()

  def _open(self) -> Lane:
    lane = Lane(self.limits, self._wanted)
    self._lanes.add(lane)
    return lane

  def _end(self, lane: Lane | None) -> None:
    if lane is not None:
      self._lanes.discard(lane)
      lane.close()

  def _serve(self, started: Future) -> None:
    """The life of one lane and of those that replace it."""
    try:
      lane: Lane | None = self._open()
    except (LaneLost, OSError) as e:
      started.set_exception(RuntimeError(str(e)))
      return
    started.set_result(lane)
    while taken := self._jobs.take():
      ((key, job),) = taken
      try:
        lane, report = self._judge(lane, job)
      except Exception as e:  # no job at all: whoever submitted it gets the exception, the lane goes on
        self._jobs.fail(key, e)
      else:
        self._jobs.settle(key, report)
    self._end(lane)

  def _judge(self, lane: Lane | None, job: Job) -> tuple[Lane | None, TestReport]:
    """The lane to go on with, and the report. A lane that dies is replaced, and gets its job once more."""
    for _ in range(2):
      if self._jobs.closed:
        break
      try:
        if lane is None or lane.process.poll() is not None:
          self._end(lane)
          lane = None
          lane = self._open()
        return lane, lane.judge(job)
      except (LaneLost, OSError, wire.Malformed) as e:
        if not self._jobs.closed:
          _log.warning('%s; its job goes to a new one', e)
        self._end(lane)
        lane = None
    return None, unjudged(job, 'LaneLost')


def _level(layers: tuple[str, ...], reached: set[str]) -> str:
  """A to E, as Pool describes them."""
  if reached:
    return 'D' if reached <= ALLOWED['fs'] else 'E'
  return 'A' if set(LAYERS) <= set(layers) else 'C' if 'namespaces' in layers else 'B'


def run_many(jobs: Sequence[Job], limits: Limits = _DEFAULT, workers: int | None = None) -> list[TestReport]:
  """The report on each job, in order; for more than one call keep a Pool."""
  with Pool(workers, limits) as pool:
    return pool.run(jobs)
