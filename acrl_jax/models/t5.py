"""T5, an encoder-decoder: the encoder reads the prompt, the decoder writes the completion and looks back at it.

Positions are differences of columns, turned into a bias on the attention logits that all layers of a side share; so
padding on the left changes nothing, and there is no longest text. As in decoder.py, training scans over stacked layers,
sampling runs on the decoder's un-stacked ones with one cache array per layer.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from flax import linen as nn

from acrl_jax.config import LINEAR_MAPS
from acrl_jax.distributed import sharding
from acrl_jax.models import decoder, distance, kv_cache, layers
from acrl_jax.models.functions import Engine, Functions


@dataclasses.dataclass(frozen=True)
class T5Config:
  """Sizes by their letters, and switches. ValueError for a combination that no T5 has."""

  V: int
  D: int
  N: int
  H: int
  F: int
  layers: int  # of the encoder
  decoder_layers: int
  buckets: int = 32  # of distances between columns; those from `distance` on share the last
  distance: int = 128
  activation: str = 'relu'  # of layers.ACTIVATIONS
  gated_mlp: bool = False
  tied: bool = True  # the output projection is the embedding, and reads hidden * D**-0.5
  norm_eps: float = 1e-6
  start_id: int = 0  # what the decoder reads before the completion
  lora_rank: int = 0  # 0: no adapters
  lora_targets: tuple[str, ...] = ()  # of LINEAR_MAPS
  lora_alpha: float = 16.0  # the adapters' product is scaled by lora_alpha / lora_rank
  dtype: str = 'float32'  # of the computation; parameters are float32

  # Fields of a config that the modules of layers.py read, the same for every T5.
  norm: ClassVar[str] = 'rms'
  mlp_bias: ClassVar[bool] = False
  residual_gain: ClassVar[float] = 1.0
  max_length: ClassVar[int] = 2**20  # far more than fits: distances have no end

  def __post_init__(self):
    if self.activation not in layers.ACTIVATIONS:
      raise ValueError(f'T5Config.activation={self.activation!r}: must be one of {", ".join(layers.ACTIVATIONS)}')
    if self.dtype not in ('float32', 'bfloat16'):
      raise ValueError(f'T5Config.dtype={self.dtype!r}: must be float32 or bfloat16')
    for name in (*'VDNHF', 'layers', 'decoder_layers'):
      if getattr(self, name) < 1:
        raise ValueError(f'T5Config.{name}={getattr(self, name)}: every size must be at least 1')
    if self.buckets < 4 or self.distance <= self.buckets // 2:
      got = f'T5Config.buckets={self.buckets} with distance={self.distance}'
      raise ValueError(f'{got}: buckets must be from 4 to below twice the distance')
    if not 0 <= self.start_id < self.V:
      raise ValueError(f'T5Config.start_id={self.start_id} is no token; there are {self.V}')
    if bool(self.lora_rank) != bool(self.lora_targets) or self.lora_rank < 0:
      raise ValueError(f'lora_rank={self.lora_rank} with lora_targets={self.lora_targets}; give both, or neither')
    if wrong := set(self.lora_targets) - set(LINEAR_MAPS):
      raise ValueError(f'lora_targets: {sorted(wrong)[0]!r} is not one of {", ".join(LINEAR_MAPS)}')

  def size(self, dims: str) -> tuple[int, ...]:
    """Letters -> sizes."""
    named = dict(K=self.N, U=self.buckets, R=self.lora_rank)
    return tuple(named[letter] if letter in named else getattr(self, letter) for letter in dims)

  @property
  def K(self) -> int:
    """Every query head has its own keys and values."""
    return self.N

  @property
  def lora_scale(self) -> float:
    return self.lora_alpha / max(self.lora_rank, 1)


# Path end -> letters. Below `encoder/layers` and `decoder/layers` an axis for the layers comes first. U: buckets.
_READ = ('embed', 'head', 'kernel', 'lora_a', 'lora_b', 'attn_norm/scale', 'mlp_norm/scale', 'final_norm/scale')
DIMS = {path: dims for path, dims in decoder.DIMS.items() if path.endswith(_READ)} | {'relative': 'UN'}
DIMS |= {path.replace('attn', 'cross', 1): dims for path, dims in DIMS.items() if path.startswith('attn')}


# --- modules --------------------------------------------------------------------------------------


class Shared(NamedTuple):
  """What all layers of one side read of a batch."""

  bias: Any  # [1, N, T, S] float32
  mask: Any  # [B, T, S] bool, or [B, 1, S]: the query may see the key
  memory: Any = None  # [B, P, D], the prompt as the encoder left it; None in the encoder
  memory_mask: Any = None  # [B, 1, P] bool


def attend(q, k, v, bias, mask):
  """[B, T, N, H] out of q [B, T, N, H] and k, v [B, S, N, H]; T5 begins with small q instead of scaling the logits."""
  logits = jnp.einsum('BTNH,BSNH->BNTS', q, k, preferred_element_type=jnp.float32) + bias
  # The least float, not -inf: a row of padding masks every key, and its softmax must stay finite.
  logits = jnp.where(mask[:, None], logits, jnp.finfo(jnp.float32).min)
  return jnp.einsum('BNTS,BSNH->BTNH', jax.nn.softmax(logits).astype(v.dtype), v)


class SelfAttention(nn.Module):
  """`cached` is (k, v [B, S, N, H], index): the columns from index on are overwritten."""

  config: T5Config

  @nn.compact
  def __call__(self, x, bias, mask, cached=None):
    linear = functools.partial(layers.Linear, self.config, 'BTD,DNH->BTNH')
    q = linear(gain=self.config.H**-0.5, name='q')(x)
    k, v = linear(name='k')(x), linear(name='v')(x)
    kept = None
    if cached is not None:
      old_k, old_v, index = cached
      k = jax.lax.dynamic_update_slice(old_k, k, (0, index, 0, 0))
      v = jax.lax.dynamic_update_slice(old_v, v, (0, index, 0, 0))
      kept = k, v
    return layers.Linear(self.config, 'BTNH,NHD->BTD', name='o')(attend(q, k, v, bias, mask)), kept


class CrossAttention(nn.Module):
  """`memory` is [B, P, D], or keys and values, (k, v [B, P, N, H]); x may have several rows for each of theirs."""

  config: T5Config

  @nn.compact
  def __call__(self, x, memory, mask):
    linear = functools.partial(layers.Linear, self.config, 'BTD,DNH->BTNH')
    q = linear(gain=self.config.H**-0.5, name='q')(x)
    k, v = memory if isinstance(memory, tuple) else (linear(name='k')(memory), linear(name='v')(memory))
    (rows, T, N, H), B = q.shape, len(k)
    # All samples of a prompt look at one copy of it, as if they were columns of one row.
    y = attend(q.reshape(B, rows // B * T, N, H), k, v, 0.0, mask).reshape(rows, T, N, H)
    return layers.Linear(self.config, 'BTNH,NHD->BTD', name='o')(y)


class Block(nn.Module):
  """One layer: (x [B, T, D], (k, v) or None)."""

  config: T5Config

  @nn.compact
  def __call__(self, x, shared: Shared, cached=None):
    norm = functools.partial(layers.Norm, self.config)
    attn = SelfAttention(self.config, name='attn')
    attended, kept = attn(norm(name='attn_norm')(x), shared.bias, shared.mask, cached)
    x += attended
    if shared.memory is not None:
      cross = CrossAttention(self.config, name='cross')
      x += cross(norm(name='cross_norm')(x), shared.memory, shared.memory_mask)
    return x + layers.Mlp(self.config, name='mlp')(norm(name='mlp_norm')(x)), kept


class Stack(nn.Module):
  """(x [B, T, D], valid [B, T]) -> [B, T, D] after the final norm: the encoder, or with a memory the causal decoder."""

  config: T5Config
  count: int  # of layers
  remat: bool = False  # keep only the layers' inputs for the backward pass, and compute the rest again

  @nn.compact
  def __call__(self, x, valid, memory=None, memory_valid=None):
    config = self.config
    relative = self.param('relative', jax.nn.initializers.normal(config.D**-0.5), config.size('UN'))
    columns = jnp.arange(x.shape[1])
    bias = distance.bias(relative, columns, columns, config.distance, both=memory is None)
    shared = Shared(bias, valid[:, None])
    if memory is not None:
      causal = (columns[:, None] >= columns[None, :])[None]
      shared = shared._replace(mask=shared.mask & causal, memory=memory, memory_mask=memory_valid[:, None])
    block = nn.remat(Block, prevent_cse=False) if self.remat else Block
    stack = nn.scan(
      block, variable_axes={'params': 0}, split_rngs={'params': True}, in_axes=nn.broadcast, length=self.count,
      unroll=self.count if self.count <= decoder.UNROLLED else 1,
    )  # fmt: skip
    x, _ = stack(config, name='layers')(sharding.shard(x, 'BTD'), shared)
    return layers.Norm(config, name='final_norm')(x)


class T5(nn.Module):
  """(prompt, its valid [B, P], what the decoder reads, its valid [B, T]) -> hidden [B, T, D] after the final norm."""

  config: T5Config
  remat: bool = False

  @nn.compact
  def __call__(self, prompt, prompt_valid, tokens, valid):
    config = self.config
    embed = self.param('embed', jax.nn.initializers.normal(1.0), config.size('VD'))
    if not config.tied:
      self.param('head', jax.nn.initializers.normal(config.D**-0.5), config.size('DV'))  # read by `project`
    read = lambda tokens: embed[tokens].astype(config.dtype)
    memory = Stack(config, config.layers, self.remat, name='encoder')(read(prompt), prompt_valid)
    return Stack(config, config.decoder_layers, self.remat, name='decoder')(read(tokens), valid, memory, prompt_valid)


# --- decoding with a cache ------------------------------------------------------------------------


class Weights(NamedTuple):
  """Parameters laid out for decoding."""

  outer: dict  # embed, head and the encoder, which runs once
  side: dict  # the decoder's, outside of its layers
  per_layer: tuple[dict, ...]  # of the decoder


class Cache(NamedTuple):
  """Keys and values of the completion so far (S = C + 1 columns, `index` of them filled) and of the prompt."""

  k: tuple[Any, ...]  # layers x [B * samples, S, N, H]
  v: tuple[Any, ...]
  valid: Any  # [B * samples, S] bool; False from index on
  index: Any  # [] int32
  memory: tuple[tuple[Any, Any], ...]  # layers x (k, v [B, P, N, H])
  memory_valid: Any  # [B, P] bool


def make_engine(config: T5Config) -> Engine:
  """Prompts are read once, and their keys and values stand once for all of their samples."""

  def prepare(params) -> Weights:
    side, per_layer = kv_cache.split_layers(params['decoder'])
    return Weights({name: params[name] for name in params if name != 'decoder'}, side, per_layer)

  def prefill(weights: Weights, prompts, C: int, samples: int):
    x = weights.outer['embed'][prompts.tokens].astype(config.dtype)
    memory = Stack(config, config.layers).apply({'params': weights.outer['encoder']}, x, prompts.valid)
    rows = prompts.tokens.shape[0] * samples

    def read(layer, name):
      return layers.Linear(config, 'BTD,DNH->BTNH', name=name).apply({'params': layer['cross'][name]}, memory)

    empty = lambda: tuple(jnp.zeros((rows, C + 1, config.N, config.H), config.dtype) for _ in weights.per_layer)
    cache = Cache(
      k=empty(), v=empty(), valid=jnp.zeros((rows, C + 1), bool), index=jnp.int32(0),
      memory=tuple((read(layer, 'k'), read(layer, 'v')) for layer in weights.per_layer), memory_valid=prompts.valid,
    )  # fmt: skip
    return extend(weights, jnp.full(rows, config.start_id, jnp.int32), jnp.ones(rows, bool), cache)

  def extend(weights: Weights, tokens, live, cache: Cache):
    x = weights.outer['embed'][tokens[:, None]].astype(config.dtype)
    valid = jax.lax.dynamic_update_slice(cache.valid, live[:, None], (0, cache.index))
    columns = jnp.arange(valid.shape[1])
    bias = distance.bias(weights.side['relative'], cache.index[None], columns, config.distance, both=False)
    keys, values = [], []
    for layer, k, v, memory in zip(weights.per_layer, cache.k, cache.v, cache.memory):
      shared = Shared(bias, valid[:, None], memory, cache.memory_valid[:, None])
      x, (k, v) = Block(config).apply({'params': layer}, x, shared, (k, v, cache.index))
      keys.append(k)
      values.append(v)
    hidden = layers.Norm(config).apply({'params': weights.side['final_norm']}, x)
    return hidden[:, 0], cache._replace(k=tuple(keys), v=tuple(values), valid=valid, index=cache.index + 1)

  return Engine(prepare=prepare, prefill=prefill, extend=extend)


# --- as functions ---------------------------------------------------------------------------------


def project(config: T5Config, params, hidden):
  """Logits [..., V] float32 of hidden [..., D]; `params` is the whole tree, or Weights."""
  outer = params.outer if isinstance(params, Weights) else params
  kernel, equation = (outer['embed'], '...D,VD->...V') if config.tied else (outer['head'], '...D,DV->...V')
  x = hidden.astype(config.dtype)
  x = x * jnp.asarray(config.D**-0.5, x.dtype) if config.tied else x
  return jnp.einsum(equation, x, kernel.astype(config.dtype), preferred_element_type=jnp.float32)


def make_functions(config: T5Config, remat: bool = False) -> Functions:
  """The pure functions of a T5 with this config; `states` raises ValueError when no column is left for the prompt."""
  model = T5(config, remat=remat)

  def init(key):
    one = jnp.zeros((1, 1), jnp.int32)
    return model.init(key, one, one == 0, one, one == 0)['params']

  def states(params, tokens, valid, start: int):
    if not 1 <= start <= tokens.shape[1]:
      got = f'start={start} of {tokens.shape[1]} columns'
      raise ValueError(f"{got}: must be the completion's first, as the encoder reads those before; give start=P")
    # The decoder reads start_id in the place of the prompt's last column, so that states are aligned as a decoder's.
    after = lambda first, x: jnp.concatenate([jnp.full_like(x[:, :1], first), x[:, start:]], 1)
    decoded = after(config.start_id, tokens), after(True, valid)
    hidden = model.apply({'params': params}, tokens[:, :start], valid[:, :start], *decoded)
    return jnp.pad(hidden, ((0, 0), (start - 1, 0), (0, 0)))

  return Functions(
    init=init, states=states, project=functools.partial(project, config), engine=make_engine(config), dims=DIMS
  )
