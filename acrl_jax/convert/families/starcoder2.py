"""The StarCoder2 family: layer norms, a plain MLP, biases on every linear map or on none, perhaps a window."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama
from acrl_jax.convert.weight_map import Row
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = dict(
  vocab_size=49152,
  hidden_size=3072,
  intermediate_size=12288,
  num_hidden_layers=30,
  num_attention_heads=24,
  num_key_value_heads=2,
  head_dim=None,
  hidden_act='gelu_pytorch_tanh',
  max_position_embeddings=4096,
  norm_epsilon=1e-5,
  tie_word_embeddings=True,
  use_bias=True,
  sliding_window=None,
)
# What the published configs say of the architecture itself; transformers reads neither.
FIXED = dict(norm_type='layer_norm', mlp_type='default')
ignored = llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be.

  The activation_function of some published configs is a remainder of their training that transformers never reads.
  """
  for key, value in FIXED.items():
    if hf.get(key) not in (None, value):
      raise ValueError(f'config.json: {key}={hf[key]!r} is not supported for starcoder2; it must be {value!r}')
  get = hf_config.read_keys(hf, 'starcoder2', DEFAULTS)
  bias = get['use_bias']
  return DecoderConfig(
    **llama.shared(hf, get),
    **hf_config.windows(get['sliding_window'], None, get['num_hidden_layers']),
    norm='layer', gated_mlp=False, qkv_bias=bias, out_bias=bias, mlp_bias=bias,
  )  # fmt: skip


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no StarCoder2."""
  written = llama.to_shared(cfg, 'starcoder2', 'Starcoder2ForCausalLM')
  written |= dict(norm_epsilon=written.pop('rms_norm_eps'), use_bias=cfg.qkv_bias, sliding_window=cfg.window)
  return hf_config.check_lossless(cfg, written, config, 'StarCoder2')


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a StarCoder2 with these switches."""
  return llama.outer_rows(cfg) + llama.attention_rows(cfg) + llama.mlp_rows(cfg, up='c_fc', down='c_proj')
