"""Sources by their names, several of them, and a new one by one file and one line."""

import pytest
from refusals import mbpp, refusal, row

from acrl_jax.data import sources

# --- names


def test_an_unknown_source_names_the_nearest():
  assert refusal('humanevil') == "no source of problems 'humanevil'; did you mean humaneval?"
  assert 'did you mean primer?' in refusal('prime:x')
  assert refusal('zzz').endswith('known are primer, synthetic:SEED, humaneval, mbpp:PATH, shards:DIR')


def test_an_unknown_split_is_refused_by_every_source(tmp_path):
  for spec in ('primer', 'synthetic:0', 'humaneval', mbpp(tmp_path, row(601)), f'shards:{tmp_path}'):
    assert refusal(spec, 'tset') == "split 'tset': must be one of train, validation, test"


def test_a_source_without_an_argument_takes_none():
  assert refusal('primer:test').startswith('primer:test: must be primer alone')
  assert refusal('humaneval:x').startswith('humaneval:x: must be humaneval alone')
  assert refusal('synthetic:x').endswith('must be a seed, as in synthetic:0')
  assert 'must be a seed' in refusal('synthetic')


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


# --- a new source

COUNTING = """
from acrl_jax.records import Problem, Test


def load(argument, split):
  numbers = {'train': [1, 2], 'test': [3], None: [1, 2, 3]}.get(split, [])
  text = 'def f():\\n    "The number."\\n'
  return [
    Problem(id=f'{argument}/{n}', prompt=text, entry_point='f', tests=(Test(code='f()', expected=str(n)),))
    for n in numbers
  ]
"""


def test_a_new_source_is_one_file_and_one_line(tmp_path, monkeypatch):
  (tmp_path / 'counting.py').write_text(COUNTING)
  monkeypatch.setattr(sources, '__path__', [*sources.__path__, str(tmp_path)])
  assert refusal('counting:a').startswith("no source of problems 'counting:a'; known are primer")

  monkeypatch.setitem(sources.SOURCES, 'counting', 'counting:NAME')
  assert [p.id for p in sources.load('counting:a', 'train')] == ['a/1', 'a/2']
  assert [p.id for p in sources.load('counting:a,counting:b@2', 'test')] == ['a/3', 'b/3']
  assert sources.mixture('counting:a,counting:b@2') == [('counting:a', 1), ('counting:b', 2)]
  assert refusal('counting:a', 'validation') == "counting:a has no problems in its split 'validation'"
  assert refusal('countin:a') == "no source of problems 'countin:a'; did you mean counting?"
