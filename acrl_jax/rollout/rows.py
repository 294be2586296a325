"""The rows of a learner step: programs, fresh and replayed, or stored reference solutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from acrl_jax.data import batch
from acrl_jax.data.batch import Rows
from acrl_jax.data.replay import Entry, Replay
from acrl_jax.records import Tree
from acrl_jax.rollout import baseline, diagnostics, downsample
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.sampler import Sampler

KEPT = 2  # the stream of random numbers that chooses what is learned from


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
  """`fresh` programs of a step's, then `replayed` ones of earlier steps, where there is a replay buffer.

  With `peers` the reward that is expected of a program is what the others of its problem got; else it is 0.
  """

  def __init__(self, sampler: Sampler, buffer: Replay | None, *, fresh: int, replayed: int, peers: bool):
    self.sampler, self.buffer, self.fresh, self.replayed, self.peers = sampler, buffer, fresh, replayed, peers

  def take(self, params: Tree, step: int) -> Taken:
    programs, timing = self.sampler.take(params, step)
    samples = self.sampler.worker.settings.samples
    metrics = diagnostics.of_programs(programs, samples, timing)
    if self.peers:
      programs = baseline.with_peers(programs)
    rng = np.random.default_rng([self.sampler.settings.seed, step, KEPT])
    entries = [program.entry for program in downsample.whole_problems(programs, samples, self.fresh, rng)]
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
