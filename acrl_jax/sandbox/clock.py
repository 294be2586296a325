"""Time limits that leave out the time in which a process waits for a processor of a busy machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable

from acrl_jax.sandbox import kernel, wire

_MOMENT = 0.02  # seconds in which nothing of weight happens to a limit
ALARM_GRACE = 0.25  # seconds that an alarm comes after the deadline for answers
_NAP = 0.005  # seconds between two looks at a worker that show whether it gets any time on a processor
LEAST_DELAY = 1e-3  # seconds; less is not worth another wait


class Delay:
  """How long the job at hand has been ready to run without a processor to run on. Its limits of time do not count that.

  At most three quarters of its time are taken for delay: no program holds its lane for more than four times its limit.
  """

  def __init__(self, own: list[int]):
    self.before = 0.0
    self.own = []  # of the lane's processes that work for every job, kept open: they are read often
    with contextlib.suppress(OSError):
      self.own = [os.open(f'/proc/{pid}/schedstat', os.O_RDONLY) for pid in own]
    self.begin()

  def begin(self) -> None:
    """A new job."""
    self.started = self.measured = time.monotonic()
    self.before = self._of_own()
    self.worker, self.of_worker, self.of_workers = 0, 0.0, 0.0  # the one that runs, its delay, that of those before
    self.on, self.waiting = 0.0, False  # its time on a processor when last looked at, and whether it waited then
    self.known = 0.0

  def follow(self, worker: int) -> None:
    self.worker, self.on = worker, 0.0

  def leave(self) -> None:
    """To be called while the worker is still there to be measured."""
    if time.monotonic() > self.started + _MOMENT:
      self.of_workers += max(self.of_worker, kernel.schedule(self.worker)[1])
    self.worker, self.of_worker = 0, 0.0

  def measure(self) -> float:
    """Seconds so far."""
    before, self.measured = self.measured, time.monotonic()
    self.waiting = False
    if self.worker:
      on, waited = kernel.schedule(self.worker)
      if on and on == self.on and kernel.is_ready(self.worker):  # it waits, which the kernel counts when it is over
        self.waiting = True
        waited = max(waited, self.of_worker + min(self.measured - before, _MOMENT))
      self.on = on
      self.of_worker = max(self.of_worker, waited)  # threads that end take theirs with them
    delay = self._of_own() - self.before + self.of_workers + self.of_worker
    most = 0.75 * (self.measured - self.started)
    self.waiting &= delay < most
    self.known = max(self.known, min(delay, most))
    return self.known

  def recent(self) -> float:
    """The same a moment ago, which costs next to nothing."""
    return self.known if time.monotonic() < self.measured + _MOMENT else self.measure()

  def _of_own(self) -> float:
    try:
      return sum(kernel.schedule_of_thread(process)[1] for process in self.own)
    except OSError:  # the zygote is gone, and with it this lane
      return self.before


class PatientChannel(wire.Channel):
  """A channel to a worker. Its deadline moves on by what the job has to wait for a processor from when it was set."""

  def __init__(self, sock: socket.socket, deadline: float, delay: Delay, watch: Callable[[], float]):
    self._delay, self._watch = delay, watch
    super().__init__(sock, deadline)

  @property
  def deadline(self) -> float:
    return self._deadline

  @deadline.setter
  def deadline(self, deadline: float) -> None:
    self._deadline, self._counted = deadline, self._delay.recent()

  def left(self) -> float:
    """Seconds until the deadline, or until the next look at what the program uses; above 0. Raises TimeUp."""
    left = self._deadline - time.monotonic()
    if left <= 0:
      left = self._extend()
      if left < LEAST_DELAY:
        time.sleep(_NAP)
        left = self._extend()
        if self._delay.waiting:
          left = max(left, _NAP)
        elif left < LEAST_DELAY:
          raise wire.TimeUp
      if signal.getitimer(signal.ITIMER_REAL)[0]:  # over the code of a test, and set for the old deadline
        signal.setitimer(signal.ITIMER_REAL, left + ALARM_GRACE)
    return min(left, self._watch())

  def _extend(self) -> float:
    """Moves the deadline on; the seconds that are left then."""
    self.deadline = self._deadline + self._delay.measure() - self._counted
    return self._deadline - time.monotonic()

  def sender(self) -> int:
    """The process that the next message comes from, 0 where the kernel does not say. Raises TimeUp, OSError."""
    while True:
      self._wait()
      with contextlib.suppress(TimeoutError):
        return kernel.sender(self.sock)
