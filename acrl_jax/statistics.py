"""What a step says about itself: metric rows out of samples, estimates and updates."""

from __future__ import annotations

import jax
import numpy as np

from acrl_jax.algorithms import signals
from acrl_jax.records import Outcome


def of_samples(samples: list, per_problem: int, timing, longest: int) -> dict:
  """reward/*, tests/*, completion/*, perf/* and time/* of freshly judged programs. HARNESS_ERROR rows are masked."""
  judged = [s for s in samples if s.report.outcome != Outcome.HARNESS_ERROR]
  rewards = np.asarray([s.entry.reward for s in judged] or [0.0])
  groups = [samples[i : i + per_problem] for i in range(0, len(samples), per_problem)]
  lengths = np.asarray([len(s.entry.completion) for s in samples])
  truncated = np.asarray([not s.ended for s in samples])
  row = {
    'reward/mean': rewards.mean(),
    'reward/std': rewards.std(),
    'reward/max': rewards.max(),
    'reward/frac_zero_std': np.mean([np.ptp([s.entry.reward for s in g]) == 0 for g in groups]),
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
    'tests/compile_error': sum(r.outcome == Outcome.NO_COMPILE for r in good) / n,
    'tests/timeout': timeout / n,
    'tests/harness_error': (len(reports) - len(good)) / n,
  }


def of_targets(rollout, estimates, targets, scores=None) -> dict:
  """adv/* and critic/* before the update."""
  rollout, targets = jax.device_get((rollout, targets))
  mask = np.asarray(signals.loss_mask(rollout)) > 0
  advantages = targets.advantages[mask] if mask.any() else np.zeros(1)
  row = {
    'adv/mean': advantages.mean(),
    'adv/std': advantages.std(),
    'adv/min': advantages.min(),
    'adv/max': advantages.max(),
    'adv/frac_pos': (advantages > 0).mean(),
  }
  if estimates.values is not None:
    values = jax.device_get(estimates.values)[..., 0]
    row |= {
      'critic/explained_var': signals.explained_variance(values, targets.returns, mask),
      'critic/value_mean': values[mask].mean() if mask.any() else 0.0,
      'critic/return_mean': targets.returns[mask].mean() if mask.any() else 0.0,
    }
  return {k: float(v) for k, v in row.items()}


ACTOR = {
  'loss': 'policy/loss', 'grad_norm': 'policy/grad_norm', 'skipped': 'policy/skipped', 'entropy': 'policy/entropy',
  'ratio_mean': 'policy/ratio_mean',
}  # fmt: skip
CRITIC = {'loss': 'critic/loss', 'grad_norm': 'critic/grad_norm'}


def of_actor(metrics: dict, fresh: int) -> dict:
  """policy/* of an update, and the sampler's error on its first `fresh` rows, which are on-policy."""
  row = renamed(metrics, ACTOR)
  if fresh:
    row['mismatch/max_abs'] = float(jax.device_get(metrics['row_gap'])[:fresh].max())
  return row


def renamed(metrics: dict, names: dict) -> dict:
  """The metrics of a step that have a tag, under it."""
  got = jax.device_get({k: v for k, v in metrics.items() if k in names})
  return {names[k]: float(v) for k, v in got.items()}
