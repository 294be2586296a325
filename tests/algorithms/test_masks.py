"""Masked reductions look at what a loss will see, weighed as the loss weighs it, and at nothing else."""

import numpy as np
from rollouts import make

from acrl_jax.algorithms import masks


def test_a_token_counts_by_its_credit_where_it_was_chosen():
  rollout = make(actions=[[0, 1, 1]], reward=[1], credit=[[1, 0.5, 0]])
  np.testing.assert_allclose(masks.loss_mask(rollout), [[0, 0.5, 0]])


def test_what_was_not_judged_is_masked_apart_from_its_credit():
  rollout = make(actions=[[0, 1, 1], [0, 1, 1]], reward=[1, 1], credit=[[1, 0.5, 0], [1, 1, 1]])
  rollout = rollout._replace(judged=np.asarray([True, False]))
  np.testing.assert_allclose(masks.loss_mask(rollout), [[0, 0.5, 0], [0, 0, 0]])
  np.testing.assert_allclose(masks.judged_mask(rollout), [[0, 1, 1], [0, 0, 0]])


def test_a_masked_mean_by_hand_and_nothing_spreads_from_outside():
  x, mask = np.asarray([[1.0, 3.0, np.nan]]), np.asarray([[1.0, 3.0, 0.0]])
  assert masks.masked_mean(x, mask) == 2.5
  assert masks.masked_mean(x, 0 * mask) == 0


def test_rows_without_credit_have_no_part_in_the_mean_and_the_spread():
  rng = np.random.default_rng(0)
  x, mask = rng.normal(2, 3, (5, 7)).astype(np.float32), rng.choice([0, 0.5, 1], (5, 7)).astype(np.float32)
  mask[2] = 0
  mean = (x * mask).sum() / mask.sum()
  spread = np.sqrt(((x - mean) ** 2 * mask).sum() / mask.sum())
  due = np.where(mask > 0, (x - mean) / spread, 0)
  np.testing.assert_allclose(masks.whiten(x, mask), due, rtol=1e-4, atol=1e-5)
  x[2] = 1e3
  np.testing.assert_allclose(masks.whiten(x, mask), due, rtol=1e-4, atol=1e-5)


def test_explained_variance_of_a_perfect_a_constant_and_a_wrong_critic():
  targets, mask = np.asarray([[1.0, 2.0, 3.0, 99.0]]), np.asarray([[1, 1, 1, 0]])
  assert masks.explained_variance(targets, targets, mask) == 1
  np.testing.assert_allclose(masks.explained_variance(np.full((1, 4), 7.0), targets, mask), 0, atol=1e-6)
  assert masks.explained_variance(-targets, targets, mask) < -2
  assert masks.explained_variance(targets, np.ones((1, 4)), mask) == 0  # returns that do not vary explain nothing
