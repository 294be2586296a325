"""Order, threads, replacement, and nothing left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pytest
from processes import descendants, resident_pages, wait_until
from small_jobs import WAYS, job

from acrl_jax import harness
from acrl_jax.harness import Limits, Pool, client
from acrl_jax.records import Job, Outcome, Test


@pytest.mark.parametrize('workers', [1, 3])
def test_reports_come_in_order_whatever_the_number_of_workers(workers):
  jobs = [job(k, expected=k if k % 3 else -1) for k in range(60)]
  outcomes = [r.outcome for r in harness.run_many(jobs, workers=workers)]
  assert outcomes == [Outcome.PASSED if k % 3 else Outcome.FAILED for k in range(60)]


def test_many_threads_share_a_pool():
  results = {}
  with Pool(2) as pool:

    def submit(n):
      reports = pool.run([job(k, expected=k if k == n else -1) for k in range(8)])
      results[n] = [r.outcome == Outcome.PASSED for r in reports]

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(8)]
    for thread in threads:
      thread.start()
    for thread in threads:
      thread.join()
  assert results == {n: [k == n for k in range(8)] for n in range(8)}


def test_submit_does_not_wait():
  slow = Job(program='import time\ntime.sleep(1)\ndef f(): return 1', tests=(Test(code='f() == 1'),), entry_point='f')
  with Pool(1) as pool:
    future = pool.submit([slow])
    assert not future.done()
    assert future.result()[0].outcome == Outcome.PASSED


def test_no_jobs_no_reports():
  with Pool(1) as pool:
    assert pool.run([]) == []


def test_bad_arguments_are_refused():
  with pytest.raises(ValueError, match='wall_s'):
    Pool(1, Limits(wall_s=0.0))
  with pytest.raises(ValueError, match='workers'):
    Pool(0)
  with Pool(1) as pool, pytest.raises(ValueError, match='job 1 has no tests'):
    pool.run([job(1), Job(program='', tests=())])


def test_a_lane_that_dies_is_replaced_and_its_job_judged_again():
  with Pool(1) as pool:
    pool.run([job(1)])
    lane = next(iter(pool._lanes))
    slow = Job(program='import time\ndef f(): time.sleep(0.5)', tests=(Test(code='f() == None'),), entry_point='f')
    future = pool.submit([slow])
    time.sleep(0.2)
    os.kill(lane.process.pid, signal.SIGKILL)
    assert future.result()[0].outcome == Outcome.PASSED
    assert next(iter(pool._lanes)) is not lane


def test_a_job_that_kills_its_lane_twice_masks_its_sample():
  with Pool(1) as pool:

    def kill():
      while not done.is_set():
        for lane in list(pool._lanes):
          lane.process.kill()
        time.sleep(0.05)

    done = threading.Event()
    slow = Job(program='import time\ntime.sleep(3)\ndef f(): return 1', tests=(Test(code='f() == 1'),), entry_point='f')
    future = pool.submit([slow])
    killer = threading.Thread(target=kill)
    killer.start()
    report = future.result()[0]
    done.set()
    killer.join()
    assert (report.outcome, report.passed) == (Outcome.HARNESS_ERROR, (False,))
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED


@pytest.mark.parametrize('layers', WAYS)
def test_closing_leaves_no_process_and_no_file(layers, tmp_path, monkeypatch):
  monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
  with Pool(2, layers=layers) as pool:
    assert len(os.listdir(tmp_path)) == (0 if 'namespaces' in pool.layers else 2)
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED
    lanes = [lane.process.pid for lane in pool._lanes]
    below = [pid for lane in lanes for pid in descendants(lane)]
    assert below
  assert wait_until(lambda: not any(os.path.exists(f'/proc/{pid}') for pid in lanes + below))
  assert os.listdir(tmp_path) == []


def test_closing_abandons_what_is_under_way():
  with Pool(1, Limits(wall_s=30.0)) as pool:
    future = pool.submit([Job(program='while True: pass', tests=(Test(code='f()'),), entry_point='f'), job(1)])
    time.sleep(0.2)
  with pytest.raises(RuntimeError, match='closed'):
    future.result(timeout=5)
  with pytest.raises(RuntimeError, match='closed'):
    pool.run([job(1)])
  pool.close()


FILLS = {
  'many files': 'for k in range(2000):\n    open(str(k), "wb").write(bytes(1 << 18))\n    time.sleep(0.01)',
  'many names': 'for k in range(20000):\n    open(str(k), "wb").close()\n    time.sleep(0.001)',
  'folders': (
    'for k in range(2000):\n    os.mkdir("d")\n    os.chdir("d")\n'
    '    open("f", "wb").write(bytes(1 << 18))\n    time.sleep(0.01)'
  ),
  'deleted files': (
    'y = []\n  for k in range(40):\n    y.append(open("a", "wb", 0))\n    y[-1].write(bytes(1 << 20))\n'
    '    os.remove("a")\n    time.sleep(0.1)\n  while True: time.sleep(1)'
  ),
}
KEEPS = {
  'one file': 'open("a", "wb").write(bytes(6 << 20))\n  time.sleep(0.2)',
  'one at a time': (
    'for k in range(60):\n    open("a", "wb").write(bytes(4 << 20))\n    os.remove("a")\n    time.sleep(0.01)'
  ),
}


@pytest.mark.parametrize('layers', WAYS)
def test_a_program_may_write_so_much_and_no_more(layers):
  with Pool(2, Limits(wall_s=60.0, scratch_mb=8), layers=layers) as pool:
    jobs = [
      Job(program=f'import os, time\ndef f():\n  {body}', tests=(Test(code='f() is None'),), entry_point='f')
      for body in [*FILLS.values(), *KEEPS.values()]
    ]
    reports = dict(zip([*FILLS, *KEEPS], pool.run(jobs)))
    ends = 'OSError' if 'namespaces' in pool.layers else 'Killed'
  assert {name: r.error for name, r in reports.items()} == {**dict.fromkeys(FILLS, ends), **dict.fromkeys(KEEPS, '')}


def test_a_lane_does_not_grow():
  with Pool(1) as pool:
    pool.run([job(k) for k in range(50)])
    pids = [next(iter(pool._lanes)).process.pid]
    pids += descendants(pids[0])
    before = resident_pages(pids)
    pool.run([job(k) for k in range(50, 350)])
    assert (resident_pages(pids) - before) * os.sysconf('SC_PAGE_SIZE') < 20 << 20


def test_a_pool_tells_how_long_a_batch_may_take_at_most():
  with Pool(3, Limits(wall_s=2.0)) as pool:
    assert [pool.longest(n) for n in (1, 3, 4, 7)] == [56.0, 56.0, 84.0, 112.0]  # 28 s a job, and one more for a lane
    lane = 4 * 2.0 + client._STUCK_WAIT  # seconds with one job, after which it is given up itself
    assert all(3 * pool.longest(n) >= (n + 3) * lane for n in range(1, 50))
    assert pool.run([], wall_s=pool.longest(0)) == []


def test_the_harness_loads_no_jax():
  code = 'import sys, acrl_jax.harness.__main__; sys.exit("jax" in sys.modules or "flax" in sys.modules)'
  assert subprocess.run([sys.executable, '-c', code], check=False).returncode == 0


def test_a_pool_of_many_machines_is_found_without_loading_ray_before():
  code = """if True:
    import sys
    sys.modules['ray'] = None  # importing it fails
    from acrl_jax.harness import *
    import acrl_jax.harness as harness
    assert Pool is harness.Pool
    harness.RayPool
  """
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.stderr.splitlines()[-1].startswith('ImportError: acrl_jax.harness.ray_pool needs Ray')
  with pytest.raises(AttributeError, match="'Pools'; it has Limits, Pool, RayPool, run_many"):
    _ = harness.Pools


def test_lanes_work_below_a_process_that_runs_jax():
  import jax.numpy as jnp

  assert float(jnp.ones(3).sum()) == 3.0
  with Pool(1) as pool:
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED
