"""One decoder-only transformer for every decoder-only family; the switches of DecoderConfig tell them apart.

Training runs `Decoder`, which scans over stacked layers. Sampling runs `extend` on the same parameters, un-stacked once
by `split_layers`, with one cache array per layer, so that a loop around it copies neither weights nor caches.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from flax import linen as nn

from acrl_jax.models import layers

UNROLLED = 4  # models of so few layers are laid out flat: a fifth faster, and the compiler hardly notices
POSITIONS = ('rope', 'rope_interleaved', 'learned', 'none')
NORMS = ('rms', 'layer')


@dataclasses.dataclass(frozen=True)
class DecoderConfig:
  """Sizes by their letters, and switches. ValueError for a combination that no decoder has."""

  V: int
  D: int
  N: int
  K: int
  H: int
  F: int
  layers: int
  max_length: int
  position: str = 'rope'  # of POSITIONS; 'rope' pairs column j with j + R/2, 'rope_interleaved' with its neighbour
  rope_theta: float = 10000.0
  rope_dim: int | None = None  # R, the rotated columns of a head; None: all H
  norm: str = 'rms'
  norm_eps: float = 1e-6
  activation: str = 'silu'  # of layers.ACTIVATIONS
  gated_mlp: bool = True
  parallel_block: bool = False  # attention and MLP read the same norm of the same input
  qkv_bias: bool = False
  out_bias: bool = False
  mlp_bias: bool = False
  head_bias: bool = False
  qk_norm: bool = False
  tied: bool = True  # the output projection is the embedding
  window: int | None = None  # keys older than this many columns are not seen
  dtype: str = 'float32'  # of the computation; parameters are float32

  def __post_init__(self):
    for name, known in dict(position=POSITIONS, norm=NORMS, activation=tuple(layers.ACTIVATIONS)).items():
      if getattr(self, name) not in known:
        raise ValueError(f'DecoderConfig.{name}={getattr(self, name)!r}; take one of {", ".join(known)}')
    if self.dtype not in ('float32', 'bfloat16'):
      raise ValueError(f'DecoderConfig.dtype={self.dtype!r}; take float32 or bfloat16')
    for name in (*'VDNKHF', 'layers', 'max_length'):
      if getattr(self, name) < 1:
        raise ValueError(f'DecoderConfig.{name}={getattr(self, name)}; every size is at least 1')
    if self.N % self.K:
      raise ValueError(f'{self.N} query heads (N) cannot share {self.K} key/value heads (K) evenly')
    if 'rope' in self.position and ((self.rope_dim or self.H) % 2 or (self.rope_dim or 0) > self.H):
      raise ValueError(f'rope turns an even number of columns of a head of {self.H}, not {self.rope_dim or self.H}')
    if self.head_bias and self.tied:
      raise ValueError('a tied output projection has no bias here; set tied=False or head_bias=False')

  def size(self, dims: str) -> tuple[int, ...]:
    """Letters -> sizes."""
    return tuple(getattr(self, letter) for letter in dims)

  @property
  def residual_gain(self) -> float:
    """How much smaller the two projections into the residual stream begin, so that depth keeps its scale."""
    return (2 * self.layers) ** -0.5


# Path end -> letters. Below `layers` an axis for the layers comes first. L: max_length.
DIMS = {
  'embed': 'VD',
  'pos': 'LD',
  'head': 'DV',
  'head_bias': 'V',
  'attn/q/kernel': 'DNH',
  'attn/k/kernel': 'DKH',
  'attn/v/kernel': 'DKH',
  'attn/o/kernel': 'NHD',
  'attn/q/bias': 'NH',
  'attn/k/bias': 'KH',
  'attn/v/bias': 'KH',
  'attn/o/bias': 'D',
  'attn/q_norm/scale': 'H',
  'attn/q_norm/bias': 'H',
  'attn/k_norm/scale': 'H',
  'attn/k_norm/bias': 'H',
  'mlp/up/kernel': 'DF',
  'mlp/gate/kernel': 'DF',
  'mlp/down/kernel': 'FD',
  'mlp/up/bias': 'F',
  'mlp/gate/bias': 'F',
  'mlp/down/bias': 'D',
  'attn_norm/scale': 'D',
  'attn_norm/bias': 'D',
  'mlp_norm/scale': 'D',
  'mlp_norm/bias': 'D',
  'final_norm/scale': 'D',
  'final_norm/bias': 'D',
}


class Decoder(nn.Module):
  """(tokens, positions, valid), each [B, T] -> hidden [B, T, D] after the final norm, in config.dtype."""

  config: DecoderConfig
  remat: bool = False  # keep only the layers' inputs for the backward pass, and compute the rest again

  @nn.compact
  def __call__(self, tokens, positions, valid):
    config = self.config
    normal = jax.nn.initializers.normal(0.02)
    outer = {'embed': self.param('embed', normal, config.size('VD'))}
    if config.position == 'learned':
      outer['pos'] = self.param('pos', normal, (config.max_length, config.D))
    if not config.tied:
      self.param('head', normal, config.size('DV'))  # read by `project`
    if config.head_bias:
      self.param('head_bias', jax.nn.initializers.zeros, config.size('V'))
    x = _embed(config, outer, tokens, positions)
    columns = jnp.arange(tokens.shape[1])
    mask = _mask(config, columns, columns, valid)
    block = nn.remat(layers.Block, prevent_cse=False) if self.remat else layers.Block
    stack = nn.scan(
      block, variable_axes={'params': 0}, split_rngs={'params': True}, in_axes=nn.broadcast, length=config.layers,
      unroll=config.layers if config.layers <= UNROLLED else 1,
    )  # fmt: skip
    x, _ = stack(config, name='layers')(x, layers.rotation(config, positions), mask)
    return layers.Norm(config, name='final_norm')(x)


def project(config: DecoderConfig, params: dict, hidden):
  """Logits [..., V] float32 of hidden [..., D]; `params` may be the whole tree or the outer part of `split_layers`."""
  kernel, equation = (params['embed'], '...D,VD->...V') if config.tied else (params['head'], '...D,DV->...V')
  x = hidden.astype(config.dtype)
  logits = jnp.einsum(equation, x, kernel.astype(config.dtype), preferred_element_type=jnp.float32)
  return logits + layers.along(params['head_bias'], logits) if config.head_bias else logits


def positions(valid):
  """[B, T] int32: how many real tokens came before; 0 for padding on the left."""
  return jnp.maximum(jnp.cumsum(valid, axis=1, dtype=jnp.int32) - 1, 0)


# --- decoding with a cache ------------------------------------------------------------------------


class Cache(NamedTuple):
  """Keys and values so far; S columns of which `index` are filled."""

  k: tuple[Any, ...]  # layers x [B, S, K, H]
  v: tuple[Any, ...]  # layers x [B, S, K, H]
  valid: Any  # [B, S] bool
  index: Any  # [] int32


def init_cache(config: DecoderConfig, B: int, S: int) -> Cache:
  """An empty cache for B rows of at most S columns, in the compute dtype."""

  def zeros():
    return tuple(jnp.zeros((B, S, config.K, config.H), config.dtype) for _ in range(config.layers))

  return Cache(k=zeros(), v=zeros(), valid=jnp.zeros((B, S), bool), index=jnp.int32(0))


def split_layers(params: dict) -> tuple[dict, tuple[dict, ...]]:
  """(parameters outside of the layers, one tree per layer); do it once, before a decode loop."""
  stacked = params['layers']
  count = jax.tree.leaves(stacked)[0].shape[0]
  outer = {name: value for name, value in params.items() if name != 'layers'}
  return outer, tuple(jax.tree.map(lambda x, number=number: x[number], stacked) for number in range(count))


def extend(config: DecoderConfig, split, tokens, positions, valid, cache: Cache):
  """(hidden [B, t, D], cache) for t further columns; a whole prompt to prefill, or one column to decode."""
  outer, per_layer = split
  x = _embed(config, outer, tokens, positions)
  seen = jax.lax.dynamic_update_slice(cache.valid, valid, (0, cache.index))
  mask = _mask(config, cache.index + jnp.arange(tokens.shape[1]), jnp.arange(seen.shape[1]), seen)
  turn = layers.rotation(config, positions)
  keys, values = [], []
  for layer, k, v in zip(per_layer, cache.k, cache.v):
    x, (k, v) = layers.Block(config).apply({'params': layer}, x, turn, mask, (k, v, cache.index))
    keys.append(k)
    values.append(v)
  hidden = layers.Norm(config).apply({'params': outer['final_norm']}, x)
  return hidden, Cache(k=tuple(keys), v=tuple(values), valid=seen, index=cache.index + tokens.shape[1])


def _embed(config, outer, tokens, positions):
  x = outer['embed'][tokens].astype(config.dtype)
  return x + outer['pos'][positions].astype(config.dtype) if config.position == 'learned' else x


def _mask(config, queries, keys, valid):
  """[B, T, S] bool: may the query in column queries[t] see the key in column keys[s]?"""
  age = queries[:, None] - keys[None, :]
  seen = age >= 0
  if config.window:
    seen &= age < config.window
  return seen[None] & valid[:, None]
