"""Low-rank adapters (LoRA, arXiv 2106.09685) as functions on trees of parameters: added, trained alone, merged.

An adapter is two leaves beside a `kernel`: `lora_a` [read, R] and `lora_b` [R, made], behind an axis for the layers
where these are stacked. They stay in the one tree that sampling, checkpoints and export read; steps and optimisers see
the part that moves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import jax

NAMES = ('lora_a', 'lora_b')


def plain(config):
  """The config of the same model without adapters."""
  return dataclasses.replace(config, lora_rank=0, lora_targets=())


def add_adapters(params: Mapping, init: Callable, key, place: Callable | None = None) -> dict:
  """`params` with fresh adapters, which change nothing yet; `init` is that of the model that has them.

  `place` gives the shardings of a tree of shapes. ValueError when the model has none of its config's targets.
  """
  make = lambda key: _pick(init(key), is_adapter)  # the compiler drops the other parameters that init makes
  shapes = jax.eval_shape(make, key)
  if not shapes:
    raise ValueError('the model has none of the linear maps in config.lora.targets; name others')
  return join(jax.jit(make, out_shardings=place and place(shapes))(key), params)


def split(params: Mapping) -> tuple[dict, dict]:
  """(what is trained, what is not): the adapters and the rest, or all and nothing where there are no adapters."""
  adapters = _pick(params, is_adapter)
  return (adapters, _pick(params, lambda name: not is_adapter(name))) if adapters else (dict(params), {})


def is_adapter(name: str) -> bool:
  """Whether a leaf of this name belongs to an adapter."""
  return name in NAMES


def _pick(tree: Mapping, wanted: Callable[[str], bool]) -> dict:
  """The leaves whose names are wanted; branches that have none are left out."""
  kept = {name: _pick(x, wanted) if isinstance(x, Mapping) else x for name, x in tree.items()}
  return {name: x for name, x in kept.items() if (x if isinstance(x, dict) else wanted(name))}


def join(trained: Mapping, rest: Mapping) -> dict:
  """The tree of which these are the parts; a leaf that both have is that of `trained`."""
  both = {**rest, **trained}
  for name in trained.keys() & rest.keys():
    if isinstance(trained[name], Mapping):
      both[name] = join(trained[name], rest[name])
  return both


def merge(params: Mapping, scale: float) -> dict:
  """The tree of the same model without adapters: kernel + scale * lora_a . lora_b, stacked or not."""
  if 'lora_a' in params:
    rest = {name: x for name, x in params.items() if name not in NAMES}
    return rest | {'kernel': params['kernel'] + scale * _product(params['kernel'], *(params[name] for name in NAMES))}
  return {name: merge(x, scale) if isinstance(x, Mapping) else x for name, x in params.items()}


def _product(kernel, a, b):
  """a . b over the rank, for each layer where the kernel has an axis for these; in the kernel's shape."""
  stacked = a.ndim + b.ndim - 2 - kernel.ndim
  front = tuple(range(stacked))
  dims = (((a.ndim - 1,), (stacked,)), (front, front))
  return jax.lax.dot_general(a, b, dims, precision=jax.lax.Precision.HIGHEST)
