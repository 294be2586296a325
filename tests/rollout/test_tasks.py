"""Problems with their prompts: nothing is cut, and what cannot be asked is listed."""

import numpy as np
import pytest
from fake_model import model_of
from tokenizers.processors import TemplateProcessing

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import prompts, sources
from acrl_jax.records import Problem, Test
from acrl_jax.rollout import tasks
from acrl_jax.rollout.tasks import PromptSettings

PROMPT = 'import re\n\ndef f(x):\n    """Add one."""\n'
PROBLEM = Problem(
  id='p', prompt=PROMPT, entry_point='f', solution=PROMPT + '    return x + 1\n',
  tests=(Test(code='f(1)', expected='2'), Test(code='f(0)', expected='1')),
)  # fmt: skip


@pytest.fixture(scope='module')
def loaded():
  return model_of(bpe_training.train(sources.load('primer', 'validation'), 400))


def encoded(loaded, *problems, longest=100, template='auto'):
  return tasks.make_tasks(problems, loaded, PromptSettings(template, '', (longest,)))


def test_a_task_holds_its_prompt_as_ids_and_the_program_so_far(loaded):
  (task,), dropped = encoded(loaded, PROBLEM)
  assert dropped == [] and task.problem is PROBLEM and not task.chat
  assert task.prefix == PROMPT.rstrip() and task.prompt.dtype == np.int32
  assert task.prompt.tolist() == loaded.tokenizer.encode(PROMPT.rstrip())


def beginning(template=None, *, says=True):
  """A tokenizer with a BOS; it begins texts with it where it `says` so."""
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  tokenizer.bos_token, tokenizer.chat_template = tokenizer.pad_token, template
  if says:
    pair = (tokenizer.bos_token, tokenizer.bos_token_id)
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single=f'{pair[0]} $A', special_tokens=[pair])
  assert tokenizer.encode('') == [tokenizer.bos_token_id] * says
  return tokenizer


@pytest.mark.parametrize('says', [True, False])
def test_a_base_prompt_begins_with_bos_where_texts_do(says):
  tokenizer = beginning(says=says)
  prompt = prompts.render(PROBLEM, tokenizer)
  ids = tokenizer.encode(PROMPT.rstrip(), add_special_tokens=False)
  assert not prompt.chat and tasks.encode(tokenizer, prompt) == [tokenizer.bos_token_id] * says + ids
  assert tokenizer.decode(ids) == PROMPT.rstrip()


@pytest.mark.parametrize('own', ['', '{{ bos_token }}'])
def test_a_chat_prompt_begins_as_its_template_says(own):
  tokenizer = beginning(own + "{{ messages[-1]['content'] }}\n")
  prompt = prompts.render(PROBLEM, tokenizer)
  ids = tasks.encode(tokenizer, prompt)
  assert prompt.chat and ids.count(tokenizer.bos_token_id) == bool(own) == (ids[0] == tokenizer.bos_token_id)


def test_an_encoder_reads_a_prompt_with_its_end_token_and_a_decoder_does_not():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  end = (tokenizer.eos_token, tokenizer.eos_token_id)
  tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single=f'$A {end[0]}', special_tokens=[end])
  ids = tokenizer.encode(PROMPT.rstrip(), add_special_tokens=False)
  for kind, due in dict(decoder=ids, t5=[*ids, end[1]]).items():
    (task,), _ = encoded(model_of(tokenizer, kind), PROBLEM)
    assert task.prompt.tolist() == due


def test_problems_that_cannot_be_asked_are_listed_with_the_reason(loaded):
  n = len(encoded(loaded, PROBLEM)[0][0].prompt)
  odd = [PROBLEM._replace(id='g', entry_point='g'), PROBLEM._replace(id='no', prompt='def f(')]
  kept, dropped = encoded(loaded, *odd, PROBLEM, longest=n)
  assert [t.problem.id for t in kept] == ['p']
  assert dropped[0] == ('g', 'prompt: g: its prompt defines no g') and dropped[1][0] == 'no'
  kept, dropped = encoded(loaded, PROBLEM, longest=n - 1)
  assert kept == [] and dropped == [('p', f'prompt of {n} tokens; config.prompt.lengths end at {n - 1}')]


def test_a_template_that_cannot_be_served_stops_at_once(loaded):
  with pytest.raises(ValueError, match='no chat template'):
    encoded(loaded, PROBLEM, template='chat')


def test_prompts_are_padded_on_the_left_by_hand():
  found = tasks.pad_left([np.asarray([5, 6]), np.asarray([7, 8, 9])], 4, 1)
  assert found.tokens.tolist() == [[1, 1, 5, 6], [1, 7, 8, 9]] and found.tokens.dtype == np.int32
  assert found.valid.astype(int).tolist() == [[0, 0, 1, 1], [0, 1, 1, 1]]
