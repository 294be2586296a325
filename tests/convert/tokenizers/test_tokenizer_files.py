import json

import pytest
import tokenizers
import transformers

from acrl_jax.convert.tokenizers import tokenizer_files


def build(end='<|endoftext|>', prefix=False):
  """A byte-level tokenizer with a few merges; ids 0 and 1 are special."""
  alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
  vocab = {token: i for i, token in enumerate([end, '<|pad|>', *alphabet, 'ĠĠ', 'in', 'de', 'def'])}
  made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab, [('Ġ', 'Ġ'), ('i', 'n'), ('d', 'e'), ('de', 'f')]))
  made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=prefix)
  made.decoder = tokenizers.decoders.ByteLevel()
  made.add_special_tokens([end, '<|pad|>'])
  return transformers.PreTrainedTokenizerFast(tokenizer_object=made, eos_token=end, pad_token='<|pad|>')


@pytest.fixture
def folder(tmp_path):
  made = build()
  made.chat_template = 'Q: {{ messages[0].content }}'
  tokenizer_files.save(tmp_path, made)
  return tmp_path


def settings(folder, **values):
  file = folder / 'tokenizer_config.json'
  file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_saved_and_loaded_it_gives_the_same_ids(folder):
  made, back = build(), tokenizer_files.load(folder)
  for text in (*tokenizer_files.PROBES, 'define <|pad|> in <|endoftext|>'):
    assert back.encode(text) == made.encode(text)
  assert (back.eos_token_id, back.pad_token_id, back.bos_token_id) == (0, 1, None)
  assert back.chat_template == 'Q: {{ messages[0].content }}'
  auto = transformers.AutoTokenizer.from_pretrained(folder)
  assert auto.encode('def f():\n  in') == made.encode('def f():\n  in') and auto.eos_token == '<|endoftext|>'


def test_the_class_that_a_folder_names_changes_nothing(folder):
  before = tokenizer_files.load(folder).encode('if x:\n    y = 123\n')
  for name in ('Qwen2Tokenizer', 'CodeLlamaTokenizer', 'NobodysTokenizer'):
    settings(folder, tokenizer_class=name)
    assert tokenizer_files.load(folder).encode('if x:\n    y = 123\n') == before


def test_spaces_before_punctuation_survive(folder):
  settings(folder, clean_up_tokenization_spaces=True)
  made = tokenizer_files.load(folder)
  assert tokenizer_files.decode(made, made.encode("f (x) . y , n 't")) == "f (x) . y , n 't"


def test_special_tokens_and_templates_of_older_files(folder):
  (folder / 'chat_template.jinja').unlink()
  settings(
    folder, eos_token={'content': '<|pad|>', 'special': True}, model_max_length=77,
    chat_template=[{'name': 'tool', 'template': 'T'}, {'name': 'default', 'template': 'D'}],
  )  # fmt: skip
  made = tokenizer_files.load(folder)
  assert made.eos_token_id == 1 and made.chat_template == 'D' and made.model_max_length == 77
  file = folder / 'tokenizer_config.json'
  file.write_text('{}')
  (folder / 'special_tokens_map.json').write_text('{"eos_token": "<|endoftext|>"}')
  assert tokenizer_files.load(folder).eos_token_id == 0


def test_a_tokenizer_that_garbles_text_is_refused(tmp_path):
  made = build(prefix=True)
  tokenizer_files.save(tmp_path, made)
  with pytest.raises(ValueError, match="garbles text: 'def f.* comes back as ' def f"):
    tokenizer_files.load(tmp_path)


def test_no_tokenizer_is_none_but_half_of_one_is_an_error(tmp_path, folder):
  (tmp_path / 'empty').mkdir()
  assert tokenizer_files.load(tmp_path / 'empty') is None
  (folder / 'tokenizer.json').unlink()
  with pytest.raises(ValueError, match='has tokenizer_config.json, but neither tokenizer.json nor'):
    tokenizer_files.load(folder)


def test_damaged_files_are_named_in_one_line(folder):
  (folder / 'tokenizer.json').write_text((folder / 'tokenizer.json').read_text()[:500])
  with pytest.raises(ValueError, match='tokenizer.json cannot be read') as caught:
    tokenizer_files.load(folder)
  assert '\n' not in str(caught.value)
  (folder / 'tokenizer_config.json').write_text('{')
  with pytest.raises(ValueError, match='tokenizer_config.json cannot be read'):
    tokenizer_files.load(folder)


def test_files_are_copied_byte_for_byte(folder, tmp_path):
  settings(folder, odd='spacing \u00e9')
  target = tmp_path / 'copy'
  target.mkdir()
  assert tokenizer_files.copy(folder, target)
  for name in ('tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'):
    assert (target / name).read_bytes() == (folder / name).read_bytes()
  (tmp_path / 'none').mkdir()
  assert not tokenizer_files.copy(tmp_path / 'none', target)


def test_end_tokens_are_the_eos_and_known_special_ones():
  assert tokenizer_files.end_ids(build()) == (0,)
  made = build(end='<|stop|>')
  assert tokenizer_files.end_ids(made) == (0,)
  made.add_special_tokens({'additional_special_tokens': ['<|im_end|>']})
  assert tokenizer_files.end_ids(made) == (0, made.convert_tokens_to_ids('<|im_end|>'))
