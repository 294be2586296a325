"""A queue of jobs that judges the same program with the same tests once, now and later."""

from __future__ import annotations

import collections
import hashlib
import json
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from acrl_jax.records import Job, Outcome, TestReport
from acrl_jax.sandbox.limits import Limits

_CACHED = 16384  # verdicts, of about a kilobyte each ...
_CACHED_BYTES = 32 << 20  # ... unless their programs are long or have long messages
_MOMENTARY = ('Timeout', 'Memory', 'Killed', 'Sandbox')  # errors that the next run may not have


def unjudged(job: Job, error: str) -> TestReport:
  """The report on a job that our side could not judge: it masks the sample."""
  return TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False,) * len(job.tests), error=error)


class Cache:
  """The latest verdicts, of those that would come out the same again, in two generations.

  When the younger one is full the older one is forgotten, all at once: a table that loses entries one by one is rebuilt
  again and again, and what it leaves behind lets the process grow.
  """

  def __init__(self, limits: Limits):
    self._salt = repr(limits)
    self._young: dict[bytes, TestReport] = {}
    self._old: dict[bytes, TestReport] = {}
    self._bytes = 0  # of the younger reports

  def __len__(self) -> int:
    return len(self._young) + len(self._old)

  def key(self, job: Job) -> bytes:
    return hashlib.sha256(json.dumps([self._salt, job]).encode()).digest()

  def get(self, key: bytes) -> TestReport | None:
    report = self._young.get(key)
    if report is None and key in self._old:
      report = self._old.pop(key)
      self.put(key, report)
    return report

  def put(self, key: bytes, report: TestReport) -> None:
    if report.outcome == Outcome.HARNESS_ERROR or report.error in _MOMENTARY or key in self._young:
      return
    size = _size(report)
    if size > _CACHED_BYTES // 2:
      return
    if len(self._young) >= _CACHED // 2 or self._bytes + size > _CACHED_BYTES // 2:
      self._old, self._young, self._bytes = self._young, {}, 0
    self._young[key] = report
    self._bytes += size


def _size(report: TestReport) -> int:
  """About how many bytes of memory a report takes, with its place in the cache."""
  numbers = len(report.error_lines) + len(report.executed_lines)
  texts = sum(map(sys.getsizeof, (report.error, *report.messages)))
  return 600 + 40 * numbers + texts + 16 * len(report.messages)  # 600: itself, its key; 16: its entries for a test


class _Batch:
  """The jobs of one call, and the future that their reports go to."""

  def __init__(self, jobs: Sequence[Job]):
    self.jobs = jobs
    self.reports: list[TestReport | None] = [None] * len(jobs)
    self.left = len(jobs)
    self.lock = threading.Lock()
    self.future: Future = Future()
    self.future.set_running_or_notify_cancel()  # it cannot be cancelled: its programs may be at work already

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

  def expire(self) -> None:
    """Ends the batch: a job without a report yet gets a HARNESS_ERROR, BatchTimeout."""
    with self.lock:
      if not self.future.done():
        both = zip(self.jobs, self.reports)
        self.future.set_result([report or unjudged(job, 'BatchTimeout') for job, report in both])


class JobQueue:
  """Jobs from any number of threads, for those who judge them, and the reports on their way back.

  A job that waits or is at work is joined by all others of the same content, and its report goes to everyone who asked.
  """

  def __init__(self, limits: Limits):
    self.closed = False
    self._cache = Cache(limits)
    self._waiting: collections.deque[tuple[bytes, Job]] = collections.deque()
    self._askers: dict[bytes, list[tuple[_Batch, int]]] = {}  # of every job that waits or is at work
    self._batches: set[_Batch] = set()  # with reports to come
    self._changed = threading.Condition()

  def submit(self, jobs: Sequence[Job], wall_s: float | None = None) -> Future:
    """A future of the reports, in order. Raises ValueError for a job without tests, RuntimeError once closed."""
    jobs = list(jobs)
    for i, job in enumerate(jobs):
      if not job.tests:
        raise ValueError(f'job {i} has no tests; it must have one or more, which show whether its program is right')
    if wall_s is not None and not wall_s > 0:
      raise ValueError(f'a batch is given {wall_s} s; it must be above 0, or None for all the time it takes')
    batch = _Batch(jobs)
    known = self._enter(batch, [self._cache.key(job) for job in jobs])
    batch.future.add_done_callback(lambda _: self._batches.discard(batch))
    if not jobs:
      batch.future.set_result([])
    for i, report in known:
      batch.put(i, report)
    if wall_s is not None:
      timer = threading.Timer(wall_s, batch.expire)
      timer.daemon = True
      timer.start()
      batch.future.add_done_callback(lambda _: timer.cancel())
    return batch.future

  def _enter(self, batch: _Batch, keys: list[bytes]) -> list[tuple[int, TestReport]]:
    """Queues the jobs of a batch that are not known; the reports that are known already, with their places."""
    known = []
    with self._changed:
      if self.closed:
        raise RuntimeError('this pool is closed; open another one')
      self._batches.add(batch)
      for i, key in enumerate(keys):
        report = self._cache.get(key)
        if report is not None:
          known.append((i, report))
        elif key in self._askers:
          self._askers[key].append((batch, i))
        else:
          self._askers[key] = [(batch, i)]
          self._waiting.append((key, batch.jobs[i]))
      self._changed.notify_all()
    return known

  def __len__(self) -> int:
    """How many jobs wait."""
    return len(self._waiting)

  def take(self, most: int = 1, wait: bool = True) -> list[tuple[bytes, Job]]:
    """Up to `most` jobs to judge, with their keys; waits for one where `wait`. An empty list once closed."""
    taken: list[tuple[bytes, Job]] = []
    with self._changed:
      while not (taken or self.closed):
        while self._waiting and len(taken) < most:
          key, job = self._waiting.popleft()
          if all(batch.future.done() for batch, _ in self._askers[key]):  # nobody waits for it any more
            del self._askers[key]
          else:
            taken.append((key, job))
        if not taken and not wait:
          break
        if not taken:
          self._changed.wait()
    return taken

  def settle(self, key: bytes, report: TestReport) -> None:
    """Takes the report on a job that was taken, and passes it on to all who submitted the job."""
    with self._changed:
      self._cache.put(key, report)
      askers = self._askers.pop(key)
    for batch, i in askers:
      batch.put(i, report)

  def fail(self, key: bytes, error: Exception) -> None:
    """What is no job at all: all who submitted it get the exception."""
    with self._changed:
      askers = self._askers.pop(key)
    for batch, _ in askers:
      batch.fail(error)

  def close(self) -> bool:
    """Whether any job waited or was at work. Its futures fail with RuntimeError; no job is handed out any more."""
    with self._changed:
      self.closed = True
      batches = list(self._batches)
      self._changed.notify_all()
    for batch in batches:
      batch.fail(RuntimeError('the pool was closed before this was judged'))
    return bool(batches or self._askers)
