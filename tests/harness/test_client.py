"""A lane is started, gives its reports, and ends with whoever started it, leaving nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from processes import descendants, runs, wait_until
from small_jobs import WAYS, job, sleeper

from acrl_jax.harness import Limits, Pool, client
from acrl_jax.records import Outcome


def test_a_lane_judges_one_job_after_the_other_and_says_what_is_on():
  lane = client.Lane(Limits(), WAYS[1])
  try:
    reports = [lane.judge(job(k, expected)) for k, expected in ((1, 1), (2, 3), (4, 4))]
    assert [report.passed for report in reports] == [(True,), (False,), (True,)]
    assert set(lane.layers) <= set(WAYS[1]) and isinstance(lane.reached, tuple)
  finally:
    lane.close()
  lane.close()  # twice is once
  assert lane.process.returncode is not None and not os.path.exists(lane.private)


def test_a_lane_that_dies_is_lost_and_says_so():
  lane = client.Lane(Limits(), WAYS[0])
  lane.process.kill()
  with pytest.raises(client.LaneLost, match='a lane of the harness has died'):
    lane.judge(job(1))


def test_a_lane_that_does_not_start_is_lost(monkeypatch, capfd):
  monkeypatch.setattr(client, '_HOME', '/nowhere')
  with pytest.raises(client.LaneLost, match='did not start; its own message is on standard error'):
    client.Lane(Limits(), WAYS[0])
  assert 'acrl_jax' in capfd.readouterr().err


def test_a_program_that_keeps_the_judge_itself_busy_for_ever_has_failed():
  lane = client.Lane(Limits(wall_s=0.5), WAYS[0])
  report = lane.judge(job('range(10 ** 13)')._replace(tests=(sleeper(0).tests[0]._replace(code='sum(f()) == 1'),)))
  assert (report.outcome, report.passed, report.error) == (Outcome.FAILED, (False,), 'Timeout')
  assert report.messages == ('Timeout',) and report.seconds > 0.5
  assert lane.process.returncode == -signal.SIGVTALRM


CALLER = """
import sys, time
from acrl_jax.harness import Pool
from acrl_jax.records import Job, Test
program = 'import time\\nopen("file", "w").write("x")\\ntime.sleep(60)'
pool = Pool(1, layers=sys.argv[1:])
future = pool.submit([Job(program=program, tests=(Test(code='f()'),), entry_point='f')] * 2)
print(next(iter(pool._lanes)).private, next(iter(pool._lanes)).process.pid, flush=True)
time.sleep(0.3)
"""


@pytest.mark.parametrize('layers', WAYS)
@pytest.mark.parametrize('end', ['time.sleep(60)', 'sys.exit()', '1 / 0'])
def test_lanes_end_with_their_caller_however_it_ends(end, layers):
  with subprocess.Popen(
    [sys.executable, '-c', CALLER + end, *layers], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
  ) as caller:
    private, lane = caller.stdout.readline().split()
    below = [int(lane), *descendants(int(lane))]
    assert len(below) > 1
    if 'sleep' in end:
      caller.kill()
    caller.wait(20)
  assert wait_until(lambda: not any(runs(pid) for pid in below))
  assert wait_until(lambda: not os.path.exists(private))


@contextlib.contextmanager
def stopped_caller(layers):
  """A caller that can see nothing any more; its lane's folder and the processes from the lane down."""
  with subprocess.Popen(
    [sys.executable, '-c', CALLER + 'time.sleep(60)', *layers], stdout=subprocess.PIPE, text=True
  ) as caller:
    private, lane = caller.stdout.readline().split()
    time.sleep(0.3)
    os.kill(caller.pid, signal.SIGSTOP)
    yield private, [int(lane), *descendants(int(lane))]
    caller.kill()


@pytest.mark.parametrize('layers', WAYS)
def test_a_lane_that_is_told_to_end_again_and_again_still_cleans_up(layers):
  with stopped_caller(layers) as (private, processes):
    while runs(processes[0]):
      os.kill(processes[0], signal.SIGTERM)
    assert wait_until(lambda: not any(runs(pid) for pid in processes))
    assert not os.path.exists(private)


def test_what_a_killed_caller_and_its_killed_lane_leave_the_next_lane_removes():
  layers = WAYS[1]
  with stopped_caller(layers) as (private, processes):
    os.kill(processes[0], signal.SIGKILL)
    assert wait_until(lambda: not any(runs(pid) for pid in processes))
  assert os.path.exists(private)
  with Pool(1, layers=layers) as pool:
    assert not os.path.exists(private)
    assert os.path.exists(next(iter(pool._lanes)).private)
    with Pool(1, layers=layers) as other:
      assert all(os.path.exists(next(iter(p._lanes)).private) for p in (pool, other))
