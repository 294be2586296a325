"""A build keeps what is good, tells why of the rest, and puts both where they belong."""

import json
import os
import pathlib
import subprocess
import sys

import fakes
import pytest
from builds import NAMES, SETTINGS, corpus, make, reasons

from acrl_jax.data import sources
from acrl_jax.datagen.build import build, work
from acrl_jax.datagen.corpora import catalogue, fetch
from acrl_jax.datagen.output import rows


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')


def test_a_build_keeps_what_is_good_and_tells_why_of_the_rest(tmp_path):
  source = corpus(tmp_path / 'c', alpha1='weak', beta2='screened')
  manifest, said = make(tmp_path / 'out', source)
  assert reasons(tmp_path / 'out') == {'alpha1': ('judge', 'mutation_score'), 'beta2': ('screen', 'no_doc')}
  found = [p for split in sources.SPLITS if (tmp_path / 'out' / split).exists()
           for p in sources.load(f'shards:{tmp_path}/out', split)]  # fmt: skip
  assert sorted(p.entry_point for p in found) == sorted(set(NAMES) - {'alpha1', 'beta2'})
  assert sources.load(f'shards:{tmp_path}/out', None) == found
  assert all(p.solution == '' for p in found)
  for split in sources.SPLITS:
    ids = [p.id for p in found if rows.split(f'm.{p.entry_point[0]}') == split]
    assert ids == sorted(ids)
  assert sum(f['rows'] for path, f in manifest['files'].items() if '/' in path) == 18
  assert '19 functions in 5 parts (0 done before), 1 screened out' in said and '18 problems' in said
  assert 'Copyright of fake\nLicence: MIT' in (tmp_path / 'out' / 'NOTICE').read_text()
  assert (tmp_path / 'out' / 'report.md').exists()


def test_functions_of_one_container_are_in_one_split(tmp_path):
  make(tmp_path / 'out', corpus(tmp_path / 'c'))
  found = rows.problems(tmp_path / 'out').select(['container', 'split']).to_pylist()
  assert len({r['container'] for r in found}) == 4
  assert all(r['split'] == rows.split(r['container']) for r in found)


def test_a_function_that_is_found_twice_is_taken_once(tmp_path):
  one, two = corpus(tmp_path / 'c'), corpus(tmp_path / 'd', 'fake')
  tasks, rejects = build.plan([one, two], SETTINGS, 100)
  assert len(tasks) == 1 and {r['reason'] for r in rejects} == {'duplicate_id'} and len(rejects) == len(NAMES)


def test_corpora_that_cannot_be_had_are_left_out_by_name(tmp_path, monkeypatch):
  def get(name, cache):
    if name != 'toolz':
      raise fetch.Unavailable(f'{name}: no file of it')
    return fakes.fetched(tmp_path, name)

  monkeypatch.setattr(fetch, 'fetch', get)
  monkeypatch.setattr(build.languages, 'front', lambda language: fakes.FRONT)
  said = []
  found = build.open_corpora(['toolz', 'boltons'], tmp_path, said.append)
  assert [fetched.name for fetched, _ in found] == ['toolz'] and said == ['left out: boltons: no file of it']
  with pytest.raises(ValueError, match='none of the corpora can be had: boltons: no file of it'):
    build.open_corpora(['boltons'], tmp_path, said.append)
  with pytest.raises(ValueError, match='config.generate.corpora is empty'):
    build.open_corpora([], tmp_path)
  with pytest.raises(ValueError, match='did you mean boltons'):
    build.open_corpora(['bolton'], tmp_path)


def test_every_corpus_has_a_front_end():
  assert {c.language for c in catalogue.CORPORA.values()} == {'java', 'python'}
  for language in ('java', 'python'):
    assert callable(build.languages.front(language).make)


def test_equal_records_have_equal_digests_in_every_process():
  value = (fakes.function('f'), {'b', 'a'}, frozenset(['x', 'yy']), {'k': [1.5, None]})
  code = 'import fakes; from acrl_jax.datagen import work; '
  code += f'print(work.digest((fakes.function("f"), {value[1:]!r}[0], {value[1:]!r}[1], {value[3]!r})))'
  here = str(pathlib.Path(__file__).parent)
  for seed in '12':
    env = os.environ | {'PYTHONHASHSEED': seed, 'PYTHONPATH': f'{here}:{os.environ.get("PYTHONPATH", "")}'}
    done = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == work.digest(value), done.stderr
  assert work.digest((1,)) != work.digest([1]) != work.digest(((1,),))


def test_the_manifest_names_every_file_with_its_hash(tmp_path):
  manifest, _ = make(tmp_path / 'out', corpus(tmp_path / 'c'))
  assert json.loads((tmp_path / 'out' / 'manifest.json').read_text()) == manifest
  assert [part['kept'] for part in manifest['parts']] == [4] * 5
  assert manifest['files'].keys() == {'NOTICE', 'rejects.arrow'} | {
    str(f.relative_to(tmp_path / 'out')) for s in sources.SPLITS for f in (tmp_path / 'out' / s).glob('*')
  }
