"""Letters to devices."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import PartitionSpec

from acrl_jax.distributed import sharding
from acrl_jax.learner.optimizer import make_optimizer
from acrl_jax.models import decoder
from acrl_jax.models.policy import make_policy


@pytest.fixture(scope='module')
def mesh():
  return sharding.make_mesh(2, 2, 2)


@pytest.mark.parametrize(
  'dims, shape, spec',
  [
    ('DNH', (32, 4, 8), PartitionSpec('fsdp', 'tensor', None)),
    ('DNH', (6, 32, 4, 8), PartitionSpec(None, 'fsdp', 'tensor', None)),  # stacked layers stay whole
    ('BTD', (8, 5, 32), PartitionSpec(('data', 'fsdp'), None, None)),  # fsdp is taken by the rows
    ('BTV', (8, 5, 48), PartitionSpec(('data', 'fsdp'), None, 'tensor')),
    ('DKH', (32, 1, 8), PartitionSpec('fsdp', None, None)),  # one key head cannot be cut in two
    ('VD', (49, 32), PartitionSpec(None, 'fsdp')),
  ],
)
def test_each_letter_takes_its_axis_once_and_where_it_divides(mesh, dims, shape, spec):
  assert sharding.partition(dims, shape, mesh) == spec


def test_the_optimiser_state_is_sharded_as_its_parameters(mesh):
  config = decoder.DecoderConfig(V=48, D=32, N=4, K=2, H=8, F=64, layers=2, max_length=64)
  policy = make_policy(config)
  params = jax.eval_shape(policy.init, jax.random.key(0))
  tx, _ = make_optimizer(1e-3)
  places = sharding.shardings(jax.eval_shape(tx.init, params), policy.dims, mesh)
  leaves = jax.tree_util.tree_leaves_with_path(places)
  name = lambda path: jax.tree_util.keystr(path, simple=True, separator='/').split('/mu/')[-1]
  specs = {name(path): leaf.spec for path, leaf in leaves}
  assert specs['layers/attn/q/kernel'] == PartitionSpec(None, 'fsdp', 'tensor', None)
  assert any(spec == PartitionSpec() for spec in specs.values())  # the step count


def test_a_parameter_without_letters_is_refused(mesh):
  with pytest.raises(ValueError, match='no letters for the parameter layers/extra/kernel'):
    sharding.shardings({'layers': {'extra': {'kernel': jnp.zeros((2, 3))}}}, decoder.DIMS, mesh)


@pytest.mark.parametrize(
  'sizes, message',
  [
    ((3, 1, 1), 'does not fit 8 devices'),
    ((-1, -1, 1), 'at most one'),
    ((-1, 3, 1), 'does not fit 8 devices'),
    ((0, 1, 1), 'sizes must be 1 or more'),
  ],
)
def test_an_impossible_mesh_is_named(sizes, message):
  with pytest.raises(ValueError, match=message):
    sharding.make_mesh(*sizes)


def test_one_size_may_be_the_rest():
  assert dict(sharding.make_mesh(-1, 2, 1).shape) == {'data': 4, 'fsdp': 2, 'tensor': 1}


def devices(hosts, each, platform='cpu', slices=1):
  """Devices of several hosts, in no order."""
  made = [
    SimpleNamespace(
      id=host * each + local, process_index=host, platform=platform, device_kind=platform,
      slice_index=host * slices // hosts, coords=(local, host % (hosts // slices), 0), core_on_chip=0,
    )
    for host in range(hosts) for local in range(each)
  ]  # fmt: skip
  return made[::2] + made[1::2]


def places(grid, name):
  """The attribute of each device of a grid, as nested lists."""
  return [[[getattr(device, name) for device in line] for line in plane] for plane in grid]


def test_tensor_stays_within_a_host_and_data_differs_across_hosts():
  assert places(sharding._grid((2, 2, 2), devices(2, 4)), 'process_index') == [[[0, 0]] * 2, [[1, 1]] * 2]
  assert places(sharding._grid((1, 4, 2), devices(2, 4)), 'process_index') == [[[0, 0]] * 2 + [[1, 1]] * 2]


def test_slices_of_tpus_differ_along_data_alone():
  grid = sharding._grid((4, 1, 2), devices(4, 2, 'tpu', slices=2))
  assert places(grid, 'slice_index') == [[[0, 0]]] * 2 + [[[1, 1]]] * 2
  with pytest.raises(ValueError, match='config.mesh.data=1 on 2 TPU slices; it must be a multiple'):
    sharding._grid((1, 4, 2), devices(4, 2, 'tpu', slices=2))
