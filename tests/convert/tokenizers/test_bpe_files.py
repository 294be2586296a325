"""Tokenizers of folders without tokenizer.json give the ids of the class that they name."""

import json

import pytest
import tokenizers
import transformers

from acrl_jax.convert.tokenizers import tokenizer_files
from acrl_jax.data import completions

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

  def one(kind, special, added, settings, **config):
    (tmp_path / 'config.json').write_text(json.dumps(dict(model_type=kind, **config)))
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
  return write('t5', special, ['<extra_id_1>', '<extra_id_0>'], ROBERTA | changed)


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


def test_no_class_and_no_special_token_has_to_be_named(write):
  folder = codet5(write)
  due = tokenizer_files.load(folder)
  (folder / 'tokenizer_config.json').write_text('{"tokenizer_class": null, "added_tokens_decoder": null}')
  got = tokenizer_files.load(folder)
  assert all(got.encode(text) == due.encode(text) for text in tokenizer_files.PROBES)
  assert (got.bos_token_id, got.eos_token_id, got.pad_token_id, got.unk_token_id) == (1, 2, 0, 3)


@pytest.mark.parametrize('kind', ['gpt2', 'codegen'])
@pytest.mark.parametrize('fast', ['', 'Fast', None])
def test_a_folder_like_gpt2_gives_the_ids_of_its_class(write, kind, fast):
  name = dict(gpt2='GPT2Tokenizer', codegen='CodeGenTokenizer')[kind]
  spaces = [' ' * number for number in range(8, 1, -1)] if kind == 'codegen' else []
  folder = write(kind, ['<|endoftext|>'], spaces, {} if fast is None else dict(tokenizer_class=name + fast))
  due, got = getattr(transformers, name).from_pretrained(folder), tokenizer_files.load(folder)
  for text in TEXTS:
    assert got.encode(text) == due.encode(text), text
  assert got.eos_token_id == due.eos_token_id == 0 and tokenizer_files.end_ids(got) == (0,)


@pytest.mark.parametrize('flags', [dict(add_bos_token=True), dict(add_eos_token=True)])
def test_texts_begin_and_end_as_the_folder_says(write, flags):
  folder = write('gpt2', ['<|endoftext|>'], [], dict(tokenizer_class='GPT2Tokenizer', **flags))
  due, got = transformers.GPT2Tokenizer.from_pretrained(folder), tokenizer_files.load(folder)
  for text in TEXTS:
    assert got.encode(text) == due.encode(text), text
  assert len(got.encode('x')) == 2


@pytest.mark.parametrize('key', ['additional_special_tokens', 'extra_special_tokens'])
def test_special_tokens_without_ids_get_the_next_ones(write, key):
  """In the order of transformers; and a token that is special where ids are told is special, so that it ends texts."""
  names = dict(sep_token='<sep>', cls_token='<cls>', pad_token='<pad>', unk_token='<unk>', mask_token='<mask>')
  folder = write('gpt2', ['<|endoftext|>'], [], dict(tokenizer_class='GPT2Tokenizer', **names, **{key: ['<new>']}))
  size = len(json.loads((folder / 'vocab.json').read_text()))
  settings = json.loads((folder / 'tokenizer_config.json').read_text())
  end = dict(content='<|im_end|>', special=True, lstrip=False, rstrip=False, single_word=False, normalized=False)
  (folder / 'tokenizer_config.json').write_text(json.dumps(settings | dict(added_tokens_decoder={size: end})))
  due, got = transformers.GPT2Tokenizer.from_pretrained(folder), tokenizer_files.load(folder)
  for text in ('<unk><sep>x <pad><cls> <mask>', 'x<new><|im_end|>', *TEXTS):
    assert got.encode(text) == due.encode(text), text
  assert tokenizer_files.end_ids(got) == (0, size)
  assert completions.decode(got, got.encode('x<new>y<mask><|im_end|>')).text == 'xy'


def test_such_a_folder_is_saved_as_tokenizer_json(write, tmp_path):
  got, target = tokenizer_files.load(codet5(write)), tmp_path / 'out'
  target.mkdir()
  assert not tokenizer_files.copy(tmp_path, target)
  tokenizer_files.save(target, got)
  for made in (tokenizer_files.load(target), transformers.AutoTokenizer.from_pretrained(target)):
    assert all(made.encode(text) == got.encode(text) for text in TEXTS)
    assert made.special_tokens_map == got.special_tokens_map and made.mask_token == '<mask>'
    assert completions.decode(made, got.encode('x<extra_id_0>y')).text == 'xy'


@pytest.mark.parametrize(
  'kind, settings, config',
  [
    ('qwen2', {}, {}), ('llama', dict(tokenizer_class='GPT2Tokenizer'), {}), ('starcoder2', {}, {}),
    ('gpt2', dict(tokenizer_class='Qwen2Tokenizer'), {}), ('gpt2', {}, dict(tokenizer_class='RobertaTokenizer')),
  ],
)  # fmt: skip
def test_models_that_may_cut_words_otherwise_are_refused(write, kind, settings, config):
  folder = write(kind, ['<|endoftext|>'], [], settings, **config)
  with pytest.raises(ValueError, match='no tokenizer.json but vocab.json and merges.txt of a .*do not tell how words'):
    tokenizer_files.load(folder)


def test_damaged_files_are_named_in_one_line(write):
  folder = codet5(write)
  (folder / 'added_tokens.json').write_text('{"<extra_id_0>": 999}')
  with pytest.raises(ValueError, match="'<extra_id_0>' must have id 999, but gets 295"):
    tokenizer_files.load(folder)
  (folder / 'added_tokens.json').unlink()
  (folder / 'merges.txt').write_text('#version: 0.2\nzz yy qq\n')
  with pytest.raises(ValueError, match='vocab.json and merges.txt cannot be read') as caught:
    tokenizer_files.load(folder)
  assert '\n' not in str(caught.value)
  (folder / 'merges.txt').unlink()
  with pytest.raises(ValueError, match='but neither tokenizer.json nor both of vocab.json and merges.txt'):
    tokenizer_files.load(folder)


def test_a_folder_without_the_tokens_that_begin_its_texts_is_told_so(write):
  folder = write('t5', ['<pad>'], [], {})
  with pytest.raises(ValueError, match='the cls_token of its RobertaTokenizer is not in vocab.json; name it'):
    tokenizer_files.load(folder)
