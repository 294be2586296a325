"""A build keeps what is good, says why of the rest, and gives the same bytes however it came about."""

import os
import pathlib
import signal
import subprocess
import sys

import builds
import fakes
import pytest
from builds import NAMES, SETTINGS, contents, corpus, log, make, problems, reasons, until

from acrl_jax.data import sources
from acrl_jax.datagen.build import build
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.inspect import explain, verify
from acrl_jax.datagen.output import release, report, rows


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')
  monkeypatch.setattr(report, 'plots', lambda *_: None)  # they take longer than such a build


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


def test_a_second_build_does_nothing_again(tmp_path):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  before, calls = contents(tmp_path / 'out'), log(source)
  _, said = make(tmp_path / 'out', source)
  assert '(5 done before)' in said and log(source) == calls and contents(tmp_path / 'out') == before


def test_other_settings_another_corpus_or_another_generator_make_parts_anew(tmp_path, monkeypatch):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  assert '(0 done before)' in make(tmp_path / 'out', source, SETTINGS._replace(seed=9))[1]
  fetched = source[0]._replace(sha256='1' * 64)
  assert '(0 done before)' in make(tmp_path / 'out', (fetched, source[1]), SETTINGS._replace(seed=9))[1]
  make(tmp_path / 'out', source)
  monkeypatch.setattr(rows, 'version', lambda: 'other')
  tasks, _ = build.plan([source], SETTINGS, 4)
  assert not any(build.is_done(tmp_path / 'out', task) for task in tasks)


@pytest.mark.parametrize('end', ['.arrow', '.rejects.arrow'])
def test_a_damaged_part_is_made_again(tmp_path, end):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  before = contents(tmp_path / 'out')
  file = tmp_path / 'out' / 'parts' / f'fake-00002{end}'
  file.write_bytes(file.read_bytes()[:-100])
  assert '(4 done before)' in make(tmp_path / 'out', source)[1]
  assert contents(tmp_path / 'out') == before


def test_a_smaller_build_leaves_nothing_of_a_larger_one(tmp_path):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  make(tmp_path / 'out', source, max_functions=4)
  make(tmp_path / 'other', source, max_functions=4)
  assert contents(tmp_path / 'out') == contents(tmp_path / 'other')
  assert rows.problems(tmp_path / 'out').num_rows == 4


def test_a_build_that_is_killed_goes_on_and_ends_in_the_same_bytes(tmp_path):
  source = corpus(tmp_path / 'c', gamma0='waits')
  make(tmp_path / 'good', corpus(tmp_path / 'd'))
  (tmp_path / 'out').mkdir()
  code = 'import pathlib, sys; import builds as t; here = pathlib.Path(sys.argv[1])\n'
  code += 't.rows.version = lambda: "test"\n'
  code += 't.make(here / "out", t.corpus(here / "c", gamma0="waits"), workers=2)\n'
  here = pathlib.Path(__file__).parents[1]
  env = os.environ | {'PYTHONPATH': f'{here}:{os.environ.get("PYTHONPATH", "")}'}
  script = tmp_path / 'script.py'
  script.write_text(f'if __name__ == "__main__":\n  {code.replace(chr(10), chr(10) + "  ")}')
  process = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=env, stderr=subprocess.DEVNULL)
  tasks, _ = build.plan([source], SETTINGS, 4)
  waiting = next(task for task in tasks if any(f.name == 'gamma0' for f in task.functions))
  others = [task for task in tasks if task is not waiting]
  until(lambda: all(build.is_done(tmp_path / 'out', task) for task in others))
  process.send_signal(signal.SIGKILL)
  process.wait()
  until(lambda: log(source, 'oracles.log').count('closed') == 4)  # by workers that saw their parent die
  (tmp_path / 'c' / 'go').touch()
  before = log(source)
  _, said = make(tmp_path / 'out', source)
  assert '(4 done before)' in said
  assert set(log(source)[len(before):]) <= {f.name for f in waiting.functions}
  assert contents(tmp_path / 'out').keys() == contents(tmp_path / 'good').keys()
  assert problems(tmp_path / 'out') == problems(tmp_path / 'good')
  make(tmp_path / 'whole', source)
  assert contents(tmp_path / 'out') == contents(tmp_path / 'whole')


