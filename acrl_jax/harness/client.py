"""A lane as its pool sees it: started, given jobs, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

import acrl_jax
from acrl_jax.records import Job, Outcome, TestReport
from acrl_jax.sandbox import scratch, wire
from acrl_jax.sandbox.limits import Limits

_BOOT = 'import sys; sys.path[0] = sys.argv.pop(); from acrl_jax.harness.lane import main; del sys.path[0]; main.main()'
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(acrl_jax.__file__)))
_START_WAIT = 60.0  # seconds for a lane to come up, on a machine with better things to do
_STUCK_WAIT = 20.0  # seconds, on top of the longest that a program may take, for a lane to have answered
_END_WAIT = 20.0  # seconds for it to end in good order: more than it waits for what is below it


class LaneLost(Exception):
  """A lane has gone, or does not answer any more."""


class Lane:
  """A judge in a process of its own."""

  def __init__(self, limits: Limits, layers: Sequence[str]):
    self.limits = limits
    ours, theirs = socket.socketpair()
    # Nothing of this environment may reach a program; sets must come out in the same order in every lane.
    environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'PYTHONHASHSEED': '0', 'MALLOC_ARENA_MAX': '2'}
    with theirs:
      self.process = subprocess.Popen(
        [sys.executable, '-s', '-S', '-c', _BOOT, _HOME],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
      )
    self.private = scratch.new_name()
    self.channel = wire.Channel(ours, time.monotonic() + _START_WAIT, max_frame=1 << 30)
    try:
      self.channel.send({'limits': limits._asdict(), 'layers': list(layers), 'private': self.private})
      hello = self.channel.receive()
    except (wire.Gone, wire.TimeUp, wire.Malformed) as e:
      self.close()
      raise LaneLost('a lane of the harness did not start; its own message is on standard error') from e
    self.layers, self.reached = tuple(hello['layers']), tuple(hello['reached'])

  def judge(self, job: Job) -> TestReport:
    """The judge's report. Raises LaneLost where the lane has died of anything but this program."""
    started = time.monotonic()
    # The lane keeps to the deadlines of programs; this one is for a lane that is stuck itself.
    self.channel.deadline = started + 4 * self.limits.wall_s + _STUCK_WAIT
    tests = [[t.code, t.expected, t.stdin, t.stdout] for t in job.tests]
    message = {'program': job.program, 'tests': tests, 'entry_point': job.entry_point, 'setup': job.setup}
    try:
      self.channel.send(message)
      plain = self.channel.receive()
    except (wire.Gone, wire.TimeUp) as e:
      seconds = time.monotonic() - started
      self.close()
      if isinstance(e, wire.Gone) and self.process.returncode != -signal.SIGVTALRM:
        raise LaneLost('a lane of the harness has died') from e
      # What the program returned has kept the judge busy for ever.
      passed = (False,) * len(tests)
      messages = ('Timeout',) * len(tests)
      return TestReport(outcome=Outcome.FAILED, passed=passed, error='Timeout', seconds=seconds, messages=messages)
    return TestReport(
      outcome=Outcome[plain['outcome']],
      passed=tuple(plain['passed']),
      error=plain['error'],
      error_lines=tuple(plain['error_lines']),
      executed_lines=tuple(plain['executed_lines']),
      seconds=plain['seconds'],
      messages=tuple(plain['messages']),
      memory_mb=plain['memory_mb'],
    )

  def close(self) -> None:
    """Ends the lane and everything below it. Twice is once."""
    self.channel.close()
    try:
      self.process.wait(_END_WAIT)
    except subprocess.TimeoutExpired:
      self.process.kill()
      self.process.wait()
    scratch.remove(self.private)
