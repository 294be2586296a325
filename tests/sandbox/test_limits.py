"""Limits that no program could keep to are refused by name."""

import pytest

from acrl_jax.sandbox.limits import Limits, check_limits


@pytest.mark.parametrize(
  'limit, message',
  [
    ({'wall_s': 0.0}, 'limit wall_s is 0.0; it must be above 0'),
    ({'per_test_s': -1.0}, 'limit per_test_s is -1.0; it must be above 0'),
    ({'memory_mb': 0}, 'limit memory_mb is 0; it must be above 0'),
    ({'float_tolerance': -1e-9}, 'limit float_tolerance is -1e-09; it must be at least 0'),
    ({'wall_s': float('nan')}, 'limit wall_s is nan; it must be above 0'),
  ],
)
def test_a_limit_out_of_bounds_is_named(limit, message):
  with pytest.raises(ValueError, match=f'^{message}$'):
    check_limits(Limits(**limit))


def test_limits_that_may_be_missing_or_nothing_are_taken():
  check_limits(Limits())
  check_limits(Limits(per_test_s=None, cpu_s=None, float_tolerance=0.0, lines=False))
