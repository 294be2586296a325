"""pass@k, and its interval over a set of problems."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence


def pass_at_k(n: int, correct: int, k: int) -> float:
  """The chance that k of n programs, drawn without replacement, hold a correct one: 1 - C(n - c, k) / C(n, k).

  Unbiased (arXiv 2107.03374); as a product, so that no binomial coefficient overflows.
  """
  if not (0 <= correct <= n and 1 <= k <= n):
    raise ValueError(f'n={n}, correct={correct}, k={k}; they must be 0 <= correct <= n and 1 <= k <= n')
  if n - correct < k:
    return 1.0
  return 1.0 - math.prod(1.0 - k / i for i in range(n - correct + 1, n + 1))


def bootstrap(values: Sequence[float], seed: int = 0, resamples: int = 1000) -> tuple[float, float, float]:
  """The mean of one value a problem, and its 95 % interval over problems drawn with replacement."""
  values = [float(v) for v in values]
  if not values:
    raise ValueError('no values to resample; there must be one for each problem')
  draw = random.Random(seed).choices
  means = sorted(math.fsum(draw(values, k=len(values))) / len(values) for _ in range(resamples))
  low, high = (means[min(int(q * resamples), resamples - 1)] for q in (0.025, 0.975))
  return math.fsum(values) / len(values), low, high


def paired(before: Sequence[float], after: Sequence[float], seed: int = 0) -> tuple[float, float, float]:
  """The mean difference of two values a problem, and its 95 % interval over problems drawn with replacement.

  Each problem is compared with itself: how much harder one is than another does not widen the interval.
  """
  if len(before) != len(after):
    raise ValueError(f'{len(before)} values before and {len(after)} after; there must be two for each problem')
  return bootstrap([new - old for old, new in zip(before, after)], seed)
