"""Order, threads, replacement, cache, and nothing left behind."""

import contextlib
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pytest

from acrl_jax import harness
from acrl_jax.harness import Limits, Pool, kernel
from acrl_jax.harness.client import Lane, LaneLost
from acrl_jax.records import Job, Outcome, Test


def job(k, due=None):
  return Job(program=f'def f(): return {k}', tests=(Test(code=f'f() == {k if due is None else due}'),), entry_point='f')


def descendants(pid):
  """Processes below `pid`, without their own threads."""
  parents = {}
  for entry in glob.glob('/proc/[0-9]*/stat'):
    try:
      with open(entry) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    except OSError:
      continue
    parents.setdefault(int(fields[1]), []).append(int(entry.split('/')[2]))
  found, queue = [], [pid]
  while queue:
    queue += (children := parents.get(queue.pop(), []))
    found += children
  return found


def resident_pages(pids):
  total = 0
  for pid in pids:
    with contextlib.suppress(FileNotFoundError), open(f'/proc/{pid}/statm') as f:
      total += int(f.read().split()[1])
  return total


def runs(pid):
  """Whether there is such a process; one that only waits to be collected by the system's first process is none."""
  try:
    with open(f'/proc/{pid}/stat') as f:
      return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
  except OSError:
    return False


def wait_until(condition, seconds=10.0):
  end = time.monotonic() + seconds
  while not condition() and time.monotonic() < end:
    time.sleep(0.02)
  return condition()


@pytest.mark.parametrize('workers', [1, 3])
def test_reports_come_in_order_whatever_the_number_of_workers(workers):
  jobs = [job(k, due=k if k % 3 else -1) for k in range(60)]
  outcomes = [r.outcome for r in harness.run_many(jobs, workers=workers)]
  assert outcomes == [Outcome.PASSED if k % 3 else Outcome.FAILED for k in range(60)]


def test_many_threads_share_a_pool():
  results = {}
  with Pool(2) as pool:

    def ask(n):
      results[n] = [r.outcome == Outcome.PASSED for r in pool.run([job(k, due=k if k == n else -1) for k in range(8)])]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
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


WAYS = [('namespaces', 'landlock', 'seccomp'), ('landlock', 'seccomp')]  # files in memory; in a folder on disk


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


def test_a_folder_is_emptied_whatever_is_in_it(tmp_path):
  code = """if True:
    import os
    from acrl_jax.harness import scratch
    if os.getuid() == 0:
      os.setuid(65534)  # for whom modes count
    path = scratch.new_name()
    scratch.make(path)
    os.chdir(path)
    os.symlink(KEPT, 'link')
    os.mkfifo('fifo')
    for k in range(3000):
      os.mkdir('a')
      os.chdir('a')
    os.chdir(path)
    os.makedirs('b/c/d')
    open('b/c/file', 'w')
    for folder in ('b/c/d', 'b/c', 'b'):
      os.chmod(folder, 0)
    scratch.empty(path)
    assert os.listdir(path) == []
    os.rmdir(path)
  """
  (tmp_path / 'kept').mkdir()
  (tmp_path / 'kept/file').write_text('x')
  subprocess.run([sys.executable, '-c', code.replace('KEPT', repr(str(tmp_path / 'kept')))], check=True)
  assert (tmp_path / 'kept/file').read_text() == 'x'


def test_verdicts_are_remembered_unless_they_depend_on_the_moment():
  quick = job(1)
  hang = Job(program='def f():\n  while True: pass', tests=(Test(code='f()'),), entry_point='f')
  with Pool(1, Limits(wall_s=0.3)) as pool:
    first, again = pool.run([quick]) + pool.run([quick])
    assert again is first
    first, again = pool.run([hang]) + pool.run([hang])
    assert again is not first
    other = quick._replace(tests=(Test(code='f() == 2'),))
    assert pool.run([other])[0].outcome == Outcome.FAILED


def sleeper(seconds, tests=1, k=0):
  program = f'import time\nK = {k}\ndef f():\n  time.sleep({seconds})\n  return 1'
  return Job(program=program, tests=(Test(code='f() == 1'),) * tests, entry_point='f')


@pytest.fixture
def judged(monkeypatch):
  """The jobs that lanes were given, in order."""
  jobs, judge = [], Lane.judge
  monkeypatch.setattr(Lane, 'judge', lambda lane, job: jobs.append(job) or judge(lane, job))
  return jobs


def test_the_same_job_is_judged_once_whoever_asks_while_it_is_at_work(judged):
  slow, results = sleeper(0.5), []
  with Pool(3) as pool:
    threads = [threading.Thread(target=lambda: results.append(pool.run([slow, job(1), slow]))) for _ in range(4)]
    for thread in threads:
      thread.start()
    for thread in threads:
      thread.join()
  assert judged.count(slow) == judged.count(job(1)) == 1
  assert len(results) == 4 and results[0][0].outcome == Outcome.PASSED
  assert all(a is c is results[0][0] and b is results[0][1] for a, b, c in results)


