"""The parts of a decoder: Linear (an einsum), Norm, attention, MLP and the block that joins them.

Norms, rotations and softmax are computed in float32 whatever the compute dtype; parameters are float32 masters that are
cast where they are used.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn
from jax.ad_checkpoint import checkpoint_name

from acrl_jax.distributed import xla
from acrl_jax.models import rope
from acrl_jax.models.attention import PRODUCT, attend

ACTIVATIONS = {
  'silu': jax.nn.silu,
  'relu': jax.nn.relu,
  'gelu': lambda x: jax.nn.gelu(x, approximate=False),
  'gelu_tanh': lambda x: jax.nn.gelu(x, approximate=True),
}


def along(vector, x):
  """`vector` with axes of 1 in front, so that it meets the last axes of x."""
  return vector.reshape((1,) * (x.ndim - vector.ndim) + vector.shape)


@jax.custom_vjp
def matmul(x, kernel):
  """x [M, K] with kernel [K, N], in the dtype of x; the kernel's gradient is summed in float32.

  The gradients are written out: derived from the product, that of the kernel is made transposed and turned around,
  which on a CPU takes as long as the rest of the backward pass.
  """
  return x @ kernel.astype(x.dtype)


def _matmul_gradients(saved, dy):
  x, kernel = saved
  dot = lambda a, b, axes, dtype: jax.lax.dot_general(a, b, (axes, ((), ())), preferred_element_type=dtype)
  dx = dot(dy, kernel.astype(dy.dtype), ((1,), (1,)), x.dtype)
  return dx, dot(x, dy, ((0,), (0,)), jnp.float32).astype(kernel.dtype)


matmul.defvjp(lambda x, kernel: (matmul(x, kernel), (x, kernel)), _matmul_gradients)


def contract(x, kernel, count: int):
  """The last `count` axes of x summed with the first ones of the kernel, in the dtype of x.

  In this order of axes: einsum sums 'NH' in an order of its own, for which the compiler has to turn the kernel around.
  """
  kept, made = x.shape[: x.ndim - count], kernel.shape[count:]
  summed = int(np.prod(kernel.shape[:count]))
  y = checkpoint_name(matmul(x.reshape(-1, summed), kernel.reshape(summed, -1)), PRODUCT)
  return y.reshape(*kept, *made)


FEW = 128  # rows of a product that is better written with the weights on its left


def contract_columns(x, columns, count: int):
  """`contract` with a kernel whose summed axes are its last ones, as `columns` lays it out for decoding on a CPU.

  With few rows a product of matrices spends its time on the weights, and is a quarter faster as weights times columns.
  The barriers keep the compiler from turning that back into rows times weights.
  """
  kept, made = x.shape[: x.ndim - count], columns.shape[: columns.ndim - count]
  flat, weights = x.reshape(int(np.prod(kept)), -1), columns.astype(x.dtype).reshape(int(np.prod(made)), -1)
  if len(flat) > FEW:
    y = jax.lax.dot_general(flat, weights, (((1,), (1,)), ((), ())))
  else:
    y = xla.cpu_barrier(weights @ xla.cpu_barrier(flat.T)).T
  return y.reshape(*kept, *made)


class Linear(nn.Module):
  """einsum(equation, x, kernel), plus a bias, for an equation like 'BTD,DNH->BTNH' in letters of config.

  Where config.lora_targets names it, plus a low-rank product that begins at 0 (LoRA, arXiv 2106.09685).
  """

  config: Any  # DecoderConfig, whose file imports this one
  equation: str
  use_bias: bool = False
  gain: float = 1.0

  @nn.compact
  def __call__(self, x):
    inputs, out = self.equation.split('->')
    left, dims = inputs.split(',')
    read, made = ''.join(d for d in dims if d in left), ''.join(d for d in out if d in dims)
    size = self.config.size
    fan_in = int(np.prod(size(read)))
    if self.has_variable('params', 'columns'):  # never made here: decoding lays kernels out so
      y = contract_columns(x, self.get_variable('params', 'columns'), len(read))
    else:
      kernel = self.param('kernel', jax.nn.initializers.normal(self.gain * fan_in**-0.5), size(dims))
      y = contract(x, kernel, len(read))
    if self.name in self.config.lora_targets:
      a = self.param('lora_a', jax.nn.initializers.normal(fan_in**-0.5), size(read + 'R'))
      b = self.param('lora_b', jax.nn.initializers.zeros, size('R' + made))
      y += self.config.lora_scale * contract(contract(x, a, len(read)), b, 1)
    if self.use_bias:
      bias = self.param('bias', jax.nn.initializers.zeros, size(made))
      y += along(bias.astype(x.dtype), y)
    return y


class Norm(nn.Module):
  """RMS norm, or layer norm with its bias, over the last axis."""

  config: Any
  dim: str = 'D'

  @nn.compact
  def __call__(self, x):
    config = self.config
    scale = self.param('scale', jax.nn.initializers.ones, config.size(self.dim))
    z = x.astype(jnp.float32)
    if config.norm == 'layer':
      z -= z.mean(-1, keepdims=True)
    z *= jax.lax.rsqrt(jnp.square(z).mean(-1, keepdims=True) + config.norm_eps)
    z *= along(scale, z)
    if config.norm == 'layer':
      z += along(self.param('bias', jax.nn.initializers.zeros, config.size(self.dim)), z)
    return z.astype(x.dtype)


class Shared(NamedTuple):
  """What all layers read of a batch."""

  turn: Any  # (sin, cos) of rope.rotation, None without rope
  mask: Any  # [B, T, S] bool: the query may see the key
  near: Any  # the same within the window, None where no layer has one


class Switches(NamedTuple):
  """What may differ from layer to layer: Python values where the layers are laid out flat, else scalars of a scan."""

  scale: Any  # of the attention logits
  windowed: Any  # bool: only keys within the window are seen
  rotated: Any  # bool: queries and keys are turned

  def mask(self, shared: Shared):
    return _choose(self.windowed, shared.near, shared.mask)

  def turn(self, shared: Shared):
    if shared.turn is None:
      return None
    sin, cos = shared.turn
    if isinstance(self.rotated, bool):
      return shared.turn if self.rotated else None
    return _choose(self.rotated, sin, jnp.zeros_like(sin)), _choose(self.rotated, cos, jnp.ones_like(cos))


def _choose(switch, yes, no):
  return (yes if switch else no) if isinstance(switch, bool) else jnp.where(switch, yes, no)


class Attention(nn.Module):
  """Grouped-query attention: (y [B, T, D], (k, v)).

  `cached` is (k [B, K, H, S], v [B, K, S, H], index): the columns from index on are overwritten.
  """

  config: Any

  @nn.compact
  def __call__(self, x, shared: Shared, switches: Switches, cached=None):
    config, turn = self.config, switches.turn(shared)
    q = Linear(config, 'BTD,DNH->BTNH', config.qkv_bias, name='q')(x)
    k = Linear(config, 'BTD,DKH->BTKH', config.qkv_bias, name='k')(x)
    v = Linear(config, 'BTD,DKH->BTKH', config.qkv_bias, name='v')(x)
    if config.qk_norm:
      q, k = Norm(config, 'H', name='q_norm')(q), Norm(config, 'H', name='k_norm')(k)
    if turn is not None:
      interleaved = config.position == 'rope_interleaved'
      q, k = rope.rotate(q, turn, interleaved), rope.rotate(k, turn, interleaved)
    B, T, N, H = q.shape
    q = (q * jnp.asarray(switches.scale, q.dtype)).reshape(B, T, config.K, N // config.K, H).transpose(0, 2, 3, 1, 4)
    k, v = jnp.moveaxis(k, 1, 3), jnp.moveaxis(v, 2, 1)
    if cached is not None:
      old_k, old_v, index = cached
      k = jax.lax.dynamic_update_slice(old_k, k, (0, 0, 0, index))
      v = jax.lax.dynamic_update_slice(old_v, v, (0, 0, index, 0))
    y = attend(q, k, v, switches.mask(shared), cached is None).transpose(0, 3, 1, 2, 4).reshape(B, T, N, H)
    return Linear(config, 'BTNH,NHD->BTD', config.out_bias, config.residual_gain, name='o')(y), (k, v)


class Mlp(nn.Module):
  """down(activation(gate) * up), or down(activation(up))."""

  config: Any

  @nn.compact
  def __call__(self, x):
    config, activation = self.config, ACTIVATIONS[self.config.activation]
    up = Linear(config, 'BTD,DF->BTF', config.mlp_bias, name='up')(x)
    if config.gated_mlp:
      h = activation(Linear(config, 'BTD,DF->BTF', config.mlp_bias, name='gate')(x)) * up
    else:
      h = activation(up)
    return Linear(config, 'BTF,FD->BTD', config.mlp_bias, config.residual_gain, name='down')(h)


class Block(nn.Module):
  """One layer: (x [B, T, D], (k, v) where `keep`). `varying` are the switches in which it differs from the first."""

  config: Any
  keep: bool = False

  @nn.compact
  def __call__(self, x, varying, shared: Shared, cached=None):
    config = self.config
    switches = config.switches[0]._replace(**varying)
    y = Norm(config, name='attn_norm')(x)
    attended, kept = Attention(config, name='attn')(y, shared, switches, cached)
    kept = kept if self.keep else None
    if config.parallel_block:
      y = Norm(config, name='mlp_norm')(x) if config.parallel_norms else y
      return x + config.residual_scale * (attended + Mlp(config, name='mlp')(y)), kept
    x += config.residual_scale * attended
    return x + config.residual_scale * Mlp(config, name='mlp')(Norm(config, name='mlp_norm')(x)), kept
