"""Rewards: from a TestReport to a reward and token weights, `(report, token_lines) -> Feedback`; a file each; no JAX.

A new reward is a file here and a line in REWARDS. `token_lines` is described in token_credit.py. A harness error says
nothing about the program: reward 0 and no credit, so that no loss sees the sample.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from acrl_jax.rewards.outcome import outcome
from acrl_jax.rewards.pass_rate import binary, partial_credit, pass_share, sparse_complete
from acrl_jax.rewards.rltf import rltf
from acrl_jax.rewards.stepcoder import stepcoder


class Reward(NamedTuple):
  """A way to reward."""

  function: Callable  # (TestReport, token_lines) -> Feedback
  lines: bool = False  # it looks at executed lines; to trace them costs time
  bonus: bool = False  # it gives single tokens a reward of their own, which the algorithm must know to use


REWARDS = {
  'partial_credit': Reward(partial_credit),
  'sparse_complete': Reward(sparse_complete),
  'pass_share': Reward(pass_share),
  'binary': Reward(binary),
  'outcome': Reward(outcome),
  'rltf': Reward(rltf, bonus=True),
  'stepcoder': Reward(stepcoder, lines=True),
}
