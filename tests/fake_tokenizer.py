"""A tokenizer of given pieces, as far as completions look at it."""

from tokenizers import AddedToken

from acrl_jax.data import completions

_CHARACTER = {byte: character for character, byte in completions.byte_alphabet().items()}


class FakeTokenizer:
  """Its ids from 1 are these bytes; 0 is special and ends a completion."""

  all_special_ids = (0,)
  added_tokens_decoder = {0: AddedToken('<end>', special=True)}

  def __init__(self, *pieces: bytes):
    self.tokens = ['<end>', *(''.join(_CHARACTER[b] for b in piece) for piece in pieces)]

  def __len__(self):
    return len(self.tokens)

  def convert_ids_to_tokens(self, ids):
    return [self.tokens[i] for i in ids]
