"""Whitening looks at what a loss will see, weighed as the loss weighs it, and at nothing else."""

import numpy as np

from acrl_jax.algorithms import masks


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
