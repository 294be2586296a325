"""Where a process stands among the hosts of a run."""

import pytest
from ml_collections import ConfigDict

from acrl_jax.distributed import topology


def settings(**changes):
  return ConfigDict(dict(count=1, index=0, coordinator='', wait_s=60) | changes)


def test_one_host_is_no_cluster():
  assert topology.find_place(settings()) is None
  assert topology.find_place(settings(coordinator='left:9000')) is None


def test_a_place_is_as_the_config_says():
  place = topology.find_place(settings(count=3, index=2, coordinator='left:9000'))
  assert place == topology.Place('left', 9000, 3, 2) and place.coordinator == 'left:9000'
  assert topology.find_place(settings(count=2, coordinator='[::1]:9000')) == topology.Place('::1', 9000, 2, 0)


@pytest.mark.parametrize(
  'changes, message',
  [
    (dict(count=2), 'must be ADDRESS:PORT of host 0'),
    (dict(count=2, coordinator='left'), 'must be ADDRESS:PORT of host 0'),
    (dict(count=2, coordinator='left:port'), 'must be ADDRESS:PORT of host 0'),
    (dict(count=2, coordinator='left:9000', index=2), 'config.hosts.index=2: it must be from 0 to 1'),
    (dict(count=2, coordinator='left:9000', index=-1), 'config.hosts.index=-1'),
  ],
)
def test_what_cannot_be_meant_is_named(changes, message):
  with pytest.raises(ValueError, match=message):
    topology.find_place(settings(**changes))


def step(**changes):
  return dict(
    SLURM_JOB_ID='70123', SLURM_STEP_NODELIST='gpu[07-09,12],cpu1', SLURM_STEP_NUM_TASKS='5', SLURM_STEP_NUM_NODES='5',
    SLURM_PROCID='3',
  ) | changes  # fmt: skip


def test_slurm_tells_the_place():
  assert topology.find_place(settings(coordinator='auto'), step()) == topology.Place('gpu07', 61000 + 2 * 123, 5, 3)
  alone = step(SLURM_STEP_NUM_TASKS='1', SLURM_STEP_NUM_NODES='1')
  assert topology.find_place(settings(coordinator='auto'), alone) is None


@pytest.mark.parametrize(
  'nodes, first', [('a', 'a'), ('a,b', 'a'), ('n[3,5]', 'n3'), ('r1-n[001-4]-ib,x', 'r1-n001-ib')]
)
def test_the_first_node_of_a_list(nodes, first):
  assert topology.first_node(nodes) == first


def test_more_than_one_task_a_node_is_refused():
  with pytest.raises(ValueError, match='5 tasks on 2 nodes: it must be one a node'):
    topology.find_place(settings(coordinator='auto'), step(SLURM_STEP_NUM_NODES='2'))


def test_gke_tells_the_place_of_a_tpu_host():
  environ = dict(TPU_WORKER_ID='1', TPU_WORKER_HOSTNAMES='job-0.sub,job-1.sub')
  assert topology.find_place(settings(coordinator='auto'), environ) == topology.Place('job-0.sub', topology.PORT, 2, 1)
  assert topology.find_place(settings(coordinator='auto'), environ | dict(TPU_WORKER_HOSTNAMES='localhost')) is None


@pytest.mark.parametrize('workers', ['10.0.0.7,10.0.0.8', 'unknown:w0:10.0.0.7,unknown:w1:10.0.0.8'])
def test_the_metadata_of_a_tpu_vm_tell_the_place(monkeypatch, workers):
  told = {'worker-network-endpoints': workers, 'agent-worker-number': '1'}
  monkeypatch.setattr(topology, '_metadata', told.__getitem__)
  monkeypatch.setattr(topology.socket, 'gethostbyname', lambda name: '169.254.169.254')
  assert topology.find_place(settings(coordinator='auto'), {}) == topology.Place('10.0.0.7', topology.PORT, 2, 1)


def test_no_cluster_is_told(monkeypatch):
  def nowhere(name):
    raise OSError(f'{name} is not known')

  monkeypatch.setattr(topology.socket, 'gethostbyname', nowhere)
  with pytest.raises(ValueError, match='no SLURM step and no TPU VM; give config.hosts.count'):
    topology.find_place(settings(coordinator='auto'), {})
