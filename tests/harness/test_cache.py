"""A job is judged once, whoever asks and when; what is remembered is bounded."""

import threading
import tracemalloc

import pytest
from processes import wait_until
from small_jobs import job, sleeper

from acrl_jax.harness import Limits, Pool, cache
from acrl_jax.harness.client import Lane, LaneLost
from acrl_jax.records import Job, Outcome, Test, TestReport


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


def report(number, lines=0, tests=1, told=0):
  """One that shares no memory with others."""
  messages = tuple(f'{number:9}' + told * 'x' for _ in range(tests))
  executed = tuple(range(1000, 1000 + lines))
  return TestReport(Outcome.FAILED, (False,) * tests, error=f'E{number}', executed_lines=executed, messages=messages)


@pytest.mark.parametrize(
  'size',
  [dict(lines=5000), dict(told=50_000), dict(tests=999), dict(lines=99, told=50, tests=99), dict(told=1 << 18), dict()],
)
def test_what_is_remembered_is_bounded_in_bytes(size, monkeypatch):
  monkeypatch.setattr(cache, '_CACHED_BYTES', 1 << 20)
  kept = cache.Cache(Limits())
  keys = [b'%032d' % i for i in range(100 if size else 3000)]
  tracemalloc.start()
  for i, key in enumerate(keys):
    kept.put(key + bytes(1), report(i, **size))
  held, _ = tracemalloc.get_traced_memory()
  tracemalloc.stop()
  there = [key + bytes(1) in {**kept._old, **kept._young} for key in keys]  # to ask would keep it
  assert there == sorted(there) and there[-1] and not there[0]  # the latest ones
  assert 0.3 * (1 << 20) < held < 1.1 * (1 << 20)


def test_a_report_that_is_larger_than_half_the_memory_for_them_is_not_kept_nor_counted(monkeypatch):
  monkeypatch.setattr(cache, '_CACHED_BYTES', 1 << 20)
  kept = cache.Cache(Limits())
  kept.put(b'large', report(1, told=1 << 19))
  for _ in range(2):
    kept.put(b'small', report(2, told=1 << 18))  # a second time it is not counted
    kept.put(b'other', report(3, told=1 << 17))
  assert [kept.get(key) is not None for key in (b'large', b'small', b'other')] == [False, True, True]


def test_what_is_asked_for_outlives_what_is_not(monkeypatch):
  monkeypatch.setattr(cache, '_CACHED', 8)
  kept = cache.Cache(Limits())
  kept.put(b'asked', report(0))
  for number in range(40):
    kept.put(b'%d' % number, report(number))
    assert kept.get(b'asked').error == 'E0' and len(kept) <= 8


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
