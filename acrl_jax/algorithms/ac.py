"""Actor-critic with a REINFORCE actor (arXiv 2310.13669).

The paper's constants are not public: the defaults of the arguments are ours.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from acrl_jax.algorithms import masks
from acrl_jax.algorithms import returns as signals
from acrl_jax.records import Algorithm, Outcome, Targets


def ac(
  *,
  discount: float = 1.0,
  entropy_cost: float = 0.0,
  baseline: str = 'critic',
  normalize: bool = False,
  ce_cost: float = 0.0,
  ratio_clip: float = 1.0,
  kl_cost: float = 0.0,
) -> Algorithm:
  """The critic regresses the return; the actor follows return minus value.

    A_t  = sg[G_t - V(s_t)],   V of the state before y_t is chosen (0 with baseline='none')
    w_t  = sg[min(ratio_clip, pi(y_t | s_t) / mu(y_t | s_t))]   1 on fresh programs, truncated on replayed ones
    L_pi = - sum_t m_t w_t A_t log pi(y_t | s_t) / sum m
    L    = L_pi - entropy_cost * H + ce_cost * CE,   L_V = mean 1/2 (V(s_t) - G_t)^2

  `normalize` whitens A over the batch; CE is the negative log-likelihood of programs that passed everything; with
  `kl_cost` the reward of each token is lowered by kl_cost * (log mu - log pi_ref). `credit` weighs every term, so that
  masked rows are silent.

  Old samples with negative advantages are what makes replay unstable, as -log pi has no bound; here their weight pi/mu
  falls with pi, so that what is pushed down is soon pushed no more.
  """
  for name, value in dict(entropy_cost=entropy_cost, ce_cost=ce_cost, kl_cost=kl_cost).items():
    if value < 0:
      raise ValueError(f'config.algorithm.{name}={value}: due is 0 or more')
  if not 0 <= discount <= 1:
    raise ValueError(f'config.algorithm.discount={discount}: due is 0 to 1')
  if baseline not in ('critic', 'none'):
    raise ValueError(f"config.algorithm.baseline={baseline!r}: due is 'critic' or 'none'")
  if ratio_clip <= 0:
    raise ValueError(f'config.algorithm.ratio_clip={ratio_clip}: due is more than 0')

  def targets(rollout, estimates):
    rewards = signals.token_rewards(rollout)
    if kl_cost:
      gap = rollout.log_probs - estimates.reference.log_prob
      rewards -= kl_cost * jnp.where(rollout.actions, gap, 0)
    returns = signals.discounted(rewards, rollout.actions, discount)
    values = estimates.values[..., 0] if baseline == 'critic' else jnp.zeros_like(returns)
    advantages = jnp.where(rollout.actions, returns - values, 0)
    if normalize:
      advantages = masks.whiten(advantages, masks.loss_mask(rollout))
    return jax.tree.map(jax.lax.stop_gradient, Targets(advantages=advantages, returns=returns))

  def actor_loss(scores, rollout, targets):
    mask = masks.loss_mask(rollout)
    gap = jnp.where(rollout.actions, scores.log_prob - rollout.log_probs, 0)
    ratio = jnp.exp(jnp.clip(jax.lax.stop_gradient(gap), -20, 20))
    weight = jnp.minimum(ratio, ratio_clip)
    pg = -masks.masked_mean(weight * targets.advantages * scores.log_prob, mask)
    entropy = masks.masked_mean(scores.entropy, mask)
    loss = pg - entropy_cost * entropy
    if ce_cost:
      solved = (rollout.outcome == Outcome.PASSED)[:, None]
      loss += ce_cost * masks.masked_mean(-scores.log_prob * solved, mask)
    return loss, {'pg': pg, 'entropy': entropy, 'ratio_mean': masks.masked_mean(ratio, mask)}

  def value_loss(values, rollout, targets):
    mse = masks.masked_mean((values[..., 0] - targets.returns) ** 2, masks.loss_mask(rollout))
    return 0.5 * mse, {'value_mse': mse}

  critic_loss = value_loss if baseline == 'critic' else None
  return Algorithm(
    targets=targets, actor_loss=actor_loss, critic_loss=critic_loss, critic_width=int(critic_loss is not None),
    reference=kl_cost > 0, batchwise=normalize,
  )  # fmt: skip
