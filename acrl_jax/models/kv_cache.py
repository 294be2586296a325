"""Decoding with a cache: a decoder as the functions that sampling and scoring call.

The stacked parameters are laid out layer by layer once, before the loop; each layer has a cache array of its own. So a
loop around `extend` copies neither weights nor caches: it writes one column in place.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from acrl_jax.distributed import sharding
from acrl_jax.models import layers, lora
from acrl_jax.models.decoder import DIMS, READ, Decoder, DecoderConfig, embed, positions, project, share
from acrl_jax.models.functions import Engine, Functions

# Tokens that are read at a time before the loop: on a CPU what stays in its cache, elsewhere what bounds the memory.
PIECE = {'cpu': 1024}
PIECE_ELSEWHERE = 32768


class Cache(NamedTuple):
  """Keys and values so far; S columns of which `index` are filled.

  Each is laid out as the right side of its product, [read, made], for which a product of few rows is fast.
  """

  k: tuple[Any, ...]  # layers x [B, K, H, S]
  v: tuple[Any, ...]  # layers x [B, K, S, H]
  valid: Any  # [B, S] bool
  index: Any  # [] int32


def init_cache(config: DecoderConfig, B: int, S: int) -> Cache:
  """An empty cache for B rows of at most S columns, in the compute dtype."""

  def zeros(*shape):
    return tuple(jnp.zeros((B, config.K, *shape), config.dtype) for _ in range(config.layers))

  return Cache(k=zeros(config.H, S), v=zeros(S, config.H), valid=jnp.zeros((B, S), bool), index=jnp.int32(0))


def split_layers(params: dict) -> tuple[dict, tuple[dict, ...]]:
  """(parameters outside of the layers, one tree per layer); do it once, before a decode loop."""
  stacked = params['layers']
  count = jax.tree.leaves(stacked)[0].shape[0]
  outer = {name: value for name, value in params.items() if name != 'layers'}
  return outer, tuple(jax.tree.map(lambda x, number=number: x[number], stacked) for number in range(count))


def lay_out_columns(layer: dict, path: str = '') -> dict:
  """A layer's tree with each kernel as `columns`, the axes that are summed over last (layers.contract_columns)."""
  out = {}
  for name, value in layer.items():
    if isinstance(value, dict):
      out[name] = lay_out_columns(value, f'{path}/{name}'.strip('/'))
    elif name == 'kernel':
      count = len(READ.get(path, 'D'))
      out['columns'] = value.transpose(*range(count, value.ndim), *range(count))
    else:
      out[name] = value
  return out


def extend(config: DecoderConfig, split, tokens, positions, valid, cache: Cache | None = None):
  """(hidden [B, t, D], cache) for t further columns; without a cache they are the first, and it is as wide as they."""
  outer, per_layer = split
  x = sharding.shard(embed(config, outer, tokens, positions), 'BTD')
  index = jnp.int32(0) if cache is None else cache.index
  seen = valid if cache is None else jax.lax.dynamic_update_slice(cache.valid, valid, (0, index))
  shared = share(config, positions, index + jnp.arange(tokens.shape[1]), jnp.arange(seen.shape[1]), seen)
  block, keys, values = layers.Block(config, keep=True), [], []
  for number, (layer, switches) in enumerate(zip(per_layer, config.switches)):
    cached = None if cache is None else (cache.k[number], cache.v[number], index)
    x, (k, v) = block.apply({'params': layer}, x, switches._asdict(), shared, cached)
    keys.append(k)
    values.append(v)
  hidden = layers.Norm(config).apply({'params': outer['final_norm']}, x)
  return hidden, Cache(k=tuple(keys), v=tuple(values), valid=seen, index=index + tokens.shape[1])


# --- as functions ---------------------------------------------------------------------------------


def make_functions(config: DecoderConfig, remat: bool = False) -> Functions:
  """The pure functions of a decoder with this config."""
  model = Decoder(config, remat=remat)

  def init(key):
    one = jnp.zeros((1, 1), jnp.int32)
    return model.init(key, one, one, one == 0)['params']

  def states(params, tokens, valid, start=0):
    return model.apply({'params': params}, tokens, positions(valid), valid)

  def logits(params, hidden):
    return project(config, params.outer if isinstance(params, Weights) else params, hidden)

  return Functions(init=init, states=states, project=logits, engine=make_engine(config), dims=DIMS)


