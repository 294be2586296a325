"""T5's buckets of distances, and the bias that they index."""

import jax.numpy as jnp
import numpy as np

from acrl_jax.models import distance


def test_buckets_by_hand():
  # Four buckets up to 16: 0 and 1 have their own; then 2 + 2 log(d / 2) / log(8), which is 3 at d = 2 sqrt(8) = 5.66.
  assert distance.bucket_table(4, 16).tolist() == [0, 1, 2, 2, 2, 2] + [3] * 11
  # Eight, one-sided: four of their own; then 4 + 4 log(d / 4) / log(4): edges at 4, 5.66, 8 and 11.3.
  assert distance.bucket_table(8, 16).tolist() == [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7]


def test_the_bias_goes_by_the_difference_of_columns():
  relative = jnp.stack([jnp.arange(8.0), 10 + jnp.arange(8.0)], 1)  # two heads
  columns = jnp.arange(9)
  both = np.asarray(distance.bias(relative, columns, columns, 16, both=True))
  assert both.shape == (1, 2, 9, 9)
  assert both[0, 0, 6].tolist() == [3, 2, 2, 2, 2, 1, 0, 5, 6]  # keys to the right: four more
  assert (both[0, 1] == both[0, 0] + 10).all()
  left = np.asarray(distance.bias(relative, columns[8:], columns, 16, both=False))
  assert left[0, 0].tolist() == [[6, 5, 5, 4, 4, 3, 2, 1, 0]]
