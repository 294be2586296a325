"""The harness on many machines: what Pool does on one, by an actor of a Ray cluster on each."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from acrl_jax.harness.cache import JobQueue, unjudged
from acrl_jax.harness.pool import Pool
from acrl_jax.records import Job, TestReport
from acrl_jax.sandbox.confinement import LAYERS
from acrl_jax.sandbox.limits import Limits, check_limits

try:
  import ray
  from ray.exceptions import RayError, RayTaskError
  from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
except ImportError as e:
  raise ImportError("acrl_jax.harness.ray_pool needs Ray: pip install 'acrl_jax[ray]'") from e

_DEFAULT = Limits()
_CHUNKS_AHEAD = 2  # that an actor has beyond one a lane: work while reports and jobs are on their way
_CHUNK_JOBS = 16  # at most
_LOOK = 0.1  # seconds between two looks for new jobs while others are at work
_OPEN_WAIT = 180.0  # seconds for an actor and its lanes to come up
_CLOSE_WAIT = 30.0  # seconds for them to end in good order
_log = logging.getLogger(__name__)


class _Judge:
  """A Pool on another machine."""

  def open(self, workers: int | None, limits: Limits, layers: Sequence[str], allow: Sequence[str]) -> tuple:
    self.pool = Pool(workers, limits, layers=layers, allow=allow)
    return self.pool.layers, self.pool.level, self.pool.workers

  async def run(self, jobs: list[Job]) -> list[TestReport]:
    return await asyncio.wrap_future(self.pool.submit(jobs))

  def close(self) -> None:
    self.pool.close()


class _Actor:
  """A handle on a _Judge on some node. Raises what its Pool raises, RayError."""

  def __init__(self, node: str, arguments: tuple):
    where = NodeAffinitySchedulingStrategy(node, soft=True)  # elsewhere where the node is gone
    # No processor is claimed: those of a node are mostly its trainer's, which waits while programs are judged.
    self.handle = ray.remote(_Judge).options(num_cpus=0, scheduling_strategy=where).remote()
    try:
      facts = ray.get(self.handle.open.remote(*arguments), timeout=_OPEN_WAIT)
    except BaseException as e:
      self.kill()
      raise getattr(e, 'cause', None) or e from None
    self.layers, self.level, self.lanes = facts

  def close(self) -> None:
    with contextlib.suppress(RayError):
      ray.wait([self.handle.close.remote()], timeout=_CLOSE_WAIT)
    self.kill()

  def kill(self) -> None:
    with contextlib.suppress(Exception):  # gone already, and perhaps Ray with it
      ray.kill(self.handle)


class _Chunk(NamedTuple):
  """Jobs on their way to an actor and back."""

  tasks: list[tuple[bytes, Job]]
  again: bool = False  # they were lost once


class RayPool:
  """A Pool with its lanes on the nodes of a Ray cluster: of the one that this process is in, else a new one is started.

  Each node has an actor with `workers` lanes (None: one a processor), unless `actors` says how many there are to be. An
  actor that dies is replaced, and what it had is judged once more. The attributes are those of Pool; `level` is the
  worst among the actors. Raises as Pool does, and RayError.
  """

  def __init__(
    self,
    workers: int | None = None,
    limits: Limits = _DEFAULT,
    *,
    actors: int | None = None,
    layers: Sequence[str] = LAYERS,
    allow: Sequence[str] = (),
  ):
    if actors is not None and actors < 1:
      raise ValueError(f'{actors} actors; at least 1 is needed, or None for one a node')
    check_limits(limits)
    self.limits = limits
    self._jobs = JobQueue(self.limits)
    self._arguments = (workers, self.limits, tuple(layers), tuple(allow))
    self.workers = 1  # lanes in all, once that is known
    if not ray.is_initialized():
      ray.init()
    nodes = [node['NodeID'] for node in ray.nodes() if node['Alive']]
    homes = [nodes[k % len(nodes)] for k in range(actors or len(nodes))]
    started: list[Future] = [Future() for _ in homes]
    self._threads = [
      threading.Thread(target=self._serve, args=args, daemon=True, name='acrl-ray') for args in zip(homes, started)
    ]
    for thread in self._threads:
      thread.start()
    try:
      opened = [future.result() for future in started]
    except BaseException:
      self.close()
      raise
    self.workers = sum(actor.lanes for actor in opened)
    self.layers = tuple(layer for layer in LAYERS if all(layer in actor.layers for actor in opened))
    self.level = max(actor.level for actor in opened)

  def run(self, jobs: Sequence[Job], wall_s: float | None = None) -> list[TestReport]:
    """As Pool.run."""
    return self.submit(jobs, wall_s).result()

  def submit(self, jobs: Sequence[Job], wall_s: float | None = None) -> Future:
    """As Pool.submit."""
    return self._jobs.submit(jobs, wall_s)

  def longest(self, jobs: int) -> float:
    """As Pool.longest; an actor may have to be replaced, too."""
    return Pool.longest(self, jobs) + _OPEN_WAIT

  def close(self) -> None:
    """Ends all actors, not Ray; what has not been judged by then fails with RuntimeError. Twice is once."""
    self._jobs.close()
    for thread in self._threads:
      thread.join()

  def __enter__(self) -> RayPool:
    return self

  def __exit__(self, *_) -> None:
    self.close()

  def _serve(self, node: str, started: Future) -> None:
    """The life of one actor and of those that replace it."""
    try:
      actor = _Actor(node, self._arguments)
    except Exception as e:
      started.set_exception(e)
      return
    started.set_result(actor)
    flying: dict[ray.ObjectRef, _Chunk] = {}
    while not self._jobs.closed:
      try:
        self._send(actor, flying)
        self._collect(flying)
      except RayError as e:
        _log.warning('an actor of the harness is gone (%s); what it had goes to a new one', type(e).__name__)
        actor.kill()
        actor = self._replace(node, flying) or actor
    actor.close()

  def _send(self, actor: _Actor, flying: dict) -> None:
    """Gives the actor as much as keeps it busy; waits for jobs where it has none."""
    while len(flying) < actor.lanes + _CHUNKS_AHEAD:
      # Small chunks towards the end of a batch, so that all actors end together.
      most = max(1, min(_CHUNK_JOBS, len(self._jobs) // (4 * self.workers)))
      tasks = self._jobs.take(most, wait=not flying)
      if not tasks:
        return
      self._judge(actor, _Chunk(tasks), flying)

  def _judge(self, actor: _Actor, chunk: _Chunk, flying: dict) -> None:
    flying[actor.handle.run.remote([job for _, job in chunk.tasks])] = chunk

  def _collect(self, flying: dict) -> None:
    """Passes on the reports of what has been judged. Raises RayError where the actor is gone."""
    if not flying:
      return
    for reference in ray.wait(list(flying), timeout=_LOOK)[0]:
      try:
        reports = ray.get(reference)
      except RayTaskError as e:
        for key, _ in flying.pop(reference).tasks:
          self._jobs.fail(key, e.cause or e)
      else:
        for (key, _), report in zip(flying.pop(reference).tasks, reports):
          self._jobs.settle(key, report)

  def _replace(self, node: str, flying: dict) -> _Actor | None:
    """A new actor, at work on what the old one had; None once closed. What was lost before is given up."""
    lost = list(flying.values())
    flying.clear()
    for chunk in [chunk for chunk in lost if chunk.again]:
      for key, job in chunk.tasks:
        self._jobs.settle(key, unjudged(job, 'ActorLost'))
    while not self._jobs.closed:
      if not ray.is_initialized():  # nor will it be
        self._jobs.close()
        break
      try:
        actor = _Actor(node, self._arguments)
      except Exception as e:
        _log.warning('no new actor for the harness: %s', e)
        time.sleep(1.0)
        continue
      for chunk in lost:
        if not chunk.again:
          self._judge(actor, chunk._replace(again=True), flying)
      return actor
    return None
