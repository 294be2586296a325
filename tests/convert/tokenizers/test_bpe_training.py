"""Our own small tokenizer loses no byte, keeps indents whole and is the same from run to run."""

import pytest

from acrl_jax.convert.tokenizers import bpe_training, tokenizer_files
from acrl_jax.data import sources

TEXTS = [
  'def f(x):\n    return x[::-1]\n', '\t\tif x >= 10:\r\n  y = "naïve 🙂 数"\n', '  a  b\n\n\n', '', '\x00\x7f\u2028',
]  # fmt: skip


@pytest.fixture(scope='module')
def problems():
  return sources.load('primer', 'validation')


@pytest.fixture(scope='module')
def tokenizer(problems):
  return bpe_training.train(problems, 400)


def test_every_text_comes_back(tokenizer):
  tokenizer_files.check_round_trip(tokenizer, 'ours')
  for text in TEXTS:
    assert tokenizer_files.decode(tokenizer, tokenizer.encode(text)) == text


def test_it_is_no_larger_than_asked_and_has_all_bytes(tokenizer, problems):
  assert len(tokenizer) == 400
  smallest = bpe_training.train(problems, 259)
  assert len(smallest) == 259
  assert len(smallest.encode('aé')) == 3


def test_it_shortens_programs_that_it_was_trained_on(tokenizer, problems):
  text = ''.join(p.solution for p in problems)
  assert len(tokenizer.encode(text)) < 0.6 * len(text)


def test_an_indent_is_a_token_and_so_is_each_digit(tokenizer):
  ids = tokenizer.encode('\n    return 123')
  texts = [tokenizer_files.decode(tokenizer, [i]) for i in ids]
  assert texts[-3:] == ['1', '2', '3'] and '\n   ' in texts


def test_the_same_problems_give_the_same_tokenizer(tokenizer, problems):
  again = bpe_training.train(problems, 400)
  assert again.backend_tokenizer.to_str() == tokenizer.backend_tokenizer.to_str()


def test_the_end_and_the_padding_are_special_and_apart(tokenizer):
  assert tokenizer.eos_token == bpe_training.END and tokenizer.pad_token == bpe_training.PAD
  assert tokenizer.eos_token_id != tokenizer.pad_token_id
  assert set(tokenizer.all_special_ids) == {tokenizer.eos_token_id, tokenizer.pad_token_id}


def test_a_vocabulary_without_room_for_a_merge_is_refused(problems):
  with pytest.raises(ValueError, match='config.scratch.vocab=258: must be more than 258'):
    bpe_training.train(problems, 258)
