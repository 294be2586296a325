"""The critic's head: W numbers per token out of the policy's hidden state."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from flax import linen as nn

from acrl_jax.models import layers

DIMS = {'up/kernel': 'DF', 'up/bias': 'F', 'out/kernel': 'FW', 'out/bias': 'W'}


class Dense(nn.Module):
  """x @ kernel + bias over the last axis."""

  width: int
  init: Callable

  @nn.compact
  def __call__(self, x):
    kernel = self.param('kernel', self.init, (x.shape[-1], self.width))
    y = x @ kernel
    return y + layers.along(self.param('bias', jax.nn.initializers.zeros, (self.width,)), y)


class ValueHead(nn.Module):
  """hidden [B, T, D] -> values [B, T, W] float32: D -> D/2, GELU, W; every value begins at 0."""

  width: int  # W

  @nn.compact
  def __call__(self, hidden):
    D = hidden.shape[-1]
    x = hidden.astype(jnp.float32)
    x = jax.nn.gelu(Dense(max(D // 2, 1), jax.nn.initializers.normal(D**-0.5), name='up')(x))
    return Dense(self.width, jax.nn.initializers.zeros, name='out')(x)
