"""Rotary position embeddings: the frequencies of each kind of scaling, and the turn itself.

Sources: RoFormer (arXiv 2104.09864); linear scaling divides positions; dynamic NTK raises the base with the length;
YaRN is arXiv 2309.00071; llama3 is the three-band scaling of Llama 3.1. Other kinds are refused by name.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

KINDS = ('default', 'linear', 'dynamic', 'yarn', 'llama3')


class Scaling(NamedTuple):
  """How the frequencies of a model differ from those of its base; hashable, a part of DecoderConfig."""

  kind: str = 'default'  # of KINDS
  factor: float = 1.0
  original_length: int = 0  # yarn, llama3: what it was trained on first; dynamic: where the base begins to rise
  low: float = 1.0  # llama3: low_freq_factor; yarn: beta_slow
  high: float = 4.0  # llama3: high_freq_factor; yarn: beta_fast
  attention_factor: float = 1.0  # yarn: sines and cosines are multiplied by it
  truncate: bool = True  # yarn: the borders of its ramp are whole columns


def frequencies(width: int, theta: float, scaling: Scaling):
  """[width / 2] float32 radians a position; for `dynamic` those of lengths that its model was trained on."""
  plain = 1.0 / np.float32(theta) ** (np.arange(0, width, 2, dtype=np.float32) / np.float32(width))
  if scaling.kind == 'linear':
    return plain / np.float32(scaling.factor)
  if scaling.kind == 'yarn':
    return _yarn(plain, width, theta, scaling)
  if scaling.kind == 'llama3':
    return _llama3(plain, scaling)
  return plain


def _yarn(plain, width: int, theta: float, scaling: Scaling):
  """Slow columns are interpolated, fast ones stay, and a ramp joins them."""

  def column(turns):  # the column that turns so often over the original length
    return width * math.log(scaling.original_length / (turns * 2 * math.pi)) / (2 * math.log(theta))

  low, high = column(scaling.high), column(scaling.low)
  if scaling.truncate:
    low, high = math.floor(low), math.ceil(high)
  low, high = max(low, 0), min(high, width - 1)
  ramp = np.clip((np.arange(width // 2, dtype=np.float32) - low) / (high - low or 0.001), 0, 1)
  return (plain / scaling.factor * ramp + plain * (1 - ramp)).astype(np.float32)


def _llama3(plain, scaling: Scaling):
  """Wavelengths beyond the original length over `low` are stretched, those below it over `high` stay."""
  wavelength = 2 * math.pi / plain
  share = (scaling.original_length / wavelength - scaling.low) / (scaling.high - scaling.low)
  share = np.clip(share, 0, 1)
  return ((1 - share) * plain / scaling.factor + share * plain).astype(np.float32)


def rotation(width: int, theta: float, scaling: Scaling, positions):
  """(sin, cos), each [B, T, 1, width / 2] float32."""
  frequency = frequencies(width, theta, scaling)
  if scaling.kind == 'dynamic':
    # The base that goes with the longest row of the batch; within the trained length that is the plain one.
    length = jnp.maximum(positions.max() + 1, scaling.original_length).astype(jnp.float32)
    stretch = scaling.factor * length / scaling.original_length - (scaling.factor - 1)
    base = theta * stretch ** (width / (width - 2))
    frequency = base ** (-np.arange(0, width, 2, dtype=np.float32) / np.float32(width))
  angle = positions[:, :, None, None].astype(jnp.float32) * frequency.reshape(1, 1, 1, -1)
  factor = np.float32(scaling.attention_factor)
  return jnp.sin(angle) * factor, jnp.cos(angle) * factor


def rotate(x, turn, interleaved: bool):
  """x [B, T, N, H] with the first columns of each head turned; pairs are halves (j, j + width/2), or neighbours."""
  sin, cos = turn
  width = 2 * sin.shape[-1]
  head, tail = x[..., :width].astype(jnp.float32), x[..., width:]
  a, b = (head[..., ::2], head[..., 1::2]) if interleaved else jnp.split(head, 2, -1)
  a, b = a * cos - b * sin, b * cos + a * sin
  head = jnp.stack([a, b], -1).reshape(head.shape) if interleaved else jnp.concatenate([a, b], -1)
  return jnp.concatenate([head.astype(x.dtype), tail], -1)
