"""Tokenizers out of a GGUF file's entries: words cut as the family cuts them, special tokens, what is refused."""

import pytest
import tokenizers

from acrl_jax.convert.tokenizers import gguf_tokenizer, tokenizer_files

SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
TOKENS = [*SPECIAL, *sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()), 'ĠĠ', 'in', '<tool>']
META = {
  'general.architecture': 'llama', 'llama.context_length': 64, 'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.pre': 'smollm', 'tokenizer.ggml.tokens': TOKENS, 'tokenizer.ggml.merges': ['Ġ Ġ', 'i n'],
  'tokenizer.ggml.token_type': [3] * 3 + [1] * (len(TOKENS) - 4) + [4], 'tokenizer.ggml.bos_token_id': 1,
  'tokenizer.ggml.eos_token_id': 2, 'tokenizer.chat_template': '{{ messages }}',
}  # fmt: skip


def test_words_are_cut_as_the_family_does():
  for pre, digits in {'smollm': ['1', '2', '3', '4'], 'qwen2': ['1', '2', '3', '4'], 'llama-bpe': ['123', '4']}.items():
    cut = gguf_tokenizer._cut(gguf_tokenizer.PATTERNS[pre])
    assert [word for word, _ in cut.pre_tokenize_str("a'S  1234\n\n")][-1 - len(digits) : -1] == digits
  qwen2 = gguf_tokenizer._cut(gguf_tokenizer.PATTERNS['qwen2'])
  assert [word for word, _ in qwen2.pre_tokenize_str("IT'S  x=3\n\n  y")] == [
    'IT', "'S", 'Ġ', 'Ġx', '=', '3', 'ĊĊ', 'Ġ', 'Ġy'
  ]  # fmt: skip


def test_the_entries_make_a_tokenizer_that_loses_no_text():
  made = gguf_tokenizer.read_tokenizer(META)
  tokenizer_files.check_round_trip(made, 'made')
  tokens = made.convert_ids_to_tokens(made.encode('<|im_start|>in   x<tool>'))
  assert tokens == ['<|im_start|>', 'in', 'ĠĠ', 'Ġ', 'x', '<tool>']
  assert (made.bos_token_id, made.eos_token_id, made.pad_token_id) == (1, 2, None)
  assert made.model_max_length == 64 and made.chat_template == '{{ messages }}'
  assert set(made.all_special_ids) >= {1, 2} and len(TOKENS) - 1 not in made.all_special_ids


def test_texts_begin_with_bos_where_the_file_says_so():
  made = gguf_tokenizer.read_tokenizer(META | {'tokenizer.ggml.add_bos_token': True})
  assert made.encode('in') == [1, TOKENS.index('in')]


@pytest.mark.parametrize('wrong, text', [('model', 'llama, smollm'), ('pre', 'gpt2, bloom')])
def test_other_kinds_are_refused(wrong, text):
  with pytest.raises(ValueError, match=f'a tokenizer of {text} is not supported .* Hugging Face folder of the model'):
    gguf_tokenizer.read_tokenizer(META | {f'tokenizer.ggml.{wrong}': text.split(', ')[wrong == 'pre']})


def test_an_entry_that_is_missing_is_named():
  with pytest.raises(KeyError, match='tokenizer.ggml.merges'):
    gguf_tokenizer.read_tokenizer({key: value for key, value in META.items() if key != 'tokenizer.ggml.merges'})