def test_what_joins_a_job_is_not_lost_with_its_lane(judged):
  slow = sleeper(1.0)
  with Pool(1) as pool:
    futures = [pool.submit([slow]) for _ in range(3)]
    assert wait_until(lambda: judged == [slow])
    next(iter(pool._lanes)).process.kill()
    assert [f.result()[0].outcome for f in futures] == [Outcome.PASSED] * 3
  assert judged == [slow, slow]


@pytest.mark.parametrize('error', [LaneLost('gone'), TypeError('no job')])
def test_a_failure_goes_to_all_who_asked_and_is_not_remembered(error, monkeypatch):
  def fail(lane, job):
    started.wait()
    raise error

  started = threading.Event()
  with Pool(1) as pool:
    with monkeypatch.context() as patched:
      patched.setattr(Lane, 'judge', fail)
      futures = [pool.submit([job(1)] * 2) for _ in range(2)]
      started.set()
      for future in futures:
        if isinstance(error, TypeError):
          with pytest.raises(TypeError, match='no job'):
            future.result()
        else:
          assert [(r.outcome, r.error) for r in future.result()] == [(Outcome.HARNESS_ERROR, 'LaneLost')] * 2
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED


def test_a_batch_may_have_a_limit_of_time(judged):
  with Pool(2, Limits(wall_s=999.0)) as pool:
    known = pool.run([job(1)])[0]
    reports = pool.run([job(1), sleeper(999, tests=2)], wall_s=0.2)
    assert reports[0] is known
    assert (reports[1].outcome, reports[1].error) == (Outcome.HARNESS_ERROR, 'BatchTimeout')
    assert reports[1].passed == (False, False)
    assert pool.run([job(2)], wall_s=60.0)[0].outcome == Outcome.PASSED
    with pytest.raises(ValueError, match='0.0 s; it must be above 0'):
      pool.run([job(3)], wall_s=0.0)


def test_what_nobody_waits_for_any_more_is_not_judged(judged):
  first = sleeper(1.5)
  with Pool(1) as pool:
    late = pool.submit([first])
    assert [r.error for r in pool.run([job(1), job(2), first], wall_s=0.2)] == ['BatchTimeout'] * 3
    shared = pool.submit([job(2)])
    assert [late.result()[0].outcome, shared.result()[0].outcome] == [Outcome.PASSED] * 2
    assert judged == [first, job(2)]
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED


# A lane's judge on its own, whose worker has waited for a processor for SHARE of the time, as far as the kernel tells.
STARVED = """
import json, sys, time
from acrl_jax.harness import Limits, judge, kernel, lane, scratch
share, seconds, tests, limits, stdio = json.loads(sys.argv[1])
limits = Limits(**limits)
nursery = lane.Nursery(scratch.new_name(), limits, ['namespaces', 'landlock', 'seccomp'])
started, schedule = time.monotonic(), kernel.schedule
kernel.schedule = lambda process: (0.0, schedule(process)[1] + share * (time.monotonic() - started))
body = f'import time\\ntime.sleep({seconds})\\nprint(1)' if stdio else f'import time\\ndef f(): time.sleep({seconds})'
test = ['', None, '', '1'] if stdio else ['f() is None', None, None, None]
report = judge.judge({'program': body, 'tests': [test] * tests, 'entry_point': '', 'setup': ''}, nursery, limits)
print(json.dumps([report['passed'], report['error'], report['seconds'], time.monotonic() - started]))
nursery.close()
"""


@pytest.mark.parametrize(
  'share, seconds, tests, limits, stdio, passed, at_least',
  [
    (0.0, 60.0, 1, {'wall_s': 0.5}, False, False, 0.5),
    (0.5, 60.0, 1, {'wall_s': 0.5}, False, False, 0.9),
    (1.0, 60.0, 1, {'wall_s': 0.5}, False, False, 1.9),  # four times the limit is all there is
    (1.0, 60.0, 1, {'wall_s': 0.5}, True, False, 1.9),
    (0.0, 60.0, 2, {'wall_s': 5.0, 'per_test_s': 0.5}, False, False, 1.0),
    (1.0, 1.3, 1, {'wall_s': 1.0}, False, True, 1.3),
    (1.0, 1.3, 1, {'wall_s': 1.0}, True, True, 1.3),
    (1.0, 0.4, 4, {'wall_s': 1.0}, False, True, 1.6),
    (1.0, 0.4, 4, {'wall_s': 1.0}, True, True, 1.6),
    (1.0, 0.7, 2, {'wall_s': 9.0, 'per_test_s': 0.4}, False, True, 1.4),
  ],
)
def test_time_without_a_processor_does_not_count(share, seconds, tests, limits, stdio, passed, at_least):
  arguments = json.dumps([share, seconds, tests, limits, stdio])
  done = subprocess.run([sys.executable, '-c', STARVED, arguments], capture_output=True, text=True, check=True)
  verdicts, error, counted, took = json.loads(done.stdout)
  assert (verdicts, error) == ([passed] * tests, '' if passed else 'Timeout')
  assert took >= at_least and 0.2 * took < counted < took * (1.01 - min(share, 0.75))


