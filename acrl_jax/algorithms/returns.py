"""Masked reductions, returns and baselines on [B, T] arrays that are aligned on the token they concern."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def loss_mask(rollout):
  """[B, T] float32: how much each token counts in a loss: its credit where the policy chose it, else 0."""
  return rollout.actions * rollout.credit


def masked_mean(x, mask):
  """sum(x * mask) / sum(mask), [] ; 0 where the mask is empty. NaN outside of the mask does not spread."""
  return jnp.sum(jnp.where(mask > 0, x, 0) * mask) / jnp.maximum(jnp.sum(mask), 1e-8)


def whiten(x, mask):
  """x [B, T] less its masked mean, over its masked standard deviation; 0 outside of the mask."""
  mean = masked_mean(x, mask)
  return jnp.where(mask > 0, (x - mean) * jax.lax.rsqrt(masked_mean((x - mean) ** 2, mask) + 1e-8), 0)


def token_rewards(rollout):
  """[B, T]: the program's reward on its last action, and the harness's bonus on each."""
  later = jnp.cumsum(rollout.actions[:, ::-1], axis=1)[:, ::-1]
  last = rollout.actions & (later == 1)
  return rollout.bonus * rollout.actions + rollout.reward[:, None] * last


def discounted(rewards, actions, discount: float):
  """G_t = r_t + discount * G_next over actions only, [B, T]; columns between actions are skipped, not counted."""

  def back(later, now):
    reward, action = now
    later = jnp.where(action, reward + discount * later, later)
    return later, later

  _, out = jax.lax.scan(back, jnp.zeros(rewards.shape[0]), (rewards.T, actions.T), reverse=True)
  return out.T * actions


def gae(rewards, values, actions, discount: float, decay: float):
  """Generalised advantage estimates [B, T] (arXiv 1506.02438); the value after the last action is 0."""

  def back(later, now):
    advantage, value_after = later
    reward, value, action = now
    new = reward + discount * value_after - value + discount * decay * advantage
    return (jnp.where(action, new, advantage), jnp.where(action, value, value_after)), new

  zero = jnp.zeros(rewards.shape[0])
  _, out = jax.lax.scan(back, (zero, zero), (rewards.T, values.T, actions.T), reverse=True)
  return out.T * actions


def group_mean(x, group):
  """(mean of x over each row's group, size of the group), each [B]."""
  rows = x.shape[0]
  total = jax.ops.segment_sum(x, group, rows)
  count = jax.ops.segment_sum(jnp.ones_like(x), group, rows)
  return (total / jnp.maximum(count, 1))[group], count[group]


def explained_variance(values, targets, mask):
  """1 - Var(target - value) / Var(target) over the mask; 0 where the targets do not vary."""
  mask = jnp.asarray(mask, jnp.float32)
  variance = lambda x: masked_mean((x - masked_mean(x, mask)) ** 2, mask)
  total = variance(targets)
  return jnp.where(total > 1e-8, 1 - variance(targets - values) / jnp.maximum(total, 1e-8), 0.0)
