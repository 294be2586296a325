"""What a step says about itself, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from acrl_jax.learner import diagnostics as statistics
from acrl_jax.records import Estimates, Outcome, Rollout, Targets, TestReport
from acrl_jax.rollout import diagnostics
from acrl_jax.rollout.judging import Timing
from acrl_jax.run import metrics


def sample(outcome, reward=0.0, passed=(), error='', length=3, ended=True):
  return SimpleNamespace(
    report=TestReport(outcome=outcome, passed=passed, error=error), ended=ended,
    entry=SimpleNamespace(reward=reward, completion=np.zeros(length)),
  )  # fmt: skip


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
TIMING = Timing(rollout_s=2.0, reward_s=4.0, tokens=30)


def test_a_step_of_samples_by_hand():
  row = diagnostics.of_samples(SAMPLES, 2, TIMING)
  metrics.check(row)
  rewards = [1.0, 0.0, -0.5, -0.5, -1.0, 0.0, 0.0]  # without the harness's error
  assert row['reward/mean'] == pytest.approx(-1 / 7)
  assert row['reward/std'] == pytest.approx(np.std(rewards))
  assert row['reward/max'] == 1.0
  assert row['completion/len_mean'] == pytest.approx(27 / 8) and row['completion/len_max'] == 6
  assert row['completion/frac_truncated'] == 1 / 8 and row['completion/frac_ended'] == 7 / 8
  assert (row['time/rollout_s'], row['time/reward_s']) == (2.0, 4.0)
  assert row['perf/tokens_per_s'] == 15.0 and row['perf/programs_per_s'] == 2.0
  assert all(type(value) is float for value in row.values())


def test_problems_whose_rewards_are_all_the_same_are_counted_without_harness_errors():
  # (1, 0) differ; (-.5, -.5), (-1, harness error) and (0, 0) do not
  assert diagnostics.of_samples(SAMPLES, 2, TIMING)['reward/frac_zero_std'] == 3 / 4
  assert diagnostics.of_samples(SAMPLES, 4, TIMING)['reward/frac_zero_std'] == 0
  lost = [sample(Outcome.HARNESS_ERROR)] * 2
  assert diagnostics.of_samples([*lost, *SAMPLES[2:4]], 2, TIMING)['reward/frac_zero_std'] == 1
  assert diagnostics.of_samples(lost, 2, TIMING)['reward/frac_zero_std'] == 0


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
  row = diagnostics.of_samples([sample(Outcome.HARNESS_ERROR)], 1, TIMING)
  assert row['reward/mean'] == row['reward/max'] == row['tests/pass_rate'] == 0 and row['tests/harness_error'] == 1


def rollout(actions, credit):
  zeros = np.zeros(actions.shape, np.float32)
  row = np.zeros(len(actions), np.float32)
  return Rollout(
    tokens=zeros.astype(np.int32), valid=actions, actions=actions, log_probs=zeros, credit=credit, bonus=zeros,
    reward=row, baseline=row, outcome=row.astype(np.int32), group=row.astype(np.int32),
  )  # fmt: skip


def prepared(actions, credit, values, advantages, returns, fresh):
  estimates = Estimates() if values is None else Estimates(values=values[..., None])
  return statistics.Prepared(
    rollout(actions, credit), estimates, Targets(advantages, returns), hidden=None, fresh=np.asarray(fresh)
  )


def updates(with_critic=True, fresh=(True, True, False)):
  """The same three rows as one update, and as two; counted are [0, 1], [0, 2] and [1, 1], for row 2 is replayed."""
  actions = np.asarray([[False, True, True, True], [False, True, True, False], [False, True, True, True]])
  credit = np.asarray([[1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 1, 1]], np.float32)
  advantages = np.asarray([[9, 1, -2, 9], [9, 4, 9, 9], [9, 9, 9, 9]], np.float32)
  returns = np.asarray([[7, 1, 2, 7], [7, 3, 7, 7], [7, 7, 7, 7]], np.float32)
  values = np.asarray([[5, 1, 2, 5], [5, 2, 5, 5], [5, 5, 5, 5]], np.float32) if with_critic else None
  rows = (actions, credit, values, advantages, returns, np.asarray(fresh))
  cut = lambda part: prepared(*(None if x is None else x[part] for x in rows))
  return [cut(slice(None))], [cut(slice(0, 1)), cut(slice(1, 3))]


def test_advantages_and_values_are_taken_over_credited_actions_of_fresh_rows():
  for some in updates():
    row = statistics.of_targets(some)
    metrics.check(row)
    assert row['adv/mean'] == 1.0 and row['adv/std'] == pytest.approx(np.std([1, -2, 4]))
    assert (row['adv/min'], row['adv/max'], row['adv/frac_pos']) == (-2.0, 4.0, pytest.approx(2 / 3))
    assert row['critic/value_mean'] == pytest.approx(5 / 3) and row['critic/return_mean'] == 2.0
    assert row['critic/explained_var'] == pytest.approx(1 - np.var([0, 0, 1]) / np.var([1, 2, 3]), abs=1e-5)


def test_without_fresh_rows_or_credit_nothing_is_said():
  assert statistics.of_targets(updates(fresh=(False,) * 3)[1]) == {}
  (one,), _ = updates()
  nothing = one._replace(rollout=one.rollout._replace(credit=one.rollout.credit * 0))
  assert statistics.of_targets([nothing]) == {}


def test_without_a_critic_nothing_is_said_of_it():
  row = statistics.of_targets(updates(with_critic=False)[0])
  assert not any(tag.startswith('critic/') for tag in row) and row['adv/mean'] == 1.0


def seen(loss, skipped, gaps):
  return {'loss': np.float32(loss), 'skipped': np.float32(skipped), 'row_gap': np.asarray(gaps), 'other': 7}


def test_updates_are_averaged_and_one_that_was_skipped_is_told():
  row = statistics.of_actor([seen(2, 0, [0.1, 0.3, 5.0]), seen(4, 1, [9, 9, 9])], np.asarray([True, True, False]))
  assert row == {'policy/loss': 3.0, 'policy/skipped': 1.0, 'mismatch/max_abs': 0.3}
  metrics.check(row)


def test_the_samplers_error_is_that_of_fresh_rows_alone():
  for fresh in (None, np.zeros(3, bool)):
    assert 'mismatch/max_abs' not in statistics.of_actor([seen(2, 0, [0.1, 0.3, 5.0])], fresh)


def test_critic_metrics_have_their_own_tags():
  each = [{'loss': loss, 'grad_norm': 2, 'pg': 3} for loss in (1, 2)]
  row = statistics.renamed(each, statistics.CRITIC)
  assert row == {'critic/loss': 1.5, 'critic/grad_norm': 2.0}
  metrics.check(row)


def test_a_step_without_updates_says_nothing_of_them():
  assert statistics.renamed([], statistics.CRITIC) == {} == statistics.of_actor([], np.ones(2, bool))