def burner(seconds, k):
  spin = f'end = time.process_time() + {seconds}\n  while time.process_time() < end: pass'
  return Job(program=f'import time\nK = {k}\ndef f():\n  {spin}', tests=(Test(code='f() is None'),), entry_point='f')


@contextlib.contextmanager
def one_processor():
  """For this thread and what it starts; skips where others keep it busy."""
  before = os.sched_getaffinity(0)
  os.sched_setaffinity(0, {max(before)})
  try:
    started, end = time.monotonic(), time.process_time() + 0.1
    while time.process_time() < end:
      pass
    if time.monotonic() - started > 0.13:
      pytest.skip('the machine is busy')
    yield
  finally:
    os.sched_setaffinity(0, before)


@pytest.mark.skipif(not os.path.exists('/proc/self/schedstat'), reason='this kernel does not tell')
def test_more_lanes_than_processors_make_no_timeouts():
  with one_processor(), Pool(4, Limits(wall_s=1.0)) as pool:
    started = time.monotonic()
    reports = pool.run([burner(0.4, k) for k in range(4)])
    assert time.monotonic() - started > 1.5  # in which no program was given a second
  assert [r.outcome for r in reports] == [Outcome.PASSED] * 4
  assert all(0.4 < r.seconds < 1.0 for r in reports)


@pytest.mark.skipif(not os.path.exists('/proc/self/schedstat'), reason='this kernel does not tell')
def test_the_kernel_tells_who_waits_for_a_processor():
  pin = f'import os, threading, time\nos.sched_setaffinity(0, [{max(os.sched_getaffinity(0))}])\nprint(flush=True)\n'
  spin = 'def f():\n  while True: pass\n'
  bodies = [spin + 'f()', spin + 'threading.Thread(target=f, daemon=True).start()\ntime.sleep(99)', 'time.sleep(99)']
  with contextlib.ExitStack() as stack:
    processes = []
    for body in bodies:
      process = subprocess.Popen([sys.executable, '-c', pin + body], stdout=subprocess.PIPE)
      stack.callback(process.communicate)
      stack.callback(process.kill)
      process.stdout.readline()
      processes.append(process.pid)
    time.sleep(0.1)  # the last one has to fall asleep
    before = [kernel.schedule(pid)[1] for pid in processes]
    grown = lambda: [kernel.schedule(pid)[1] - was for pid, was in zip(processes, before)]
    assert wait_until(lambda: min(grown()[:2]) > 0.05)
    assert grown()[2] == 0.0
  assert kernel.schedule(processes[0]) == (0.0, 0.0)  # gone


FOLLOWED = """
import os, sys, time
from acrl_jax.harness import Limits, lane, scratch
nursery = lane.Nursery(scratch.new_name(), Limits(), sys.argv[1:])
channel = nursery.spawn(time.monotonic() + 60)
pid = nursery.delay.worker
chain = []
while pid > 1 and pid != os.getpid():
  with open(f'/proc/{pid}/stat') as f:
    chain.append(pid)
    pid = int(f.read().rsplit(')', 1)[1].split()[1])
nursery.kill()
nursery.settle()
print(pid == os.getpid(), len(chain) > 1, os.path.exists(f'/proc/{chain[0]}'))
nursery.close()
"""


@pytest.mark.parametrize('layers', WAYS)
def test_a_lane_knows_its_worker_by_the_number_it_has_outside(layers):
  done = subprocess.run([sys.executable, '-c', FOLLOWED, *layers], capture_output=True, text=True, check=True)
  assert done.stdout.split() == ['True', 'True', 'False']


def test_a_lane_does_not_grow():
  with Pool(1) as pool:
    pool.run([job(k) for k in range(50)])
    pids = [next(iter(pool._lanes)).process.pid]
    pids += descendants(pids[0])
    before = resident_pages(pids)
    pool.run([job(k) for k in range(50, 350)])
    assert (resident_pages(pids) - before) * os.sysconf('SC_PAGE_SIZE') < 20 << 20


def test_the_harness_loads_no_jax():
  code = 'import sys, acrl_jax.harness.__main__; sys.exit("jax" in sys.modules or "flax" in sys.modules)'
  assert subprocess.run([sys.executable, '-c', code], check=False).returncode == 0


def test_lanes_work_below_a_process_that_runs_jax():
  import jax.numpy as jnp

  assert float(jnp.ones(3).sum()) == 3.0
  with Pool(1) as pool:
    assert pool.run([job(1)])[0].outcome == Outcome.PASSED
