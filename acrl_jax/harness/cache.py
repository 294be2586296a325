"""Verdicts by content: the same program with the same tests is judged once."""

from __future__ import annotations

import collections
import hashlib
import json
import threading

from acrl_jax.harness.limits import Limits
from acrl_jax.records import Job, Outcome, TestReport

_CACHED = 16384  # verdicts, of about a kilobyte each
_PASSING = ('Timeout', 'Memory', 'Killed', 'Sandbox')  # may come out otherwise the next time


class Cache:
  """The latest verdicts, of those that would come out the same again. Thread-safe."""

  def __init__(self, limits: Limits):
    self._salt = repr(limits)
    self._reports: collections.OrderedDict[bytes, TestReport] = collections.OrderedDict()
    self._lock = threading.Lock()

  def _key(self, job: Job) -> bytes:
    return hashlib.sha256(json.dumps([self._salt, job]).encode()).digest()

  def get(self, job: Job) -> TestReport | None:
    key = self._key(job)
    with self._lock:
      report = self._reports.get(key)
      if report is not None:
        self._reports.move_to_end(key)
    return report

  def put(self, job: Job, report: TestReport) -> None:
    if report.outcome == Outcome.HARNESS_ERROR or report.error in _PASSING:
      return
    with self._lock:
      self._reports[self._key(job)] = report
      while len(self._reports) > _CACHED:
        self._reports.popitem(last=False)
