"""The parts of a decoder: Linear (an einsum), Norm, rotary embeddings, attention, MLP and the block that joins them.

Norms, rotations and softmax are computed in float32 whatever the compute dtype; parameters are float32 masters that are
cast where they are used.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

ACTIVATIONS = {
  'silu': jax.nn.silu,
  'relu': jax.nn.relu,
  'gelu': lambda x: jax.nn.gelu(x, approximate=False),
  'gelu_tanh': lambda x: jax.nn.gelu(x, approximate=True),
}


def along(vector, x):
  """`vector` with axes of 1 in front, so that it meets the last axes of x."""
  return vector.reshape((1,) * (x.ndim - vector.ndim) + vector.shape)


class Linear(nn.Module):
  """einsum(equation, x, kernel), plus a bias, for an equation like 'BTD,DNH->BTNH' in letters of config."""

  config: Any  # DecoderConfig, whose file imports this one
  equation: str
  use_bias: bool = False
  gain: float = 1.0

  @nn.compact
  def __call__(self, x):
    inputs, out = self.equation.split('->')
    left, dims = inputs.split(',')
    fan_in = int(np.prod(self.config.size(''.join(d for d in dims if d in left))))
    normal = jax.nn.initializers.normal(self.gain * fan_in**-0.5)
    kernel = self.param('kernel', normal, self.config.size(dims))
    y = jnp.einsum(self.equation, x, kernel.astype(x.dtype))
    if self.use_bias:
      made = ''.join(d for d in out if d in dims)
      bias = self.param('bias', jax.nn.initializers.zeros, self.config.size(made))
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


def rotation(config, positions):
  """(sin, cos), each [B, T, 1, R/2] float32 for R = rope_dim or H rotated columns of a head; None without rope."""
  if config.position not in ('rope', 'rope_interleaved'):
    return None
  width = config.rope_dim or config.H
  frequency = config.rope_theta ** (-np.arange(0, width, 2, dtype=np.float32) / width)
  angle = positions[:, :, None, None].astype(jnp.float32) * frequency.astype(np.float32).reshape(1, 1, 1, -1)
  return jnp.sin(angle), jnp.cos(angle)


def rotate(x, turn, interleaved):
  """x [B, T, N, H] with the first R columns of each head turned; pairs are halves (j, j + R/2), or neighbours."""
  sin, cos = turn
  width = 2 * sin.shape[-1]
  head, tail = x[..., :width].astype(jnp.float32), x[..., width:]
  a, b = (head[..., ::2], head[..., 1::2]) if interleaved else jnp.split(head, 2, -1)
  a, b = a * cos - b * sin, b * cos + a * sin
  head = jnp.stack([a, b], -1).reshape(head.shape) if interleaved else jnp.concatenate([a, b], -1)
  return jnp.concatenate([head.astype(x.dtype), tail], -1)


class Attention(nn.Module):
  """Grouped-query attention. `cached` is (k, v [B, S, K, H], index): the columns from index on are overwritten."""

  config: Any

  @nn.compact
  def __call__(self, x, turn, mask, cached=None):
    config = self.config
    q = Linear(config, 'BTD,DNH->BTNH', config.qkv_bias, name='q')(x)
    k = Linear(config, 'BTD,DKH->BTKH', config.qkv_bias, name='k')(x)
    v = Linear(config, 'BTD,DKH->BTKH', config.qkv_bias, name='v')(x)
    if config.qk_norm:
      q, k = Norm(config, 'H', name='q_norm')(q), Norm(config, 'H', name='k_norm')(k)
    if turn is not None:
      interleaved = config.position == 'rope_interleaved'
      q, k = rotate(q, turn, interleaved), rotate(k, turn, interleaved)
    kept = None
    if cached is not None:
      old_k, old_v, index = cached
      k = jax.lax.dynamic_update_slice(old_k, k, (0, index, 0, 0))
      v = jax.lax.dynamic_update_slice(old_v, v, (0, index, 0, 0))
      kept = k, v
    B, T, N, H = q.shape
    q = q.reshape(B, T, config.K, N // config.K, H) * H**-0.5
    logits = jnp.einsum('BTKGH,BSKH->BKGTS', q, k, preferred_element_type=jnp.float32)
    # The least float, not -inf: a left-padded row masks every key, and its softmax must stay finite.
    logits = jnp.where(mask[:, None, None], logits, jnp.finfo(jnp.float32).min)
    probs = jax.nn.softmax(logits).astype(v.dtype)
    y = jnp.einsum('BKGTS,BSKH->BTKGH', probs, v).reshape(B, T, N, H)
    return Linear(config, 'BTNH,NHD->BTD', config.out_bias, config.residual_gain, name='o')(y), kept


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
  """One layer: (x [B, T, D], (k, v) or None)."""

  config: Any

  @nn.compact
  def __call__(self, x, turn, mask, cached=None):
    config = self.config
    y = Norm(config, name='attn_norm')(x)
    attended, kept = Attention(config, name='attn')(y, turn, mask, cached)
    if config.parallel_block:
      return x + attended + Mlp(config, name='mlp')(y), kept
    x += attended
    return x + Mlp(config, name='mlp')(Norm(config, name='mlp_norm')(x)), kept
