"""One run in several processes, one a host: they start together, share the judging, exchange objects, stop together.

Every process draws the same problems and holds the same replay buffer and the same batch; programs are generated over
the mesh of all devices; each process decodes and judges its own rows and sends its verdicts to the others. So N
processes compute what one does, up to the order of sums. `gather`, `all_gather_objects`, `any_process` and `barrier`
are collectives: all processes call them in the same order, from one thread.
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

LEAST = 1 << 14  # bytes of an exchange; sizes are powers of two, as each new one compiles a program


def start(settings: topology.HostSettings, config: Mapping[str, Any]) -> contextlib.AbstractContextManager:
  """Joins the other hosts' processes, before any other use of JAX: the context of a job, left by all together.

  ValueError naming the hosts that did not come within settings.wait_s seconds, or whose `config` is another.
  """
  place = topology.find_place(settings)
  if place is None:
    return contextlib.nullcontext()
  if place.index:
    _silence_stdout()
  beating = heartbeat.meet(place, dict(config), settings.wait_s)
  try:
    _initialize(place, settings.wait_s)
  except ValueError as error:
    beating.fail(error)
    raise
  return beating


def _silence_stdout() -> None:
  """Sends this process's stdout nowhere: what all processes would print, the first one prints."""
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
  except Exception as error:  # gRPC raises many kinds
    raise ValueError(f"JAX's coordinator at {place.coordinator} cannot be used: {error}") from error


def process_count() -> int:
  """How many processes the run has: one a host."""
  return jax.process_count()


def process_index() -> int:
  """Which of them this is, from 0."""
  return jax.process_index()


def is_main_process() -> bool:
  """Whether this is the process that writes files and prints."""
  return process_index() == 0


def share(n: int) -> slice:
  """This process's rows of n: contiguous, and no process has two more than another."""
  return slice(n * process_index() // process_count(), n * (process_index() + 1) // process_count())


def gather(tree):
  """Device arrays, however they are sharded -> NumPy arrays, whole, in each process."""
  if process_count() == 1:
    return jax.device_get(tree)
  return jax.tree.map(_whole, tree)


def _whole(x):
  if isinstance(x, jax.Array) and not x.is_fully_addressable and not x.is_fully_replicated:
    return multihost_utils.process_allgather(x, tiled=True)
  return jax.device_get(x)


def all_gather_objects(items: list) -> list:
  """The lists of all processes, one after the other in the order of their indices; the items can be pickled."""
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
  """Whether the flag is True in any process."""
  return bool(flag) if process_count() == 1 else bool(multihost_utils.process_allgather(np.asarray(flag)).any())


def barrier(name: str) -> None:
  """Returns when all processes have called it."""
  if process_count() > 1:
    multihost_utils.sync_global_devices(name)
