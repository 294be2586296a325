"""ReST's loss by hand."""

import numpy as np
from rollouts import make, scores

from acrl_jax.algorithms import rest
from acrl_jax.records import Estimates


def test_rest_keeps_what_is_strictly_above_the_threshold():
  rollout = make(actions=[[0, 1], [0, 1]], reward=[0.5, 0.9])
  algorithm = rest(threshold=0.5)
  targets = algorithm.targets(rollout, Estimates())
  loss, metrics = algorithm.actor_loss(scores([[0, -1.0], [0, -3.0]]), rollout, targets)
  np.testing.assert_allclose(loss, 1.5)
  np.testing.assert_allclose(metrics['kept'], 0.5)
  nothing = rest(threshold=1.0)
  loss, _ = nothing.actor_loss(scores([[0, -1.0], [0, -3.0]]), rollout, nothing.targets(rollout, Estimates()))
  assert loss == 0


def test_rows_that_stand_for_others_weigh_as_much():
  rollout = make(actions=[[0, 1], [0, 1]], reward=[1, 1])._replace(weight=np.asarray([3, 0.5], np.float32))
  algorithm = rest(threshold=0.5)
  loss, metrics = algorithm.actor_loss(
    scores([[0, -1.0], [0, -4.0]]), rollout, algorithm.targets(rollout, Estimates())
  )
  np.testing.assert_allclose(loss, (3 * 1 + 0.5 * 4) / 2)
  np.testing.assert_allclose(metrics['kept'], 1.0)
