"""Down-sampling: which of a step's programs are learned from, and how much each then stands for.

Whole problems are kept, by chance: the more a problem's rewards differ, the likelier. Each kept program's `weight`
undoes that, so that on average actor and critic learn what all programs would have taught them. To keep the best and
the worst programs instead (arXiv 2504.13818) teaches from fewer rows, but of another policy than the one that sampled:
where 4 % pass, 14 % of what is learned from do, and a critic fitted to that expects too much.

Two things stay of the selection. Weights make the estimate of a step noisier than that of as many problems chosen
evenly would be where rewards say nothing of gradients. And a mean over tokens divides by those of the kept programs,
which may be longer or shorter than the others'; by sequence or constant it has no such part.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Outcome
from acrl_jax.rollout.judging import Sample

FLOOR = 0.5  # times the mean spread, added to each problem's: no weight is above (1 + FLOOR) / FLOOR


def whole_problems(programs: Sequence[Sample], samples: int, count: int, rng: np.random.Generator) -> list[Sample]:
  """`count` of the programs, all `samples` of each kept problem, with their weights; in their order.

  Weights are (kept problems / all problems) / (the problem's chance): 1 where all chances are alike.
  """
  if count >= len(programs):
    return list(programs)
  groups = [programs[first : first + samples] for first in range(0, len(programs), samples)]
  kept = count // samples
  chance = chances(np.asarray([spread(group) for group in groups]), kept)
  weight = kept / len(groups) / chance
  return [
    s._replace(entry=s.entry._replace(weight=float(weight[k])))
    for k in systematic(chance, rng) for s in groups[k]
  ]  # fmt: skip


def spread(group: Sequence[Sample]) -> float:
  """The standard deviation of the rewards of what could be judged."""
  rewards = [s.entry.reward for s in group if s.report.outcome != Outcome.HARNESS_ERROR]
  return float(np.std(rewards)) if rewards and np.ptp(rewards) else 0.0  # of equal ones numpy may find 1e-17


def chances(spreads: np.ndarray, kept: int) -> np.ndarray:
  """The chance of each problem to be among the `kept`: as its spread plus FLOOR times their mean, at most 1."""
  size = spreads + FLOOR * spreads.mean() if spreads.any() else np.ones(len(spreads))
  certain = np.zeros(len(size), bool)
  while True:
    chance = np.where(certain, 1.0, size * (kept - certain.sum()) / max(size[~certain].sum(), 1e-30))
    if not (chance > 1).any():
      return chance
    certain |= chance >= 1


def systematic(chance: np.ndarray, rng: np.random.Generator) -> list[int]:
  """Members chosen with these chances, which add up to how many are: one random start, then even steps (sorted)."""
  order = rng.permutation(len(chance))
  edges = np.cumsum(chance[order])
  marks = rng.random() + np.arange(round(edges[-1]))
  return sorted(order[np.minimum(np.searchsorted(edges, marks, 'right'), len(order) - 1)].tolist())
