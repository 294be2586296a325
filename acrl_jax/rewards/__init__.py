"""Rewards: from a TestReport to a reward and token weights, `(report, token_lines) -> Feedback`; a file each; no JAX.

A new reward is a file here and a line in REWARDS; or a function in a file of one's own (named.py). `token_lines` is
described in token_credit.py; what else a reward may ask for is in context.py. A harness error says nothing about the
program: reward 0 and no credit.
"""

from __future__ import annotations

from acrl_jax.rewards.above_trivial import above_trivial
from acrl_jax.rewards.named import Reward
from acrl_jax.rewards.outcome import outcome
from acrl_jax.rewards.pass_rate import binary, partial_credit, pass_share, sparse_complete
from acrl_jax.rewards.rltf import rltf
from acrl_jax.rewards.stepcoder import stepcoder

REWARDS = {
  'partial_credit': Reward(partial_credit),
  'above_trivial': Reward(above_trivial),
  'sparse_complete': Reward(sparse_complete),
  'pass_share': Reward(pass_share),
  'binary': Reward(binary),
  'outcome': Reward(outcome),
  'rltf': Reward(rltf, bonus=True),
  'stepcoder': Reward(stepcoder, lines=True),
}
