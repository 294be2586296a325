"""One decoder-only transformer for every decoder-only family; the switches of DecoderConfig tell them apart.

`Decoder` scans over stacked layers and reads whole rows; kv_cache.py reads one token after another with a cache.
"""

from __future__ import annotations

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

from acrl_jax.config import LINEAR_MAPS
from acrl_jax.distributed import sharding
from acrl_jax.models import layers, rope

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
  rope_dim: int | None = None  # the rotated columns of a head; None: all H
  rope_scaling: rope.Scaling = rope.Scaling()
  rope_layers: tuple[bool, ...] | None = None  # layers that turn queries and keys; None: all
  norm: str = 'rms'
  norm_eps: float = 1e-6
  activation: str = 'silu'  # of layers.ACTIVATIONS
  gated_mlp: bool = True
  parallel_block: bool = False  # attention and MLP read the same norm of the same input ...
  parallel_norms: bool = False  # ... or each its own norm of it
  qkv_bias: bool = False
  out_bias: bool = False
  mlp_bias: bool = False
  head_bias: bool = False
  qk_norm: bool = False
  tied: bool = True  # the output projection is the embedding
  window: int | None = None  # keys older than this many columns are not seen ...
  window_layers: tuple[bool, ...] | None = None  # ... in these layers; None: in all
  attn_scale: float | None = None  # of the attention logits; None: H ** -0.5
  scale_by_layer: bool = False  # and divided by the layer's number, from 1
  embed_scale: float = 1.0
  residual_scale: float = 1.0  # of what attention and MLP add to the stream
  logit_scale: float = 1.0
  lora_rank: int = 0  # 0: no adapters
  lora_targets: tuple[str, ...] = ()  # of LINEAR_MAPS
  lora_alpha: float = 16.0  # the adapters' product is scaled by lora_alpha / lora_rank
  dtype: str = 'float32'  # of the computation; parameters are float32

  def __post_init__(self):
    for name, known in dict(position=POSITIONS, norm=NORMS, activation=tuple(layers.ACTIVATIONS)).items():
      if getattr(self, name) not in known:
        raise ValueError(f'DecoderConfig.{name}={getattr(self, name)!r}: must be one of {", ".join(known)}')
    if self.dtype not in ('float32', 'bfloat16'):
      raise ValueError(f'DecoderConfig.dtype={self.dtype!r}: must be float32 or bfloat16')
    for name in (*'VDNKHF', 'layers', 'max_length'):
      if getattr(self, name) < 1:
        raise ValueError(f'DecoderConfig.{name}={getattr(self, name)}: every size must be at least 1')
    if self.N % self.K:
      raise ValueError(f'{self.N} query heads (N) cannot share {self.K} key/value heads (K) evenly')
    if 'rope' in self.position and ((self.rope_dim or self.H) % 2 or (self.rope_dim or 0) > self.H):
      raise ValueError(f'rope turns an even number of columns of a head of {self.H}, not {self.rope_dim or self.H}')
    if self.head_bias and self.tied:
      raise ValueError('a tied output projection has no bias here; set tied=False or head_bias=False')
    if self.rope_scaling.kind not in rope.KINDS:
      raise ValueError(f'rope of type {self.rope_scaling.kind!r} is not known; known: {", ".join(rope.KINDS)}')
    for name in ('rope_layers', 'window_layers'):
      if getattr(self, name) is not None and len(getattr(self, name)) != self.layers:
        raise ValueError(f'DecoderConfig.{name} speaks of {len(getattr(self, name))} layers; there are {self.layers}')
    if self.window_layers and self.window is None:
      raise ValueError('DecoderConfig.window_layers without a window; give its width')
    if bool(self.lora_rank) != bool(self.lora_targets) or self.lora_rank < 0:
      raise ValueError(f'lora_rank={self.lora_rank} with lora_targets={self.lora_targets}; give both, or neither')
    if wrong := set(self.lora_targets) - set(LINEAR_MAPS):
      raise ValueError(f'lora_targets: {sorted(wrong)[0]!r} is not one of {", ".join(LINEAR_MAPS)}')

  def size(self, dims: str) -> tuple[int, ...]:
    """Letters -> sizes."""
    return tuple(getattr(self, letter) for letter in dims)

  @property
  def R(self) -> int:
    """The rank of the adapters, under its letter."""
    return self.lora_rank

  @property
  def lora_scale(self) -> float:
    return self.lora_alpha / max(self.lora_rank, 1)

  @functools.cached_property
  def switches(self) -> tuple[layers.Switches, ...]:
    """What may differ from layer to layer, as Python values."""
    scale = self.H**-0.5 if self.attn_scale is None else self.attn_scale
    near = self.window_layers or (self.window is not None,) * self.layers
    turned = self.rope_layers or (True,) * self.layers
    return tuple(
      layers.Switches(scale / (number + 1 if self.scale_by_layer else 1), bool(near[number]), bool(turned[number]))
      for number in range(self.layers)
    )

  @property
  def residual_gain(self) -> float:
    """How much smaller the two projections into the residual stream begin, so that depth keeps its scale."""
    return (2 * self.layers) ** -0.5


