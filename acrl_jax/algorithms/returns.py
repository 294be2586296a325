"""Token rewards, discounted returns, GAE and group baselines on [B, T] arrays."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def token_rewards(rollout):
  """[B, T]: the program's reward on its last action, and the bonus of each."""
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
