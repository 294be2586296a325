"""The rows of a learner step: programs, fresh and replayed, or stored reference solutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from acrl_jax.data import batch
from acrl_jax.data.batch import Rows
from acrl_jax.data.replay import Entry, Replay
from acrl_jax.records import Tree
from acrl_jax.rollout import diagnostics
from acrl_jax.rollout.downsample import downsample_by_variance
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.sampler import Sampler


class Taken(NamedTuple):
  """What a learner step learns from, and what is told of it."""

  rows: Rows
  programs: list[Sample]  # all that were sampled for it
  metrics: dict[str, float]


class RowSource(Protocol):
  """Where a phase has its rows from."""

  def take(self, params: Tree, step: int) -> Taken:
    """The rows of learner step `step` (from 1); call it once a step, in their order."""


class SampledRows:
  """Fresh programs, the `fresh` that vary most of a step's, then `replayed` ones, where there is a replay buffer."""

  def __init__(self, sampler: Sampler, buffer: Replay | None, *, fresh: int, replayed: int):
    self.sampler, self.buffer, self.fresh, self.replayed = sampler, buffer, fresh, replayed

  def take(self, params: Tree, step: int) -> Taken:
    programs, timing = self.sampler.take(params, step)
    metrics = diagnostics.of_programs(programs, self.sampler.worker.settings.samples, timing)
    entries = [programs[i].entry for i in downsample_by_variance(programs, self.fresh)]
    if self.buffer is not None:
      entries += self.buffer.sample(self.replayed, version=step)
      for program in programs:
        self.buffer.insert(program.entry)
      metrics |= {f'buffer/{name}': value for name, value in self.buffer.stats(step).items()}
    return Taken(Rows(entries, fresh=self.fresh, size=self.fresh + self.replayed), programs, metrics)


class StoredRows:
  """`count` of the stored entries a step, each as often as any other."""

  def __init__(self, entries: Sequence[Entry], *, count: int, seed: int):
    self.entries, self.count, self.seed = entries, count, seed

  def take(self, params: Tree, step: int) -> Taken:
    picked = batch.choose(self.seed, step - 1, len(self.entries), self.count)
    return Taken(Rows([self.entries[i] for i in picked], fresh=self.count, size=self.count), [], {})
