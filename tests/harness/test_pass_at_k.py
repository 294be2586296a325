"""pass@k against counting, and intervals against what is known of them."""

import itertools

import pytest

from acrl_jax.harness import pass_at_k


@pytest.mark.parametrize('n', [1, 4, 7])
def test_pass_at_k_is_the_share_of_draws_with_a_correct_program(n):
  for correct in range(n + 1):
    for k in range(1, n + 1):
      draws = list(itertools.combinations(range(n), k))
      share = sum(any(i < correct for i in draw) for draw in draws) / len(draws)
      assert pass_at_k.pass_at_k(n, correct, k) == pytest.approx(share, abs=1e-12)


def test_pass_at_k_of_many_programs_does_not_overflow():
  assert pass_at_k.pass_at_k(100_000, 1, 50_000) == pytest.approx(0.5)


@pytest.mark.parametrize('n, correct, k', [(5, 6, 1), (5, -1, 1), (5, 1, 0), (5, 1, 6), (0, 0, 1)])
def test_impossible_counts_are_refused(n, correct, k):
  with pytest.raises(ValueError, match='they must be 0 <= correct <= n and 1 <= k <= n'):
    pass_at_k.pass_at_k(n, correct, k)


def test_interval_holds_the_mean_and_narrows_with_more_problems():
  values = [0.0, 1.0] * 50
  mean, low, high = pass_at_k.bootstrap(values)
  assert mean == 0.5 and low < mean < high
  # The standard error of the mean of 100 fair coins is 0.05; 95 % of draws lie within 1.96 of it.
  assert low == pytest.approx(0.402, abs=0.02) and high == pytest.approx(0.598, abs=0.02)
  _, closer_low, closer_high = pass_at_k.bootstrap(values * 10)
  assert closer_high - closer_low < (high - low) / 2
  assert pass_at_k.bootstrap(values) == pass_at_k.bootstrap(values)
  assert pass_at_k.bootstrap(values, seed=1) != pass_at_k.bootstrap(values)


def test_equal_values_leave_no_doubt():
  assert pass_at_k.bootstrap([0.25] * 9) == (0.25, 0.25, 0.25)
  with pytest.raises(ValueError, match='no values'):
    pass_at_k.bootstrap([])
