"""From sampled ids to a program: decoded token by token, cut where the function ends, each token with its line.

Nothing is re-tokenised: a count says how many tokens are kept, and the ids stay as they were sampled.
"""

from __future__ import annotations

import codecs
import functools
from typing import NamedTuple

import numpy as np


class Decoded(NamedTuple):
  """The text of a completion."""

  text: str  # up to where the function ends
  offsets: np.ndarray  # [n] the character of `text` at which each token begins; len(text) for what is cut
  kept: int  # tokens that count as actions: all up to and including the one that ended the function
  ended: bool  # whether a token ended it (else the length limit did)


def cut(text: str) -> int | None:
  """Where a completion ends: the first character, other than white space, that stands in column 0; None if nowhere.

  The completion begins inside a line (after the signature's colon or a docstring), so its first character is not in
  column 0.
  """
  at_start = False
  for place, character in enumerate(text):
    if at_start and not character.isspace():
      return place
    at_start = character == '\n'
  return None


@functools.lru_cache(maxsize=1)
def byte_alphabet() -> dict[str, int]:
  """Byte-level BPE's character -> byte: printable Latin-1 stands for itself, the rest for characters from 256 on."""
  plain = [*range(ord('!'), ord('~') + 1), *range(ord('\xa1'), ord('\xac') + 1), *range(ord('\xae'), ord('\xff') + 1)]
  table = {chr(b): b for b in plain}
  table.update({chr(256 + n): b for n, b in enumerate(b for b in range(256) if b not in set(plain))})
  return table


class TokenBytes:
  """The bytes of each id of a byte-level tokenizer; special tokens have none."""

  def __init__(self, tokenizer):
    alphabet, added = byte_alphabet(), tokenizer.added_tokens_decoder
    special = {number for number, token in added.items() if token.special} | set(tokenizer.all_special_ids)
    self.table: list[bytes] = []
    for number, token in enumerate(tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))):
      if token is None or number in special:
        self.table.append(b'')
      elif number not in added and all(c in alphabet for c in token):
        self.table.append(bytes(alphabet[c] for c in token))
      else:  # an added token, stored as its own text
        self.table.append(token.encode())

  def __getitem__(self, number: int) -> bytes:
    return self.table[number] if 0 <= number < len(self.table) else b''


_TABLES: dict[int, tuple] = {}


def token_bytes(tokenizer) -> TokenBytes:
  """The table of a tokenizer, made once."""
  held = _TABLES.get(id(tokenizer))
  if held is None or held[0] is not tokenizer:
    held = _TABLES[id(tokenizer)] = (tokenizer, TokenBytes(tokenizer))
  return held[1]


def check_tokenizer(tokenizer) -> None:
  """Raises ValueError where the bytes of tokens do not add up to the text: no program could be read out of them."""
  text = 'def f(x):\n    return {"a": [1, x]}\n\n\tpass  # é λ\n'
  table = token_bytes(tokenizer)
  joined = b''.join(table[number] for number in tokenizer.encode(text, add_special_tokens=False))
  if joined != text.encode():
    raise ValueError(
      f'this tokenizer is no byte-level BPE: {text!r} comes back as {joined!r}; '
      'take a model whose tokenizer is byte-level (GPT-2, Llama 3, Qwen, SmolLM, StarCoder)'
    )


def token_texts(tokenizer) -> list[str]:
  """The text of each id alone, '' for special ones: what the device's stop table is made of."""
  return [raw.decode('utf-8', errors='replace') for raw in token_bytes(tokenizer).table]


def decode(tokenizer, ids, end_ids=()) -> Decoded:
  """The completion of sampled ids [n], cut at the first end token or where its function ends.

  The token that ends it is the one at which generation stops too, though that sees the text of each token alone: where
  a character in column 0 is spread over tokens, its first byte ends the function.
  """
  table, ends = token_bytes(tokenizer), set(end_ids)
  reader = codecs.getincrementaldecoder('utf-8')(errors='replace')
  pieces, offsets, length, kept, ended = [], [], 0, 0, False
  at_start = False
  for token in map(int, ids):
    offsets.append(length)
    kept += 1
    if token in ends:
      ended = True
      break
    piece = reader.decode(table[token])
    place = cut('\n' + piece) if at_start else cut(piece)
    if place is not None:
      piece = piece[: place - at_start]
      ended = True
    pieces.append(piece)
    length += len(piece)
    if ended:
      break
    if piece:
      at_start = piece.endswith('\n')
    if at_start and reader.getstate()[0]:  # the first bytes of a character that would stand in column 0
      ended = True
      break
  if not ended:
    rest = reader.decode(b'', final=True)
    pieces.append(rest)
    length += len(rest)
  offsets += [length] * (len(ids) - len(offsets))
  return Decoded(text=''.join(pieces), offsets=np.asarray(offsets, np.int64), kept=kept, ended=ended)


def program(prefix: str, decoded: Decoded) -> str:
  """The program that a completion makes of a prefix."""
  return prefix + decoded.text.rstrip() + '\n'


def token_lines(prefix: str, decoded: Decoded) -> np.ndarray:
  """[n] the program's line (from 1) on which each token begins.

  Tokens that begin with a line break count for the next line.
  """
  text = prefix + decoded.text
  first = prefix.count('\n') + 1
  lines = np.zeros(len(decoded.offsets), np.int64)
  for i, offset in enumerate(decoded.offsets):
    place = len(prefix) + int(offset)
    lines[i] = first + text.count('\n', len(prefix), place + 1 if text[place : place + 1] == '\n' else place)
  return lines
