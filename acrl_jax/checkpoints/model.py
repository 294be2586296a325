"""A model ready to run: the functions of its policy, its parameters, its tokenizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrl_jax.data import completions
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.sampler import stop_table
from acrl_jax.records import Critic, Policy, Tokenizer, Tree

if TYPE_CHECKING:
  from acrl_jax.models.t5 import T5Config


class LoadedModel(NamedTuple):
  """A model ready to run."""

  config: DecoderConfig | T5Config
  params: Tree
  tokenizer: Tokenizer | None  # None where the folder has none
  policy: Policy
  end_ids: tuple[int, ...]  # any of these ends a text; () where nothing says
  pad_id: int
  hf_config: dict  # its vocab_size is the tokens that the model has; config.V may be padded
  source: str  # the folder it came from
  critic: Critic | None = None
  critic_params: Tree = None


def assemble(config, tokenizer, end_ids, hf_config, source, remat) -> LoadedModel:
  """The model without its parameters."""
  pad, stop, vocab = end_ids[0] if end_ids else 0, None, hf_config['vocab_size']
  if tokenizer is not None:
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else pad
    completions.check_tokenizer(tokenizer)
    stop = stop_table(completions.token_texts(tokenizer))
    vocab = min(len(tokenizer), vocab)
  functions = policy.make_policy(config, remat=remat, end_ids=end_ids, pad_id=pad, stop=stop, vocab=vocab)
  return LoadedModel(
    config=config, params=None, tokenizer=tokenizer, policy=functions, end_ids=tuple(end_ids), pad_id=pad,
    hf_config=hf_config, source=str(source),
  )  # fmt: skip
