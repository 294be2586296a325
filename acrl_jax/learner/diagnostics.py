"""What a step says about itself: metric rows out of samples, estimates and updates."""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

from acrl_jax.algorithms import masks as signals
from acrl_jax.records import Array, Estimates, Outcome, Rollout, Targets


def of_samples(samples: list, per_problem: int, timing) -> dict:
  """reward/*, tests/*, completion/*, perf/* and time/* of freshly judged programs. HARNESS_ERROR rows are masked."""
  judged = lambda some: [s.entry.reward for s in some if s.report.outcome != Outcome.HARNESS_ERROR]
  rewards = np.asarray(judged(samples) or [0.0])
  groups = [judged(samples[i : i + per_problem]) for i in range(0, len(samples), per_problem)]
  lengths = np.asarray([len(s.entry.completion) for s in samples])
  truncated = np.asarray([not s.ended for s in samples])
  row = {
    'reward/mean': rewards.mean(),
    'reward/std': rewards.std(),
    'reward/max': rewards.max(),
    'reward/frac_zero_std': np.mean([np.ptp(group) == 0 for group in groups if group] or [0.0]),
    'completion/len_mean': lengths.mean(),
    'completion/len_max': lengths.max(),
    'completion/frac_ended': 1 - truncated.mean(),
    'completion/frac_truncated': truncated.mean(),
    'time/rollout_s': timing.rollout_s,
    'time/reward_s': timing.reward_s,
    'perf/tokens_per_s': timing.tokens / max(timing.rollout_s, 1e-9),
    'perf/programs_per_s': len(samples) / max(timing.reward_s, 1e-9),
  }
  return {k: float(v) for k, v in row.items()} | verdicts(samples)


def verdicts(samples: list) -> dict:
  """tests/*: the share of programs with each outcome, and of tests passed."""
  reports = [s.report for s in samples]
  good = [r for r in reports if r.outcome != Outcome.HARNESS_ERROR]
  n = max(len(reports), 1)
  timeout = sum(r.error == 'Timeout' for r in good)
  crashed = sum(r.outcome == Outcome.CRASHED and r.error != 'Timeout' for r in good)
  failed = sum(r.outcome == Outcome.FAILED and r.error != 'Timeout' for r in good)
  return {
    'tests/pass_rate': float(np.mean([np.mean(r.passed) if r.passed else 0.0 for r in good] or [0.0])),
    'tests/passed': sum(r.outcome == Outcome.PASSED for r in good) / n,
    'tests/wrong_answer': failed / n,
    'tests/runtime_error': crashed / n,
    'tests/compile_error': sum(r.outcome == Outcome.NO_COMPILE and r.error != 'Timeout' for r in good) / n,
    'tests/timeout': timeout / n,
    'tests/harness_error': (len(reports) - len(good)) / n,
  }


class Prepared(NamedTuple):
  """The rows of one update with what is known before it."""

  rollout: Rollout
  estimates: Estimates
  targets: Targets
  hidden: Array  # [B, T, D]
  fresh: np.ndarray  # [B] bool: sampled in this step, not replayed


def of_targets(prepared: list[Prepared]) -> dict:
  """adv/* and critic/* before the updates, of the fresh rows alone: the critic has been fitted to the replayed ones."""
  masks = [np.asarray(signals.loss_mask(p.rollout)) * p.fresh[:, None] > 0 for p in prepared]
  pick = lambda arrays: np.concatenate([np.asarray(x)[mask] for x, mask in zip(arrays, masks)])
  advantages = pick(p.targets.advantages for p in prepared)
  if not len(advantages):
    return {}
  row = {
    'adv/mean': advantages.mean(),
    'adv/std': advantages.std(),
    'adv/min': advantages.min(),
    'adv/max': advantages.max(),
    'adv/frac_pos': (advantages > 0).mean(),
  }
  if prepared[0].estimates.values is not None:
    values = pick(p.estimates.values[..., 0] for p in prepared)
    returns = pick(p.targets.returns for p in prepared)
    row |= {
      'critic/explained_var': signals.explained_variance(values, returns, np.ones_like(values)),
      'critic/value_mean': values.mean(),
      'critic/return_mean': returns.mean(),
    }
  return {k: float(v) for k, v in row.items()}


ACTOR = {
  'loss': 'policy/loss', 'grad_norm': 'policy/grad_norm', 'skipped': 'policy/skipped', 'entropy': 'policy/entropy',
  'ratio_mean': 'policy/ratio_mean',
}  # fmt: skip
CRITIC = {'loss': 'critic/loss', 'grad_norm': 'critic/grad_norm', 'skipped': 'critic/skipped'}


def of_actor(seen: list[dict], fresh: np.ndarray | None) -> dict:
  """policy/* of a step's updates; and the sampler's error, on the fresh rows of the first, which are on-policy."""
  row = renamed(seen, ACTOR)
  if seen and fresh is not None and fresh.any():
    row['mismatch/max_abs'] = float(np.asarray(seen[0]['row_gap'])[fresh].max())
  return row


def renamed(seen: list[dict], names: dict) -> dict:
  """The metrics of updates that have a tag, under it: means, but for `skipped`, which is 1 if any was."""
  seen = jax.device_get([{k: v for k, v in metrics.items() if k in names} for metrics in seen])
  over = lambda key: max if key == 'skipped' else np.mean
  return {names[key]: float(over(key)([metrics[key] for metrics in seen])) for key in (seen[0] if seen else ())}
