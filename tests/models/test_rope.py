"""Rotations and their frequencies by hand."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models import rope


def test_rotation_turns_pairs_by_position_over_theta():
  # Head of 4, theta 100: the first pair turns by p radians, the second by p / 10.
  turn = rope.rotation(4, 100.0, rope.Scaling(), jnp.array([[3]]))
  x = jnp.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
  c, s, c2, s2 = np.cos(3), np.sin(3), np.cos(0.3), np.sin(0.3)
  halves = [1 * c - 3 * s, 2 * c2 - 4 * s2, 3 * c + 1 * s, 4 * c2 + 2 * s2]
  pairs = [1 * c - 2 * s, 2 * c + 1 * s, 3 * c2 - 4 * s2, 4 * c2 + 3 * s2]
  np.testing.assert_allclose(rope.rotate(x, turn, False).ravel(), halves, atol=1e-6)
  np.testing.assert_allclose(rope.rotate(x, turn, True).ravel(), pairs, atol=1e-6)


def test_only_the_first_columns_of_a_wide_head_are_turned():
  turn = rope.rotation(2, 100.0, rope.Scaling(), jnp.array([[1]]))
  x = jnp.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
  want = [np.cos(1) - 2 * np.sin(1), 2 * np.cos(1) + np.sin(1), 3, 4]
  for interleaved in (True, False):  # of one pair the two orders are the same
    np.testing.assert_allclose(rope.rotate(x, turn, interleaved).ravel(), want, atol=1e-6)


def test_plain_and_linear_frequencies():
  plain = rope.frequencies(4, 100.0, rope.Scaling())
  np.testing.assert_allclose(plain, [1, 0.1], rtol=1e-6)
  np.testing.assert_allclose(rope.frequencies(4, 100.0, rope.Scaling('linear', 4.0)), [0.25, 0.025], rtol=1e-6)


def test_llama3_stretches_long_waves_keeps_short_ones_and_joins_them():
  """Base 1 for a frequency of 1; an original length of L turns L / 2 pi times: at most 1 -> / 8, at least 4 -> kept."""
  for length, want in [(2 * math.pi, 1 / 8), (8 * math.pi, 1.0), (5 * math.pi, 0.5 / 8 + 0.5)]:
    scaling = rope.Scaling('llama3', 8.0, length, 1.0, 4.0)
    np.testing.assert_allclose(rope.frequencies(2, 100.0, scaling), [want], rtol=1e-5)


def test_yarn_keeps_the_fast_columns_and_divides_the_slow_ones():
  scaling = rope.Scaling('yarn', 4.0, 2048, 1.0, 32.0, 1.1)
  plain, got = rope.frequencies(64, 10000.0, rope.Scaling()), rope.frequencies(64, 10000.0, scaling)
  np.testing.assert_allclose(got[0], plain[0], rtol=1e-6)
  np.testing.assert_allclose(got[-1], plain[-1] / 4, rtol=1e-6)
  assert np.all(got <= plain * (1 + 1e-6)) and np.all(got >= plain / 4 * (1 - 1e-6))
  sin, cos = rope.rotation(64, 10000.0, scaling, jnp.array([[3]]))
  np.testing.assert_allclose(sin**2 + cos**2, 1.1**2, rtol=1e-5)


@pytest.mark.parametrize('length, same', [(8, True), (16, False)])
def test_dynamic_raises_its_base_beyond_the_length_of_training_alone(length, same):
  positions = jnp.arange(length)[None]
  plain = rope.rotation(4, 100.0, rope.Scaling(), positions)
  got = rope.rotation(4, 100.0, rope.Scaling('dynamic', 2.0, 8), positions)
  assert np.allclose(got[0], plain[0], atol=1e-6) == same
  if not same:  # the base of a length twice as long: 100 * (2 * 2 - 1) ** 2 = 900, whose root is 30
    np.testing.assert_allclose(got[0][0, 15, 0], np.sin(15 * np.array([1, 1 / 30])), atol=1e-5)
