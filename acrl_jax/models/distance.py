"""T5's relative position bias on the attention logits (arXiv 1910.10683, section 2.1)."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np


def bias(relative, queries, keys, far: int, both: bool):
  """[1, N, T, S] out of relative [U, N], for the columns of queries [T] and of keys [S].

  Distances from `far` on share a bucket. `both`: keys to the right have half of the buckets; else they share that of
  distance 0, and are masked.
  """
  ahead = keys[None, :] - queries[:, None]
  buckets = relative.shape[0] // 2 if both else relative.shape[0]
  away = jnp.abs(ahead) if both else jnp.maximum(-ahead, 0)
  bucket = jnp.asarray(bucket_table(buckets, far))[jnp.minimum(away, far)]
  if both:
    bucket += buckets * (ahead > 0)
  return relative[bucket].transpose(2, 0, 1)[None]


def bucket_table(buckets: int, far: int) -> np.ndarray:
  """[far + 1] int32, the bucket of each distance: one for each in the first half, then ever wider ones.

  A table, because a logarithm on the device may fall on the other side of a bucket's edge.
  """
  exact = buckets // 2
  away = np.arange(far + 1)
  share = np.log(np.maximum(away, 1).astype(np.float32) / np.float32(exact)) / np.float32(math.log(far / exact))
  wide = exact + (share * np.float32(buckets - exact)).astype(np.int32)
  return np.where(away < exact, away, np.minimum(wide, buckets - 1)).astype(np.int32)
