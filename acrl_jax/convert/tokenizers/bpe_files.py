"""The tokenizer of vocab.json and merges.txt, which older folders (CodeT5, CodeGPT) have in place of tokenizer.json.

How a text is cut into words stands in neither file, and a class name does not tell: that of StarCoder and SmolLM is
GPT-2's, though they cut digits apart. So only kinds of models are taken of which all cut as GPT-2 does.
"""

from __future__ import annotations

import pathlib
from typing import Any

from acrl_jax.convert.trees import read_json

FILES = ('vocab.json', 'merges.txt')
CLASSES = dict(
  gpt2='GPT2Tokenizer', gpt_neo='GPT2Tokenizer', gptj='GPT2Tokenizer', codegen='CodeGenTokenizer', t5='RobertaTokenizer'
)  # fmt: skip
END_OF_TEXT = dict.fromkeys(('bos_token', 'eos_token', 'unk_token'), '<|endoftext|>')
# The special tokens that a folder need not name, in the order in which those without an id of their own get one.
SPECIAL = dict(
  GPT2Tokenizer=END_OF_TEXT, CodeGenTokenizer=END_OF_TEXT,
  RobertaTokenizer=dict(
    bos_token='<s>', eos_token='</s>', unk_token='<unk>', sep_token='</s>', pad_token='<pad>', cls_token='<s>',
    mask_token='<mask>',
  ),
)  # fmt: skip
NAMES = tuple(SPECIAL['RobertaTokenizer'])


def read_tokenizer(folder: pathlib.Path, settings: dict) -> tuple[Any, dict]:
  """(the tokenizer, `settings` with the special tokens of its class); ValueError for one that may cut otherwise.

  A text of a RobertaTokenizer goes between its `cls` and `sep` tokens; one of the others has `bos` and `eos` around it
  where `add_bos_token` and `add_eos_token` say so.
  """
  import tokenizers

  settings = {key: value for key, value in settings.items() if value is not None}
  name = _class(folder, settings)
  made = tokenizers.Tokenizer(_model(folder))
  made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=settings.get('add_prefix_space', False))
  made.decoder = tokenizers.decoders.ByteLevel()
  added = _added(folder, settings)
  known = made.get_vocab().keys() | added.keys()
  settings = {key: token for key, token in SPECIAL[name].items() if token in known} | settings
  _add(made, added, settings, folder)
  if (around := _around(made, folder, name, settings)) is not None:
    made.post_processor = around
  return made, settings


def content(token: str | dict) -> str:
  """The text of a token in a settings file."""
  return token['content'] if isinstance(token, dict) else token


def _class(folder: pathlib.Path, settings: dict) -> str:
  """The tokenizer's class by the model's type, which the one that the folder names must not contradict."""
  config = read_json(folder / 'config.json', optional=True)
  kind = config.get('model_type')
  known = CLASSES.get(kind, '')
  named = (settings.get('tokenizer_class') or config.get('tokenizer_class') or known).removesuffix('Fast')
  if not known or named != known:
    raise ValueError(
      f'{folder} has no tokenizer.json but {" and ".join(FILES)} of a {kind} model with a {named or "tokenizer"}, '
      f'which do not tell how words are cut (they do for {", ".join(CLASSES)}); '
      'save its tokenizer once with use_fast=True'
    )
  return named


def _model(folder: pathlib.Path):
  import tokenizers

  try:
    return tokenizers.models.BPE.from_file(*(str(folder / file) for file in FILES))
  except Exception as error:  # the Rust side raises bare Exception
    reason = ' '.join(str(error).split())[:200]
    raise ValueError(f'{folder}: {" and ".join(FILES)} cannot be read ({reason}); fetch them again') from None


def _added(folder: pathlib.Path, settings: dict) -> dict[str, tuple[int, dict]]:
  """Content -> (id, its properties) of the tokens that were added to the vocabulary later, by their ids."""
  added = {text: (number, {}) for text, number in read_json(folder / 'added_tokens.json', optional=True).items()}
  described = settings.get('added_tokens_decoder', {})
  added |= {token['content']: (int(number), token) for number, token in described.items()}
  return dict(sorted(added.items(), key=lambda item: item[1][0]))


def _add(made, added: dict[str, tuple[int, dict]], settings: dict, folder: pathlib.Path) -> None:
  """Each added token at its id, then special tokens that have none yet; ValueError where an id is taken."""
  import tokenizers

  named = [settings[name] for name in NAMES if name in settings]
  for key in ('additional_special_tokens', 'extra_special_tokens'):  # its name in transformers 4 and 5
    more = settings.get(key, [])
    named += more.values() if isinstance(more, dict) else more
  special = {content(token): token if isinstance(token, dict) else {} for token in named}
  for text in dict.fromkeys((*added, *special)):
    number, properties = added.get(text, (None, {}))
    properties = special.get(text, {}) | properties
    how = {key: properties.get(key, False) for key in ('single_word', 'lstrip', 'rstrip')}
    is_special = text in special or properties.get('special', False)
    made.add_tokens([tokenizers.AddedToken(text, normalized=False, special=is_special, **how)])
    if number not in (None, got := made.token_to_id(text)):
      raise ValueError(f'{folder}: {text!r} must have id {number}, but gets {got}; fetch its files again')


def _around(made, folder: pathlib.Path, name: str, settings: dict):
  """What puts tokens around a text, None where there are none."""
  from tokenizers import processors

  roberta = name == 'RobertaTokenizer'
  begin, end = ('cls_token', 'sep_token') if roberta else ('bos_token', 'eos_token')
  wanted = [key for key in (begin, end) if roberta or settings.get(f'add_{key}')]
  if lost := [key for key in wanted if key not in settings]:
    raise ValueError(f'{folder}: the {lost[0]} of its {name} is not in vocab.json; name it in tokenizer_config.json')
  text = {key: content(settings[key]) for key in wanted}
  ids = [(token, made.token_to_id(token)) for token in text.values()]
  if roberta:
    return processors.RobertaProcessing(ids[1], ids[0], add_prefix_space=False)
  template = ' '.join((text.get(begin, ''), '$A', text.get(end, ''))).strip()
  return processors.TemplateProcessing(template, special_tokens=sorted(set(ids))) if wanted else None
