"""A completion is cut where its function ends, token for token as on the device, and nothing that is cut counts."""

import numpy as np
import pytest
from fake_tokenizer import FakeTokenizer
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import completions, sources
from acrl_jax.models.sampler import stop_table


def decode(*pieces: bytes | None, ends=(0,)):
  """The completion of these tokens; None is the end token."""
  vocabulary = FakeTokenizer(*(p for p in pieces if p is not None))
  numbers = iter(range(1, len(pieces) + 1))
  return completions.decode(vocabulary, [0 if p is None else next(numbers) for p in pieces], ends)


# --- where a function ends


@pytest.mark.parametrize(
  ('text', 'place'),
  [
    ('', None),
    ('x', None),  # inside the line that the prompt began
    ('\n    return x\n', None),
    ('\n    return x\n\n\n', None),
    ('\n    return x\nprint(x)', 14),
    ('\n    return x\n```', 14),
    ('\n\n  \n\t\ny', 7),
    ('\n    """a\nb"""', 10),
    ('a\n b\n\u00a0c', None),  # the white space of any script
    ('\r\n  a\r\nb', 7),
  ],
)
def test_a_function_ends_where_something_stands_in_column_0(text, place):
  assert completions.cut(text) == place


def test_a_token_that_straddles_the_end_is_kept_as_an_action_and_its_rest_is_not_text():
  found = decode(b'\n    return x', b'\n\nprint', b'(x)', b'\n')
  assert found.text == '\n    return x\n\n'
  assert found.ended and found.kept == 2
  assert found.offsets.tolist() == [0, 13, 15, 15]


def test_a_closing_fence_ends_it_and_leaves_no_trace():
  for pieces in ([b'\n  x\n', b'```', b'\n'], [b'\n  x', b'\n```\n', b'Done']):
    found = decode(*pieces)
    assert (found.text, found.kept, found.ended) == ('\n  x\n', 2, True)


def test_a_token_in_column_0_ends_it_whatever_follows():
  found = decode(b'\n', b'  x\n', b'y = 1\n', b'  z')
  assert (found.text, found.kept, found.ended) == ('\n  x\n', 3, True)
  assert found.offsets.tolist() == [0, 1, 5, 5]


def test_an_end_token_ends_it_in_the_middle():
  found = decode(b'\n  x', None, b'\n  y', None)
  assert (found.text, found.kept, found.ended) == ('\n  x', 2, True)
  assert found.offsets.tolist() == [0, 4, 4, 4]


def test_a_special_token_that_ends_nothing_has_no_text():
  found = decode(b'\n', None, b'  x', ends=())
  assert (found.text, found.kept, found.ended) == ('\n  x', 3, False)
  assert found.offsets.tolist() == [0, 1, 1]


def test_the_length_limit_ends_nothing():
  found = decode(b'\n  x', b'\n')
  assert (found.text, found.kept, found.ended) == ('\n  x\n', 2, False)
  assert decode().text == '' and decode().kept == 0 and not decode().ended


# --- characters spread over tokens


def test_a_character_spread_over_tokens_is_read_whole_and_stands_where_it_is_complete():
  smile = '🙂'.encode()
  found = decode(b"\n  '", smile[:1], smile[1:3], smile[3:] + b"'", b'\n  \xc3', b'\xa9')
  assert found.text == "\n  '🙂'\n  é"
  assert found.offsets.tolist() == [0, 4, 4, 4, 6, 9]
  assert found.kept == 6 and not found.ended


def test_bytes_that_are_no_text_become_the_sign_for_that():
  assert decode(b'\n  \xff', b'x').text == '\n  \ufffdx'
  assert decode(b'\n  \xc3', b'x').text == '\n  \ufffdx'
  assert decode(b'\n  \xc3').text == '\n  \ufffd'


@pytest.mark.parametrize('rest', [[], [b'\xa9'], [b'x']])
def test_half_a_character_in_column_0_ends_the_function_as_on_the_device(rest):
  found = decode(b'\n  x\n', b'\xc3', *rest)
  assert (found.text, found.kept, found.ended) == ('\n  x\n', 2, True)
  assert found.offsets.tolist() == [0, 5] + [5] * len(rest)


# --- the same rule as on the device


PIECES = [
  *(bytes([b]) for b in b'\n\n\n \tx`"\r\x0c'),
  b'  ', b'\n\n', b'\n    ', b'\n  y', b'z\n', b'\nq', b'```', b'\n```', b'\n\tz\n',
  *(bytes([b]) for b in '🙂é\u00a0\u2028'.encode()), 'é'.encode(), '\u00a0'.encode(), '\u3000'.encode(), '\né'.encode(),
  b'\n\xc3', b'\xa9\n', b'\xc3\n', b' \xf0\x9f', b'\x99\x82\n',
]  # fmt: skip


def device_end(table, ids):
  """(tokens sampled, whether one of them ended the row) under the device's table."""
  state = 0
  for count, token in enumerate(ids, 1):
    if token == 0 or table.ends[state, token]:
      return count, True
    state = int(table.at_start[state, token])
  return len(ids), False