def test_two_builds_do_not_share_a_folder(tmp_path):
  with build._alone(tmp_path), pytest.raises(ValueError, match='another build is at work in this folder'):
    make(tmp_path, corpus(tmp_path / 'c'))


def test_an_unfinished_file_of_a_write_that_failed_is_no_part(tmp_path):
  source = corpus(tmp_path / 'c')
  (tmp_path / 'out' / 'parts').mkdir(parents=True)
  (tmp_path / 'out' / 'parts' / 'fake-00000.arrow.tmp').write_bytes(b'half')
  make(tmp_path / 'out', source)
  assert not list(tmp_path.rglob('*.tmp'))


def test_a_build_without_any_problem_tells_why_and_can_be_looked_into(tmp_path, monkeypatch):
  source, folder = corpus(tmp_path / 'c', **dict.fromkeys(NAMES, 'weak')), tmp_path / 'out'
  monkeypatch.setattr(build, 'make_engine', lambda name: builds.in_process)
  monkeypatch.setattr(build, 'open_corpora', lambda names, *_: {'fake': [source]}[','.join(names)])
  _, said = make(folder, source)
  assert '0 problems (' in said and '| judge | mutation_score | 20 |' in (folder / 'report.md').read_text()
  assert report.text(folder) == (folder / 'report.md').read_text()
  assert verify.verify(folder, 10, 0, tmp_path, lambda _: None) == []
  told = []
  explain.explain(folder, 'm.beta1', tmp_path, told.append)
  assert told[-1] == 'in the build: rejected by judge: mutation_score 0.5'
  assert fakes.function('beta1').id in told[0]


def test_the_settings_of_a_build_are_read_back_from_its_manifest(tmp_path):
  settings = SETTINGS._replace(seed=4, most_cases=50, bars=SETTINGS.bars._replace(mutants=3))
  manifest, _ = make(tmp_path / 'out', corpus(tmp_path / 'c'), settings)
  assert build.settings_of(manifest) == build.settings_of(release.read_manifest(tmp_path / 'out')) == settings


@pytest.mark.parametrize('values', [{'no_such': 1, 'bars': {}}, {'bars': {'height': 2}}, {'seed': 0}, None])
def test_a_build_of_a_generator_with_other_settings_is_refused_in_one_line(values):
  manifest = {'generator_version': '0.1+abc', 'config': {} if values is None else {'settings': values}}
  with pytest.raises(ValueError) as caught:
    build.settings_of(manifest)
  text = str(caught.value)
  assert text.startswith('built by generator 0.1+abc, which had other settings (') and '\n' not in text
  assert text.endswith('; build it again')


def test_files_of_corpora_are_where_they_are_asked_to_be(monkeypatch):
  monkeypatch.delenv('ACRL_CACHE', raising=False)
  assert build.corpora_folder('') == pathlib.Path.home() / '.cache/acrl_jax/corpora'
  assert build.corpora_folder('~/c') == pathlib.Path.home() / 'c'
  monkeypatch.setenv('ACRL_CACHE', '/else')
  assert build.corpora_folder('') == pathlib.Path('/else/corpora') and build.corpora_folder('x') == pathlib.Path('x')


def test_of_many_functions_the_first_by_id_are_taken(tmp_path):
  source = corpus(tmp_path / 'c')
  all_of_them = [f for task in build.plan([source], SETTINGS, 7)[0] for f in task.functions]
  assert [f.id for f in all_of_them] == sorted(f.id for f in all_of_them) and len(all_of_them) == len(NAMES)
  tasks, _ = build.plan([source], SETTINGS, 3, most=5)
  assert [(task.name, len(task.functions)) for task in tasks] == [('fake-00000', 3), ('fake-00001', 2)]
  assert [f for task in tasks for f in task.functions] == all_of_them[:5]
