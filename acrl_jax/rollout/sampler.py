"""Between generation and learning: where the judged programs of a learner step come from.

`Direct` samples them when the step begins, judges them and then learns. `Ahead` keeps the device at work while the host
judges: at step k it samples the programs of step k+1, with the policy as it is before the update of step k, and then
waits for the verdicts of step k. What a step learns from is so at most one policy old, and says so: its version and its
log-probs are those of the policy that sampled it, which importance weights and the replay buffer go by.

The queue holds one batch. Nothing is sampled across the end of a phase, so each begins with programs of its own policy,
and so does a run that is lengthened by config.steps. Which programs come is a function of the seed and the step alone.
"""

from __future__ import annotations

import itertools
import time
from concurrent import futures
from typing import NamedTuple

import jax
import numpy as np

from acrl_jax import rewards
from acrl_jax.data import batch
from acrl_jax.distributed import processes
from acrl_jax.records import Generated
from acrl_jax.rollout import judging as rollout


class Draw(NamedTuple):
  """The programs of a step before their verdicts: all that a checkpoint must hold of them."""

  step: int  # that learns from them
  version: int  # the step whose policy sampled them
  P: int
  rollout_s: float
  generated: Generated  # NumPy


def source(parts) -> Sampler:
  """The source of programs that config.rollout.overlap asks for."""
  return (OverlappedSampler if parts.config.rollout.overlap else Sampler)(parts)


class Sampler:
  """Programs of the policy as it is, sampled and judged when asked for."""

  def __init__(self, parts):
    self.parts = parts
    settings = parts.config.rollout
    self.settings = dict(
      samples=settings.samples, max_new_tokens=settings.max_new_tokens, temperature=settings.temperature,
      top_p=settings.top_p,
    )  # fmt: skip
    self.reward = rewards.REWARDS[parts.config.feedback]

  def take(self, params, step: int) -> tuple[list, rollout.Timing]:
    """(the samples that step `step` learns from, Timing); call it once a step, in their order."""
    parts = self.parts
    return rollout.sample(
      parts.loaded, params, self.key(step), parts.tasks, self.picked(step), parts.place, parts.config.prompt.lengths,
      parts.pool, reward=self.reward, version=step, **self.settings,
    )  # fmt: skip

  def picked(self, step: int) -> np.ndarray:
    """The tasks of a step, [problems]."""
    config = self.parts.config
    return batch.mix(config.seed + 1, step - 1, self.parts.shares, config.rollout.problems)

  def key(self, step: int):
    """The random key of a step."""
    return jax.random.fold_in(jax.random.key(self.parts.config.seed), step)

  def settle(self) -> None:
    """Returns when no verdict is under way: the pool is free for others, and so is `ast`, which bears one thread."""

  def state_dict(self) -> dict[str, np.ndarray]:
    """What was sampled and not learned from yet, as plain arrays."""
    return {}

  def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
    """The inverse of `state_dict`."""

  def close(self) -> None:
    """Nothing of it runs on."""


class OverlappedSampler(Sampler):
  """Programs sampled a step ahead and judged meanwhile, in one thread beside the one that calls JAX."""

  def __init__(self, parts):
    super().__init__(parts)
    self.lasts = set(itertools.accumulate(phase.steps for phase in parts.phases))  # the last step of each phase
    self.thread = futures.ThreadPoolExecutor(1, 'acrl-judging')
    self.next: tuple[Draw, futures.Future] | None = None

  def take(self, params, step: int) -> tuple[list, rollout.Timing]:
    """As for `Direct`. What goes wrong in judging is raised here, with its traceback."""
    drawn, verdicts = self.next or self.judging(self.draw(params, step, step))
    # Before the wait, and that is the point of it all.
    self.next = None if step in self.lasts else self.judging(self.draw(params, step + 1, step))
    began = time.monotonic()
    mine, reward_s = verdicts.result()
    samples = processes.all_gather_objects(mine)
    return samples, rollout.Timing(
      rollout_s=drawn.rollout_s, reward_s=reward_s, wait_s=time.monotonic() - began,
      tokens=int(drawn.generated.actions.sum()),
    )  # fmt: skip

  def draw(self, params, step: int, version: int) -> Draw:
    """The programs of `step`, by the policy that step `version` begins with."""
    parts = self.parts
    began = time.monotonic()
    chosen = [parts.tasks[i] for i in self.picked(step)]
    generated, P = rollout.generate(
      parts.loaded, params, self.key(step), chosen, parts.place, parts.config.prompt.lengths, **self.settings
    )
    return Draw(step=step, version=version, P=P, rollout_s=time.monotonic() - began, generated=generated)

  def judging(self, drawn: Draw) -> tuple[Draw, futures.Future]:
    """A draw with the verdicts on this host's share of it under way, behind those that are."""
    return drawn, self.thread.submit(self.judged, drawn, processes.share(len(drawn.generated.tokens)))

  def judged(self, drawn: Draw, rows: slice) -> tuple[list, float]:
    """(the samples of `rows`, seconds)."""
    parts, picked = self.parts, self.picked(drawn.step)
    began = time.monotonic()
    samples = rollout.judge_rows(
      parts.loaded, drawn.generated, drawn.P, [parts.tasks[i] for i in picked], picked, parts.pool, self.reward,
      drawn.version, rows,
    )  # fmt: skip
    return samples, time.monotonic() - began

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
