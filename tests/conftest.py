"""Eight fake CPU devices, strict promotion of ranks, compiled programs kept between tests, processes and runs.

Where pytest-xdist runs a process a core, each computes in one thread: more would only wait for each other.
"""

import os
import pathlib

os.environ['JAX_PLATFORMS'] = 'cpu'
os.environ['XLA_FLAGS'] = os.environ.get('XLA_FLAGS', '') + ' --xla_force_host_platform_device_count=8'
os.environ.setdefault('TRANSFORMERS_VERBOSITY', 'error')
os.environ.setdefault('TOKENIZERS_PARALLELISM', 'false')
if 'PYTEST_XDIST_WORKER' in os.environ:
  os.environ['XLA_FLAGS'] += ' --xla_cpu_multi_thread_eigen=false'
  os.environ |= {f'{library}_NUM_THREADS': '1' for library in ('OMP', 'OPENBLAS', 'MKL')}

import jax  # noqa: E402  (after the environment)
import pytest  # noqa: E402

from acrl_jax.run import cache_dir  # noqa: E402

jax.config.update('jax_numpy_rank_promotion', 'raise')
KEPT = {
  'jax_compilation_cache_dir': str(cache_dir.path() / 'xla'),  # where runs keep theirs
  'jax_persistent_cache_min_compile_time_secs': 0.2,
}

SLOW = tuple((pathlib.Path(__file__).parent / 'slow.txt').read_text().split())  # files and tests, as they are named


def pytest_collection_modifyitems(items):
  """The slow ones come first, so that no process is left alone with them at the end."""
  for item in items:
    name = item.nodeid.split('[')[0]
    if any(name == slow or name.startswith(f'{slow}::') for slow in SLOW):
      item.add_marker('slow')
  items.sort(key=lambda item: item.get_closest_marker('slow') is None)


@pytest.fixture(autouse=True)
def compiled_programs_are_kept():
  """Also after a test of a job, which says itself what is kept, and for the processes that a test starts."""
  for name, value in KEPT.items():
    jax.config.update(name, value)


@pytest.fixture(scope='session')
def finished_run(tmp_path_factory):
  """A folder with a small model, problems, and a run of two steps, as tests/wrong_commands.py makes it."""
  import wrong_commands

  here = tmp_path_factory.mktemp('finished')
  wrong_commands.make_run(here)
  return here


@pytest.fixture
def fresh_copy(finished_run, tmp_path, monkeypatch):
  """A copy of it to break. Whoever takes a step or evaluates fails."""
  import wrong_commands

  wrong_commands.never_begin(monkeypatch)
  wrong_commands.copy_run(finished_run, tmp_path / 'here')
  return tmp_path / 'here'


@pytest.fixture
def refusals(fresh_copy, capsys, caplog):
  """Commands on that copy and the lines that they must end in."""
  import wrong_commands

  return wrong_commands.Refusals(fresh_copy, capsys, caplog)
