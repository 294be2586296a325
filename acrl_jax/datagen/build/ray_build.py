"""Tasks on the machines of a Ray cluster: one actor a worker, each with oracles of its own."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Sequence

from acrl_jax.datagen.build.work import Part, Task, Worker

try:
  import ray
  from ray.exceptions import RayActorError, RayTaskError
except ImportError as e:
  raise ImportError("acrl_jax.datagen.build.ray_build needs Ray: pip install 'acrl_jax[ray]'") from e

_MOST_DEATHS = 2  # of actors at one task; a part is some minutes of work


class _Actor(Worker):
  """A worker on another machine."""


def parts(
  tasks: Sequence[Task], workers: int, note: Callable[[int, int], None] = lambda *_: None
) -> Iterator[tuple[Task, Part]]:
  """As pool.parts, by `workers` actors of the cluster that this process is in, else of a new one on this machine.

  The corpora have to lie at the same path on every machine. An actor that dies is replaced, and its task done again.
  Raises what a worker raises, ValueError where actors keep dying at one task.
  """
  if not ray.is_initialized():
    ray.init()
  todo = collections.deque(tasks)
  deaths: collections.Counter[str] = collections.Counter()
  make = ray.remote(_Actor).options(num_cpus=1).remote
  flying: dict = {}

  def give(actor, task: Task) -> None:
    flying[actor.part.remote(task)] = (actor, task)

  try:
    for _ in range(min(workers, len(todo))):
      give(make(), todo.popleft())
    while flying:
      (done,), _ = ray.wait(list(flying), num_returns=1)
      actor, task = flying.pop(done)
      try:
        part = ray.get(done)
      except RayTaskError as error:
        raise error.cause or error from None
      except RayActorError as error:
        deaths[task.name] += 1
        if deaths[task.name] == _MOST_DEATHS:
          raise ValueError(f'{task.name}: {_MOST_DEATHS} actors died at it; build it with engine=local') from error
        give(make(), task)
        continue
      note(part.kept, part.rejected)
      if todo:
        give(actor, todo.popleft())
      else:
        actor.close.remote()  # it ends when it has done so, for nothing refers to it any more
      yield task, part
  finally:
    for actor, _ in flying.values():
      ray.kill(actor)
