"""The metrics of a learner step: of its advantages, its values and its updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import numpy as np

from acrl_jax.algorithms import masks
from acrl_jax.learner.updates import Prepared
from acrl_jax.records import Array


def of_targets(prepared: Sequence[Prepared]) -> dict[str, float]:
  """adv/* and critic/* before the updates, of the fresh rows alone: the critic has been fitted to the replayed ones."""
  fresh = lambda mask: [np.asarray(mask(p.rollout)) * p.fresh[:, None] > 0 for p in prepared]
  pick = lambda arrays, chosen: np.concatenate([np.asarray(x)[mask] for x, mask in zip(arrays, chosen)])
  advantages = pick([p.targets.advantages for p in prepared], fresh(masks.loss_mask))
  if not len(advantages):
    return {}
  row = {
    'adv/mean': advantages.mean(),
    'adv/std': advantages.std(),
    'adv/min': advantages.min(),
    'adv/max': advantages.max(),
    'adv/frac_pos': (advantages > 0).mean(),
  }
  judged = fresh(masks.judged_mask)
  columns = lambda x, p: np.broadcast_to(np.asarray(x)[:, None], p.rollout.tokens.shape)
  baselines = pick([columns(p.rollout.baseline, p) for p in prepared], judged)
  returns = pick([p.targets.returns for p in prepared], judged)
  weights = pick([columns(p.rollout.weight, p) for p in prepared], judged)  # of all programs, not of the kept alone
  explained = lambda x: masks.explained_variance(x, returns, weights)
  if baselines.any():
    row['critic/explained_by_baseline'] = explained(baselines)
  if prepared[0].estimates.values is not None:
    values = baselines + pick([p.estimates.values[..., 0] for p in prepared], judged)
    row |= {
      'critic/explained_var': explained(values),
      'critic/value_mean': values.mean(),
      'critic/return_mean': returns.mean(),
    }
  return {k: float(v) for k, v in row.items()}


def of_actor(seen: Sequence[Mapping[str, Array]], fresh: np.ndarray) -> dict[str, float]:
  """policy/* of a step's updates; and the sampler's error, on the rows of the first that are on-policy.

  What an older policy sampled tells nothing of that error.
  """
  row = of_losses(seen, 'policy')
  if seen and fresh.any():
    row['mismatch/max_abs'] = float(np.asarray(seen[0]['row_gap'])[fresh].max())
  return row


def of_critic(seen: Sequence[Mapping[str, Array]]) -> dict[str, float]:
  """critic/* of a step's updates."""
  return of_losses(seen, 'critic')


def of_losses(seen: Sequence[Mapping[str, Array]], group: str) -> dict[str, float]:
  """Every number that the updates tell, under its own name: means, but for `skipped`, which is 1 if any was."""
  seen = jax.device_get([{k: v for k, v in metrics.items() if np.ndim(v) == 0} for metrics in seen])
  over = lambda key: max if key == 'skipped' else np.mean
  return {f'{group}/{key}': float(over(key)([metrics[key] for metrics in seen])) for key in (seen[0] if seen else ())}
