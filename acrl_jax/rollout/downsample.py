"""Max-variance down-sampling: which of the sampled programs are learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Outcome
from acrl_jax.rollout.judging import Sample


def downsample_by_variance(programs: Sequence[Sample], count: int) -> list[int]:
  """The `count` programs to learn from, in their order: those whose rewards are furthest from their problem's mean.

  Where all programs of a problem fare alike, there is nothing to prefer: of many programs the few that differ teach
  most (max-variance down-sampling, arXiv 2504.13818, over the whole step rather than within each problem). What the
  harness could not judge comes last.
  """
  known = np.asarray([s.report.outcome != Outcome.HARNESS_ERROR for s in programs])
  rewards, index = np.asarray([s.entry.reward for s in programs]), np.asarray([s.index for s in programs])
  gap = np.full(len(programs), -1.0)
  for problem in np.unique(index[known]):
    rows = known & (index == problem)
    gap[rows] = np.abs(rewards[rows] - rewards[rows].mean())
  return sorted(np.argsort(-gap, kind='stable')[:count].tolist())
