"""Lanes in the actors of a Ray cluster: a small one on this machine."""

import os
import subprocess
import sys
import threading
import time

import pytest

from acrl_jax.harness import Limits
from acrl_jax.records import Job, Outcome, Test

pytestmark = pytest.mark.filterwarnings('default')  # Ray's own are not ours to mend


def job(k, expected=None, seconds=0.0):
  program = f'import time\ntime.sleep({seconds})\ndef f(): return {k}'
  return Job(program=program, tests=(Test(code=f'f() == {k if expected is None else expected}'),), entry_point='f')


@pytest.fixture(scope='module')
def ray_pool():
  """The module, with Ray up and running."""
  os.environ.update(RAY_AUTH_MODE='disabled', RAY_USAGE_STATS_ENABLED='0')  # no file at home, no word to anybody
  ray = pytest.importorskip('ray')
  from acrl_jax.harness import ray_pool

  ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 << 20)
  yield ray_pool
  ray.shutdown()


@pytest.fixture(scope='module')
def pool(ray_pool):
  with ray_pool.RayPool(1, actors=2) as pool:
    yield pool


@pytest.fixture
def deaths(ray_pool, monkeypatch):
  """What happens to the actors that are given chunks from here on: True lets one die."""
  to_come, judge = [], ray_pool.RayPool._judge

  def give(pool, actor, *args):
    judge(pool, actor, *args)
    if to_come and to_come.pop():
      actor.kill()

  monkeypatch.setattr(ray_pool.RayPool, '_judge', give)
  return to_come


def test_reports_come_in_order_and_are_those_of_a_pool(pool):
  reports = pool.run([job(k, expected=k if k % 3 else -1) for k in range(60)])
  assert [r.outcome for r in reports] == [Outcome.PASSED if k % 3 else Outcome.FAILED for k in range(60)]
  assert reports[0].passed == (False,) and reports[0].executed_lines == (1, 2, 3) and reports[0].memory_mb > 1
  assert pool.run([]) == []


def test_all_actors_are_given_work(ray_pool, monkeypatch):
  given, judge = [], ray_pool.RayPool._judge
  note = lambda pool, actor, *args: given.append(actor) or judge(pool, actor, *args)
  monkeypatch.setattr(ray_pool.RayPool, '_judge', note)
  with ray_pool.RayPool(1, actors=2) as pool:
    assert all(r.outcome == Outcome.PASSED for r in pool.run([job(k, seconds=0.2) for k in range(12)]))
  assert len(set(given)) == 2


def test_it_tells_what_confines_programs_there(pool, ray_pool):
  assert pool.level in 'ABC' and 'seccomp' in pool.layers
  assert pool.limits == Limits()
  with pytest.raises(RuntimeError, match="got through nothing.*allow='unsafe'"):
    ray_pool.RayPool(1, actors=2, layers=())
  with ray_pool.RayPool(1, actors=1, layers=('seccomp',), allow=('fs',)) as other:
    assert (other.level, other.layers) == ('D', ('seccomp',))


def test_bad_arguments_are_refused(pool, ray_pool):
  with pytest.raises(ValueError, match='0 actors'):
    ray_pool.RayPool(actors=0)
  with pytest.raises(ValueError, match='wall_s'):
    ray_pool.RayPool(1, Limits(wall_s=0.0))
  with pytest.raises(ValueError, match='0 workers'):
    ray_pool.RayPool(0, actors=1)
  with pytest.raises(ValueError, match='job 0 has no tests'):
    pool.run([Job(program='', tests=())])


def test_many_threads_share_it_and_the_same_job_is_judged_once(pool):
  results = []
  threads = [threading.Thread(target=lambda: results.append(pool.run([job(7, seconds=0.5)] * 3))) for _ in range(4)]
  for thread in threads:
    thread.start()
  for thread in threads:
    thread.join()
  assert len(results) == 4 and results[0][0].outcome == Outcome.PASSED
  assert all(report is results[0][0] for reports in results for report in reports)


def test_a_batch_may_have_a_limit_of_time(pool):
  reports = pool.run([job(8, seconds=3.0)], wall_s=0.3)
  assert [(r.outcome, r.error) for r in reports] == [(Outcome.HARNESS_ERROR, 'BatchTimeout')]
  assert pool.run([job(9)])[0].outcome == Outcome.PASSED


def test_an_actor_that_dies_is_replaced_and_what_it_had_is_judged_again(pool, deaths, caplog):
  deaths += [False, True]
  assert [r.outcome for r in pool.run([job(k, seconds=0.2) for k in range(100, 108)])] == [Outcome.PASSED] * 8
  assert caplog.text.count('an actor of the harness is gone') == 1


def test_what_loses_its_actor_twice_masks_its_sample(pool, deaths):
  deaths += [True, True]
  report = pool.run([job(200, seconds=1.0)])[0]
  assert (report.outcome, report.error, report.passed) == (Outcome.HARNESS_ERROR, 'ActorLost', (False,))
  assert pool.run([job(200)])[0].outcome == Outcome.PASSED


def test_closing_abandons_what_is_under_way(ray_pool):
  with ray_pool.RayPool(1, Limits(wall_s=60.0), actors=1) as pool:
    future = pool.submit([job(1, seconds=60.0), job(2)])
    time.sleep(0.3)
  with pytest.raises(RuntimeError, match='closed'):
    future.result(timeout=5)
  with pytest.raises(RuntimeError, match='closed'):
    pool.run([job(1)])
  pool.close()


def test_without_ray_it_says_what_to_install_and_the_rest_does_not_need_it():
  code = 'import sys\nsys.modules["ray"] = None\nimport acrl_jax.harness, acrl_jax.harness.pool\n'
  code += 'import acrl_jax.harness.ray_pool'
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.stderr.splitlines()[-1] == (
    "ImportError: acrl_jax.harness.ray_pool needs Ray: pip install 'acrl_jax[ray]'"
  )
