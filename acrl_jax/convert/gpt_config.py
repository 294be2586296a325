"""Keys of a config.json as GPT-2 named them and its relatives vary them, and the decoder that all of these share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.models.decoder import DecoderConfig

# What all classes of transformers that are read here take alike for a key that config.json leaves out.
DEFAULTS = dict(n_inner=None, activation_function='gelu_new', layer_norm_epsilon=1e-5)
# Names of the same keys that transformers takes as well.
OTHER_NAMES = dict(
  hidden_size='n_embd',
  max_position_embeddings='n_positions',
  num_attention_heads='n_head',
  num_hidden_layers='n_layer',
)


def read_keys(
  hf: Mapping[str, Any], family: str, defaults: Mapping[str, Any], own_names: Mapping[str, str] | None = None
) -> dict[str, Any]:
  """The value of every key of `defaults`; ValueError for a switch that the family does not have.

  `own_names` are the family's names of the keys that it calls otherwise.
  """
  if hf.get('auto_map'):
    raise ValueError(
      f'config.json: auto_map names code of its own, which may compute something else than {family}; leave the key out '
      f'if transformers runs this checkpoint without that code'
    )
  names = OTHER_NAMES | {theirs: name for name, theirs in (own_names or {}).items()}
  return hf_config.read_keys(hf_config.renamed(hf, names), family, defaults)


def decoder_config(get: Mapping[str, Any], **switches: Any) -> DecoderConfig:
  """The decoder of these keys, with the switches in which its family differs."""
  D, N = get['n_embd'], get['n_head']
  if D % N:
    raise ValueError(f'config.json: {N} heads cannot share a width of {D} evenly')
  common = dict(
    V=get['vocab_size'],
    D=D,
    N=N,
    K=N,
    H=D // N,
    F=4 * D if get['n_inner'] is None else get['n_inner'],
    layers=get['n_layer'],
    max_length=get['n_positions'],
    norm='layer',
    norm_eps=get['layer_norm_epsilon'],
    activation=hf_config.activation(get['activation_function'], 'activation_function'),
    gated_mlp=False,
    mlp_bias=True,
    tied=get['tie_word_embeddings'],
  )
  return DecoderConfig(**(common | switches))


def learned(get: Mapping[str, Any]) -> dict[str, Any]:
  """The switches of gpt2 and gpt_bigcode."""
  scale = None if get['scale_attn_weights'] else 1.0
  return dict(position='learned', qkv_bias=True, out_bias=True, attn_scale=scale)


def rotated(get: Mapping[str, Any]) -> dict[str, Any]:
  """The switches of codegen and gptj: pairs of neighbours are turned, and attention and MLP read the same norm."""
  if get['tie_word_embeddings']:
    raise ValueError('config.json: tie_word_embeddings=True is not supported where the output has a bias; set it false')
  return dict(position='rope_interleaved', rope_dim=turned(get, get['rotary_dim']), parallel_block=True, head_bias=True)


def turned(get: Mapping[str, Any], columns: int) -> int | None:
  """rope_dim of DecoderConfig."""
  H = get['n_embd'] // get['n_head']
  if not 0 < columns <= H:
    raise ValueError(f'config.json: rope turns {columns} columns of a head; it must be an even number of up to {H}')
  return None if columns == H else columns


def to_keys(
  cfg: DecoderConfig, activation: str, own_names: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
  """The keys of a decoder, and more, by the names of its family; `activation` is the name preferred where it is right.

  Without n_inner the MLP is four times as wide as the stream.
  """
  same = hf_config.ACTIVATIONS[activation] == cfg.activation
  keys = dict(
    vocab_size=cfg.V,
    n_positions=cfg.max_length,
    n_embd=cfg.D,
    n_layer=cfg.layers,
    n_head=cfg.N,
    n_inner=None if cfg.F == 4 * cfg.D else cfg.F,
    activation_function=activation if same else hf_config.their_activation(cfg.activation),
    layer_norm_epsilon=cfg.norm_eps,
    tie_word_embeddings=cfg.tied,
    torch_dtype='float32',  # transformers 4 reads this ...
    dtype='float32',  # ... and 5 this
  )
  return {(own_names or {}).get(name, name): value for name, value in (keys | more).items()}
