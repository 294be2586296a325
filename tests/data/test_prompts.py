"""What a model reads ends where its completion begins, and the program begins as the prompt fixed it."""

import ast

import pytest

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import prompts, source_text, sources
from acrl_jax.records import Problem

TEMPLATE = (
  "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</{{ m['role'] }}>{% endfor %}"
  '{% if add_generation_prompt %}<assistant>{% endif %}'
)
PROMPT = '''import re


def helper(a):
    return a


@staticmethod
def f(
    x: int,
    y: dict = {1: 2},
) -> int:
    """Doc: """\x20
'''  # white space after the closing quotes
PROBLEM = Problem(id='p', prompt=PROMPT, entry_point='f', tests=())


@pytest.fixture(scope='module')
def plain():
  return bpe_training.train(sources.load('primer', 'validation'), 400)


@pytest.fixture(scope='module')
def chatty():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 400)
  tokenizer.chat_template = TEMPLATE
  return tokenizer


def test_a_base_prompt_ends_at_the_closing_quotes_of_the_docstring(plain, chatty):
  for tokenizer, template in ((plain, 'auto'), (plain, 'base'), (chatty, 'base')):
    prompt = prompts.render(PROBLEM, tokenizer, template, system='unused')
    assert prompt.text == prompt.prefix == PROMPT[: PROMPT.rindex('"""') + 3]
    assert not prompt.chat


def test_a_chat_prompt_ends_right_after_the_colon_of_the_signature(chatty):
  head = PROMPT[: PROMPT.index(' -> int:') + len(' -> int:')]
  for template in ('auto', 'chat'):
    prompt = prompts.render(PROBLEM, chatty, template)
    assert prompt.prefix == head and prompt.chat
    user, answer = prompt.text.split('</user><assistant>')
    assert answer == '```python\n' + head
    assert user.startswith('<user>') and f'```python\n{PROMPT.rstrip()}\n```' in user


def test_a_system_message_comes_first_and_only_where_there_is_one(chatty):
  assert prompts.render(PROBLEM, chatty, system='Be brief.').text.startswith('<system>Be brief.</system><user>')
  for nothing in (None, ''):
    assert prompts.render(PROBLEM, chatty, system=nothing).text.startswith('<user>')


def test_a_body_after_either_prompt_makes_a_program_with_its_helpers(plain, chatty):
  for tokenizer in (plain, chatty):
    prompt = prompts.render(PROBLEM, tokenizer)
    names = [n.name for n in ast.parse(prompt.prefix + '\n    return x\n').body if isinstance(n, ast.FunctionDef)]
    assert names == ['helper', 'f']


def test_every_primer_prompt_ends_where_it_should(chatty):
  for problem in sources.load('primer', 'validation'):
    assert prompts.render(problem, chatty, 'base').text.endswith('"""')
    chat = prompts.render(problem, chatty)
    assert chat.text.endswith(source_text.split(problem).signature) and chat.text.endswith(':')


def test_a_template_that_cannot_be_served_is_refused(plain):
  with pytest.raises(ValueError, match="config.prompt.template='chatty': must be one of auto, chat, base"):
    prompts.render(PROBLEM, plain, 'chatty')
  with pytest.raises(ValueError, match="'chat', but the tokenizer has no chat template; use 'base'"):
    prompts.render(PROBLEM, plain, 'chat')
