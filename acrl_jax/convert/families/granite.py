"""The Granite family: a Llama with scales on the embedding, the attention, what layers add, and the logits."""

from __future__ import annotations

from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.families import llama
from acrl_jax.models.decoder import DecoderConfig

DEFAULTS = llama.DEFAULTS | dict(
  embedding_multiplier=1.0,
  attention_multiplier=1.0,  # not one over the root of a head's width, as elsewhere
  residual_multiplier=1.0,
  logits_scaling=1.0,
)
rows, ignored = llama.rows, llama.ignored


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'granite', DEFAULTS)
  return DecoderConfig(
    **llama.shared(hf, get),
    **llama.biases(get),
    embed_scale=get['embedding_multiplier'],
    attn_scale=get['attention_multiplier'],
    residual_scale=get['residual_multiplier'],
    logit_scale=1 / get['logits_scaling'],
  )


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Granite."""
  written = llama.to_shared(cfg, 'granite', 'GraniteForCausalLM') | llama.to_biases(cfg)
  written |= dict(
    embedding_multiplier=cfg.embed_scale,
    attention_multiplier=cfg.attn_scale,
    residual_multiplier=cfg.residual_scale,
    logits_scaling=_divisor(cfg.logit_scale),
  )
  return hf_config.check_lossless(cfg, written, config, 'Granite')


def _divisor(scale: float) -> float:
  """The number whose inverse is `scale`, the roundest where there are several: 49 for 1 / 49."""
  exact = 1 / scale
  return next((x for x in (float(f'{exact:.15g}'), exact) if 1 / x == scale), exact)
