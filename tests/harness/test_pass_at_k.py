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


def test_the_paired_interval_leaves_out_how_hard_the_problems_are():
  """Every problem gains a tenth, whatever it was solved before: there is no doubt, though two means overlap widely."""
  before = [0.0, 0.75, 0.25, 0.5] * 5
  after = [value + 0.125 for value in before]
  assert pass_at_k.paired(before, after) == (0.125, 0.125, 0.125)
  assert pass_at_k.bootstrap(before)[2] > pass_at_k.bootstrap(after)[1] + 0.1  # unpaired, one could not tell


def test_the_paired_interval_is_the_one_of_the_differences():
  """Of 100 problems half gain 1 and half lose 0.5: the mean is 0.25, its standard error 0.75 / 10."""
  before, after = [0.0, 0.5] * 50, [1.0, 0.0] * 50
  mean, low, high = pass_at_k.paired(before, after)
  assert mean == 0.25 and low == pytest.approx(0.103, abs=0.03) and high == pytest.approx(0.397, abs=0.03)
  assert pass_at_k.paired(after, before)[0] == -0.25
  assert pass_at_k.paired(before, after) == pass_at_k.paired(before, after) != pass_at_k.paired(before, after, seed=1)


def test_two_values_a_problem_are_needed():
  with pytest.raises(ValueError, match='2 values before and 1 after'):
    pass_at_k.paired([0.0, 1.0], [1.0])
