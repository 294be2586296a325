"""Tokenizers of folders without tokenizer.json give the ids of the class that they name."""

import json

import pytest
import tokenizers
import transformers

from acrl_jax.convert import tokenizer as tokenizer_files

CODE = ['def f(x):\n    return x + 1\n', 'class A:\n  def g(self):\n    return {"a": [1, 22]}\n'] * 20
TEXTS = (*tokenizer_files.PROBES, '', 'x<s>y</s>', 'def <extra_id_1> (  <mask> )<|endoftext|>', '        pass')
ROBERTA = dict(
  tokenizer_class='RobertaTokenizer', add_prefix_space=False, model_max_length=512, bos_token='<s>', eos_token='</s>',
  sep_token='</s>', cls_token='<s>', unk_token='<unk>', pad_token='<pad>',
  mask_token=dict(content='<mask>', lstrip=True, normalized=False, rstrip=False, __type='AddedToken'),
  additional_special_tokens=[f'<extra_id_{number}>' for number in (1, 0)],
)  # fmt: skip


@pytest.fixture
def write(tmp_path):
  """A function that writes a folder as such checkpoints come: special tokens in the vocabulary, others added later."""

  def one(special, added, settings):
    trained = tokenizers.ByteLevelBPETokenizer()
    trained.train_from_iterator(CODE, vocab_size=320, special_tokens=special, show_progress=False)
    trained.save_model(str(tmp_path))
    later = {token: trained.get_vocab_size() + number for number, token in enumerate(added)}
    if later:
      (tmp_path / 'added_tokens.json').write_text(json.dumps(later))
    if settings:
      (tmp_path / 'tokenizer_config.json').write_text(json.dumps(settings))
    return tmp_path

  return one


def codet5(write, **changed):
  special = ['<pad>', '<s>', '</s>', '<unk>', '<mask>']
  return write(special, ['<extra_id_1>', '<extra_id_0>'], ROBERTA | changed)


def test_a_folder_like_codet5_gives_the_ids_of_its_class(write):
  folder = codet5(write)
  due, got = transformers.RobertaTokenizer.from_pretrained(folder), tokenizer_files.load(folder)
  for text in TEXTS:
    assert got.encode(text) == due.encode(text), text
    assert got.encode(text, add_special_tokens=False) == due.encode(text, add_special_tokens=False), text
  assert got.encode('')[0] == got.bos_token_id == 1 and got.encode('')[-1] == got.eos_token_id == 2
  assert (got.pad_token_id, got.model_max_length, len(got)) == (0, 512, len(due))
  assert got.convert_tokens_to_ids('<extra_id_1>') == len(due) - 2
  assert got.decode(got.encode('x <extra_id_0>'), skip_special_tokens=True).strip() == 'x'


def test_a_folder_whose_class_is_told_by_its_special_tokens(write):
  folder = codet5(write, tokenizer_class=None)
  assert tokenizer_files.load(folder).encode('x') == [1, tokenizer_files.load(folder).convert_tokens_to_ids('x'), 2]


@pytest.mark.parametrize('name', ['GPT2Tokenizer', 'GPT2TokenizerFast', 'CodeGenTokenizer', None])
def test_a_folder_like_gpt2_gives_the_ids_of_its_class(write, name):
  spaces = [' ' * number for number in range(8, 1, -1)] if name == 'CodeGenTokenizer' else []
  folder = write(['<|endoftext|>'], spaces, dict(tokenizer_class=name) if name else {})
  due = getattr(transformers, name or 'GPT2Tokenizer').from_pretrained(folder)
  got = tokenizer_files.load(folder)
  for text in TEXTS:
    assert got.encode(text) == due.encode(text), text
  assert got.eos_token_id == due.eos_token_id == 0 and tokenizer_files.end_ids(got) == (0,)


def test_a_text_begins_with_bos_where_the_folder_says_so(write):
  folder = write(['<|endoftext|>'], [], dict(tokenizer_class='GPT2Tokenizer', add_bos_token=True))
  got = tokenizer_files.load(folder)
  assert got.encode('x') == [0, *got.encode('x', add_special_tokens=False)]


def test_such_a_folder_is_saved_as_tokenizer_json(write, tmp_path):
  got, target = tokenizer_files.load(codet5(write)), tmp_path / 'out'
  target.mkdir()
  assert not tokenizer_files.copy(tmp_path, target)
  tokenizer_files.save(target, got)
  for made in (tokenizer_files.load(target), transformers.AutoTokenizer.from_pretrained(target)):
    assert all(made.encode(text) == got.encode(text) for text in TEXTS)


def test_what_would_change_ids_is_refused(write):
  folder = codet5(write, tokenizer_class='Qwen2Tokenizer')
  with pytest.raises(ValueError, match='has a Qwen2Tokenizer without tokenizer.json; only of GPT2Tokenizer'):
    tokenizer_files.load(folder)
  folder = codet5(write)
  (folder / 'added_tokens.json').write_text('{"<extra_id_0>": 999}')
  with pytest.raises(ValueError, match="'<extra_id_0>' is due at id 999, but comes to 295"):
    tokenizer_files.load(folder)
  (folder / 'added_tokens.json').unlink()
  (folder / 'merges.txt').write_text('#version: 0.2\nzz yy qq\n')
  with pytest.raises(ValueError, match='vocab.json and .*merges.txt cannot be read') as caught:
    tokenizer_files.load(folder)
  assert '\n' not in str(caught.value)
  (folder / 'merges.txt').unlink()
  with pytest.raises(ValueError, match='but neither tokenizer.json nor both of vocab.json and merges.txt'):
    tokenizer_files.load(folder)
