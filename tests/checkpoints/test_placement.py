"""Parameters are born where they live, cut or padded to the vocabulary that their mesh needs."""

import jax
import jax.numpy as jnp
import numpy as np
from saved_models import small, two_ways

from acrl_jax.checkpoints import placement


def test_without_a_mesh_all_is_on_the_first_device():
  where = placement.shardings({'embed': np.zeros((4, 2))}, {'embed': 'VD'}, None)
  assert where['embed'].device_set == {jax.local_devices()[0]}


def test_shapes_get_the_shardings_of_their_letters():
  shapes = {'embed': jax.ShapeDtypeStruct((4, 2), jnp.float32), 'scale': jax.ShapeDtypeStruct((2,), jnp.float32)}
  got = placement.with_shardings(shapes, {'embed': 'VD', 'scale': 'D'}, two_ways())
  assert got['embed'].shape == (4, 2) and got['embed'].sharding.spec[0] == 'tensor'
  assert got['scale'].sharding.is_fully_replicated


def test_a_tree_is_cut_and_padded_to_the_shapes_of_the_policy():
  model = small()
  V = model.config.V
  wide = model.params | {'embed': jnp.pad(model.params['embed'], ((0, 5), (0, 0)), constant_values=9)}
  narrow = model.params | {'embed': model.params['embed'][: V - 2]}
  cut, padded = (placement.fitted(lambda tree: tree, tree, model.policy, None) for tree in (wide, narrow))
  np.testing.assert_array_equal(cut['embed'], model.params['embed'])
  assert padded['embed'].shape == (V, 16) and not np.any(padded['embed'][V - 2 :])
  np.testing.assert_array_equal(padded['embed'][: V - 2], model.params['embed'][: V - 2])
