"""Faults planted in a build are found, and none where there is none."""

import hashlib
import json
import types

import fakes
import plain
import pytest
from inspected import NAMES

from acrl_jax.datagen.build import build
from acrl_jax.datagen.inspect import verify
from acrl_jax.datagen.output import release, rows
from acrl_jax.datagen.records import Observation, Type


def check(folder, rows_=100, seed=1):
  return verify.verify(folder, rows_, seed, folder, lambda _: None)


def change(folder, rewrite=True, **values):
  """Another value in the first row of a split; the manifest told of it, if it is to be rewritten."""
  file = next(f for s in ('train', 'validation', 'test') for f in (folder / s).glob('*.arrow'))
  table = rows.read_table(file).to_pylist()
  table[0] |= values
  data = rows.stream(table, rows.SCHEMA)
  path = f'{file.parent.name}/{file.name}'
  file.write_bytes(data)
  if rewrite:
    manifest = json.loads((folder / 'manifest.json').read_text())
    manifest['files'][path] = release._write_listed(file, data, len(table))
    (folder / 'manifest.json').write_text(json.dumps(manifest))
  return table[0]


def test_a_good_build_has_no_fault(make):
  said = []
  folder = make()
  assert verify.verify(folder, 5, 3, folder, said.append) == []
  assert said == ['12 problems looked at: 0 faults', '5 problems with 25 tests executed again: 0 faults']


def test_files_that_are_not_those_of_the_manifest(make):
  folder = make()
  change(folder, rewrite=False, license='other')
  (folder / 'NOTICE').unlink()
  (folder / 'train' / '00007.arrow').write_bytes(rows.stream([], rows.SCHEMA))
  wrong = list(verify.damaged(folder))
  assert len(wrong) == 3 and any('NOTICE: missing' in w for w in wrong)
  assert any('00007.arrow: not in the manifest' in w for w in wrong)
  assert any('its bytes are not those of the manifest' in w for w in wrong)


@pytest.mark.parametrize(
  ('values', 'said'),
  [
    (dict(mutation_score=0.7), 'mutation_score 0.7, it must be at least 0.8'),
    (dict(branch_coverage=0.5), 'branch_coverage 0.5'),
    (dict(mutants_covered=4), 'covered mutants 4'),
    (dict(trivial_best=0.9), 'room for trivial programs -0.2'),
    (dict(solution='def f(): pass'), 'holds a solution'),
    (dict(split='nowhere'), 'in split nowhere, its container is in'),
    (dict(prompt='def f(:'), 'no Python'),
    (dict(docstring='Write a function to find the minimum cost path to reach (m, n)'), 'of a benchmark'),
  ],
)
def test_a_row_that_should_not_be_there(make, values, said):
  folder = make()
  row = change(folder, **values)
  (wrong,) = check(folder, 0)
  assert wrong.startswith(row['id']) and said in wrong


def test_a_row_that_is_there_twice(make):
  folder = make()
  other = rows.problems(folder)['tests_key'][-1].as_py()
  change(folder, tests_key=other)
  assert [w.split(': ')[1][:17] for w in check(folder, 0)] == ['tests_key is that']


def test_a_result_that_is_not_what_the_function_gives(make):
  folder = make()
  row = change(folder)
  row['tests'][2]['expected'] = '17'
  change(folder, tests=row['tests'])
  wrong = check(folder)
  assert len(wrong) == 2 and all(w.startswith(f'{row["id"]}: {row["entry_point"]}(2) now gives') for w in wrong)


def test_a_function_that_drifts_or_is_flagged_is_found(make):
  folder = make(alpha1='drifts', beta1='flagged')
  wrong = check(folder)
  ids = {fakes.function(n).id: n for n in NAMES}
  assert {ids[w.split(':')[0]] for w in wrong} == {'alpha1', 'beta1'}
  assert sum('OVF' in w for w in wrong) == 10


def test_a_corpus_that_has_changed_or_gone(make, tmp_path, monkeypatch):
  folder = make()
  row = change(folder, source_sha256='0' * 64)
  assert check(folder) == [f'{row["id"]}: {row["source_symbol"]} has another body now']
  (tmp_path / 'c' / 'functions.txt').write_text('\n'.join(n for n in NAMES if n != row['entry_point']))
  assert check(folder) == [f'{row["id"]}: {row["source_symbol"]} is not found in fake 1']
  monkeypatch.setattr(build, 'open_corpora', lambda *_: [])
  assert check(folder) == ['fake: 12 problems of it could not be executed again']


@pytest.mark.parametrize(
  ('test', 'seen', 'agrees'),
  [
    (('value', '1'), Observation('value', 1), True),
    (('value', '1'), Observation('value', True), False),
    (('value', '1'), Observation('raises', error='E'), False),
    (('value', 'approx([0.1, nan])'), Observation('value', [0.1 + 1e-9, float('nan')]), True),
    (('raises', None), Observation('raises', error='E'), True),
    (('raises', None), Observation('value', 1), False),
    (('mutates', '[[2, 1]]'), Observation('value', None, ([2, 1],)), True),
    (('mutates', '[[2, 1]]'), Observation('value', None, ([1, 2],)), False),
  ],
)
def test_when_a_test_agrees(test, seen, agrees):
  assert verify.agrees(dict(zip(('kind', 'expected'), test)), seen) is agrees


def test_an_int_is_the_float_that_is_declared():
  function = plain.function([Type('int')], returns=Type('float'))
  row = dict(
    id='python/0', source_symbol='m.f', source_sha256=hashlib.sha256(function.body.encode()).hexdigest(),
    tests=[dict(kind='value', args='(1,)', expected='approx(1.0)', call='f(1)')],
  )  # fmt: skip
  for result, faults in ((1, 0), (1.0, 0), (2, 1), (True, 1)):
    oracle = types.SimpleNamespace(run=lambda *_, result=result: plain.run(plain.observed(result, (1,))))
    assert len(list(verify.disagreements(row, function, (oracle,), 0))) == faults


def test_values_are_read_without_running_code():
  text = "(-1, 'a', [True, None], {1, 2}, {'k': (b'x',)}, set(), frozenset({1}), float('-inf'), -inf)"
  inf = float('inf')
  assert verify.parse_value(text) == (
    -1, 'a', [True, None], {1, 2}, {'k': (b'x',)}, set(), frozenset({1}), -inf, -inf
  )  # fmt: skip
  for bad in ('__import__("os")', 'x', '1 + 1', 'open("f")', '[x for x in y]'):
    with pytest.raises(ValueError, match='no value that a test may hold'):
      verify.parse_value(bad)
