"""What a program's reward is expected to be before any critic is asked: what the other programs of its problem got."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Outcome
from acrl_jax.rollout.judging import Sample

PEERS = 1.0  # so many programs of other problems count among a program's peers


def with_peers(programs: Sequence[Sample]) -> list[Sample]:
  """The programs, each with its `baseline`: the mean reward of its problem's other programs, shrunk to the step's.

    b_i = (sum of r_j over its problem's other programs + k mean of r_j over the step's other programs) / (n - 1 + k)

  with k = PEERS and n the problem's programs. A program has no part in its own baseline, so none biases the gradient
  (leave-one-out, arXiv 2402.14740); shrinkage serves where n is small, and is the whole of it where n = 1. What the
  harness could not judge is no peer. 0 where nothing else was judged.
  """
  rewards, index = np.asarray([s.entry.reward for s in programs]), np.asarray([s.index for s in programs])
  judged = np.asarray([s.report.outcome != Outcome.HARNESS_ERROR for s in programs])
  others = leave_one_out(rewards, judged)[0]
  found = np.zeros(len(programs))
  for problem in np.unique(index):
    rows = np.flatnonzero(index == problem)
    mean, count = leave_one_out(rewards[rows], judged[rows])
    found[rows] = (count * mean + PEERS * others[rows]) / (count + PEERS)
  return [s._replace(entry=s.entry._replace(baseline=float(b))) for s, b in zip(programs, found)]


def leave_one_out(x: np.ndarray, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
  """(mean of the other counted members, how many they are) of each member of x, [n] each; 0 where there are none."""
  count = counted.sum() - counted
  return (np.sum(x * counted) - x * counted) / np.maximum(count, 1), count