def test_host_and_device_end_random_texts_with_the_same_token():
  vocabulary, rng = FakeTokenizer(*PIECES), np.random.default_rng(0)
  table = stop_table(completions.token_texts(vocabulary))
  lengths = []
  for _ in range(5000):
    ids = rng.choice(len(vocabulary), 14, p=[0.01] + [0.99 / len(PIECES)] * len(PIECES))
    count, ended = device_end(table, ids)
    for sampled in (ids, ids[:count]):  # the device gives no more than it sampled
      found = completions.decode(vocabulary, sampled, (0,))
      assert (found.kept, found.ended) == (count, ended), [vocabulary.tokens[i] for i in ids]
      assert completions.cut(found.text) is None
    lengths.append(count)
  assert len(set(lengths)) == 14


def test_random_texts_of_whole_characters_are_cut_as_one_text():
  pieces = [p for p in PIECES if p.decode(errors='ignore').encode() == p]
  vocabulary, rng = FakeTokenizer(*pieces), np.random.default_rng(1)
  cut = 0
  for _ in range(2000):
    ids = rng.integers(1, len(vocabulary), 10)
    texts = [pieces[i - 1].decode() for i in ids]
    whole = ''.join(texts)
    place = completions.cut(whole)
    found = completions.decode(vocabulary, ids)
    assert found.text == whole[:place] and found.ended == (place is not None)
    starts = np.cumsum([0, *map(len, texts)])[:-1]
    assert found.offsets.tolist() == np.minimum(starts, len(found.text)).tolist()
    assert found.kept == (10 if place is None else np.searchsorted(starts, place, side='right'))
    cut += found.ended
  assert 200 < cut < 1900


# --- lines


def test_the_lines_of_tokens_by_hand():
  prefix = 'import re\n\ndef f(x):\n    """Doc."""'  # four lines
  found = decode(b'\n', b'   ', b' y = x', b'\n    ', b'return', b' y\n', b'\n\n', b'end', b'more')
  assert completions.token_lines(prefix, found).tolist() == [5, 5, 5, 6, 6, 6, 8, 9, 9]
  program = completions.program(prefix, found)
  assert program.split('\n')[4:] == ['    y = x', '    return y', '']


def test_a_completion_that_goes_on_in_the_line_of_the_prompt_begins_there():
  assert completions.token_lines('def f(x):', decode(b' return', b' x', b'\n', b' # y')).tolist() == [1, 1, 2, 2]


def test_every_token_that_begins_with_a_word_stands_in_its_line_of_the_program():
  rng, prefix = np.random.default_rng(2), 'def f(x):\n    """Doc.\n\n    More.""" '
  for _ in range(300):
    pieces = [(b'\n' * rng.integers(1, 3) + b'    ') if rng.random() < 0.4 else b'w%d ' % i for i in range(12)]
    found = decode(*pieces)
    lines = completions.program(prefix, found).split('\n')
    for piece, line in zip(pieces, completions.token_lines(prefix, found)):
      if piece[:1] == b'w':
        assert piece.decode().strip() in lines[line - 1].split()


def test_a_program_ends_with_one_line_break():
  assert completions.program('def f():', decode(b'\n  pass', b'\n\n  \n')) == 'def f():\n  pass\n'
  assert completions.program('def f():', decode()) == 'def f():\n'


# --- tokenizers


def test_the_byte_alphabet_is_that_of_byte_level_tokenizers():
  alphabet = completions.byte_alphabet()
  assert set(alphabet) == set(pre_tokenizers.ByteLevel.alphabet()) and sorted(alphabet.values()) == list(range(256))
  level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
  for text in ('\x00\t\n\r \x7f', 'aZ~!', 'é\u00a0\u00ad🙂ÿ'):
    ((token, _),) = level.pre_tokenize_str(text)
    assert bytes(alphabet[c] for c in token) == text.encode()


def test_the_bytes_of_a_tokenizers_ids_add_up_to_the_text():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 400)
  table = completions.token_bytes(tokenizer)
  text = 'def f(x):\r\n\treturn "naïve 🙂 数" + 12345 * x  # \u3000\n'
  assert b''.join(table[i] for i in tokenizer.encode(text)) == text.encode()
  assert table[tokenizer.eos_token_id] == b'' and table[-1] == b'' and table[len(tokenizer)] == b''
  assert completions.token_bytes(tokenizer) is table
  assert len(completions.token_texts(tokenizer)) == len(tokenizer)


def test_an_added_token_is_its_own_text():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  tokenizer.add_tokens([AddedToken(' \t\t '), AddedToken('éé')])
  table = completions.TokenBytes(tokenizer)
  for text in (' \t\t ', 'éé'):  # of which the alphabet of bytes knows the second as bytes that are no text
    assert table[tokenizer.convert_tokens_to_ids(text)] == text.encode()


def test_a_tokenizer_that_is_not_byte_level_is_refused():
  completions.check_tokenizer(bpe_training.train(sources.load('primer', 'validation'), 300))
  pieces = [*map(chr, range(32, 127)), *'\n\té λ▁']
  made = Tokenizer(models.BPE({piece: i for i, piece in enumerate(dict.fromkeys(pieces))}, []))
  made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
  with pytest.raises(ValueError, match='this tokenizer is no byte-level BPE'):
    completions.check_tokenizer(PreTrainedTokenizerFast(tokenizer_object=made))
