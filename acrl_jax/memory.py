"""A memory estimate on paper, for --dry_run: what one device holds while it generates and while it learns."""

from __future__ import annotations

import jax
import numpy as np

from acrl_jax import options, sharding

GIB = 2**30


def sharded_bytes(tree, dims, mesh, itemsize: int) -> float:
  """Bytes of a tree on one device under the mesh."""
  shapes = jax.eval_shape(lambda t: t, tree)
  places = sharding.shardings(shapes, dims, mesh)
  sizes = jax.tree.map(lambda x, place: np.prod(place.shard_shape(x.shape)) * itemsize, shapes, places)
  return float(sum(jax.tree.leaves(sizes)))


def estimate(config, loaded, mesh) -> dict[str, float]:
  """{part: GiB on one device}. Activations are those of one microbatch; the cache is that of one rollout."""
  c = loaded.config
  ways = mesh.shape['data'] * mesh.shape['fsdp']
  compute = 2 if config.dtype == 'bfloat16' else 4
  T = max(config.prompt.lengths) + config.rollout.max_new_tokens
  rows = max(1, (config.microbatch or sum(options.update_rows(config)) // config.updates) // ways)
  weights = sharded_bytes(loaded.params, loaded.policy.dims, mesh, 4)
  per_token = c.D * 6 + c.N * c.H * 2 + c.K * c.H * 2 + c.F * 3  # kept of one layer for the backward pass
  attention = c.N * T  # its scores, per token
  layers = 1 if config.remat else c.layers
  inputs = c.layers * c.D * compute if config.remat else 0  # of the layers that are computed again
  kept = rows * T * (layers * (per_token * compute + attention * (4 + compute)) + inputs)
  chunk = rows * min(T, 64) * c.V * 4 * 3
  cache = config.rollout.problems * config.rollout.samples / ways * T * c.K * c.H * 2 * c.layers * compute
  parts = {
    'parameters (float32 masters)': weights,
    'optimiser (two float32 moments)': 2 * weights,
    'gradients': weights,
    'activations of a microbatch': kept,
    'vocabulary chunk (logits, softmax, gradient)': chunk,
    'key/value cache of a rollout': cache,
  }
  return {name: size / GIB for name, size in parts.items()}


def table(config, loaded, mesh) -> str:
  """The estimate for people; learning and generating do not overlap, so the peak is the larger of the two."""
  parts = estimate(config, loaded, mesh)
  cache = parts['key/value cache of a rollout']
  learn = sum(parts.values()) - cache
  generate = parts['parameters (float32 masters)'] * 2 + parts['optimiser (two float32 moments)'] + cache
  lines = [f'  {size:8.2f} GiB  {name}' for name, size in parts.items()]
  return '\n'.join(['memory estimate for one device:', *lines, f'  {max(learn, generate):8.2f} GiB  peak'])
