"""Where this process stands among the hosts of a run: by the config, or by what SLURM or a TPU VM says of itself."""

from __future__ import annotations

import os
import re
import socket
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple

PORT = 8476  # the default; the next one is used too (heartbeat.py)
METADATA = 'http://metadata.google.internal/computeMetadata/v1/instance/attributes/'


class HostSettings(NamedTuple):
  """config.hosts: the same command runs on each of them, but for its index."""

  count: int
  index: int
  coordinator: str  # ADDRESS:PORT of host 0; 'auto' on TPU VMs and under SLURM; '' for a run on one host
  wait_s: int  # how long the hosts that are there wait for the others


class Place(NamedTuple):
  """One host of a run."""

  address: str  # of host 0
  port: int  # of JAX's coordinator on it
  count: int
  index: int

  @property
  def coordinator(self) -> str:
    return f'[{self.address}]:{self.port}' if ':' in self.address else f'{self.address}:{self.port}'


def find_place(settings: HostSettings, environ: Mapping[str, str] = os.environ) -> Place | None:
  """The place that config.hosts names, None for a run on one host; ValueError when it names none."""
  if settings.coordinator == 'auto':
    place = slurm(environ) or tpu(environ)
    if place is None:
      raise ValueError(
        "config.hosts.coordinator='auto': this is no SLURM step and no TPU VM; give config.hosts.count, "
        'config.hosts.index and config.hosts.coordinator=ADDRESS:PORT of host 0'
      )
    return place if place.count > 1 else None
  if settings.count == 1:
    return None
  address, _, port = settings.coordinator.rpartition(':')
  if not address or not port.isdigit():
    raise ValueError(
      f'config.hosts.count={settings.count} with config.hosts.coordinator={settings.coordinator!r}: '
      f"it must be ADDRESS:PORT of host 0, the same on each host (such as 10.0.0.1:{PORT}), or 'auto'"
    )
  if not 0 <= settings.index < settings.count:
    raise ValueError(
      f'config.hosts.index={settings.index}: it must be from 0 to {settings.count - 1}, and another one on each host'
    )
  return Place(address.strip('[]'), int(port), settings.count, settings.index)


def slurm(environ: Mapping[str, str]) -> Place | None:
  """A step of SLURM, None elsewhere; ValueError when it has more than one task a node."""
  if 'SLURM_STEP_NODELIST' not in environ or 'SLURM_PROCID' not in environ:
    return None
  tasks, nodes = int(environ['SLURM_STEP_NUM_TASKS']), int(environ['SLURM_STEP_NUM_NODES'])
  if tasks != nodes:
    raise ValueError(f'a SLURM step of {tasks} tasks on {nodes} nodes: it must be one a node (--ntasks-per-node=1)')
  port = 61000 + 2 * (int(environ['SLURM_JOB_ID']) % 2000)  # two jobs may have their host 0 on one node
  return Place(first_node(environ['SLURM_STEP_NODELIST']), port, tasks, int(environ['SLURM_PROCID']))


def first_node(nodes: str) -> str:
  """'gpu[07-09,12],cpu1' -> 'gpu07'."""
  match = re.match(r'([^\[,]*)(?:\[(\w+)[^\]]*\]([^,]*))?', nodes)
  return ''.join(part or '' for part in match.groups())


def tpu(environ: Mapping[str, str]) -> Place | None:
  """A TPU VM of one slice, under GKE or by itself; None elsewhere."""
  if environ.get('TPU_WORKER_HOSTNAMES') and environ.get('TPU_WORKER_ID'):
    names = environ['TPU_WORKER_HOSTNAMES'].split(',')
    return Place(names[0], PORT, len(names), int(environ['TPU_WORKER_ID']))
  try:
    socket.gethostbyname('metadata.google.internal')
    workers, own = _metadata('worker-network-endpoints').split(','), _metadata('agent-worker-number')
  except OSError:  # no machine of Google's, or no TPU in it
    return None
  return Place(workers[0].split(':')[-1], PORT, len(workers), int(own))


def _metadata(key: str) -> str:
  """An attribute of this machine, by the metadata server of Google's cloud."""
  request = urllib.request.Request(METADATA + key, headers={'Metadata-Flavor': 'Google'})
  with urllib.request.urlopen(request, timeout=10) as answer:
    return answer.read().decode()
