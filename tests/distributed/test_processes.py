"""Two processes on one machine, joined by gloo: what they hand to each other, and that they train as one does."""

import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from free_ports import free_port
from killed_runs import ROOT, environment, parameters, rows
from killed_runs import command as one_command

from acrl_jax.distributed import heartbeat, processes

# Five learner steps, of each kind at least one.
STEPS = {
  'warm_start.steps': 2, 'critic.pretrain_steps': 1, 'steps': 2, 'rollout.problems': 4, 'data.max_problems': 60,
}  # fmt: skip

EXCHANGES = """
import json, os, sys
import jax, numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from acrl_jax.distributed import processes, sharding
from acrl_jax.distributed.topology import HostSettings

index, port = int(sys.argv[1]), sys.argv[2]
settings = HostSettings(count=2, index=index, coordinator=f'localhost:{port}', wait_s=60)
with processes.start(settings, {'hosts.index': index, 'seed': 0}):
  mesh = sharding.make_mesh(2, 1, 2)
  rows = np.arange(12.0).reshape(4, 3)
  with jax.set_mesh(mesh):
    spread = sharding.to_global({'x': rows, 'odd': np.arange(3)}, mesh)
    columns = jax.jit(lambda x: x[:, :2], out_shardings=NamedSharding(mesh, PartitionSpec(None, 'tensor')))(spread['x'])
    noise = jax.jit(lambda x, key: x * 0 + jax.random.normal(key, x.shape))(spread['x'], jax.random.key(0))
    whole = processes.gather((spread, columns, noise, spread['x'].sum(), np.ones(2)))
  long = 'y' * (40_000 * index)  # the processes' bytes differ in number
  found = dict(
    count=processes.process_count(), index=processes.process_index(), first=processes.is_main_process(),
    share=[processes.share(n).indices(n) for n in (0, 1, 7)],
    along=[[[d.process_index for d in line] for line in plane] for plane in mesh.devices],
    local=[str(i) for i in spread['x'].addressable_shards[0].index],
    whole=jax.tree.map(lambda x: x.tolist(), whole), kinds=str(jax.tree.map(type, whole)),
    lists=[len(str(item)) for item in processes.all_gather_objects([index, long])],
    none=processes.all_gather_objects([]), agree=[processes.any_process(flag) for flag in (False, index == 1, True)],
  )
  processes.barrier('here')
  open(sys.argv[3], 'w').write(json.dumps(found))
  print('said by every process')
"""


def both(command, environ=None):
  """The processes of `command(index, port)`, one for each of two hosts."""
  port = free_port()
  pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
  return [
    subprocess.Popen(command(index, port), cwd=ROOT, env=environment() | (environ or {}), **pipes) for index in (0, 1)
  ]


def train(workdir, **changes):
  """The processes of a training on two hosts."""

  def command(index, port):
    place = {'hosts.count': 2, 'hosts.index': index, 'hosts.coordinator': f'localhost:{port}'}
    return one_command(workdir, **STEPS | changes | place)

  return both(command)


def ended(started):
  """(exit code, stdout, stderr) of each."""
  texts = [process.communicate(timeout=300) for process in started]
  return [(process.returncode, *text) for process, text in zip(started, texts)]


@pytest.fixture(scope='module')
def exchanged(tmp_path_factory):
  folder = tmp_path_factory.mktemp('hosts')
  two = {'XLA_FLAGS': '--xla_force_host_platform_device_count=2'}
  found = ended(
    both(lambda index, port: [sys.executable, '-c', EXCHANGES, str(index), str(port), f'{folder}/{index}'], two)
  )
  assert [code for code, _, _ in found] == [0, 0], found
  assert 'said by every process' in found[0][1] and not found[1][1]
  return [json.loads((folder / str(index)).read_text()) for index in (0, 1)]


