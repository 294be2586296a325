"""The tokenizer of a Hugging Face folder, read without trusting the class that the folder names, and written.

Some classes of transformers rebuild the pre-tokenizer when they load and so change the ids of the same file. Therefore
tokenizer.json is read as it stands, older files as bpe_files.py says, and what was read is tried on texts that code
models must not garble.
"""

from __future__ import annotations

import json
import pathlib
import shutil
from typing import Any

from acrl_jax.convert.tokenizers import bpe_files
from acrl_jax.convert.trees import read_json

# Files that belong to a tokenizer, whatever its class; copied as they are when a model goes from folder to folder.
FILES = (
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
)
SPECIAL = bpe_files.NAMES
# What ends a text for some model or other; a tokenizer that has one of these as a special token ends texts with it too.
END_TOKENS = ('<|endoftext|>', '<|im_end|>', '</s>', '<|end_of_text|>', '<|eot_id|>', '<|EOT|>')
PROBES = (
  'def f(x):\n    return x + 1\n',
  'class A:\n  def g(self):\n\t\treturn {"a": [1, 22, 333]}\n\n\n',
  'if x:\r\n    y = 10\r\nelse:\r\n    y = -2.5e10\r\n',
  '# naïve café, 変数 = "数" → λ 🙂\n',
  'a  b   c    d\t \t e , . ! \' " don\'t',
)


def load(folder: pathlib.Path) -> Any | None:
  """The tokenizer of a folder, None when it has none; ValueError when it is damaged or garbles text."""
  files = _files(folder)
  if not files:
    return None
  backend, settings = _read_backend(folder, files)
  special = {name: bpe_files.content(settings[name]) for name in SPECIAL if settings.get(name) is not None}
  if isinstance(settings.get('model_max_length'), int):
    special['model_max_length'] = settings['model_max_length']
  import transformers  # takes two seconds, which nothing but loading a model should cost

  made = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, clean_up_tokenization_spaces=False, **special)
  made.chat_template = _chat_template(folder, settings)
  check_round_trip(made, ' and '.join(map(str, files)))
  return made


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
  """The files that make the tokenizer, [] when there is none; ValueError where they are not all there."""
  for names in (('tokenizer.json',), bpe_files.FILES):
    if all((folder / name).is_file() for name in names):
      return [folder / name for name in names]
  parts = [name for name in FILES if name != 'chat_template.jinja' and (folder / name).is_file()]
  if parts:
    lacking = f'neither tokenizer.json nor both of {" and ".join(bpe_files.FILES)}'
    raise ValueError(f'{folder} has {parts[0]}, but {lacking}; save its tokenizer once with use_fast=True')
  return []


def _read_backend(folder: pathlib.Path, files: list[pathlib.Path]) -> tuple[Any, dict]:
  """(the tokenizer as the library tokenizers has it, its settings)."""
  import tokenizers

  settings = _settings(folder)
  if len(files) > 1:
    return bpe_files.read_tokenizer(folder, settings)
  try:
    return tokenizers.Tokenizer.from_file(str(files[0])), settings
  except Exception as error:  # the Rust side raises bare Exception
    reason = ' '.join(str(error).split())[:200]
    raise ValueError(f'{files[0]} cannot be read ({reason}); it is damaged, fetch it again') from None


def check_round_trip(tokenizer: Any, name: str) -> None:
  """ValueError when a text does not come back from its ids."""
  for text in PROBES:
    back = decode(tokenizer, tokenizer.encode(text, add_special_tokens=False))
    if back != text:
      raise ValueError(f'{name} garbles text: {text!r} comes back as {back!r}; programs would not survive it')


def decode(tokenizer: Any, ids: list[int]) -> str:
  """The exact text of ids, special tokens included."""
  return tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


def end_ids(tokenizer: Any) -> tuple[int, ...]:
  """The ids of a tokenizer that end a text: its eos, and those of END_TOKENS that it knows as special tokens."""
  special = {token.content: number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
  eos = () if tokenizer.eos_token_id is None else (tokenizer.eos_token_id,)
  return (*eos, *(special[token] for token in END_TOKENS if token in special and special[token] not in eos))


def save(folder: pathlib.Path, tokenizer: Any) -> None:
  """The files of a tokenizer, under a class name for which transformers 4 and 5 both leave the ids alone."""
  tokenizer.backend_tokenizer.save(str(folder / 'tokenizer.json'))
  settings = {'tokenizer_class': 'PreTrainedTokenizerFast', 'clean_up_tokenization_spaces': False}
  settings |= {name: str(value) for name, value in tokenizer.special_tokens_map.items() if name in SPECIAL}
  if tokenizer.model_max_length < 10**9:  # transformers says 10**30 where it does not know
    settings['model_max_length'] = tokenizer.model_max_length
  (folder / 'tokenizer_config.json').write_text(json.dumps(settings, indent=2) + '\n')
  if tokenizer.chat_template:
    (folder / 'chat_template.jinja').write_text(tokenizer.chat_template)


def copy(source: pathlib.Path, folder: pathlib.Path) -> bool:
  """Copies the tokenizer's files byte for byte; False when the source has no tokenizer.json."""
  if not (source / 'tokenizer.json').is_file():
    return False
  for name in FILES:
    if (source / name).is_file():
      shutil.copyfile(source / name, folder / name)
  return True


def _settings(folder: pathlib.Path) -> dict:
  """tokenizer_config.json, with the special tokens of the older special_tokens_map.json where it lacks them."""
  names = ('special_tokens_map.json', 'tokenizer_config.json')
  older, newer = (read_json(folder / name, optional=True) for name in names)
  return older | newer


def _chat_template(folder: pathlib.Path, settings: dict) -> str | None:
  """The template beside the tokenizer or within its settings, where older files keep a list of named ones."""
  if (folder / 'chat_template.jinja').is_file():
    return (folder / 'chat_template.jinja').read_text(encoding='utf-8')
  template = settings.get('chat_template')
  if isinstance(template, list):
    return next((item['template'] for item in template if item['name'] == 'default'), None)
  return template
