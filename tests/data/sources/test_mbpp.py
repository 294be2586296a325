"""MBPP comes as its file has it, in its authors' splits, or not at all and with one line that says why."""

import ast
import json

import pytest
from refusals import mbpp, refusal, row

from acrl_jax.data import sources
from acrl_jax.records import Test


def test_mbpp_is_split_as_its_authors_did(tmp_path):
  spec = mbpp(tmp_path, *(row(n) for n in (1, 10, 11, 510, 511, 600, 601, 974)))
  numbers = {split: [p.id for p in sources.load(spec, split)] for split in (*sources.SPLITS, None)}
  assert numbers['train'] == ['mbpp/601', 'mbpp/974']
  assert numbers['validation'] == ['mbpp/511', 'mbpp/600']
  assert numbers['test'] == ['mbpp/11', 'mbpp/510']
  assert len(numbers[None]) == 8


def test_an_mbpp_prompt_is_the_references_signature_and_the_text(tmp_path):
  code = 'import math\r\ndef g(x):\r\n  return x\r\ndef f(xs: list, n: int = 2, *rest: int):\r\n  return g(n)'
  odd = row(601, code, ['assert sorted(f(g([1]), 2)) == 3', 'assert f(1) == 2'], test_setup_code='import re')
  odd['text'] = 'Say  "\\d"\r\nor """two"""\n in "one"'
  (problem,) = sources.load(mbpp(tmp_path, odd))
  assert problem.entry_point == 'f'
  head, doc = problem.prompt.split('\n', 1)
  assert head == 'def f(xs, n=2, *rest):'  # without types, which could need an import, and without g and math
  assert doc == '    """Say "\\\\d" or \'\'\'two\'\'\' in "one" """\n'
  assert ast.get_docstring(ast.parse(problem.prompt).body[0]).strip() == 'Say "\\d" or \'\'\'two\'\'\' in "one"'
  assert problem.solution == code.replace('\r\n', '\n')
  assert problem.tests[1] == Test(code='import re\nassert f(1) == 2') and problem.source == 'mbpp'


def test_a_reference_that_no_test_names_gives_its_last_function(tmp_path):
  (problem,) = sources.load(mbpp(tmp_path, row(601, 'def g(x):\n  return x\ndef h(y):\n  return y', ['assert True'])))
  assert problem.prompt.startswith('def h(y):')


@pytest.mark.parametrize(
  ('line', 'said'),
  [
    ('{"task_id": 601', ':2: not a JSON object'),
    ('[1]', ':2: not a JSON object but [1]'),
    ({'task_id': 601, 'text': 'a', 'code': 'def f(): pass'}, "a row lacks 'test_list'"),
    ({'text': 'a'}, "a row lacks 'task_id'"),
    (row(601, 'def f(:\n  pass'), 'task_id 601 cannot be read (SyntaxError'),
    (row(601, 'f = 1'), 'its code defines no function'),
    (row(601, tests=['assert add(']), 'task_id 601 cannot be read (SyntaxError'),
    (row('601'), "task_id '601' cannot be read (TypeError"),
    (row(601, code=None), 'task_id 601 cannot be read'),
  ],
)
def test_a_broken_mbpp_file_is_named_with_its_row(tmp_path, line, said):
  spec = mbpp(tmp_path, row(602), line)
  message = refusal(spec)
  assert said in message and spec.removeprefix('mbpp:') in message


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path):
  assert refusal('mbpp:').endswith('it must be the path of mbpp.jsonl')
  assert 'no such file' in refusal(f'mbpp:{tmp_path}/none.jsonl')
  (tmp_path / 'mbpp.jsonl').write_bytes(b'\xff\xfe{}')
  assert f'{tmp_path}/mbpp.jsonl cannot be read' in refusal(f'mbpp:{tmp_path}/mbpp.jsonl')


def test_a_split_without_problems_is_no_empty_run(tmp_path):
  assert refusal(mbpp(tmp_path, row(601)), 'test').endswith("has no problems in its split 'test'")


def test_line_separators_within_a_text_do_not_end_its_row(tmp_path):
  spec = mbpp(tmp_path, json.dumps(row(601) | {'text': 'a\u2028b\x85c'}, ensure_ascii=False))
  assert sources.load(spec)[0].prompt.count('a b c') == 1
