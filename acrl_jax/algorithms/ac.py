"""Actor-critic with a REINFORCE actor (arXiv 2310.13669).

The paper's constants are not public: the defaults of the arguments are ours. So is the importance weight: old samples
with negative advantages are what makes replay unstable, as -log pi has no bound; here their weight pi/mu falls with pi,
so that what is pushed down is soon pushed no more.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from acrl_jax.algorithms import masks, returns
from acrl_jax.records import Algorithm, Outcome, Targets


def ac(
  *, discount: float = 1.0, entropy_cost: float = 0.0, baseline: str = 'critic', normalize: bool = False,
  ce_cost: float = 0.0, ratio_clip: float = 1.0, kl_cost: float = 0.0,
) -> Algorithm:  # fmt: skip
  """The critic regresses the return; the actor follows return minus value.

    A_t  = sg[G_t - V(s_t)],   V of the state before y_t is chosen (0 with baseline='none')
    w_t  = sg[min(ratio_clip, pi(y_t | s_t) / mu(y_t | s_t))]   1 on fresh programs, truncated on replayed ones
    L_pi = - sum_t m_t w_t A_t log pi(y_t | s_t) / sum m
    L    = L_pi - entropy_cost * H + ce_cost * CE,   L_V = mean 1/2 (V(s_t) - G_t)^2

  `normalize` whitens A over the batch; CE is the negative log-likelihood of programs that passed everything; with
  `kl_cost` the reward of each token is lowered by kl_cost * (log mu - log pi_ref). `credit` weighs every term, so that
  masked rows are silent.
  """
  _check(discount, baseline, ratio_clip, entropy_cost=entropy_cost, ce_cost=ce_cost, kl_cost=kl_cost)

  def targets(rollout, estimates):
    rewards = returns.token_rewards(rollout)
    if kl_cost:
      rewards -= kl_cost * jnp.where(rollout.actions, rollout.log_probs - estimates.reference.log_prob, 0)
    reward_to_go = returns.discounted(rewards, rollout.actions, discount)
    values = estimates.values[..., 0] if baseline == 'critic' else jnp.zeros_like(reward_to_go)
    advantages = jnp.where(rollout.actions, reward_to_go - values, 0)
    if normalize:
      advantages = masks.whiten(advantages, masks.loss_mask(rollout))
    return jax.tree.map(jax.lax.stop_gradient, Targets(advantages=advantages, returns=reward_to_go))

  def actor_loss(scores, rollout, targets):
    mask = masks.loss_mask(rollout)
    ratio = importance(scores, rollout)
    pg = -masks.masked_mean(jnp.minimum(ratio, ratio_clip) * targets.advantages * scores.log_prob, mask)
    entropy = masks.masked_mean(scores.entropy, mask)
    loss = pg - entropy_cost * entropy
    if ce_cost:
      solved = (rollout.outcome == Outcome.PASSED)[:, None]
      loss += ce_cost * masks.masked_mean(-scores.log_prob * solved, mask)
    return loss, {'pg': pg, 'entropy': entropy, 'ratio_mean': masks.masked_mean(ratio, mask)}

  with_critic = baseline == 'critic'
  return Algorithm(
    targets=targets, actor_loss=actor_loss, critic_loss=value_loss if with_critic else None,
    critic_width=int(with_critic), reference=kl_cost > 0, batchwise=normalize,
  )  # fmt: skip


def importance(scores, rollout):
  """pi / mu [B, T] of each action, which no gradient goes through; 1 elsewhere."""
  gap = jnp.where(rollout.actions, scores.log_prob - rollout.log_probs, 0)
  return jnp.exp(jnp.clip(jax.lax.stop_gradient(gap), -20, 20))


def value_loss(values, rollout, targets):
  """Half the mean squared error of the values [B, T, 1] against the returns."""
  mse = masks.masked_mean((values[..., 0] - targets.returns) ** 2, masks.loss_mask(rollout))
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
