"""A small byte-level BPE tokenizer of our own, trained on the programs of a source."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from acrl_jax.records import Problem

END, PAD = '<|endoftext|>', '<|pad|>'


def train(problems: Sequence[Problem], vocab: int) -> PreTrainedTokenizerFast:
  """A tokenizer of at most `vocab` ids (more than 258); the same problems give the same one."""
  if vocab <= 258:
    raise ValueError(f'config.scratch.vocab={vocab}: must be more than 258 (256 bytes and two special tokens)')
  made = Tokenizer(models.BPE())
  # White space and words apart: an indent then is one token, whatever word follows it.
  made.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
  )
  made.decoder = decoders.ByteLevel()
  trainer = trainers.BpeTrainer(
    vocab_size=vocab, special_tokens=[END, PAD], initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    show_progress=False,
  )  # fmt: skip
  made.train_from_iterator((p.prompt + p.solution for p in problems), trainer)
  return PreTrainedTokenizerFast(
    tokenizer_object=made, eos_token=END, pad_token=PAD, clean_up_tokenization_spaces=False
  )