def test_each_process_knows_its_place_and_its_share(exchanged):
  assert [(f['count'], f['index'], f['first']) for f in exchanged] == [(2, 0, True), (2, 1, False)]
  assert exchanged[0]['share'] == [[0, 0, 1], [0, 0, 1], [0, 3, 1]]
  assert exchanged[1]['share'] == [[0, 0, 1], [0, 1, 1], [3, 7, 1]]


def test_tensor_is_along_the_devices_of_a_host_and_data_across_hosts(exchanged):
  assert exchanged[0]['along'] == exchanged[1]['along'] == [[[0, 0]], [[1, 1]]]
  assert [f['local'][0] for f in exchanged] == ['slice(0, 2, None)', 'slice(2, 4, None)']


def test_each_process_gets_whole_arrays(exchanged):
  spread, columns, noise, total, ones = exchanged[0]['whole']
  rows = np.arange(12.0).reshape(4, 3)
  assert spread == {'x': rows.tolist(), 'odd': [0, 1, 2]}
  assert columns == rows[:, :2].tolist() and total == 66 and ones == [1, 1]
  assert len(np.unique(noise)) == 12  # a random key gives other numbers to each row, and all hosts the same
  assert exchanged[1]['whole'] == exchanged[0]['whole']
  assert 'jax' not in exchanged[1]['kinds']


def test_lists_of_all_processes_come_in_their_order(exchanged):
  assert exchanged[0]['lists'] == exchanged[1]['lists'] == [1, 0, 1, 40_000]
  assert exchanged[0]['none'] == []


def test_a_flag_of_one_process_is_that_of_all(exchanged):
  assert exchanged[0]['agree'] == exchanged[1]['agree'] == [False, True, True]


def test_one_process_is_all_processes():
  assert processes.is_main_process() and processes.share(5) == slice(0, 5)
  assert processes.all_gather_objects([1, 'a']) == [1, 'a']
  assert processes.any_process(True) and not processes.any_process(False)
  np.testing.assert_array_equal(processes.gather(np.arange(3)), [0, 1, 2])


@pytest.fixture(scope='module')
def alone(tmp_path_factory):
  folder = tmp_path_factory.mktemp('runs') / 'alone'
  done = subprocess.run(one_command(folder, **STEPS), cwd=ROOT, env=environment(), capture_output=True, text=True)
  assert done.returncode == 0, done.stderr
  return folder


@pytest.fixture(scope='module')
def together(alone):
  folder = alone.parent / 'together'
  found = ended(train(folder))
  assert [code for code, _, _ in found] == [0, 0], found
  assert 'step 5/5' in found[0][1] and not found[1][1] and not found[1][2].replace('[Gloo]', '')
  return folder


def assert_alike(found, due, tolerance):
  """The same numbers under the same names."""
  assert found.keys() == due.keys()
  for name, value in due.items():
    if isinstance(value, str) or value is None:
      assert found[name] == value
    else:
      np.testing.assert_allclose(found[name], value, rtol=tolerance, atol=tolerance, err_msg=name)


def test_two_hosts_train_as_one(alone, together):
  assert len(rows(alone)) == len(rows(together)) == 5
  for found, due in zip(rows(together), rows(alone)):
    assert_alike(found, due, 1e-5)
  assert_alike(parameters(together), parameters(alone), 1e-5)
  assert json.loads((together / 'env.json').read_text())['hosts'] == 2


def test_a_host_killed_in_a_run_ends_the_other_and_the_command_goes_on(together):
  folder = together.parent / 'killed'
  started = train(folder)
  metrics = folder / 'metrics.jsonl'
  while not (metrics.exists() and metrics.read_text().count('\n') >= 3) and started[0].poll() is None:
    started[1].poll()
    os.sched_yield()
  started[1].kill()
  code, _, stderr = ended(started)[0]
  assert code == heartbeat.DEAD and re.search(r'host 1 \(.*\) is gone: its connection closed; host 0 stops too', stderr)
  (first, *_), second = ended(train(folder))
  assert (first, second[0]) == (0, 0), second
  np.testing.assert_equal(parameters(folder), parameters(together))
  assert rows(folder) == rows(together)
  shutil.rmtree(folder)

