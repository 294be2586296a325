"""The tokenizer of a GGUF file: byte-level BPE; its rule for cutting text into words the file gives by name only."""

from __future__ import annotations

from typing import Any

CONTROL, USER_DEFINED = 3, 4  # types of tokens that are found whole in a text; the first are special
# How text is cut into words: by a pattern, where there is one, else every digit is a word.
WORDS = r"""[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
PATTERNS = {'smollm': '', 'qwen2': ENDINGS + WORDS % '', 'llama-bpe': ENDINGS + WORDS % '{1,3}'}


def read_tokenizer(meta: dict[str, Any]):
  """The tokenizer out of a file's entries; ValueError for a kind that is not known, KeyError for an entry it lacks."""
  import tokenizers
  import transformers

  model, words = meta['tokenizer.ggml.model'], meta.get('tokenizer.ggml.pre')
  if model != 'gpt2' or words not in PATTERNS:
    raise ValueError(
      f'a GGUF file with a tokenizer of {model}, {words} is not supported (gpt2 with {", ".join(PATTERNS)} is); '
      'take the Hugging Face folder of the model'
    )
  tokens = meta['tokenizer.ggml.tokens']
  merges = [tuple(merge.split(' ')) for merge in meta['tokenizer.ggml.merges']]
  vocab = {token: number for number, token in enumerate(tokens)}
  made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab, merges, ignore_merges=words == 'llama-bpe'))
  if words == 'qwen2':
    made.normalizer = tokenizers.normalizers.NFC()
  made.pre_tokenizer = _cut(PATTERNS[words])
  made.decoder = tokenizers.decoders.ByteLevel()
  kinds = list(zip(tokens, meta['tokenizer.ggml.token_type']))
  added = [tokenizers.AddedToken(token, normalized=False) for token, kind in kinds if kind == USER_DEFINED]
  made.add_tokens(added)
  special = [token for token, kind in kinds if kind == CONTROL]
  made.add_special_tokens([tokenizers.AddedToken(token, normalized=False, special=True) for token in special])
  ids = {name: meta.get(f'tokenizer.ggml.{name}_token_id') for name in ('bos', 'eos', 'padding', 'unknown')}
  if meta.get('tokenizer.ggml.add_bos_token') and ids['bos'] is not None:
    bos = tokens[ids['bos']]
    made.post_processor = tokenizers.processors.TemplateProcessing(f'{bos} $A', special_tokens=[(bos, ids['bos'])])
  named = dict(bos_token='bos', eos_token='eos', pad_token='padding', unk_token='unknown')
  return transformers.PreTrainedTokenizerFast(
    tokenizer_object=made,
    chat_template=meta.get('tokenizer.chat_template'),
    model_max_length=meta[f'{meta["general.architecture"]}.context_length'],
    clean_up_tokenization_spaces=False,
    **{name: tokens[ids[key]] for name, key in named.items() if ids[key] is not None},
  )


def _cut(pattern: str):
  import tokenizers

  steps = tokenizers.pre_tokenizers
  if not pattern:
    return steps.Sequence([steps.Digits(individual_digits=True), steps.ByteLevel(add_prefix_space=False)])
  words = steps.Split(tokenizers.Regex(pattern), behavior='isolated')
  return steps.Sequence([words, steps.ByteLevel(add_prefix_space=False, use_regex=False)])
