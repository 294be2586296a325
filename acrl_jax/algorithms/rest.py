"""Likelihood of programs above a reward threshold: ReST's improve step (arXiv 2308.08998).

On rollouts made of reference solutions (reward 1) it is supervised fine-tuning.
"""

from __future__ import annotations

import jax.numpy as jnp

from acrl_jax.algorithms import masks
from acrl_jax.records import Algorithm, Targets


def rest(*, threshold: float = 0.0) -> Algorithm:
  """L = -mean over tokens of 1{R > threshold} log pi; strict, and 0 where nothing is kept.

  The mean is over all tokens and not over the kept ones: then microbatches add up to the whole batch.
  """

  def targets(rollout, estimates):
    kept = (rollout.reward > threshold)[:, None] * rollout.actions.astype(jnp.float32)
    return Targets(advantages=kept, returns=rollout.reward[:, None] * rollout.actions)

  def actor_loss(scores, rollout, targets):
    mask = masks.loss_mask(rollout)
    nll = masks.masked_mean(-scores.log_prob * targets.advantages * rollout.weight[:, None], mask)
    kept = masks.masked_mean(targets.advantages, mask)  # of the tokens
    return nll, {'nll': nll, 'kept': kept, 'entropy': masks.masked_mean(scores.entropy, mask)}

  return Algorithm(targets=targets, actor_loss=actor_loss)
