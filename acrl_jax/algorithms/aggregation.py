"""What a policy loss divides by: three ways to make one number of [B, T] terms.

                                                                    divides by (`count`)
  token     sum of w m x over all tokens                             the tokens: sum of m
  sequence  each program's mean over its tokens, summed with w       the programs with at least one of them
  constant  sum of w m x over all tokens, over `horizon`             the programs, as for sequence (arXiv 2503.20783)

m is `masks.loss_mask`, w the row's weight, which undoes a selection of rows and so is no part of what is divided by.
By token, long programs push most; by sequence all push the same, so that each token of a long wrong one is pushed
down less; by constant a program's push is the sum of its tokens', as the policy gradient has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp

from acrl_jax.algorithms import masks


class Aggregation(NamedTuple):
  """A loss's mean, and its divisor: those of pieces of the rows, weighed by their counts, add up to the whole's."""

  mean: Callable  # (x [B, T], Rollout) -> []; 0 where no token counts
  count: Callable  # Rollout -> []


def make(name: str, horizon: int) -> Aggregation:
  """The aggregation of a name; ValueError for one that is none, or a horizon below 1."""
  if name not in SUMS:
    raise ValueError(f'config.algorithm.aggregation={name!r}: must be one of {", ".join(SUMS)}')
  if horizon < 1:
    raise ValueError(f'config.algorithm.horizon={horizon}: must be at least 1')
  summed, count = SUMS[name]

  def mean(x, rollout):
    mask = masks.loss_mask(rollout)
    # Only there: NaN outside of the mask must not spread.
    terms = jnp.where(mask > 0, x * rollout.weight[:, None], 0)
    return summed(terms, mask, horizon) / jnp.maximum(count(rollout), 1e-8)

  return Aggregation(mean, count)


def tokens(rollout):
  """[] the tokens that count, by their credit."""
  return masks.loss_mask(rollout).sum()


def programs(rollout):
  """[] the programs that have one of them."""
  return jnp.any(masks.loss_mask(rollout) > 0, 1).sum().astype(jnp.float32)


SUMS = {  # (terms, mask, horizon) -> [], and what it is divided by
  'token': (lambda x, mask, horizon: jnp.sum(x * mask), tokens),
  'sequence': (lambda x, mask, horizon: jnp.sum((x * mask).sum(1) / jnp.maximum(mask.sum(1), 1e-8)), programs),
  'constant': (lambda x, mask, horizon: jnp.sum(x * mask) / horizon, programs),
}
