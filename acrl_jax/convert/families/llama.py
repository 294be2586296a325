"""The Llama family, and what its relatives share with it: their config, less their own switches, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import hf_config, rope_config
from acrl_jax.convert.weight_map import Row, row
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
LAYER = 'model.layers.{l}.'


def config(hf: dict[str, Any]) -> DecoderConfig:
  """The decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 'llama', DEFAULTS)
  return DecoderConfig(**shared(hf, get), **biases(get))


def shared(hf: Mapping[str, Any], get: Mapping[str, Any], theta: float = 10000.0) -> dict[str, Any]:
  """What all relatives read alike; `get` has their values, `theta` is their default."""
  N = get['num_attention_heads']
  return dict(
    V=get['vocab_size'],
    D=get['hidden_size'],
    N=N,
    K=get['num_key_value_heads'] or N,
    H=get['head_dim'] or get['hidden_size'] // N,
    F=get['intermediate_size'],
    layers=get['num_hidden_layers'],
    max_length=get['max_position_embeddings'],
    norm_eps=get['norm_epsilon'] if 'norm_epsilon' in get else get['rms_norm_eps'],
    activation=hf_config.activation(get['hidden_act']),
    tied=get['tie_word_embeddings'],
    **rope_config.whole_heads(hf, get['max_position_embeddings'], theta),
  )


def biases(get: Mapping[str, Any]) -> dict[str, bool]:
  """attention_bias stands for all four projections of the attention."""
  return dict(qkv_bias=get['attention_bias'], out_bias=get['attention_bias'], mlp_bias=get['mlp_bias'])


def to_hf_config(cfg: DecoderConfig) -> dict[str, Any]:
  """What config.json says of the decoder, readable by transformers 4 and 5; ValueError when it is no Llama."""
  written = to_shared(cfg, 'llama', 'LlamaForCausalLM') | to_biases(cfg)
  return hf_config.check_lossless(cfg, written, config, 'Llama')


def to_shared(cfg: DecoderConfig, model_type: str, architecture: str) -> dict[str, Any]:
  """The inverse of `shared`."""
  return dict(
    architectures=[architecture],
    model_type=model_type,
    vocab_size=cfg.V,
    hidden_size=cfg.D,
    intermediate_size=cfg.F,
    num_hidden_layers=cfg.layers,
    num_attention_heads=cfg.N,
    num_key_value_heads=cfg.K,
    head_dim=cfg.H,
    hidden_act=hf_config.their_activation(cfg.activation),
    max_position_embeddings=cfg.max_length,
    rms_norm_eps=cfg.norm_eps,
    tie_word_embeddings=cfg.tied,
    torch_dtype='float32',
    dtype='float32',
    **rope_config.to_keys(cfg),
  )


def to_biases(cfg: DecoderConfig) -> dict[str, bool]:
  """The inverse of `biases`."""
  return dict(attention_bias=cfg.qkv_bias, mlp_bias=cfg.mlp_bias)


def rows(cfg: DecoderConfig) -> list[Row]:
  """The table of a Llama with these switches."""
  return outer_rows(cfg) + attention_rows(cfg) + mlp_rows(cfg, up='up_proj', gate='gate_proj', down='down_proj')


def outer_rows(cfg: DecoderConfig) -> list[Row]:
  """Embedding, head and norms."""
  table = [row('model.embed_tokens.weight', 'embed', 'V D -> V D')]
  table += [] if cfg.tied else [row('lm_head.weight', 'head', 'V D -> D V')]
  norms = {
    'model.norm': 'final_norm',
    LAYER + 'input_layernorm': 'layers/attn_norm',
    LAYER + 'post_attention_layernorm': 'layers/mlp_norm',
  }
  for theirs, ours in norms.items():
    table.append(row(f'{theirs}.weight', f'{ours}/scale', 'D -> D'))
    if cfg.norm == 'layer':
      table.append(row(f'{theirs}.bias', f'{ours}/bias', 'D -> D'))
  return table


def attention_rows(cfg: DecoderConfig) -> list[Row]:
  """The four linear maps of the attention, and the norms of queries and keys where there are such."""
  table = linear_rows('self_attn.q_proj', 'attn/q', '(N H) D -> D N H', '(N H) -> N H' if cfg.qkv_bias else '')
  for name in 'kv':
    bias = '(K H) -> K H' if cfg.qkv_bias else ''
    table += linear_rows(f'self_attn.{name}_proj', f'attn/{name}', '(K H) D -> D K H', bias)
  table += linear_rows('self_attn.o_proj', 'attn/o', 'D (N H) -> N H D', 'D -> D' if cfg.out_bias else '')
  if cfg.qk_norm:
    table += [row(f'{LAYER}self_attn.{n}_norm.weight', f'layers/attn/{n}_norm/scale', 'H -> H') for n in 'qk']
  return table


def mlp_rows(cfg: DecoderConfig, **names: str) -> list[Row]:
  """`names`: our linear maps -> theirs."""
  table = []
  for ours, theirs in names.items():
    kernel, bias = ('D F -> F D', 'D -> D') if ours == 'down' else ('F D -> D F', 'F -> F')
    table += linear_rows(f'mlp.{theirs}', f'mlp/{ours}', kernel, bias if cfg.mlp_bias else '')
  return table


def linear_rows(theirs: str, ours: str, kernel: str, bias: str = '') -> list[Row]:
  """The weight of a linear map within a layer, and its bias where there is one."""
  table = [row(f'{LAYER}{theirs}.weight', f'layers/{ours}/kernel', kernel)]
  return table + ([row(f'{LAYER}{theirs}.bias', f'layers/{ours}/bias', bias)] if bias else [])


def ignored(cfg: DecoderConfig) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  tied = {'lm_head.weight': 'model.embed_tokens.weight'} if cfg.tied else {}
  return tied | {LAYER + 'self_attn.rotary_emb.inv_freq': ''}  # a buffer that transformers once saved
