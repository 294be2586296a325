"""The tokenizer of vocab.json and merges.txt, which older folders (CodeT5, GPT-2) have in place of tokenizer.json."""

from __future__ import annotations

import pathlib
from typing import Any

from acrl_jax.convert.trees import read_json

FILES = ('vocab.json', 'merges.txt')
END_OF_TEXT = dict.fromkeys(('bos_token', 'eos_token', 'unk_token'), '<|endoftext|>')
# The classes whose words are cut as GPT-2 cuts them, and the special tokens that a folder of theirs need not name.
CLASSES = {
  'GPT2Tokenizer': END_OF_TEXT,
  'CodeGenTokenizer': END_OF_TEXT,
  'RobertaTokenizer': dict(
    bos_token='<s>', eos_token='</s>', sep_token='</s>', cls_token='<s>', unk_token='<unk>', pad_token='<pad>',
    mask_token=dict(content='<mask>', lstrip=True),
  ),
}  # fmt: skip
NAMES = tuple(CLASSES['RobertaTokenizer'])


def build(folder: pathlib.Path, settings: dict) -> tuple[Any, dict]:
  """(the tokenizer, `settings` with the special tokens of its class); ValueError for a class that cuts otherwise.

  A text of a RobertaTokenizer goes between its `cls` and `sep` tokens; one of the others begins with `bos` where
  `add_bos_token` says so.
  """
  import tokenizers

  name = _class(folder, settings)
  made = tokenizers.Tokenizer(tokenizers.models.BPE.from_file(*(str(folder / file) for file in FILES)))
  made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=settings.get('add_prefix_space', False))
  made.decoder = tokenizers.decoders.ByteLevel()
  added = _added(folder, settings)
  known = made.get_vocab().keys() | added.keys()
  defaults = {key: token for key, token in CLASSES[name].items() if content(token) in known}
  settings = defaults | {key: value for key, value in settings.items() if value is not None}
  _add(made, added, settings, folder)
  begin, end = ('cls_token', 'sep_token') if name == 'RobertaTokenizer' else ('bos_token', None)
  if end or settings.get('add_bos_token'):
    around = [content(settings[key]) for key in (begin, end) if key]
    ids = [(token, made.token_to_id(token)) for token in set(around)]
    template = ' '.join([around[0], '$A', *around[1:]])
    made.post_processor = tokenizers.processors.TemplateProcessing(template, special_tokens=ids)
  return made, settings


def content(token: str | dict) -> str:
  """The text of a token in a settings file."""
  return token['content'] if isinstance(token, dict) else token


def _class(folder: pathlib.Path, settings: dict) -> str:
  """One of CLASSES; a folder that names none is of the class whose special tokens it has."""
  roberta = all(settings.get(name) for name in ('cls_token', 'sep_token'))
  name = settings.get('tokenizer_class') or ('RobertaTokenizer' if roberta else 'GPT2Tokenizer')
  if (name := name.removesuffix('Fast')) not in CLASSES:
    raise ValueError(
      f'{folder} has a {name} without tokenizer.json; only of {", ".join(CLASSES)} vocab.json and merges.txt are '
      'enough; save its tokenizer once with use_fast=True'
    )
  return name


def _added(folder: pathlib.Path, settings: dict) -> dict[str, tuple[int, Any]]:
  """Content -> (id, what is told of it) of the tokens that came to the vocabulary later, by their ids."""
  found = {text: (number, text) for text, number in read_json(folder / 'added_tokens.json', optional=True).items()}
  told = settings.get('added_tokens_decoder', {})
  found |= {content(token): (int(number), token) for number, token in told.items()}
  return dict(sorted(found.items(), key=lambda item: item[1][0]))


def _add(made, added: dict[str, tuple[int, Any]], settings: dict, folder: pathlib.Path) -> None:
  """Each added token at its id, then special tokens that have none yet; ValueError where an id is taken."""
  import tokenizers

  named = [settings[name] for name in NAMES if name in settings] + settings.get('additional_special_tokens', [])
  special = {content(token): token for token in named}
  for text in dict.fromkeys((*added, *special)):
    number, told = added.get(text, (None, text))
    told = special.get(text, told) if isinstance(told, str) else told
    how = {} if isinstance(told, str) else {key: told.get(key, False) for key in ('single_word', 'lstrip', 'rstrip')}
    made.add_tokens([tokenizers.AddedToken(text, normalized=False, special=text in special, **how)])
    if number not in (None, got := made.token_to_id(text)):
      raise ValueError(f'{folder}: {text!r} is due at id {number}, but comes to {got}; fetch its files again')
