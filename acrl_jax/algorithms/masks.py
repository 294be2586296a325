"""Which tokens count, and reductions over them: on [B, T] arrays."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def judged_mask(rollout):
  """[B, T] float32: the tokens that the policy chose, of programs that the harness could judge.

  What a value or a divergence is fitted or measured on: a reward's credit says where a program is pushed, and the
  return is known at the other tokens as well.
  """
  return (rollout.actions & rollout.judged[:, None]).astype(jnp.float32)


def loss_mask(rollout):
  """[B, T] float32: how much each token counts in a policy loss: its credit, of those of `judged_mask`."""
  return judged_mask(rollout) * rollout.credit


def masked_mean(x, mask):
  """sum(x * mask) / sum(mask), [] ; 0 where the mask is empty. NaN outside of the mask does not spread."""
  return jnp.sum(jnp.where(mask > 0, x, 0) * mask) / jnp.maximum(jnp.sum(mask), 1e-8)


def whiten(x, mask):
  """x [B, T] less its masked mean, over its masked standard deviation; 0 outside of the mask."""
  mean = masked_mean(x, mask)
  return jnp.where(mask > 0, (x - mean) * jax.lax.rsqrt(masked_mean((x - mean) ** 2, mask) + 1e-8), 0)


def explained_variance(values, targets, mask):
  """1 - Var(target - value) / Var(target) over the mask; 0 where the targets do not vary."""
  mask = jnp.asarray(mask, jnp.float32)
  variance = lambda x: masked_mean((x - masked_mean(x, mask)) ** 2, mask)
  total = variance(targets)
  return jnp.where(total > 1e-8, 1 - variance(targets - values) / jnp.maximum(total, 1e-8), 0.0)
