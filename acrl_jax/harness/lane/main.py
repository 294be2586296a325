"""One lane: a process of its own, started with `python -s -S`, that judges one program after the other.

It forks its zygote before it has seen a test, then becomes the judge. Its standard input is a socket to whoever started
it: limits come first, then jobs, and a report goes back for each. When the socket ends, so does the lane.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import resource
import signal
import socket
import time
import traceback

from acrl_jax.harness.lane import judge, worker, zygote
from acrl_jax.sandbox import kernel, scratch, wire
from acrl_jax.sandbox.clock import Delay, PatientChannel
from acrl_jax.sandbox.limits import Limits

_JUDGE_MEMORY = 1 << 30  # what test code may make of a program's answers
_ZYGOTE_WAIT = 5.0  # seconds for an orderly end, on a machine with better things to do
_LOOK = 0.05  # seconds between two looks at what a program has written
_OUTSIDE = os.path.abspath(__file__)


class ZygoteGone(BaseException):
  """This lane can judge no more."""


class Nursery:
  """The zygote, as the judge sees it: at most one worker at a time."""

  def __init__(self, private: str, limits: Limits, layers: list[str]):
    self.busy = self.owed = False  # a worker runs; the zygote has yet to report how one ended
    self.status, self.peak = 0, 0.0  # how the last worker ended; the most memory of one since it was last reported
    self.control, theirs = socket.socketpair()
    self.control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    self.pid = os.fork()
    if self.pid == 0:
      try:
        _keep_only(theirs.fileno())
        zygote.main(theirs, private, limits, layers)
      except BaseException:
        traceback.print_exc()
      finally:
        os._exit(1)
    theirs.close()
    self.delay = Delay([os.getpid(), kernel.sender(self.control)])
    answer = self.control.recv(1 << 12)
    if not answer:
      raise ZygoteGone
    self.layers = json.loads(answer)
    self.folder = '' if 'namespaces' in self.layers else private  # on disk, shared with all others
    self.most = limits.scratch_mb << 20

  def spawn(self, deadline: float, streams: tuple[int, ...] = ()) -> wire.Channel:
    """A channel to a new, confined worker; `streams` become its standard input and output.

    Raises ZygoteGone, TimeUp.
    """
    self.kill()
    self.settle()
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    channel = PatientChannel(ours, deadline, self.delay, self.watch)
    self.look = time.monotonic() + _LOOK
    with theirs, contextlib.ExitStack() as on_failure:
      on_failure.callback(channel.close)
      try:
        socket.send_fds(self.control, [b'F'], [theirs.fileno(), *streams])
        theirs.close()
        self.busy = True
        self.delay.follow(channel.sender())
        if channel.receive() != worker.READY:
          raise ZygoteGone
      except (OSError, wire.Gone):
        raise ZygoteGone from None
      on_failure.pop_all()
    return channel

  def watch(self) -> float:
    """Ends a worker that has written more than it may, where no file system of its own stops it; seconds until the
    next look.
    """
    if not self.folder or not self.busy:
      return math.inf
    left = self.look - time.monotonic()
    if left <= 0:
      if scratch.size(self.folder, self.most, self.delay.worker) > self.most:
        self.kill()
      self.look = time.monotonic() + _LOOK
      left = _LOOK
    return left

  def kill(self) -> None:
    """Ends the worker, if there is one, without waiting for it to be gone."""
    if self.busy:
      self.busy, self.owed = False, True
      self.delay.leave()
      try:
        self.control.sendall(b'K')
      except OSError:
        raise ZygoteGone from None

  def settle(self) -> int:
    """Waits until the last worker is gone and cleaned up after. Its wait status. Raises ZygoteGone."""
    if self.owed:
      data = b''
      while len(data) < zygote.STATUS.size:
        part = self.control.recv(zygote.STATUS.size - len(data))
        if not part:
          raise ZygoteGone
        data += part
      self.status, kilobytes = zygote.STATUS.unpack(data)
      self.peak = max(self.peak, kilobytes / 1024)
      self.owed = False
    return self.status

  def memory_mb(self) -> float:
    """The most that a worker has held since the last report; waits until they are all gone."""
    with contextlib.suppress(ZygoteGone):  # the verdict stands; the next job will notice
      self.settle()
    peak, self.peak = self.peak, 0.0
    return round(peak, 1)

  def close(self) -> None:
    """Ends all processes of the lane, from the bottom up: whatever outlived its parent would be a zombie of others."""
    self.control.close()
    end = time.monotonic() + _ZYGOTE_WAIT
    while not (gone := os.waitpid(self.pid, os.WNOHANG)[0]) and time.monotonic() < end:
      time.sleep(0.002)
    if not gone:
      os.kill(self.pid, signal.SIGKILL)
      os.waitpid(self.pid, 0)


def _keep_only(descriptor: int) -> None:
  """Closes all descriptors but this one and the standard streams; standard input, the way to the pool, is emptied."""
  null = os.open('/dev/null', os.O_RDONLY)
  os.dup2(null, 0)
  os.closerange(3, descriptor)
  os.closerange(descriptor + 1, os.sysconf('SC_OPEN_MAX'))


def _reached(nursery: Nursery) -> list[str]:
  """What a confined process of this lane could do although it must not."""
  channel = nursery.spawn(time.monotonic() + 10)
  channel.send({'do': 'probe', 'outside': _OUTSIDE})
  reached = channel.receive()['reached']
  channel.close()
  nursery.kill()
  return reached


def _become_judge() -> None:
  """From here on this process holds tests: nobody sees into it, it is bounded, and what tests print goes nowhere."""
  kernel.hide_memory()
  null = os.open('/dev/null', os.O_RDWR)
  for stream in range(3):
    os.dup2(null, stream)
  memory = kernel.address_space() + _JUDGE_MEMORY
  resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _leave(*_) -> None:
  """Ends the lane, once: the kernel signals the death of a parent for each of its threads that the lane passes to."""
  signal.signal(signal.SIGTERM, signal.SIG_IGN)
  raise SystemExit


def main() -> None:
  signal.signal(signal.SIGTERM, _leave)
  kernel.die_with_parent(signal.SIGTERM)
  owner = wire.Channel(socket.socket(fileno=os.dup(0)), max_frame=1 << 30)
  with contextlib.suppress(wire.Gone, ZygoteGone):
    _serve(owner, owner.receive())


def _serve(owner: wire.Channel, hello: dict) -> None:
  """Judges until the owner hangs up. Raises Gone, ZygoteGone; no process below this one and no file is left by then."""
  limits = Limits(**hello['limits'])
  nursery = None
  try:
    nursery = Nursery(hello['private'], limits, hello['layers'])
    _become_judge()
    owner.send({'layers': nursery.layers, 'reached': _reached(nursery)})
    while True:
      job = owner.receive()
      owner.send(judge.judge(job, nursery, limits))
  finally:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what follows must not be cut short
    if nursery is not None:
      nursery.close()
    scratch.remove(hello['private'])
