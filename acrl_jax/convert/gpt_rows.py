"""Rows of the weight map that the GPT families share."""

from __future__ import annotations

from collections.abc import Iterable

from acrl_jax.convert.weight_map import Row, row

QKV = ('layers/attn/q', 'layers/attn/k', 'layers/attn/v')
KERNELS = ('(N H) D -> D N H', '(K H) D -> D K H', '(K H) D -> D K H')
BIASES = ('(N H) -> N H', '(K H) -> K H', '(K H) -> K H')


def norm(theirs: str, ours: str) -> list[Row]:
  """A layer norm with its bias."""
  return [row(f'{theirs}.weight', f'{ours}/scale', 'D -> D'), row(f'{theirs}.bias', f'{ours}/bias', 'D -> D')]


def linear(theirs: str, ours: str, kernel: str, bias: str = '') -> list[Row]:
  """A linear map, whose weights move by the pattern `kernel`; with a bias where that has a pattern too."""
  weight = row(f'{theirs}.weight', f'{ours}/kernel', kernel)
  return [weight] + ([row(f'{theirs}.bias', f'{ours}/bias', bias)] if bias else [])


def fused(theirs: str, apart: bool, bias: bool = True) -> list[Row]:
  """Queries, keys and values in one linear map; where they lie `apart`, those of one head after those of the other."""
  kernel, vector = ('(N s H) D -> (s N H) D', '(N s H) -> (s N H)') if apart else ('', '')
  rows = [Row(f'{theirs}.weight', tuple(f'{name}/kernel' for name in QKV), KERNELS, before=kernel)]
  return rows + ([Row(f'{theirs}.bias', tuple(f'{name}/bias' for name in QKV), BIASES, before=vector)] if bias else [])


def prefixed(names: Iterable[str], prefix: str = 'transformer.') -> dict[str, str]:
  """Name in a file -> name in the rows, where the file was saved without the head and so lacks the prefix."""
  names = list(names)
  if any(name.startswith(prefix) for name in names):
    return {}
  return {name: prefix + name for name in names if not name.startswith('lm_head.')}