# Path end -> letters. Below `layers` an axis for the layers comes first. L: max_length, R: rank of the adapters.
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
READ = {'attn/o': 'NH', 'mlp/down': 'F'}  # the letters of a kernel that are summed over; D of all others
for _path, _dims in [(path.removesuffix('/kernel'), dims) for path, dims in DIMS.items() if path.endswith('/kernel')]:
  DIMS[f'{_path}/lora_a'] = READ.get(_path, 'D') + 'R'
  DIMS[f'{_path}/lora_b'] = 'R' + _dims.removeprefix(READ.get(_path, 'D'))


class Decoder(nn.Module):
  """(tokens, positions, valid), each [B, T] -> hidden [B, T, D] after the final norm, in config.dtype."""

  config: DecoderConfig
  remat: bool = False  # keep only the layers' inputs for the backward pass, and compute the rest again

  @nn.compact
  def __call__(self, tokens, positions, valid):
    config = self.config
    normal = jax.nn.initializers.normal(0.02)
    # Whole rows of the table, or the lookup would be made for every row of the batch on every device.
    outer = {'embed': sharding.shard(self.param('embed', normal, config.size('VD')), 'V.')}
    if config.position == 'learned':
      outer['pos'] = self.param('pos', normal, (config.max_length, config.D))
    if not config.tied:
      self.param('head', normal, config.size('DV'))  # read by `project`
    if config.head_bias:
      self.param('head_bias', jax.nn.initializers.zeros, config.size('V'))
    x = sharding.shard(embed(config, outer, tokens, positions), 'BTD')
    columns = jnp.arange(tokens.shape[1])
    shared = share(config, positions, columns, columns, valid)
    policy = None if self.remat else jax.checkpoint_policies.save_only_these_names(layers.PRODUCT)
    block = nn.remat(layers.Block, prevent_cse=False, policy=policy)
    stack = nn.scan(
      block, variable_axes={'params': 0}, split_rngs={'params': True}, in_axes=(0, nn.broadcast), length=config.layers,
      unroll=config.layers if config.layers <= UNROLLED else 1,
    )  # fmt: skip
    x, _ = stack(config, name='layers')(x, _varying(config), shared)
    return layers.Norm(config, name='final_norm')(x)


def project(config: DecoderConfig, params: dict, hidden):
  """Logits [..., V] float32 of hidden [..., D]; `params` is the whole tree or its part outside of the layers."""
  x = hidden.astype(config.dtype)
  if config.tied and jax.default_backend() == 'cpu':
    logits = layers.contract_columns(x, params['embed'], 1).astype(jnp.float32)
  else:
    kernel, equation = (params['embed'], '...D,VD->...V') if config.tied else (params['head'], '...D,DV->...V')
    logits = jnp.einsum(equation, x, kernel.astype(config.dtype), preferred_element_type=jnp.float32)
  logits = logits + layers.along(params['head_bias'], logits) if config.head_bias else logits
  return logits if config.logit_scale == 1 else logits * config.logit_scale


def positions(valid):
  """[B, T] int32: how many real tokens came before; 0 for padding on the left."""
  return jnp.maximum(jnp.cumsum(valid, axis=1, dtype=jnp.int32) - 1, 0)


def embed(config, outer, tokens, positions):
  x = outer['embed'][tokens].astype(config.dtype)
  if config.position == 'learned':
    x += outer['pos'][positions].astype(config.dtype)
  return x if config.embed_scale == 1 else x * jnp.asarray(config.embed_scale, x.dtype)


def share(config, positions, queries, keys, valid) -> layers.Shared:
  """The turn and the masks: may the query in column queries[t] see the key in column keys[s]?"""
  age = queries[:, None] - keys[None, :]
  mask = (age >= 0)[None] & valid[:, None]
  near = mask & (age < config.window)[None] if config.window is not None else None
  turn = None
  if config.position in ('rope', 'rope_interleaved'):
    turn = rope.rotation(config.rope_dim or config.H, config.rope_theta, config.rope_scaling, positions)
  return layers.Shared(turn=turn, mask=mask, near=near)


def _varying(config) -> dict:
  """{switch: [layers]} of those that differ between layers, for the scan."""
  values = {name: [getattr(s, name) for s in config.switches] for name in layers.Switches._fields}
  return {name: np.asarray(by_layer) for name, by_layer in values.items() if len(set(by_layer)) > 1}
