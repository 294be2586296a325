"""Limits of time do not count what a job has to wait for a processor."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time

import pytest

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Outcome, Test
from acrl_jax.sandbox import clock, wire

# A lane's judge on its own, whose worker has waited for a processor for SHARE of the time, as far as the kernel tells.
STARVED = """
import json, sys, time
from acrl_jax.harness.lane import judge, main
from acrl_jax.sandbox import kernel, scratch
from acrl_jax.sandbox.limits import Limits
share, seconds, tests, limits, where = json.loads(sys.argv[1])
limits = Limits(**limits)
nursery = main.Nursery(scratch.new_name(), limits, ['namespaces', 'landlock', 'seccomp'])
started, schedule = time.monotonic(), kernel.schedule
kernel.schedule = lambda process: (0.0, schedule(process)[1] + share * (time.monotonic() - started))
nap, function = f'import time\\ntime.sleep({seconds})\\n', 'def f(): pass'
program, setup, test = {
  'function': (f'import time\\ndef f(): time.sleep({seconds})', '', ['f() is None', None, None, None]),
  'script': (nap + 'print(1)', '', ['', None, '', '1']),
  'test': (function, '', [nap + 'assert f() is None', None, None, None]),
  'setup': (function, nap, ['f() is None', None, None, None]),
}[where]
job = {'program': program, 'tests': [test] * tests, 'entry_point': '', 'setup': setup}
report = judge.judge(job, nursery, limits)
print(json.dumps([report['passed'], report['error'], report['seconds'], time.monotonic() - started]))
nursery.close()
"""


@pytest.mark.parametrize(
  'share, seconds, tests, limits, where, passed, at_least',
  [
    (0.0, 60.0, 1, {'wall_s': 0.5}, 'function', False, 0.5),
    (0.5, 60.0, 1, {'wall_s': 0.5}, 'function', False, 0.9),
    (1.0, 60.0, 1, {'wall_s': 0.5}, 'function', False, 1.9),  # four times the limit is all there is
    (1.0, 60.0, 1, {'wall_s': 0.5}, 'script', False, 1.9),
    (0.0, 60.0, 2, {'wall_s': 5.0, 'per_test_s': 0.5}, 'function', False, 1.0),
    (1.0, 1.3, 1, {'wall_s': 1.0}, 'function', True, 1.3),
    (1.0, 1.3, 1, {'wall_s': 1.0}, 'script', True, 1.3),
    (1.0, 0.4, 4, {'wall_s': 1.0}, 'function', True, 1.6),
    (1.0, 0.4, 4, {'wall_s': 1.0}, 'script', True, 1.6),
    (1.0, 0.7, 2, {'wall_s': 9.0, 'per_test_s': 0.4}, 'function', True, 1.4),
    # Code that runs in the judge itself.
    (0.0, 60.0, 1, {'wall_s': 0.5}, 'test', False, 0.5),
    (1.0, 60.0, 1, {'wall_s': 0.5}, 'test', False, 1.9),
    (1.0, 60.0, 1, {'wall_s': 0.5}, 'setup', False, 1.9),
    (1.0, 1.6, 1, {'wall_s': 1.0}, 'test', True, 1.6),
    (1.0, 1.6, 1, {'wall_s': 1.0}, 'setup', True, 1.6),
    (1.0, 0.9, 2, {'wall_s': 9.0, 'per_test_s': 0.4}, 'test', True, 1.8),
  ],
)
def test_time_without_a_processor_does_not_count(share, seconds, tests, limits, where, passed, at_least):
  arguments = json.dumps([share, seconds, tests, limits, where])
  done = subprocess.run([sys.executable, '-c', STARVED, arguments], capture_output=True, text=True, check=True)
  verdicts, error, counted, took = json.loads(done.stdout)
  assert (verdicts, error) == ([passed] * tests, '' if passed else 'Timeout')
  assert took >= at_least and 0.2 * took < counted < took * (1.01 - min(share, 0.75))


def burner(seconds, k):
  spin = f'end = time.process_time() + {seconds}\n  while time.process_time() < end: pass'
  return Job(program=f'import time\nK = {k}\ndef f():\n  {spin}', tests=(Test(code='f() is None'),), entry_point='f')


@contextlib.contextmanager
def one_processor():
  """For this thread and what it starts. The share of it that others leave to a thread."""
  before = os.sched_getaffinity(0)
  os.sched_setaffinity(0, {max(before)})
  try:
    started, end = time.monotonic(), time.process_time() + 0.1
    while time.process_time() < end:
      pass
    yield 0.1 / (time.monotonic() - started)
  finally:
    os.sched_setaffinity(0, before)


@pytest.mark.skipif(not os.path.exists('/proc/self/schedstat'), reason='this kernel does not tell')
def test_more_lanes_than_processors_make_no_timeouts():
  with one_processor() as share, Pool(4, Limits(wall_s=1.0)) as pool:
    work = 2.0 / (3 + 1 / share)  # so that each program takes 2 s, in which it was given one
    started = time.monotonic()
    reports = pool.run([burner(work, k) for k in range(4)])
    took = time.monotonic() - started
  if took >= 4.0:
    pytest.skip('the machine is so busy that a program may have met the limit of four times its own')
  assert [r.outcome for r in reports] == [Outcome.PASSED] * 4
  assert all(work < r.seconds < 1.0 for r in reports)


class FakeDelay:
  """A delay of so many seconds, whenever it is measured."""

  def __init__(self, seconds, waiting=False):
    self.seconds, self.waiting = seconds, waiting

  def measure(self):
    return self.seconds

  recent = measure


def test_a_deadline_moves_on_by_what_the_job_has_waited_since_it_was_set():
  delay = FakeDelay(1.0)
  now = time.monotonic()
  ours, theirs = socket.socketpair()
  with ours, theirs:
    channel = clock.PatientChannel(ours, now - 0.1, delay, lambda: 99.0)
    delay.seconds = 3.0  # two more than when the deadline was set
    assert 1.5 < channel.left() < 2.0 and 1.5 < channel.deadline - now < 2.0
    channel.deadline = now - 5.0
    with pytest.raises(wire.TimeUp):
      channel.left()
    delay.waiting = True  # it waits at this moment: the deadline is not over
    assert 0 < channel.left() < 0.1


def test_a_wait_ends_early_for_a_look_at_what_the_program_uses():
  ours, theirs = socket.socketpair()
  with ours, theirs:
    channel = clock.PatientChannel(ours, time.monotonic() + 9.0, FakeDelay(0.0), lambda: 0.05)
    assert channel.left() == 0.05
