"""Shardings of parameters: over a mesh by their letters, or whole on one device."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jax
import jax.numpy as jnp
from jax.sharding import Mesh

from acrl_jax.distributed import sharding
from acrl_jax.records import Policy, Tree


def shardings(tree, dims: Mapping[str, str], mesh):
  """A sharding for each leaf: over the mesh by its letters, or without a mesh whole on the first device."""
  if mesh is not None:
    return sharding.shardings(tree, dims, mesh)
  place = jax.sharding.SingleDeviceSharding(jax.local_devices()[0])
  return jax.tree.map(lambda _: place, tree)


def with_shardings(shapes, dims: Mapping[str, str], mesh):
  """The same tree of shapes, each with its sharding."""
  place = lambda x, where: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=where)
  return jax.tree.map(place, shapes, shardings(shapes, dims, mesh))


def fitted(make: Callable, argument: Tree, policy: Policy, mesh: Mesh | None) -> Tree:
  """make(argument), parameters whose vocabulary may be padded otherwise, cut or padded to the shapes of `policy`."""
  target = with_shardings(jax.eval_shape(policy.init, jax.random.key(0)), policy.dims, mesh)

  def fit(x, wanted):
    x = x[tuple(slice(size) for size in wanted.shape)]
    return jnp.pad(x, [(0, size - had) for had, size in zip(x.shape, wanted.shape)])

  run = jax.jit(
    lambda argument: jax.tree.map(fit, make(argument), target), out_shardings=jax.tree.map(lambda x: x.sharding, target)
  )
  return run(argument)
