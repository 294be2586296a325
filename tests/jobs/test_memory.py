"""The memory estimate: what is counted of a model with adapters and without."""

import jax
import numpy as np
from lora_models import PLAIN, models

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.config import default
from acrl_jax.distributed import sharding
from acrl_jax.jobs import memory
from acrl_jax.models import lora


def test_memory_counts_a_critic_s_own_trunk_its_moments_and_its_gradients_but_no_states_of_the_policy():
  mesh, config = sharding.make_mesh(devices=jax.devices()[:1]), default('tiny')
  policy, params, *_ = models()
  made = LoadedModel(PLAIN['decoder'], params, None, policy, (), 0, {}, '')
  plain = memory.estimate(config, made, mesh)
  config.critic.trunk = 'own'
  own = memory.estimate(config, made, mesh)
  one = sum(x.size for x in jax.tree.leaves(params)) * 4 / memory.GIB
  np.testing.assert_allclose(own[memory.TRUNK], 3 * one)  # itself and two moments
  np.testing.assert_allclose(own['gradients of that trunk'], one)
  assert own[memory.STATES] == 0 < plain[memory.STATES]
  more = {memory.TRUNK, 'gradients of that trunk'}
  assert own.keys() - plain.keys() == more and plain.keys() <= own.keys()
  assert all(own[part] == plain[part] for part in plain.keys() - {memory.STATES})


def test_memory_counts_moments_and_gradients_of_adapters_alone():
  mesh = sharding.make_mesh(devices=jax.devices()[:1])
  base, params, policy, full = models()
  sizes = {}
  for name, model, tree in (('all', base, params), ('few', policy, full)):
    made = LoadedModel(PLAIN['decoder'], tree, None, model, (), 0, {}, '')
    sizes[name] = memory.estimate(default('tiny'), made, mesh, reference=True)
  count = lambda tree: sum(x.size for x in jax.tree.leaves(tree)) * 4 / memory.GIB
  for part, times in ((memory.MOMENTS, 2), ('gradients', 1), ('reference', 1)):
    np.testing.assert_allclose(sizes['few'][part], times * count(lora.split(full)[0]))
    np.testing.assert_allclose(sizes['all'][part], times * count(params))
  np.testing.assert_allclose(sizes['few'][memory.WEIGHTS], count(full))
