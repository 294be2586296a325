"""The divisor of a loss: by hand, and pieces that add up to the whole whatever it is."""

import jax
import numpy as np
import pytest
from rollouts import make, random_case

from acrl_jax.algorithms import ac, aggregation

# Two programs of three and one token; the last row has none that counts.
ROLLOUT = make(
  actions=[[0, 1, 1, 1], [0, 1, 0, 0], [0, 1, 1, 0]], reward=[0, 0, 0],
  credit=[[1, 1, 0.5, 1], [1, 1, 1, 1], [0, 0, 0, 0]],
)._replace(weight=np.asarray([1, 3, 1], np.float32))  # fmt: skip
X = np.asarray([[np.nan, 2.0, 4.0, 6.0], [9.0, 5.0, np.nan, 9.0], [7.0, 7.0, 7.0, 7.0]], np.float32)


@pytest.mark.parametrize(
  ('name', 'mean', 'count'),
  [
    ('token', (2 + 0.5 * 4 + 6 + 3 * 5) / 3.5, 3.5),
    ('sequence', ((2 + 0.5 * 4 + 6) / 2.5 + 3 * 5) / 2, 2),
    ('constant', (2 + 0.5 * 4 + 6 + 3 * 5) / 10 / 2, 2),
  ],
)
def test_each_by_hand(name, mean, count):
  found = aggregation.make(name, 10)
  np.testing.assert_allclose(found.mean(X, ROLLOUT), mean, rtol=1e-6)
  assert found.count(ROLLOUT) == count


@pytest.mark.parametrize('name', aggregation.SUMS)
def test_pieces_weighed_by_their_counts_add_up_to_the_whole(name):
  found = aggregation.make(name, 10)
  pieces = [jax.tree.map(lambda x, s=s: x[s], ROLLOUT) for s in (slice(0, 1), slice(1, 2), slice(2, 3))]
  counts = [found.count(piece) for piece in pieces]
  assert sum(counts) == found.count(ROLLOUT)
  whole = sum(found.mean(X[i : i + 1], piece) * count for i, (piece, count) in enumerate(zip(pieces, counts)))
  np.testing.assert_allclose(whole / sum(counts), found.mean(X, ROLLOUT), rtol=1e-6)


@pytest.mark.parametrize('name', aggregation.SUMS)
def test_neither_padding_nor_empty_rows_change_a_loss(name):
  rollout, estimates, scored = random_case(1)
  algorithm = ac(aggregation=name, horizon=5)
  loss = lambda r, e, s: algorithm.actor_loss(s, r, algorithm.targets(r, e))[0]
  wide = lambda x, value=0: np.pad(x, ((0, 2), (0, 3)) + ((0, 0),) * (x.ndim - 2), constant_values=value)
  padded = jax.tree.map(lambda x: wide(x) if x.ndim > 1 else np.pad(x, (0, 2)), rollout)
  padded_estimates = jax.tree.map(lambda x: wide(x, 3), estimates)
  padded_scores = jax.tree.map(wide, scored)
  expected = loss(rollout, estimates, scored)
  assert abs(expected) > 1e-3
  np.testing.assert_allclose(loss(padded, padded_estimates, padded_scores), expected, rtol=1e-5)


def test_nothing_that_counts_is_zero_and_not_nan():
  silent = ROLLOUT._replace(judged=np.zeros(3, bool))
  assert all(aggregation.make(name, 10).mean(X, silent) == 0 for name in aggregation.SUMS)