class Weights(NamedTuple):
  """The parameters as the engine reads them."""

  outer: dict
  layers: tuple[dict, ...]


class State(NamedTuple):
  """The engine's cache: the position of the next token besides."""

  cache: Cache
  position: Any  # [B] int32


def make_engine(config: DecoderConfig) -> Engine:
  """Prompts are read once for all of their samples; the cache has room for C columns more. Adapters are merged in."""
  scale, config = config.lora_scale if config.lora_rank else None, lora.plain(config)

  def prepare(params):
    params = params if scale is None else lora.merge(params, scale)
    outer, per_layer = split_layers(gather_width(params))
    if jax.default_backend() == 'cpu':
      return Weights(outer, tuple(map(lay_out_columns, per_layer)))
    matrix = lambda path, x: x.astype(config.dtype) if path[-1].key in ('kernel', 'embed', 'head') else x
    return jax.tree_util.tree_map_with_path(matrix, Weights(outer, per_layer))  # cast once, not in each step

  def read(weights, C: int, prompts):
    """(hidden [B, D] after the last token, k, v of C columns more) of a few prompts."""
    hidden, cache = extend(config, weights, prompts.tokens, positions(prompts.valid), prompts.valid)
    pad = lambda x, axis: jnp.pad(x, [(0, C if number == axis else 0) for number in range(x.ndim)])
    return hidden[:, -1], tuple(pad(x, 3) for x in cache.k), tuple(pad(x, 2) for x in cache.v)

  def prefill(weights, prompts, C: int, samples: int):
    B, P = prompts.tokens.shape
    pieces = count_pieces(B, P)
    cut = lambda x: x.reshape(B // pieces, pieces, *x.shape[1:]).swapaxes(0, 1)
    uncut = lambda x: x.swapaxes(0, 1).reshape(B, *x.shape[2:])
    one = functools.partial(read, weights, C)
    filled = one(prompts) if pieces == 1 else jax.tree.map(uncut, jax.lax.map(one, jax.tree.map(cut, prompts)))
    repeat = lambda x: jnp.repeat(x, samples, axis=0)
    hidden, k, v = filled if samples == 1 else jax.tree.map(repeat, filled)
    valid = jnp.pad(repeat(prompts.valid), ((0, 0), (0, C)))
    cache = Cache(k=k, v=v, valid=valid, index=jnp.int32(P))
    return hidden, State(cache, repeat(prompts.valid.sum(1, dtype=jnp.int32)))

  def extend_one(weights, tokens, live, state: State):
    hidden, cache = extend(config, weights, tokens[:, None], state.position[:, None], live[:, None], state.cache)
    return hidden[:, 0], State(cache, state.position + 1)

  return Engine(prepare=prepare, prefill=prefill, extend=extend_one)


def gather_width(params: dict) -> dict:
  """The parameters gathered over the fsdp axis, once before the loop: else each of its steps would gather them anew."""

  def place(path, x):
    dims = sharding.letters(jax.tree_util.keystr(path, simple=True, separator='/'), DIMS).replace('D', '.')
    return sharding.shard(x, '.' * (x.ndim - len(dims)) + dims)

  return jax.tree_util.tree_map_with_path(place, params)


def count_pieces(B: int, P: int) -> int:
  """Into how many equal parts B prompts of P columns are cut, so that a part has few tokens on each device."""
  mesh = jax.sharding.get_abstract_mesh()
  ways = 1 if mesh.empty else mesh.shape['data'] * mesh.shape['fsdp']
  most = PIECE.get(jax.default_backend(), PIECE_ELSEWHERE) * ways
  fits = [n for n in range(1, B + 1) if B % n == 0 and (n == 1 or B // n % ways == 0)]
  return next((n for n in fits if B // n * P <= most), fits[-1])
