"""T5 and CodeT5: their config and their rows. Refuses by name what the model does not compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrl_jax.convert import hf_config
from acrl_jax.convert.weight_map import Row, row
from acrl_jax.models.t5 import T5Config

GELU = 'gated-gelu'  # by which the files of T5 1.1 mean the tanh approximation
# What transformers' own class takes for a key that config.json leaves out.
DEFAULTS = dict(
  vocab_size=32128,
  d_model=512,
  d_kv=64,
  d_ff=2048,
  num_layers=6,
  num_decoder_layers=None,
  num_heads=8,
  relative_attention_num_buckets=32,
  relative_attention_max_distance=128,
  layer_norm_epsilon=1e-6,
  feed_forward_proj='relu',
  dense_act_fn=None,
  is_gated_act=None,
  tie_word_embeddings=True,
  scale_decoder_outputs=None,
  is_encoder_decoder=True,
  is_decoder=False,
  pad_token_id=0,
  decoder_start_token_id=None,
)


def config(hf: dict[str, Any]) -> T5Config:
  """The encoder-decoder that a config.json describes; ValueError for what it cannot be."""
  get = hf_config.read_keys(hf, 't5', DEFAULTS)
  if get['is_decoder'] or not get['is_encoder_decoder']:
    raise ValueError('config.json describes one half of a T5 (is_decoder, is_encoder_decoder); both are needed')
  activation, gated = _activation(get)
  start = get['decoder_start_token_id']
  return T5Config(
    V=get['vocab_size'],
    D=get['d_model'],
    N=get['num_heads'],
    H=get['d_kv'],
    F=get['d_ff'],
    layers=get['num_layers'],
    decoder_layers=get['num_decoder_layers'] or get['num_layers'],
    buckets=get['relative_attention_num_buckets'],
    distance=get['relative_attention_max_distance'],
    activation=activation,
    gated_mlp=gated,
    tied=_tied(get),
    norm_eps=get['layer_norm_epsilon'],
    start_id=get['pad_token_id'] if start is None else start,
  )


def _activation(get: Mapping[str, Any]) -> tuple[str, bool]:
  """(activation, gated) of 'relu', 'gated-gelu' and the like; keys that say the same once more go before it."""
  projection = get['feed_forward_proj']
  gate, _, name = projection.rpartition('-')
  if gate not in ('', 'gated'):
    raise ValueError(f'config.json: feed_forward_proj={projection!r} is not known; it must be NAME or gated-NAME')
  name = 'gelu_new' if projection == GELU else name
  gated = bool(gate) if get['is_gated_act'] is None else get['is_gated_act']
  if get['dense_act_fn'] is not None:
    return hf_config.activation(get['dense_act_fn'], 'dense_act_fn'), gated
  return hf_config.activation(name, 'feed_forward_proj'), gated


def _tied(get: Mapping[str, Any]) -> bool:
  """Whether the embedding is the output projection, which then reads scaled states.

  transformers 4 says so by tie_word_embeddings. 5 writes True there always, and scale_decoder_outputs beside it, and
  unties what differs in the file.
  """
  tied, scaled = get['tie_word_embeddings'], get['scale_decoder_outputs']
  if scaled and not tied:
    raise ValueError('config.json: scale_decoder_outputs=True with tie_word_embeddings=False is no T5; keep one')
  return tied if scaled is None else scaled


def to_hf_config(cfg: T5Config) -> dict[str, Any]:
  """What config.json says of the model, readable by transformers 4 and 5."""
  name = hf_config.their_activation(cfg.activation)
  tanh = cfg.activation == 'gelu_tanh'
  projection = (GELU if tanh else f'gated-{name}') if cfg.gated_mlp else name
  hf = dict(
    architectures=['T5ForConditionalGeneration'],
    model_type='t5',
    is_encoder_decoder=True,
    vocab_size=cfg.V,
    d_model=cfg.D,
    d_kv=cfg.H,
    d_ff=cfg.F,
    num_layers=cfg.layers,
    num_decoder_layers=cfg.decoder_layers,
    num_heads=cfg.N,
    relative_attention_num_buckets=cfg.buckets,
    relative_attention_max_distance=cfg.distance,
    layer_norm_epsilon=cfg.norm_eps,
    feed_forward_proj=projection,
    dense_act_fn='gelu_new' if tanh else name,
    is_gated_act=cfg.gated_mlp,
    tie_word_embeddings=cfg.tied,
    scale_decoder_outputs=cfg.tied,
    decoder_start_token_id=cfg.start_id,
    torch_dtype='float32',
    dtype='float32',
  )
  return hf_config.check_lossless(cfg, hf, config, 'T5')


def sizes(cfg: T5Config) -> dict[str, int]:
  """What the rows count by besides the common letters and the encoder's layers."""
  return dict(U=cfg.buckets, decoder_layers=cfg.decoder_layers)


def rows(cfg: T5Config) -> list[Row]:
  """The table of a T5 with these switches."""
  table = [row('shared.weight', 'embed', 'V D -> V D')]
  table += [] if cfg.tied else [row('lm_head.weight', 'head', 'V D -> D V')]
  for side, count, parts in [
    ('encoder', 'layers', ('attn', 'mlp')),
    ('decoder', 'decoder_layers', ('attn', 'cross', 'mlp')),
  ]:
    bias = f'{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight'
    table += [
      row(bias, f'{side}/relative', 'U N -> U N'),
      row(f'{side}.final_layer_norm.weight', f'{side}/final_norm/scale', 'D -> D'),
    ]
    for number, part in enumerate(parts):
      theirs, ours = f'{side}.block.{{l}}.layer.{number}.', f'{side}/layers/{part}'
      inner = [('layer_norm', f'{ours}_norm/scale', 'D -> D')]
      inner += [(name, f'{ours}/{end}/kernel', pattern) for name, end, pattern in _linears(cfg, part)]
      table += [row(f'{theirs}{name}.weight', path, pattern)._replace(layers=count) for name, path, pattern in inner]
  return table


def _linears(cfg: T5Config, part: str) -> list[tuple[str, str, str]]:
  """(their name, ours, pattern) of each linear map in a part of a layer."""
  if part == 'mlp':
    up = [('wi_0', 'gate'), ('wi_1', 'up')] if cfg.gated_mlp else [('wi', 'up')]
    inputs = [(f'DenseReluDense.{theirs}', ours, 'F D -> D F') for theirs, ours in up]
    return [*inputs, ('DenseReluDense.wo', 'down', 'D F -> F D')]
  name = {'attn': 'SelfAttention', 'cross': 'EncDecAttention'}[part]
  inputs = [(f'{name}.{letter}', letter, '(N H) D -> D N H') for letter in 'qkv']
  return [*inputs, (f'{name}.o', 'o', 'D (N H) -> N H D')]


def ignored(cfg: T5Config) -> dict[str, str]:
  """Tensors that files of this family may hold besides, and what each must equal."""
  aliases = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', *(['lm_head.weight'] if cfg.tied else [])]
  # Early files have a bias for the decoder's first look at the prompt, which transformers leaves unread.
  unread = 'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight'
  return {name: 'shared.weight' for name in aliases} | {unread: ''}
