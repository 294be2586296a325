"""What a learner step says about itself, by hand."""

import numpy as np
import pytest

from acrl_jax.algorithms import ac, rest
from acrl_jax.learner import diagnostics
from acrl_jax.learner.updates import Prepared
from acrl_jax.records import Estimates, Rollout, Targets, TokenScores
from acrl_jax.run import metrics


def rollout(actions, credit):
  zeros = np.zeros(actions.shape, np.float32)
  row = np.zeros(len(actions), np.float32)
  return Rollout(
    tokens=zeros.astype(np.int32), valid=actions, actions=actions, log_probs=zeros, credit=credit, bonus=zeros,
    reward=row, baseline=row, outcome=row.astype(np.int32), group=row.astype(np.int32),
    judged=row == 0, ended=row == 0, weight=row + 1,
  )  # fmt: skip


def prepared(actions, credit, values, advantages, returns, fresh):
  estimates = Estimates() if values is None else Estimates(values=values[..., None])
  return Prepared(
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


def test_advantages_are_of_credited_actions_and_values_of_all_of_fresh_rows():
  for some in updates():
    row = diagnostics.of_targets(some)
    assert 'critic/explained_by_baseline' not in row  # there is none
    metrics.check_tags(row)
    assert row['adv/mean'] == 1.0 and row['adv/std'] == pytest.approx(np.std([1, -2, 4]))
    assert (row['adv/min'], row['adv/max'], row['adv/frac_pos']) == (-2.0, 4.0, pytest.approx(2 / 3))
    assert row['critic/value_mean'] == pytest.approx(15 / 5) and row['critic/return_mean'] == pytest.approx(20 / 5)
    left = np.var([0, 0, 2, 1, 2]) / np.var([1, 2, 7, 3, 7])
    assert row['critic/explained_var'] == pytest.approx(1 - left, abs=1e-5)


def test_what_the_baselines_explain_is_told_apart_and_the_critic_adds_to_it():
  baseline = np.asarray([1, 4, 9], np.float32)
  for with_critic in (True, False):
    (one,), _ = updates(with_critic)
    row = diagnostics.of_targets([one._replace(rollout=one.rollout._replace(baseline=baseline))])
    returns, base, heads = np.asarray([1, 2, 7, 3, 7]), np.asarray([1, 1, 1, 4, 4]), np.asarray([1, 2, 5, 2, 5])
    assert row['critic/explained_by_baseline'] == pytest.approx(1 - np.var(returns - base) / np.var(returns), abs=1e-5)
    if with_critic:
      explained = 1 - np.var(returns - base - heads) / np.var(returns)
      assert row['critic/explained_var'] == pytest.approx(explained, abs=1e-5)


def test_without_fresh_rows_or_credit_nothing_is_said():
  assert diagnostics.of_targets(updates(fresh=(False,) * 3)[1]) == {}
  (one,), _ = updates()
  nothing = one._replace(rollout=one.rollout._replace(credit=one.rollout.credit * 0))
  assert diagnostics.of_targets([nothing]) == {}


def test_without_a_critic_nothing_is_said_of_it():
  row = diagnostics.of_targets(updates(with_critic=False)[0])
  assert not any(tag.startswith('critic/') for tag in row) and row['adv/mean'] == 1.0


def seen(loss, skipped, gaps):
  return {'loss': np.float32(loss), 'skipped': np.float32(skipped), 'row_gap': np.asarray(gaps), 'other': 7}


def test_updates_are_averaged_and_one_that_was_skipped_is_told():
  row = diagnostics.of_actor([seen(2, 0, [0.1, 0.3, 5.0]), seen(4, 1, [9, 9, 9])], np.asarray([True, True, False]))
  assert row == {'policy/loss': 3.0, 'policy/skipped': 1.0, 'policy/other': 7.0, 'mismatch/max_abs': 0.3}
  metrics.check_tags(row)


def test_the_samplers_error_is_that_of_fresh_rows_alone():
  row = diagnostics.of_actor([seen(2, 0, [0.1, 0.3, 5.0])], np.zeros(3, bool))
  assert 'mismatch/max_abs' not in row and row['policy/loss'] == 2.0
  row = diagnostics.of_actor([seen(2, 0, [0.1, 0.3, 5.0])], np.asarray([True, False, False]))
  assert row['mismatch/max_abs'] == 0.1


def test_critic_metrics_have_their_own_tags():
  each = [{'loss': loss, 'grad_norm': 2, 'pg': 3} for loss in (1, 2)]
  row = diagnostics.of_critic(each)
  assert row == {'critic/loss': 1.5, 'critic/grad_norm': 2.0, 'critic/pg': 3.0}
  metrics.check_tags(row)


def test_a_step_without_updates_says_nothing_of_them():
  assert diagnostics.of_critic([]) == {} == diagnostics.of_actor([], np.ones(2, bool))


@pytest.mark.parametrize(
  ('algorithm', 'names'),
  [
    (ac(), {'policy/pg', 'policy/entropy', 'policy/ratio_mean'}),
    (rest(), {'policy/nll', 'policy/kept', 'policy/entropy'}),
  ],
)
def test_every_metric_that_a_loss_returns_is_written_under_its_own_name(algorithm, names):
  (one,), _ = updates()
  scores = TokenScores(*[np.zeros((3, 4), np.float32)] * 3)
  _, told = algorithm.actor_loss(scores, one.rollout, one.targets)
  row = diagnostics.of_actor([told], np.zeros(3, bool))
  metrics.check_tags(row)
  assert set(row) == names


def test_the_critic_s_error_is_written():
  (one,), _ = updates()
  _, told = ac().critic_loss(one.estimates.values, one.rollout, one.targets)
  assert set(diagnostics.of_critic([told])) == {'critic/value_mse'}
