"""The GPT-Neo family: its config and its rows. Layers see all keys or a window of them, and no logit is scaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import gpt_config, gpt_rows, hf_config
from acrl_jax.convert.families import gpt2
from acrl_jax.convert.weight_map import Row
from acrl_jax.models.decoder import DecoderConfig

OWN_NAMES = dict(
  n_positions='max_position_embeddings',
  n_embd='hidden_size',
  n_layer='num_layers',
  n_head='num_heads',
  n_inner='intermediate_size',
)
# What transformers' own class takes for a key that config.json leaves out.
DEFAULTS = gpt_config.DEFAULTS | dict(
  vocab_size=50257,
  n_positions=2048,
  n_embd=2048,
  n_layer=24,
  n_head=16,
  attention_types=[[['global', 'local'], 12]],
  attention_layers=None,
  window_size=256,
  tie_word_embeddings=True,
)
KINDS = {'global': hf_config.FULL, 'local': hf_config.SLIDING}


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = gpt_config.read_keys(hf, 'gpt_neo', DEFAULTS, OWN_NAMES)
  windows = hf_config.windows(get['window_size'], _layer_types(hf, get), get['n_layer'])
  return gpt_config.decoder_config(get, position='learned', out_bias=True, attn_scale=1.0, **windows)


def _layer_types(hf: Mapping[str, Any], get: Mapping[str, Any]) -> list[str]:
  """What each layer attends to, by attention_types, by the list made of it, or by both when they agree."""
  try:
    kinds = [kind for period, times in get['attention_types'] for _ in range(times) for kind in period]
  except (TypeError, ValueError):
    got = f'config.json: attention_types={get["attention_types"]!r}'
    raise ValueError(f'{got}: must be like [[["global"], 2]]') from None
  listed = get['attention_layers']
  if listed is not None and hf.get('attention_types') is not None and listed != kinds:
    raise ValueError('config.json: attention_layers is not what attention_types makes; keep one')
  kinds = kinds if listed is None else listed
  if len(kinds) != get['n_layer']:
    raise ValueError(f'config.json: attention_types speaks of {len(kinds)} layers; there are {get["n_layer"]}')
  if wrong := sorted(set(map(str, kinds)) - KINDS.keys()):
    raise ValueError(f'config.json: attention_types has {wrong[0]!r}; known: {", ".join(KINDS)}')
  return [KINDS[kind] for kind in kinds]


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no GPT-Neo."""
  kinds = ['local' if switches.windowed else 'global' for switches in cfg.switches]
  hf = dict(
    architectures=['GPTNeoForCausalLM'],
    model_type='gpt_neo',
    **gpt_config.to_keys(cfg, DEFAULTS['activation_function'], OWN_NAMES),
    attention_types=[[kinds, 1]],
    attention_layers=kinds,
    window_size=DEFAULTS['window_size'] if cfg.window is None else cfg.window,
  )
  return hf_config.check_lossless(cfg, hf, config, 'GPT-Neo')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a GPT-Neo with these switches."""
  layer = 'transformer.h.{l}.'
  attention = layer + 'attn.attention.'
  q, k, v = gpt_rows.QKV
  return [
    *gpt2.outside(cfg),
    *gpt_rows.linear(attention + 'q_proj', q, '(N H) D -> D N H'),
    *gpt_rows.linear(attention + 'k_proj', k, '(K H) D -> D K H'),
    *gpt_rows.linear(attention + 'v_proj', v, '(K H) D -> D K H'),
    *gpt_rows.linear(attention + 'out_proj', 'layers/attn/o', 'D (N H) -> N H D', 'D -> D'),
    *gpt_rows.linear(layer + 'mlp.c_fc', 'layers/mlp/up', 'F D -> D F', 'F -> F'),
    *gpt_rows.linear(layer + 'mlp.c_proj', 'layers/mlp/down', 'D F -> F D', 'D -> D'),
  ]


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  return gpt2.ignored(cfg, 'attn.attention')


names = gpt_rows.prefixed
