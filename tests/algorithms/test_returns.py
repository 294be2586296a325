"""Returns and baselines: by hand, against a slow twin, and by identities."""

import jax.numpy as jnp
import numpy as np
from rollouts import make, random_case

from acrl_jax.algorithms import returns


def test_the_reward_stands_at_the_last_action_and_each_bonus_at_its_own():
  rollout = make(actions=[[0, 1, 0, 1], [0, 1, 0, 0]], reward=[2, -1], bonus=[[5, 0.5, 7, 0.25], [0, 0, 9, 9]])
  np.testing.assert_allclose(returns.token_rewards(rollout), [[0, 0.5, 0, 2.25], [0, -1, 0, 0]])


def test_columns_that_are_no_actions_are_skipped_and_not_counted():
  rewards, actions = np.asarray([[0, 1.0, 9.0, 2.0, 4.0]]), np.asarray([[0, 1, 0, 1, 1]], bool)
  found = returns.discounted(jnp.asarray(rewards), jnp.asarray(actions), 0.5)
  np.testing.assert_allclose(found, [[0, 1 + 0.5 * (2 + 0.5 * 4), 0, 2 + 0.5 * 4, 4]])


def test_gae_without_decay_is_the_return_less_the_value():
  rollout, estimates, _ = random_case(11)
  values = estimates.values[..., 0]
  rewards = returns.token_rewards(rollout)
  due = returns.discounted(rewards, rollout.actions, 0.97)
  found = returns.gae(rewards, values, rollout.actions, 0.97, 1.0)
  np.testing.assert_allclose(found, (due - values) * rollout.actions, atol=1e-5)


def test_group_means_are_taken_within_groups():
  mean, count = returns.group_mean(jnp.asarray([1.0, 3.0, 5.0]), jnp.asarray([0, 0, 2]))
  np.testing.assert_allclose(mean, [2, 2, 5])
  np.testing.assert_allclose(count, [2, 2, 1])
