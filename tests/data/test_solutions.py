"""A reference becomes the completion that a policy would have to sample, or it is left out."""

import ast

import numpy as np
import pytest

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import completions, prompts, solutions, sources
from acrl_jax.records import Outcome, Problem, Test
from acrl_jax.rollout.tasks import Task

PROMPT = 'import re\n\ndef g(x):\n    return x\n\ndef f(x, n=1):\n    """Doc."""\n'


@pytest.fixture(scope='module')
def tokenizer():
  return bpe_training.train(sources.load('primer', 'validation'), 400)


def entries(tasks, tokenizer, longest):
  return solutions.entries(tasks, tokenizer, (tokenizer.eos_token_id,), longest)


def problem(solution, prompt=PROMPT, ident='p'):
  tests = (Test(code='f(1)', expected='1'),) * 2
  return Problem(id=ident, prompt=prompt, entry_point='f', tests=tests, solution=solution)


def task(of, chat=False):
  parts = prompts.source_text.split(of)
  prefix = parts.setup + parts.signature if chat else of.prompt.rstrip()
  return Task(problem=of, prefix=prefix, prompt=np.asarray([5, 6], np.int32), chat=chat)


def completion(solution, prompt=PROMPT, chat=False):
  one = task(problem(solution, prompt), chat)
  text = solutions.text(one.problem, one.prefix, chat)
  ast.parse(one.prefix + text.removesuffix('```'))
  return text


# --- the text


@pytest.mark.parametrize(('chat', 'end'), [(False, '\n'), (True, '\n```')])
def test_the_text_is_the_body_without_the_docstring(chat, end):
  body = '    # why\n    y = g(x)\n\n    return re.sub("a", "b", y)'
  assert completion(f'{PROMPT}{body}\n\n\nprint(f(1))\n', chat=chat) == '\n' + body.removeprefix('    # why\n') + end


def test_a_decorator_of_the_first_statement_is_part_of_it():
  body = '    @staticmethod\n    def h(y):\n        return y\n    return h(x)'
  assert completion(f'{PROMPT}{body}\n') == f'\n{body}\n'


def test_a_form_feed_does_not_shift_the_lines():
  assert completion(f'# a \x0c page\n{PROMPT}    return x\n') == '\n    return x\n'


def test_a_body_in_the_line_of_its_signature_gets_lines_of_its_own():
  assert completion('def f(x, n=1): y = x; return y') == '\n    y = x\n    return y\n'
  assert completion('def f(x, n=1):\n    """Doc."""; return x', chat=True) == '\n    return x\n```'


def test_a_body_after_a_docstring_is_indented_like_it_and_after_a_colon_as_it_was():
  for solution in ('def f(x, n=1):\n  if x:\n    return x\n', 'def f(x, n=1):\n\tif x:\n\t    return x\n'):
    assert completion(solution) == '\n    if x:\n        return x\n'
    assert completion(solution, chat=True) == solution[solution.index('\n') : -1] + '\n```'


def test_imports_that_the_prompt_lacks_move_into_the_body():
  imports = 'import re\nimport os.path, math\nfrom a import b as c, d\nimport json\n\n'
  body = ('import os.path, math', 'from a import b as c, d', 'return c(math.pi, re)')
  solution = f'{imports}def f(x, n=1):\n  return c(math.pi, re)\n'
  assert completion(solution) == ''.join(f'\n    {line}' for line in body) + '\n'


@pytest.mark.parametrize(
  ('more', 'name'),
  [('def h(x):\n    return x', 'h'), ('h = 3', 'h'), ('class h:\n    pass', 'h'), ('for h in []:\n    pass', 'h'),
   ('from h import *', r'\*')],
)  # fmt: skip
def test_a_solution_that_needs_what_stands_outside_of_it_is_none(more, name):
  with pytest.raises(ValueError, match=f'^p: its solution needs {name}, which stands outside'):
    completion(f'{more}\n{PROMPT}    return h(x)\n')


def test_what_a_solution_does_not_need_is_left_out():
  more = 'def h(x):\n    return x\n\nx = n = y = 3\nimport sys\n'
  assert completion(f'{more}{PROMPT}    y = x\n    return f(y) + n\n') == '\n    y = x\n    return f(y) + n\n'


def test_a_solution_without_the_entry_point_is_named():
  with pytest.raises(ValueError, match='p: its solution defines no f'):
    completion('def h(x):\n    return x\n')


# --- the rows


@pytest.mark.parametrize('chat', [False, True])
def test_the_ids_are_the_body_and_what_ends_it(tokenizer, chat):
  one = task(problem(PROMPT + '    return x\n'), chat)
  (entry,) = entries([one], tokenizer, 64)
  found = completions.decode(tokenizer, entry.completion, (tokenizer.eos_token_id,))
  assert (found.text, found.ended, found.kept) == ('\n    return x\n', True, len(entry.completion))
  last = tokenizer.decode(entry.completion[-1:])
  assert last.startswith('`') if chat else entry.completion[-1] == tokenizer.eos_token_id
  n = len(entry.completion)
  assert entry.completion.dtype == np.int32 and entry.actions.tolist() == [True] * n
  assert entry.credit.tolist() == [1.0] * n and not entry.log_probs.any() and not entry.bonus.any()
  assert (entry.reward, entry.outcome, entry.passed) == (1.0, int(Outcome.PASSED), (True, True))
  assert entry.problem == 'p' and entry.prompt.tolist() == [5, 6]


def test_primer_solutions_come_back_as_programs(tokenizer):
  problems = sources.load('primer', 'validation')
  for chat in (False, True):
    tasks = [task(p, chat) for p in problems]
    rows = entries(tasks, tokenizer, 4096)
    assert [e.problem for e in rows] == [p.id for p in problems]
    for one, entry in zip(tasks, rows):
      text = completions.decode(tokenizer, entry.completion, (tokenizer.eos_token_id,))
      made, reference = ast.parse(completions.program(one.prefix, text)), ast.parse(one.problem.solution)
      if chat:
        del reference.body[-1].body[0]  # the docstring stands in the request
      assert ast.dump(made) == ast.dump(reference)


def test_what_cannot_be_a_completion_is_left_out(tokenizer):
  fine = problem(PROMPT + '    return x\n', ident='fine')
  tasks = [
    task(fine),
    task(problem('')),
    task(problem(PROMPT + f'    return {"x + " * 50}x\n')),  # too long
    task(problem(PROMPT + '    return """\nback in column 0"""\n')),
    task(problem('def h(x):\n    return x\n' + PROMPT + '    return h(x)\n')),
    task(problem(PROMPT + '    return "<|endoftext|>"\n')),
    task(problem('def f(:')),
  ]
  assert [e.problem for e in entries(tasks, tokenizer, 64)] == ['fine']


def test_a_length_that_just_fits_is_taken(tokenizer):
  one = task(problem(PROMPT + '    return x\n'))
  n = len(entries([one], tokenizer, 64)[0].completion)
  assert len(entries([one], tokenizer, n)) == 1
  with pytest.raises(ValueError, match='no reference solution fits.*check config.data.train'):
    entries([one], tokenizer, n - 1)
