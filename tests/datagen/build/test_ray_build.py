"""Parts made by the actors of a Ray cluster are those of the local pool: a small cluster on this machine."""

import os
import pathlib
import subprocess
import sys

import builds as local
import pytest

from acrl_jax.datagen.build import build, pool
from acrl_jax.datagen.output import rows

pytestmark = pytest.mark.filterwarnings('default')  # Ray's own are not ours to mend


@pytest.fixture(scope='module')
def ray_build():
  """The module, with Ray up and running."""
  os.environ.update(RAY_AUTH_MODE='disabled', RAY_USAGE_STATS_ENABLED='0')  # no file at home, no word to anybody
  ray = pytest.importorskip('ray')
  from acrl_jax.datagen.build import ray_build

  with pytest.MonkeyPatch.context() as patch:  # so that actors find the fakes
    patch.setenv('PYTHONPATH', f'{pathlib.Path(__file__).parents[1]}:{os.environ.get("PYTHONPATH", "")}')
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 << 20)
    yield ray_build
    ray.shutdown()


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')


def test_actors_make_the_bytes_of_the_local_pool(tmp_path, ray_build):
  source = local.corpus(tmp_path / 'c', gamma3='weak')
  local.make(tmp_path / 'one', source, part=10)
  local.make(tmp_path / 'two', source, part=10, workers=2, engine='ray')
  assert local.contents(tmp_path / 'one') == local.contents(tmp_path / 'two')
  workers = {line.split()[1] for line in (tmp_path / 'c' / 'made.log').read_text().splitlines()}
  assert len(workers) == 3
  local.until(lambda: local.log(source, 'oracles.log').count('closed') == 6)


def test_an_actor_that_dies_is_replaced_and_its_part_made_again(tmp_path, ray_build):
  source = local.corpus(tmp_path / 'c', alpha0='dies_once')
  local.make(tmp_path / 'out', source, part=100, engine='ray')
  local.make(tmp_path / 'good', local.corpus(tmp_path / 'd'))
  assert local.problems(tmp_path / 'out') == local.problems(tmp_path / 'good')
  assert local.log(source).count('alpha0') == 2


def test_a_task_at_which_actors_keep_dying_is_told(tmp_path, ray_build):
  with pytest.raises(ValueError, match='actors died at it'):
    local.make(tmp_path / 'out', local.corpus(tmp_path / 'c', alpha0='dies'), part=100, engine='ray')


def test_what_an_actor_cannot_do_at_all_is_raised_here(tmp_path, ray_build):
  corpus, front = local.corpus(tmp_path / 'c')
  tasks, _ = build.plan([(corpus, front._replace(oracles=local.no_oracles))], local.SETTINGS, 4)
  for parts in (ray_build.parts, pool.parts):
    with pytest.raises(ValueError, match='there is no Java here'):
      list(parts(tasks, 1))


def test_without_ray_it_says_what_to_install():
  code = 'import sys\nsys.modules["ray"] = None\nfrom acrl_jax.datagen.build import build\n'
  code += 'import acrl_jax.datagen.build.ray_build'
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.stderr.splitlines()[-1] == (
    "ImportError: acrl_jax.datagen.build.ray_build needs Ray: pip install 'acrl_jax[ray]'"
  )
