"""Lanes at work: jobs in, reports out, in order, from any number of threads."""

from __future__ import annotations

import atexit
import logging
import os
import queue
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from acrl_jax.harness import limits as limits_lib
from acrl_jax.harness import wire
from acrl_jax.harness.cache import Cache
from acrl_jax.harness.client import Lane, LaneLost
from acrl_jax.harness.limits import Limits
from acrl_jax.records import Job, Outcome, TestReport

LAYERS = ('namespaces', 'landlock', 'seccomp')
_DEFAULT = Limits()
_log = logging.getLogger(__name__)


class _Batch:
  """The jobs of one call, and the future that their reports go to."""

  def __init__(self, jobs: Sequence[Job]):
    self.jobs = jobs
    self.reports: list[TestReport | None] = [None] * len(jobs)
    self.left = len(jobs)
    self.lock = threading.Lock()
    self.future: Future = Future()
    self.future.set_running_or_notify_cancel()  # programs at work are not called back

  def put(self, i: int, report: TestReport) -> None:
    with self.lock:
      self.reports[i] = report
      self.left -= 1
      if self.left == 0 and not self.future.done():
        self.future.set_result(self.reports)

  def fail(self, error: BaseException) -> None:
    with self.lock:
      if not self.future.done():
        self.future.set_exception(error)


class Pool:
  """Judges programs on `workers` lanes, by default one for each processor that this process may use.

  `layers` are the protections to put on where the machine has them; the attribute names those that are on. Raises
  ValueError for limits that make no sense, RuntimeError where programs cannot be confined. Thread-safe.
  """

  def __init__(self, workers: int | None = None, limits: Limits = _DEFAULT, *, layers: Sequence[str] = LAYERS):
    if workers is not None and workers < 1:
      raise ValueError(f'{workers} workers; at least 1 is needed, or None for one a processor')
    if sys.platform != 'linux':
      raise RuntimeError(f'programs cannot be confined on {sys.platform}: the harness needs Linux')
    self.limits = limits_lib.check(limits)
    self._wanted = tuple(layers)
    self._cache = Cache(self.limits)
    self._queue: queue.SimpleQueue = queue.SimpleQueue()
    self._closed = False
    self._lock = threading.Lock()
    self._pending: set[_Batch] = set()
    self._lanes: set[Lane] = set()
    started: list[Future] = [Future() for _ in range(workers or len(os.sched_getaffinity(0)))]
    # Each lane belongs to one thread for life: the kernel ends a lane when the thread that started it ends.
    self._threads = [threading.Thread(target=self._serve, args=(f,), daemon=True, name='acrl-lane') for f in started]
    atexit.register(self.close)
    for thread in self._threads:
      thread.start()
    try:
      lanes = [future.result() for future in started]
      self.layers = lanes[0].layers
      self._check({name for lane in lanes for name in lane.reached})
    except BaseException:
      self.close()
      raise

  def _check(self, reached: set[str]) -> None:
    """Raises RuntimeError where a program could do harm; warns where it could read what it should not."""
    if reached - {'read'}:
      raise RuntimeError(
        f'programs cannot be confined here: {", ".join(sorted(reached))} got through '
        f'{", ".join(self.layers) or "nothing"}; the harness needs Linux with seccomp, on x86-64 or aarch64'
      )
    if reached:
      _log.warning(
        'programs can read all files that this user can: neither landlock nor namespaces are to be had here; '
        'keep tests and secrets out of their reach'
      )

  def run(self, jobs: Sequence[Job]) -> list[TestReport]:
    """The report on each job, in order. Raises ValueError for a job without tests, RuntimeError once closed."""
    return self.submit(jobs).result()

  def submit(self, jobs: Sequence[Job]) -> Future:
    """A future of what `run` returns."""
    jobs = list(jobs)
    for i, job in enumerate(jobs):
      if not job.tests:
        raise ValueError(f'job {i} has no tests: nothing could tell whether its program is right')
    batch = _Batch(jobs)
    with self._lock:
      if self._closed:
        raise RuntimeError('this pool is closed; open another one')
      self._pending.add(batch)
    batch.future.add_done_callback(lambda _: self._pending.discard(batch))
    if not jobs:
      batch.future.set_result([])
    for i in range(len(jobs)):
      self._queue.put((batch, i))
    return batch.future

  def close(self) -> None:
    """Ends all lanes; what has not been judged by then fails with RuntimeError. Twice is once."""
    with self._lock:
      if self._closed:
        return
      self._closed = True
      pending = list(self._pending)
    for batch in pending:
      batch.fail(RuntimeError('the pool was closed before this was judged'))
    if pending:
      for lane in list(self._lanes):
        lane.process.terminate()
    for _ in self._threads:
      self._queue.put(None)
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
    while (item := self._queue.get()) is not None:
      batch, i = item
      if not batch.future.done():
        try:
          lane, report = self._judge(lane, batch.jobs[i])
        except Exception as e:  # a job that is none: its batch gets to know, the lane goes on
          batch.fail(e)
        else:
          batch.put(i, report)
    self._end(lane)

  def _judge(self, lane: Lane | None, job: Job) -> tuple[Lane | None, TestReport]:
    """The lane to go on with, and the report. A lane that dies is replaced, and gets its job once more."""
    known = self._cache.get(job)
    if known is not None:
      return lane, known
    for _ in range(2):
      if self._closed:
        break
      try:
        if lane is None or lane.process.poll() is not None:
          self._end(lane)
          lane = None
          lane = self._open()
        report = lane.judge(job)
        self._cache.put(job, report)
        return lane, report
      except (LaneLost, OSError, wire.Malformed) as e:
        if not self._closed:
          _log.warning('%s; its job goes to a new one', e)
        self._end(lane)
        lane = None
    return None, TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False,) * len(job.tests), error='LaneLost')


def run_many(jobs: Sequence[Job], limits: Limits = _DEFAULT, workers: int | None = None) -> list[TestReport]:
  """The report on each job, in order; for more than one call keep a Pool."""
  with Pool(workers, limits) as pool:
    return pool.run(jobs)
