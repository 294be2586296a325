"""What the programs of a step say, by hand."""

import numpy as np
import pytest

from acrl_jax.data import replay
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout import diagnostics
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.worker import Timing
from acrl_jax.run import metrics


def sample(outcome, reward=0.0, passed=(), error='', length=3, ended=True):
  entry = replay.Entry(
    *[None] * 2, np.zeros(length), *[None] * 4, reward=reward, outcome=int(outcome), passed=passed, version=0, key=None
  )
  return Sample(0, '', TestReport(outcome=outcome, passed=passed, error=error), ended, entry)


SAMPLES = [
  sample(Outcome.PASSED, 1.0, (True, True), length=4),
  sample(Outcome.FAILED, 0.0, (True, False), length=2),
  sample(Outcome.FAILED, -0.5, (False, False), 'Timeout', length=6, ended=False),
  sample(Outcome.CRASHED, -0.5, (False, False), 'TypeError'),
  sample(Outcome.NO_COMPILE, -1.0, (False, False), 'SyntaxError'),
  sample(Outcome.HARNESS_ERROR, 0.0, (False, False), 'LaneLost'),
  sample(Outcome.CRASHED, 0.0, (False, False), 'Timeout'),
  sample(Outcome.NO_COMPILE, 0.0, (False, False), 'Timeout'),
]
TIMING = Timing(rollout_s=2.0, reward_s=4.0, wait_s=1.5, tokens=30)


def test_a_step_of_programs_by_hand():
  row = diagnostics.of_programs(SAMPLES, 2, TIMING)
  metrics.check_tags(row)
  rewards = [1.0, 0.0, -0.5, -0.5, -1.0, 0.0, 0.0]  # without the harness's error
  assert row['reward/mean'] == pytest.approx(-1 / 7)
  assert row['reward/std'] == pytest.approx(np.std(rewards))
  assert row['reward/max'] == 1.0
  solved, partial, floors = (row[f'reward/{name}'] for name in ('solved', 'partial', 'floors'))
  assert (solved, partial, floors) == pytest.approx((1 / 7, 0.0, -2 / 7))
  assert solved + partial + floors == pytest.approx(row['reward/mean'])
  assert row['completion/len_mean'] == pytest.approx(27 / 8) and row['completion/len_max'] == 6
  assert row['completion/frac_truncated'] == 1 / 8 and row['completion/frac_ended'] == 7 / 8
  assert (row['time/rollout_s'], row['time/reward_s'], row['time/wait_s']) == (2.0, 4.0, 1.5)
  assert row['perf/tokens_per_s'] == 15.0 and row['perf/programs_per_s'] == 2.0
  assert all(type(value) is float for value in row.values())


def test_problems_whose_rewards_are_all_the_same_are_counted_without_harness_errors():
  # (1, 0) differ; (-.5, -.5), (-1, harness error) and (0, 0) do not
  assert diagnostics.of_programs(SAMPLES, 2, TIMING)['reward/frac_zero_std'] == 3 / 4
  assert diagnostics.of_programs(SAMPLES, 4, TIMING)['reward/frac_zero_std'] == 0
  lost = [sample(Outcome.HARNESS_ERROR)] * 2
  assert diagnostics.of_programs([*lost, *SAMPLES[2:4]], 2, TIMING)['reward/frac_zero_std'] == 1
  assert diagnostics.of_programs(lost, 2, TIMING)['reward/frac_zero_std'] == 0


def test_the_shares_of_verdicts_by_hand_add_up_to_one():
  row = diagnostics.verdicts(SAMPLES)
  assert row == {
    'tests/pass_rate': pytest.approx(1.5 / 7),
    'tests/passed': 1 / 8,
    'tests/wrong_answer': 1 / 8,
    'tests/runtime_error': 1 / 8,
    'tests/compile_error': 1 / 8,
    'tests/timeout': 3 / 8,
    'tests/harness_error': 1 / 8,
  }
  assert sum(value for tag, value in row.items() if tag != 'tests/pass_rate') == 1


def test_without_a_verdict_there_is_nothing_but_zeros():
  assert set(diagnostics.verdicts([]).values()) == {0}
  row = diagnostics.of_programs([sample(Outcome.HARNESS_ERROR)], 1, TIMING)
  assert row['reward/mean'] == row['reward/max'] == row['tests/pass_rate'] == 0 and row['tests/harness_error'] == 1
