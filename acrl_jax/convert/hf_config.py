"""Keys of a config.json: the defaults of its type, refusals by name, and the check that a written one loses nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from acrl_jax.models.decoder import DecoderConfig

# Their names of activations -> ours. The first of several names for one function is the one that is written.
ACTIVATIONS = dict(
  silu='silu',
  swish='silu',
  gelu='gelu',
  gelu_pytorch_tanh='gelu_tanh',
  gelu_new='gelu_tanh',
  gelu_fast='gelu_tanh',
  relu='relu',
)
FULL, SLIDING = 'full_attention', 'sliding_attention'
# Switches that change what a model computes, with the values at which they change nothing. A family reads those that
# are among its defaults; the others must be neutral, or absent.
NEUTRAL: dict[str, tuple] = dict(
  add_cross_attention=(False,),
  alibi=(False,),
  attention_bias=(False,),
  attention_multiplier=(1, None),
  attn_logit_softcapping=(None,),
  embedding_multiplier=(1, None),
  final_logit_softcapping=(None,),
  logits_scaling=(1, None),
  mlp_bias=(False,),
  no_rope_layers=(None,),
  num_experts=(0, None),
  num_local_experts=(0, None),
  parallel_attn=(False,),
  qk_layernorm=(False,),
  quantization_config=(None,),
  residual_multiplier=(1, None),
  rope_interleaved=(False,),
  scale_attn_by_inverse_layer_idx=(False,),
  scale_attn_weights=(True, None),
  sliding_window=(None,),
  use_mrope=(False,),
  use_qk_norm=(False,),
  use_sliding_window=(False,),
)
# Where null says something: no window, or a size that follows from others. Elsewhere it is as good as absent.
NULL_MEANS_NONE = ('sliding_window', 'num_key_value_heads', 'head_dim')


def read_keys(hf: Mapping[str, Any], family: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
  """The value of every key of `defaults`: what config.json says, else the default.

  ValueError for any other switch that config.json sets.
  """
  for key, values in NEUTRAL.items():
    if key not in defaults and hf.get(key) is not None and hf[key] not in values:
      raise ValueError(f'config.json: {key}={hf[key]!r} is not supported for {family}; leave it out or set {values[0]}')
  if 'layer_types' not in defaults and (wrong := set(hf.get('layer_types') or ()) - {FULL}):
    raise ValueError(f'config.json: layer_types has {sorted(wrong)[0]!r}, which {family} does not support')
  kept = lambda key: key in hf and (hf[key] is not None or key in NULL_MEANS_NONE)
  return {key: hf[key] if kept(key) else default for key, default in defaults.items()}


def renamed(hf: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
  """config.json with the keys of `names` under their other names; ValueError when it has both and they differ."""
  keys = dict(hf)
  for old, new in names.items():
    if old in keys:
      value = keys.pop(old)
      if keys.setdefault(new, value) != value:
        raise ValueError(f'config.json: {old}={value!r} and {new}={keys[new]!r} mean the same; keep one')
  return keys


def activation(name: str, key: str = 'hidden_act') -> str:
  """Our name of their activation; ValueError for one that is not known."""
  if name not in ACTIVATIONS:
    raise ValueError(f'config.json: {key}={name!r} is not known; known: {", ".join(ACTIVATIONS)}')
  return ACTIVATIONS[name]


def their_activation(ours: str) -> str:
  """The inverse of `activation`."""
  return next(theirs for theirs, name in ACTIVATIONS.items() if name == ours)


def windows(window: int | None, layer_types: Sequence[str] | None, layers: int) -> dict[str, Any]:
  """`window` and `window_layers` of DecoderConfig out of a width and what each layer attends to (None: all slide)."""
  if layer_types is None:
    layer_types = [FULL if window is None else SLIDING] * layers
  if wrong := set(layer_types) - {FULL, SLIDING}:
    raise ValueError(f'config.json: layer_types has {sorted(wrong)[0]!r}; known: {FULL}, {SLIDING}')
  if len(layer_types) != layers:
    raise ValueError(f'config.json: layer_types speaks of {len(layer_types)} layers; there are {layers}')
  near = tuple(kind == SLIDING for kind in layer_types)
  if not any(near):
    return {}
  if not isinstance(window, int) or window < 1:
    raise ValueError(f'config.json: layers slide, but sliding_window={window!r}; it must be a width of at least 1')
  return dict(window=window) if all(near) else dict(window=window, window_layers=near)


def layer_types(cfg: DecoderConfig) -> list[str]:
  """The inverse of `windows`, of its second part."""
  return [SLIDING if s.windowed else FULL for s in cfg.switches]


def check_lossless(cfg: DecoderConfig, written: dict[str, Any], config: Callable, family: str) -> dict[str, Any]:
  """`written`; ValueError naming every switch of `cfg` that it would lose, as no such family has it."""
  back = dataclasses.replace(config(written), dtype=cfg.dtype)
  lost = [f.name for f in dataclasses.fields(cfg) if getattr(cfg, f.name) != getattr(back, f.name)]
  if lost:
    raise ValueError(f'no {family} has {", ".join(f"{name}={getattr(cfg, name)!r}" for name in lost)}')
  return written
