"""Actor-critic with a REINFORCE actor (arXiv 2310.13669).

The paper's constants are not public: the defaults of the arguments are ours. So is the importance weight: old samples
with negative advantages are what makes replay unstable, as -log pi has no bound; here their weight pi/mu falls with pi,
so that what is pushed down is soon pushed no more.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from acrl_jax.algorithms import aggregation as aggregations
from acrl_jax.algorithms import masks, returns
from acrl_jax.records import Algorithm, Outcome, Targets


def ac(
  *, discount: float = 1.0, entropy_cost: float = 0.0, baseline: str = 'critic', normalize: bool = False,
  ce_cost: float = 0.0, ratio_clip: float = 1.0, kl_cost: float = 0.0, aggregation: str = 'token', horizon: int = 256,
) -> Algorithm:  # fmt: skip
  """The critic regresses the return; the actor follows return minus value.

    A_t = sg[G_t - V_t],  V_t = b + V(s_t): the row's `baseline`, and V of the state before y_t (0 with baseline='none')
    w_t = sg[min(ratio_clip, pi(y_t | s_t) / mu(y_t | s_t))]   1 on fresh programs, truncated on replayed ones
    L   = mean[- w_t A_t log pi(y_t | s_t)] - entropy_cost * H + ce_cost * CE,   L_V = mean 1/2 (V_t - G_t)^2

  The actor's means are by `aggregation`. `normalize` whitens A over the rollout. CE is w_t times the negative
  log-likelihood of programs that passed everything: imitation of the policy's own successes, which is not the paper's.
  With `kl_cost` the reward of each token is lowered by kl_cost * (log mu - log pi_ref).
  """
  _check(discount, baseline, ratio_clip, entropy_cost=entropy_cost, ce_cost=ce_cost, kl_cost=kl_cost)
  mean, count = aggregations.make(aggregation, horizon)
  with_critic = baseline == 'critic'

  def targets(rollout, estimates):
    rewards = returns.token_rewards(rollout)
    if kl_cost:
      rewards -= kl_cost * jnp.where(rollout.actions, rollout.log_probs - estimates.reference.log_prob, 0)
    reward_to_go = returns.discounted(rewards, rollout.actions, discount)
    values = rollout.baseline[:, None] + (estimates.values[..., 0] if with_critic else jnp.zeros_like(reward_to_go))
    advantages = jnp.where(rollout.actions, reward_to_go - values, 0)
    if normalize:
      advantages = masks.whiten(advantages, masks.loss_mask(rollout) * rollout.weight[:, None])
    return jax.lax.stop_gradient(Targets(advantages=advantages, returns=reward_to_go, values=values))

  def actor_loss(scores, rollout, targets):
    ratio = importance(scores, rollout)
    truncated = jnp.minimum(ratio, ratio_clip)
    pg = -mean(truncated * targets.advantages * scores.log_prob, rollout)
    loss = pg - entropy_cost * mean(scores.entropy, rollout)
    if ce_cost:
      solved = (rollout.outcome == Outcome.PASSED)[:, None]
      loss += ce_cost * mean(-truncated * scores.log_prob * solved, rollout)
    seen = lambda x: masks.masked_mean(x, masks.loss_mask(rollout))  # a token of what is learned from
    return loss, {'pg': pg, 'entropy': seen(scores.entropy), 'ratio_mean': seen(ratio)}

  return Algorithm(
    targets=targets, actor_loss=actor_loss, critic_loss=value_loss if with_critic else None,
    critic_width=int(with_critic), reference=kl_cost > 0, batchwise=normalize, count=count,
  )  # fmt: skip


def importance(scores, rollout):
  """pi / mu [B, T] of each action, which no gradient goes through; 1 elsewhere."""
  gap = jnp.where(rollout.actions, scores.log_prob - rollout.log_probs, 0)
  return jnp.exp(jnp.clip(jax.lax.stop_gradient(gap), -20, 20))


def value_loss(values, rollout, targets):
  """Half the mean squared error of baseline plus values [B, T, 1] against the returns, over all that was judged."""
  error = rollout.baseline[:, None] + values[..., 0] - targets.returns
  mse = masks.masked_mean(rollout.weight[:, None] * error**2, masks.judged_mask(rollout))
  return 0.5 * mse, {'value_mse': mse}


def _check(discount: float, baseline: str, ratio_clip: float, **costs: float) -> None:
  """Raises ValueError naming the argument that is out of its bounds."""
  for name, value in costs.items():
    if value < 0:
      raise ValueError(f'config.algorithm.{name}={value}: must be at least 0')
  if not 0 <= discount <= 1:
    raise ValueError(f'config.algorithm.discount={discount}: must be at least 0 and at most 1')
  if baseline not in ('critic', 'none'):
    raise ValueError(f"config.algorithm.baseline={baseline!r}: must be 'critic' or 'none'")
  if ratio_clip <= 0:
    raise ValueError(f'config.algorithm.ratio_clip={ratio_clip}: must be above 0')
