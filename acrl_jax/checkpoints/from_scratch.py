"""A small decoder with fresh parameters and a tokenizer of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import jax

from acrl_jax.checkpoints import model, placement
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.convert import export
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig


class ScratchSettings(NamedTuple):
  """The sizes of a decoder that begins from nothing: config.scratch."""

  width: int
  layers: int
  heads: int
  kv_heads: int
  mlp: int
  vocab: int  # tokens of its tokenizer


def from_scratch(
  sizes: ScratchSettings | None, dtype: str, remat: bool, seed: int, train: str, mesh, ways: int, lora_fields: Mapping
) -> LoadedModel:
  """A small Llama with fresh parameters; its tokenizer is trained on the programs of the source `train`."""
  from acrl_jax.convert.tokenizers import bpe_training
  from acrl_jax.data import sources

  if sizes is None:
    raise ValueError(f"model='scratch' needs sizes: scratch=ScratchSettings({', '.join(ScratchSettings._fields)})")
  if sizes.width % sizes.heads or sizes.heads % sizes.kv_heads:
    wrong = f'config.scratch: heads={sizes.heads} must divide width={sizes.width}'
    raise ValueError(f'{wrong}, and kv_heads={sizes.kv_heads} must divide heads')
  tokenizer = bpe_training.train(sources.load(train, 'train'), sizes.vocab)
  plain = DecoderConfig(
    V=len(tokenizer), D=sizes.width, N=sizes.heads, K=sizes.kv_heads, H=sizes.width // sizes.heads, F=sizes.mlp,
    layers=sizes.layers, max_length=1024, dtype=dtype,
  )  # fmt: skip
  hf_config = export.to_hf_config(plain) | {'eos_token_id': tokenizer.eos_token_id, 'bos_token_id': None}
  plain = dataclasses.replace(plain, **lora_fields)
  config = dataclasses.replace(plain, V=-(-plain.V // ways) * ways)
  loaded = model.assemble(config, tokenizer, (tokenizer.eos_token_id,), hf_config, 'scratch', remat)
  init = policy.make_policy(plain).init  # of the unpadded vocabulary: the same numbers on every mesh
  return loaded._replace(params=placement.fitted(init, jax.random.key(seed), loaded.policy, mesh))
