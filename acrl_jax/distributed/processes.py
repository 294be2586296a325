"""One run on several hosts, one process each: start together, share the work of judging, agree, stop together.

Every host draws the same problems and holds the same replay buffer and the same host-side batch; programs are generated
over the mesh of all devices; each host decodes and judges its own rows and tells the others its verdicts. So N hosts
compute what one does, up to the order of sums. `gather`, `all_gather_objects`, `any_process` and `wait` are collectives: all hosts call them
in the same order, from one thread.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax.experimental import multihost_utils

from acrl_jax.distributed import heartbeat, topology

LEAST = 1 << 14  # bytes of an exchange; sizes go by powers of two, as each one compiles a program


def start(settings: topology.HostSettings, config: Mapping[str, Any]) -> contextlib.AbstractContextManager:
  """Joins the other hosts; before any other use of JAX. A context that a job runs in, which all hosts leave together.

  ValueError naming the hosts that did not come within settings.wait_s seconds, or whose `config` is another.
  """
  place = topology.find(settings)
  if place is None:
    return contextlib.nullcontext()
  if place.index:
    quiet()
  meeting = heartbeat.meet(place, dict(config), settings.wait_s)
  try:
    _initialize(place, settings.wait_s)
  except ValueError as error:
    meeting.fail(error)
    raise
  return meeting


def quiet() -> None:
  """Closes this process's stdout: what all hosts would say is said by the first."""
  with open(os.devnull, 'w') as nowhere:
    os.dup2(nowhere.fileno(), sys.__stdout__.fileno())


def _initialize(place: topology.Place, wait_s: int) -> None:
  jax.config.update('jax_cpu_collectives_implementation', 'gloo')
  jax.config.update('jax_enable_preemption_service', False)  # it would take SIGTERM away from the loop
  try:
    jax.distributed.initialize(
      coordinator_address=place.coordinator, num_processes=place.count, process_id=place.index,
      cluster_detection_method='deactivate',  # under SLURM it would give a process one device of its host
      initialization_timeout=wait_s, heartbeat_timeout_seconds=2 * heartbeat.SILENCE_S,
    )  # fmt: skip
  except Exception as error:  # whatever gRPC says
    raise ValueError(f"JAX's coordinator at {place.coordinator} cannot be used: {error}") from error


def process_count() -> int:
  """How many hosts there are."""
  return jax.process_count()


def process_index() -> int:
  """Which of them this is."""
  return jax.process_index()


def is_main_process() -> bool:
  """Whether this is the host that writes files and speaks."""
  return process_index() == 0


def share(n: int) -> slice:
  """This host's rows of n: contiguous, of all hosts' shares none is larger by more than one."""
  return slice(n * process_index() // process_count(), n * (process_index() + 1) // process_count())


def gather(tree):
  """Device arrays, however they are sharded -> NumPy arrays, whole, on each host."""
  if process_count() == 1:
    return jax.device_get(tree)
  return jax.tree.map(_whole, tree)


def _whole(x):
  if isinstance(x, jax.Array) and not x.is_fully_addressable and not x.is_fully_replicated:
    return multihost_utils.process_allgather(x, tiled=True)
  return jax.device_get(x)


def all_gather_objects(items: list) -> list:
  """The lists of all hosts, one after the other in their order; the items can be pickled."""
  if process_count() == 1:
    return list(items)
  mine = np.frombuffer(pickle.dumps(items), np.uint8)
  sizes = multihost_utils.process_allgather(np.int32(len(mine)))
  width = max(LEAST, 1 << (int(sizes.max()) - 1).bit_length())
  padded = np.zeros(width, np.uint8)
  padded[: len(mine)] = mine
  rows = multihost_utils.process_allgather(padded)
  return [item for row, size in zip(rows, sizes, strict=True) for item in pickle.loads(row[:size].tobytes())]


def any_process(flag: bool) -> bool:
  """Whether any host has the flag up."""
  return bool(flag) if process_count() == 1 else bool(multihost_utils.process_allgather(np.asarray(flag)).any())


def wait(name: str) -> None:
  """Returns when all hosts are here."""
  if process_count() > 1:
    multihost_utils.sync_global_devices(name)
