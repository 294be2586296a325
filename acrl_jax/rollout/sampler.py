"""Between generation and learning: where the judged programs of a learner step come from.

`Sampler` samples them when the step begins and judges them before the update. `OverlappedSampler` keeps the device at
work while the host judges: at step k it samples the programs of step k+1, with the policy as it is before the update of
step k, and then waits for the verdicts of step k. What a step learns from is so at most one policy old: its version and
its log-probs are those of the policy that sampled it, which importance weights and the replay buffer go by.

The queue holds one batch. Nothing is sampled across the end of a phase, so each begins with programs of its own policy,
and so does a run that is lengthened by config.steps. Which programs come is a function of the seed and the step alone.
"""

from __future__ import annotations

import time
from concurrent import futures
from typing import NamedTuple

import jax
import numpy as np

from acrl_jax.data import batch
from acrl_jax.distributed import processes
from acrl_jax.records import Generated, Tree
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.worker import RolloutWorker, Timing


class SamplerSettings(NamedTuple):
  """Which tasks come at which step."""

  seed: int
  problems: int  # a step
  shares: tuple[tuple[int, int], ...]  # of each source of tasks: how many are its, and its weight
  last_steps: frozenset[int]  # of the phases


class Draw(NamedTuple):
  """The programs of a step before their verdicts: all that a checkpoint must hold of them."""

  step: int  # that learns from them
  version: int  # the step whose policy sampled them
  P: int
  rollout_s: float
  generated: Generated  # NumPy


class Sampler:
  """Programs of the policy as it is, sampled and judged when asked for."""

  def __init__(self, worker: RolloutWorker, settings: SamplerSettings):
    self.worker, self.settings = worker, settings

  def take(self, params: Tree, step: int) -> tuple[list[Sample], Timing]:
    """(the programs that step `step` learns from, Timing); call it once a step, in their order."""
    return self.worker.sample(params, self.key(step), self.picked(step), version=step)

  def picked(self, step: int) -> np.ndarray:
    """The tasks of a step, [problems]."""
    settings = self.settings
    return batch.mix(settings.seed + 1, step - 1, settings.shares, settings.problems)

  def key(self, step: int) -> jax.Array:
    """The random key of a step."""
    return jax.random.fold_in(jax.random.key(self.settings.seed), step)

  def settle(self) -> None:
    """Returns when no verdict is under way: the pool is free for others, and so is `ast`, which bears one thread."""

  def state_dict(self) -> dict[str, np.ndarray]:
    """What was sampled and not learned from yet, as plain arrays."""
    return {}

  def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
    """The inverse of `state_dict`."""

  def close(self) -> None:
    """Ends what works in the background."""


class OverlappedSampler(Sampler):
  """Programs sampled a step ahead and judged meanwhile, in one thread beside the one that calls JAX."""

  def __init__(self, worker: RolloutWorker, settings: SamplerSettings):
    super().__init__(worker, settings)
    self.thread = futures.ThreadPoolExecutor(1, 'acrl-judging')
    self.next: tuple[Draw, futures.Future] | None = None

  def take(self, params: Tree, step: int) -> tuple[list[Sample], Timing]:
    """As for `Sampler`. What goes wrong in judging is raised here, with its traceback."""
    drawn, verdicts = self.next or self.judging(self.draw(params, step, step))
    # Before the wait, and that is the point of it all.
    self.next = None if step in self.settings.last_steps else self.judging(self.draw(params, step + 1, step))
    began = time.monotonic()
    mine, reward_s = verdicts.result()
    programs = processes.all_gather_objects(mine)
    return programs, Timing(
      rollout_s=drawn.rollout_s, reward_s=reward_s, wait_s=time.monotonic() - began,
      tokens=int(drawn.generated.actions.sum()),
    )  # fmt: skip

  def draw(self, params: Tree, step: int, version: int) -> Draw:
    """The programs of `step`, by the policy that step `version` begins with."""
    began = time.monotonic()
    generated, P = self.worker.generate(params, self.key(step), self.picked(step))
    return Draw(step=step, version=version, P=P, rollout_s=time.monotonic() - began, generated=generated)

  def judging(self, drawn: Draw) -> tuple[Draw, futures.Future]:
    """A draw with the verdicts on this process's share of it under way, behind those that are."""
    return drawn, self.thread.submit(self.judged, drawn, processes.share(len(drawn.generated.tokens)))

  def judged(self, drawn: Draw, rows: slice) -> tuple[list[Sample], float]:
    """(the programs of `rows`, seconds)."""
    began = time.monotonic()
    found = self.worker.completions(drawn.generated, drawn.P, self.picked(drawn.step), drawn.version)
    return self.worker.judge(found[rows]), time.monotonic() - began

  def settle(self) -> None:
    if self.next is not None:
      futures.wait([self.next[1]])  # and what went wrong is raised by the step that asks for it

  def state_dict(self) -> dict[str, np.ndarray]:
    if self.next is None:
      return {}
    drawn = self.next[0]
    fields = drawn._asdict() | drawn.generated._asdict()
    return {name: np.asarray(x) for name, x in fields.items() if name != 'generated'}

  def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
    """The verdicts are asked for once more."""
    if state:
      plain = {name: state[name].item() for name in Draw._fields if name != 'generated'}
      generated = Generated(**{name: state[name] for name in Generated._fields})
      self.next = self.judging(Draw(**plain, generated=generated))

  def close(self) -> None:
    self.thread.shutdown(wait=False, cancel_futures=True)  # what is under way ends with the pool
