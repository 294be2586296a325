"""An algorithm is one new file and one line of the registry: the whole loop then runs it."""

import importlib

import jax
import loop
import numpy as np

from acrl_jax.algorithms import ALGORITHMS

FILE = '''
"""Likelihood of what was sampled, weighed by its reward."""

from acrl_jax.algorithms import masks
from acrl_jax.records import Algorithm, Targets


def weighed(*, scale: float = 1.0) -> Algorithm:
  """L = -mean scale * R * log pi."""

  def targets(rollout, estimates):
    reward = rollout.reward[:, None] * rollout.actions
    return Targets(advantages=scale * reward, returns=reward)

  def actor_loss(scores, rollout, targets):
    loss = -masks.masked_mean(targets.advantages * scores.log_prob, masks.loss_mask(rollout))
    return loss, {'weighed': loss}

  return Algorithm(targets=targets, actor_loss=actor_loss)
'''


def test_an_algorithm_is_one_new_file_and_one_line(tmp_path, monkeypatch):
  (tmp_path / 'weighed_algorithm.py').write_text(FILE)
  monkeypatch.syspath_prepend(tmp_path)
  monkeypatch.setitem(ALGORITHMS, 'weighed', importlib.import_module('weighed_algorithm').weighed)
  config = loop.config(algorithm=dict(name='weighed', scale=2.0), steps=1)
  (step,) = loop.run(config, tmp_path / 'run').steps
  assert step.phase == 'weighed' and step.before.critic is None
  assert np.isfinite(step.told['policy/weighed']) and step.told['policy/weighed'] == step.told['policy/loss']
  moved = jax.tree.map(lambda a, b: bool(np.any(a != b)), step.after.actor, step.before.actor)
  assert all(jax.tree.leaves(moved))
