"""Letters to devices: one rule shards parameters, optimiser states, activations and batches.

Walk the letters of an array from left to right; give each the mesh axes that AXES names, each mesh axis once and only
where the size divides. The mesh's axis types are Auto: Explicit ones are no half-measure (they ask for an out_sharding
on every gather and einsum), so leave them alone until all of the model is written for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import numpy as np
from jax.experimental import mesh_utils
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

MESH_AXES = ('data', 'fsdp', 'tensor')
AXES = {
  'B': ('data', 'fsdp'),
  'D': ('fsdp',),
  'V': ('tensor',),
  'N': ('tensor',),
  'K': ('tensor',),
  'F': ('tensor',),
}  # a letter that is not here stays whole


def make_mesh(data: int = -1, fsdp: int = 1, tensor: int = 1, devices: Sequence | None = None) -> Mesh:
  """The mesh (data, fsdp, tensor) over all devices; one size may be -1, the rest.

  ValueError when the sizes do not multiply up to the devices.
  """
  devices = jax.devices() if devices is None else devices
  sizes = dict(data=data, fsdp=fsdp, tensor=tensor)
  got = 'config.mesh ' + ', '.join(f'{name}={size}' for name, size in sizes.items())
  free = [name for name, size in sizes.items() if size == -1]
  known = int(np.prod([size for size in sizes.values() if size != -1]))
  if len(free) > 1 or known < 1 or min(sizes.values()) < -1:
    raise ValueError(f'{got}: sizes must be 1 or more, and at most one of them -1 (the rest)')
  if len(devices) % known or (not free and known != len(devices)):
    way_out = f'their product must be {len(devices)}, or one of them -1'
    raise ValueError(f'{got} does not fit {len(devices)} devices; {way_out}')
  for name in free:
    sizes[name] = len(devices) // known
  return Mesh(_grid(tuple(sizes.values()), devices), MESH_AXES, axis_types=(AxisType.Auto,) * 3)


def _grid(shape: tuple[int, ...], devices: Sequence) -> np.ndarray:
  """The devices as [data, fsdp, tensor]: those that exchange most, along the last axes, are the nearest to each other.

  Along tensor are devices of one host, as far as it has them; hosts, and slices of TPUs, differ along data first.
  """
  slices = {getattr(device, 'slice_index', 0) for device in devices} if devices[0].platform == 'tpu' else {0}
  if len(slices) == 1:
    order = sorted(devices, key=lambda device: (device.process_index, device.id))
    return mesh_utils.create_device_mesh(shape, order, allow_split_physical_axes=True)
  if shape[0] % len(slices):
    raise ValueError(f'config.mesh.data={shape[0]} on {len(slices)} TPU slices; it must be a multiple of their number')
  inside, across = (shape[0] // len(slices), *shape[1:]), (len(slices), 1, 1)
  return mesh_utils.create_hybrid_device_mesh(inside, across, devices, allow_split_physical_axes=True)


def partition(dims: str, shape: Sequence[int], mesh: Mesh) -> PartitionSpec:
  """The spec of an array whose last axes have the letters `dims`; axes in front of them (stacked layers) stay whole."""
  spec: list = [None] * (len(shape) - len(dims))
  taken: set[str] = set()
  for letter, size in zip(dims, shape[len(spec) :], strict=True):
    axes = tuple(axis for axis in AXES.get(letter, ()) if axis not in taken and mesh.shape[axis] > 1)
    ways = int(np.prod([mesh.shape[axis] for axis in axes]))
    if axes and size % ways == 0:
      taken.update(axes)
      spec.append(axes if len(axes) > 1 else axes[0])
    else:
      spec.append(None)
  return PartitionSpec(*spec)


def letters(path: str, table: Mapping[str, str]) -> str:
  """The letters of the longest row of `table` that `path` ends with; ValueError when none does."""
  rows = [end for end in table if path == end or path.endswith('/' + end)]
  if not rows:
    raise ValueError(f'no letters for the parameter {path}; add a row to its DIMS')
  return table[max(rows, key=len)]


def shardings(tree, table: Mapping[str, str], mesh: Mesh):
  """A NamedSharding for each leaf of a tree of parameters, or of an optimiser state that repeats their paths."""

  def place(path, leaf):
    name = jax.tree_util.keystr(path, simple=True, separator='/')
    spec = PartitionSpec() if np.ndim(leaf) == 0 else partition(letters(name, table), leaf.shape, mesh)
    return NamedSharding(mesh, spec)

  return jax.tree_util.tree_map_with_path(place, tree)


def shard(x, dims: str):
  """x, constrained to lie on the mesh in use as its letters say; x itself where there is no mesh or one device.

  Without this the compiler may follow a parameter's layout and keep every row on every device.
  """
  mesh = jax.sharding.get_abstract_mesh()
  if mesh.empty or mesh.size == 1:
    return x
  return jax.lax.with_sharding_constraint(x, partition(dims, x.shape, mesh))


def batch_sharding(mesh: Mesh) -> NamedSharding:
  """Rows over data and fsdp."""
  return NamedSharding(mesh, PartitionSpec(('data', 'fsdp')))


def to_global(tree, mesh: Mesh):
  """NumPy rows, the same in every process -> device arrays over the whole mesh, spread by rows where these divide."""
  ways = mesh.shape['data'] * mesh.shape['fsdp']

  def place(x):
    x = np.asarray(x)
    where = batch_sharding(mesh) if len(x) % ways == 0 else NamedSharding(mesh, PartitionSpec())
    return jax.make_array_from_callback(x.shape, where, lambda index: x[index])

  return jax.tree.map(place, tree)
