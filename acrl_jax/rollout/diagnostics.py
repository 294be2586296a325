"""The metrics of a step's programs: rewards, outcomes, lengths and times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acrl_jax.records import Outcome
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.worker import Timing


def of_programs(programs: Sequence[Sample], per_problem: int, timing: Timing) -> dict[str, float]:
  """reward/*, tests/*, completion/*, perf/* and time/* of freshly judged programs. HARNESS_ERROR rows are masked."""
  judged = lambda some: [s.entry.reward for s in some if s.report.outcome != Outcome.HARNESS_ERROR]
  rewards = np.asarray(judged(programs) or [0.0])
  groups = [judged(programs[i : i + per_problem]) for i in range(0, len(programs), per_problem)]
  lengths = np.asarray([len(s.entry.completion) for s in programs])
  truncated = np.asarray([not s.ended for s in programs])
  row = {
    'reward/mean': rewards.mean(),
    'reward/std': rewards.std(),
    'reward/max': rewards.max(),
    **parts(programs),
    'reward/frac_zero_std': np.mean([np.ptp(group) == 0 for group in groups if group] or [0.0]),
    'completion/len_mean': lengths.mean(),
    'completion/len_max': lengths.max(),
    'completion/frac_ended': 1 - truncated.mean(),
    'completion/frac_truncated': truncated.mean(),
    'time/rollout_s': timing.rollout_s,
    'time/reward_s': timing.reward_s,
    'time/wait_s': timing.wait_s,
    'perf/tokens_per_s': timing.tokens / max(timing.rollout_s, 1e-9),
    'perf/programs_per_s': len(programs) / max(timing.reward_s, 1e-9),
  }
  return {k: float(v) for k, v in row.items()} | verdicts(programs)


def parts(programs: Sequence[Sample]) -> dict[str, float]:
  """reward/*: the mean reward by what earned it: programs that solved their problem, that passed some tests, the rest.

  The three add up to the mean. A rise that comes from the floors alone is of programs that fail in a better way.
  """
  found = {'solved': 0.0, 'partial': 0.0, 'floors': 0.0}
  judged = [s for s in programs if s.report.outcome != Outcome.HARNESS_ERROR]
  for s in judged:
    solved = s.report.outcome == Outcome.PASSED
    found['solved' if solved else 'partial' if any(s.report.passed) else 'floors'] += s.entry.reward
  return {f'reward/{name}': total / max(1, len(judged)) for name, total in found.items()}


def verdicts(programs: Sequence[Sample]) -> dict[str, float]:
  """tests/*: the share of programs with each outcome, and of tests passed."""
  reports = [s.report for s in programs]
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
