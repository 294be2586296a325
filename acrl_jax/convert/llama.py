"""The Llama family: its config and its rows. Refuses by name what the decoder does not compute."""

from __future__ import annotations

import dataclasses
from typing import Any

from acrl_jax.convert.rows import Row, row
from acrl_jax.models.decoder import DecoderConfig

# What transformers' own class takes for a key that config.json leaves out.
DEFAULTS = dict(
  vocab_size=32000,
  hidden_size=4096,
  intermediate_size=11008,
  num_hidden_layers=32,
  num_attention_heads=32,
  num_key_value_heads=None,
  head_dim=None,
  hidden_act='silu',
  max_position_embeddings=2048,
  rms_norm_eps=1e-6,
  tie_word_embeddings=False,
  attention_bias=False,
  mlp_bias=False,
)
ACTIVATIONS = dict(
  silu='silu',
  swish='silu',
  gelu='gelu',
  gelu_pytorch_tanh='gelu_tanh',  # the first of several names for one function is the one that is written
  gelu_new='gelu_tanh',
  gelu_fast='gelu_tanh',
  relu='relu',
)
# Switches of relatives of Llama, with the values that change nothing.
NEUTRAL = dict(
  partial_rotary_factor=(None, 1.0),
  rope_interleaved=(None, False),
  quantization_config=(None,),
  sliding_window=(None,),
  no_rope_layers=(None,),
)


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  for key, values in NEUTRAL.items():
    if hf.get(key) not in values:
      raise ValueError(f'config.json: {key}={hf[key]!r} is not supported for llama; it must be absent or {values[-1]}')
  get = {key: default if hf.get(key) is None else hf[key] for key, default in DEFAULTS.items()}
  if get['hidden_act'] not in ACTIVATIONS:
    raise ValueError(f'config.json: hidden_act={get["hidden_act"]!r} is not known; known: {", ".join(ACTIVATIONS)}')
  N = get['num_attention_heads']
  return DecoderConfig(
    V=get['vocab_size'],
    D=get['hidden_size'],
    N=N,
    K=get['num_key_value_heads'] or N,
    H=get['head_dim'] or get['hidden_size'] // N,
    F=get['intermediate_size'],
    layers=get['num_hidden_layers'],
    max_length=get['max_position_embeddings'],
    rope_theta=_rope_theta(hf),
    norm_eps=get['rms_norm_eps'],
    activation=ACTIVATIONS[get['hidden_act']],
    qkv_bias=get['attention_bias'],
    out_bias=get['attention_bias'],
    mlp_bias=get['mlp_bias'],
    tied=get['tie_word_embeddings'],
  )


def _rope_theta(hf: dict[str, Any]) -> float:
  """The base of the rotation, in the spelling of transformers 4 or 5; ValueError for any scaling of it."""
  for key in ('rope_scaling', 'rope_parameters'):
    rope = hf.get(key) or {}
    kind = rope.get('rope_type', rope.get('type', 'default'))
    if kind != 'default':
      raise ValueError(f'config.json: {key} of type {kind!r} is not supported; only default rope is')
    if rope.get('partial_rotary_factor', 1.0) != 1.0:
      raise ValueError(f'config.json: {key}.partial_rotary_factor={rope["partial_rotary_factor"]} is not supported')
  places = [hf, hf.get('rope_scaling') or {}, hf.get('rope_parameters') or {}]
  found = {float(place['rope_theta']) for place in places if place.get('rope_theta') is not None}
  if len(found) > 1:
    raise ValueError(f'config.json gives rope_theta twice and differently: {sorted(found)}; keep one')
  return found.pop() if found else 10000.0


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Llama."""
  names = {ours: theirs for theirs, ours in reversed(ACTIVATIONS.items())}
  hf = dict(
    architectures=['LlamaForCausalLM'],
    model_type='llama',
    vocab_size=cfg.V,
    hidden_size=cfg.D,
    intermediate_size=cfg.F,
    num_hidden_layers=cfg.layers,
    num_attention_heads=cfg.N,
    num_key_value_heads=cfg.K,
    head_dim=cfg.H,
    hidden_act=names[cfg.activation],
    max_position_embeddings=cfg.max_length,
    rms_norm_eps=cfg.norm_eps,
    tie_word_embeddings=cfg.tied,
    attention_bias=cfg.qkv_bias,
    mlp_bias=cfg.mlp_bias,
    # transformers 4 reads these three and would take 10000 for a rope_theta that it does not find ...
    rope_theta=cfg.rope_theta,
    rope_scaling=None,
    torch_dtype='float32',
    # ... and transformers 5 these two.
    rope_parameters=dict(rope_type='default', rope_theta=cfg.rope_theta),
    dtype='float32',
  )
  back = dataclasses.replace(config(hf), dtype=cfg.dtype)
  lost = [f.name for f in dataclasses.fields(cfg) if getattr(cfg, f.name) != getattr(back, f.name)]
  if lost:
    raise ValueError(f'no Llama has {", ".join(f"{name}={getattr(cfg, name)!r}" for name in lost)}')
  return hf


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a Llama with these switches."""
  layer = 'model.layers.{l}.'
  table = [
    row('model.embed_tokens.weight', 'embed', 'V D -> V D'),
    row('model.norm.weight', 'final_norm/scale', 'D -> D'),
    row(layer + 'input_layernorm.weight', 'layers/attn_norm/scale', 'D -> D'),
    row(layer + 'post_attention_layernorm.weight', 'layers/mlp_norm/scale', 'D -> D'),
  ]
  table += [] if cfg.tied else [row('lm_head.weight', 'head', 'V D -> D V')]
  linears = [
    ('self_attn.q_proj', 'attn/q', '(N H) D -> D N H', '(N H) -> N H', cfg.qkv_bias),
    ('self_attn.k_proj', 'attn/k', '(K H) D -> D K H', '(K H) -> K H', cfg.qkv_bias),
    ('self_attn.v_proj', 'attn/v', '(K H) D -> D K H', '(K H) -> K H', cfg.qkv_bias),
    ('self_attn.o_proj', 'attn/o', 'D (N H) -> N H D', 'D -> D', cfg.out_bias),
    ('mlp.gate_proj', 'mlp/gate', 'F D -> D F', 'F -> F', cfg.mlp_bias),
    ('mlp.up_proj', 'mlp/up', 'F D -> D F', 'F -> F', cfg.mlp_bias),
    ('mlp.down_proj', 'mlp/down', 'D F -> F D', 'D -> D', cfg.mlp_bias),
  ]
  for theirs, ours, kernel, bias, has_bias in linears:
    table.append(row(f'{layer}{theirs}.weight', f'layers/{ours}/kernel', kernel))
    if has_bias:
      table.append(row(f'{layer}{theirs}.bias', f'layers/{ours}/bias', bias))
  return table


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  tied = {'lm_head.weight': 'model.embed_tokens.weight'} if cfg.tied else {}
  return tied | {'model.layers.{l}.self_attn.rotary_emb.inv_freq': ''}  # a buffer that transformers once saved
