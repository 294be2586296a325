"""A memory estimate on paper, for --dry_run: what one device holds while it generates and while it learns."""

from __future__ import annotations

import jax
import numpy as np
from jax.sharding import NamedSharding

from acrl_jax.config import update_rows
from acrl_jax.distributed import sharding
from acrl_jax.models import lora, token_scores
from acrl_jax.models.decoder import DecoderConfig

GIB = 2**30
WEIGHTS, MOMENTS, CACHE = 'parameters (float32 masters)', 'optimiser (two float32 moments)', 'key/value cache'
TRUNK, STATES = "the critic's own trunk and its moments", 'states of an update, which the critic reads'
COPY = 'weights laid out for sampling'  # see Engine.prepare


def sharded_bytes(tree, dims, mesh, itemsize: int) -> float:
  """Bytes of a tree on one device under the mesh."""
  shapes = jax.eval_shape(lambda t: t, tree)
  places = sharding.shardings(shapes, dims, mesh)
  sizes = jax.tree.map(lambda x, place: np.prod(place.shard_shape(x.shape)) * itemsize, shapes, places)
  return float(sum(jax.tree.leaves(sizes)))


def estimate(config, loaded, mesh, reference: bool = False) -> dict[str, float]:
  """{part: GiB on one device}; `reference`: a copy of what is trained stays beside it. A cache is that of one rollout.

  Activations are those of one microbatch.
  """
  held = lambda tree: sharded_bytes(tree, loaded.policy.dims, mesh, 4)
  trained = held(lora.split(loaded.params)[0])
  dims = loaded.policy.dims
  if isinstance(loaded.config, DecoderConfig):  # which gathers over fsdp (kv_cache.gather_width)
    dims = {path: letters.replace('D', '.') for path, letters in dims.items()}
  copy = sharded_bytes(loaded.params, dims, mesh, itemsize(config))
  parts = {WEIGHTS: held(loaded.params), COPY: copy, CACHE: cache_bytes(config, loaded.config, mesh)}
  if config.job == 'train':
    parts |= {MOMENTS: 2 * trained, 'gradients': trained, **activation_bytes(config, loaded.config, mesh)}
  if config.job == 'train' and config.critic.trunk == 'own':
    parts |= {TRUNK: 3 * trained, 'gradients of that trunk': trained, STATES: 0.0}  # it reads its own
  if reference:
    parts['reference'] = trained
  return {name: size / GIB for name, size in parts.items()}


def columns(config, model) -> list[tuple[int, int]]:
  """[(layers, columns that they read)]: a decoder's, or an encoder's and the decoder's that looks back at it."""
  P, C = max(config.prompt.lengths), config.rollout.max_new_tokens
  return [(model.layers, P + C)] if isinstance(model, DecoderConfig) else [(model.layers, P), (model.decoder_layers, C)]


def numbers(mesh, dims: str, *shape: int) -> int:
  """How many numbers of an array with these letters one device holds."""
  return int(np.prod(NamedSharding(mesh, sharding.partition(dims, shape, mesh)).shard_shape(shape)))


def cache_bytes(config, model, mesh) -> float:
  """Bytes of one rollout's keys and values on a device; heads that cannot be cut stand on each."""
  train = config.job == 'train'
  samples = config.rollout.samples if train else config.eval.samples if config.eval.temperature > 0 else 1
  prompts = config.rollout.problems if train else max(1, config.eval.rows // samples)
  size = lambda layers, rows, S: 2 * layers * numbers(mesh, 'BSKH', rows, S, model.K, model.H)
  (layers, S), *decoder = columns(config, model)
  cached = size(layers, prompts * samples, S)
  if decoder:  # each prompt stands once for all of its samples
    cached = size(decoder[0][0], prompts * samples, decoder[0][1] + 1) + size(decoder[0][0], prompts, S)
  return cached * itemsize(config)


def itemsize(config) -> int:
  return 2 if config.dtype == 'bfloat16' else 4


def activation_bytes(config, model, mesh) -> dict[str, float]:
  """{part: bytes on one device} that an update holds besides parameters, gradients and moments.

  How many arrays of each shape a layer keeps was counted in compiled steps; a compiler that fuses more keeps fewer.
  """
  size = itemsize(config)
  update = sum(update_rows(config)) // config.updates if config.steps else 0
  rows = max(update, config.warm_start.rows if config.warm_start.steps else 0)
  piece = min(config.microbatch or rows, rows)
  kept = inputs = most = 0
  for layers, T in columns(config, model):
    state = numbers(mesh, 'BTD', piece, T, model.D)
    heads = numbers(mesh, 'BTNH', piece, T, model.N, model.H) + numbers(mesh, 'BTKH', piece, T, model.K, model.H)
    mlp = numbers(mesh, 'BTF', piece, T, model.F)
    one = size * (6 * state + 2 * heads + 5 * mlp)
    one += (8 + size) * numbers(mesh, 'BNTS', piece, model.N, T, T)  # the attention's scores and probabilities
    # A decoder keeps what its linear maps and its attention give; the rest is computed again, one layer at a time.
    if isinstance(model, DecoderConfig):
      kept += layers * size * (state + (2 + model.qk_norm) * heads + 2 * mlp)
    else:
      kept += layers * one
    inputs += layers * state * size
    most = max(most, one)
  T, C = max(config.prompt.lengths) + config.rollout.max_new_tokens, config.rollout.max_new_tokens
  vocabulary = 3 * 4 * numbers(mesh, 'BTV', piece, min(C, token_scores.columns_at_a_time(piece)), model.V)
  return {
    'activations of a microbatch': most + inputs + (0 if config.remat else kept),
    'vocabulary chunk (logits, softmax, gradient)': vocabulary,
    STATES: size * numbers(mesh, 'BTD', update, T, model.D) if update else 0,
  }


def table(config, loaded, mesh, reference: bool = False) -> str:
  """The estimate for people, and whether it fits where the device tells its memory.

  Learning and generating do not overlap, so the peak is the larger of the two.
  """
  parts = estimate(config, loaded, mesh, reference)
  learn = sum(size for name, size in parts.items() if name not in (COPY, CACHE))
  generate = sum(size for name, size in parts.items() if name in (WEIGHTS, COPY, CACHE, MOMENTS, TRUNK, 'reference'))
  peak = max(learn, generate)
  lines = ['memory estimate for one device:', *(f'  {size:8.2f} GiB  {name}' for name, size in parts.items())]
  lines.append(f'  {peak:8.2f} GiB  peak, while it {"learns" if learn > generate else "generates"}')
  limit = (jax.local_devices()[0].memory_stats() or {}).get('bytes_limit')
  return '\n'.join(lines + ([verdict(peak, limit / GIB, learn > generate)] if limit else []))


def verdict(peak: float, limit: float, learning: bool) -> str:
  """One line: does the peak fit a device of `limit` GiB, and what to change where it does not?"""
  if peak <= limit:
    return f'this fits: a device has {limit:.2f} GiB'
  ways = 'config.microbatch, or set config.remat=True or config.lora.rank' if learning else 'config.rollout.problems'
  return (
    f'this does not fit: a device has {limit:.2f} GiB; lower {ways}, or cut the parameters over more devices '
    '(config.mesh.fsdp, config.mesh.tensor)'
  )
