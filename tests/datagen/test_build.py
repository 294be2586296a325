"""A build gives the same bytes however it came about, and loses little when it is cut off."""

import errno
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import types
from typing import NamedTuple

import fakes
import pytest

from acrl_jax.data import sources
from acrl_jax.datagen import build, corpora, fetch, pool, release, rows, work

NAMES = [f'{word}{i}' for word in ('alpha', 'beta', 'gamma', 'delta') for i in range(5)]


class Settings(NamedTuple):
  seed: int = 0
  bar: float = 0.8


SETTINGS = Settings()


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')


def options(workers=1, part=4, max_functions=0, engine='local'):
  return types.SimpleNamespace(workers=workers, part=part, max_functions=max_functions, engine=engine)


def corpus(folder, name='fake', **behaviours):
  """A corpus whose functions make problems, but for those with another behaviour."""
  folder.mkdir(exist_ok=True)
  lines = [f'{n} {behaviours.get(n, "")}' for n in dict.fromkeys([*NAMES, *behaviours])]
  (folder / 'functions.txt').write_text('\n'.join(lines))
  return fakes.fetched(folder, name), fakes.FRONT


def make(folder, source, settings=SETTINGS, **chosen):
  folder.mkdir(parents=True, exist_ok=True)
  said = []
  return build.build(folder, [source], settings, options(**chosen), said.append), '\n'.join(said)


def contents(folder):
  """Every file of a build but its lock and its plots."""
  files = [f for f in sorted(folder.rglob('*')) if f.is_file() and f.name != '.lock' and f.suffix != '.png']
  return {str(f.relative_to(folder)): f.read_bytes() for f in files}


def reasons(folder):
  rejects = rows.read(folder / 'rejects.arrow').to_pylist()
  return {r['symbol'].split('.')[-1]: (r['stage'], r['reason']) for r in rejects}


def problems(folder):
  """Without what tells the behaviours of functions apart."""
  return rows.problems(folder).drop_columns('soft_flags').to_pylist()


def log(source, name='made.log'):
  file = source[0].sources / name
  return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


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


def test_the_number_of_workers_changes_no_byte(tmp_path):
  source = corpus(tmp_path / 'c', gamma3='weak')
  make(tmp_path / 'one', source)
  make(tmp_path / 'two', source, workers=2)
  assert contents(tmp_path / 'one') == contents(tmp_path / 'two')
  assert len({line for line in (tmp_path / 'c' / 'made.log').read_text().split() if line.isdigit()}) == 3


def test_a_second_build_does_nothing_again(tmp_path):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  before, calls = contents(tmp_path / 'out'), log(source)
  _, said = make(tmp_path / 'out', source)
  assert '(5 done before)' in said and log(source) == calls and contents(tmp_path / 'out') == before


def test_other_settings_another_corpus_or_another_generator_make_parts_anew(tmp_path, monkeypatch):
  source = corpus(tmp_path / 'c')
  make(tmp_path / 'out', source)
  assert '(0 done before)' in make(tmp_path / 'out', source, Settings(bar=0.9))[1]
  fetched = source[0]._replace(sha256='1' * 64)
  assert '(0 done before)' in make(tmp_path / 'out', (fetched, source[1]), Settings(bar=0.9))[1]
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


def test_an_oracle_that_breaks_is_opened_again_and_twice_is_a_crash(tmp_path):
  source = corpus(tmp_path / 'c', alpha0='raises', beta0='raises_once')
  make(tmp_path / 'out', source)
  assert reasons(tmp_path / 'out') == {'alpha0': ('execute', 'crash')}
  detail = rows.read(tmp_path / 'out' / 'rejects.arrow')['detail'][0].as_py()
  assert detail.startswith('RuntimeError: the oracle broke (fakes.py:')
  assert log(source).count('alpha0') == log(source).count('beta0') == 2
  opened = log(source, 'oracles.log')
  assert opened.count('opened') == opened.count('closed') == 2 * (1 + 2 + 1)


def test_a_worker_that_dies_is_replaced_and_only_its_part_is_repeated(tmp_path):
  source = corpus(tmp_path / 'c', alpha0='dies', beta0='dies_once')
  make(tmp_path / 'out', source, workers=2)
  assert reasons(tmp_path / 'out') == {'alpha0': ('execute', 'crash')}
  tasks, _ = build.plan([source], SETTINGS, 4)
  at = {f.name: task.name for task in tasks for f in task.functions}
  hurt = {at['alpha0'], at['beta0']}
  assert log(source).count('alpha0') == 2
  assert all(log(source).count(name) == 1 for name in NAMES if at[name] not in hurt)
  good = corpus(tmp_path / 'd', alpha0='weak')
  make(tmp_path / 'good', good)
  assert problems(tmp_path / 'out') == problems(tmp_path / 'good')


def test_a_build_that_is_killed_goes_on_and_ends_in_the_same_bytes(tmp_path):
  source = corpus(tmp_path / 'c', gamma0='waits')
  make(tmp_path / 'good', corpus(tmp_path / 'd'))
  (tmp_path / 'out').mkdir()
  code = 'import pathlib, sys; import test_build as t; here = pathlib.Path(sys.argv[1])\n'
  code += 't.rows.version = lambda: "test"\n'
  code += 't.make(here / "out", t.corpus(here / "c", gamma0="waits"), workers=2)\n'
  here = pathlib.Path(__file__).parent
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


def until(true, seconds=60.0):
  end = time.monotonic() + seconds
  while not true():
    assert time.monotonic() < end
    time.sleep(0.02)


def test_two_builds_do_not_share_a_folder(tmp_path):
  with build._alone(tmp_path), pytest.raises(ValueError, match='another build is at work in this folder'):
    make(tmp_path, corpus(tmp_path / 'c'))


def test_a_full_disk_is_told_and_costs_one_part(tmp_path, monkeypatch):
  source = corpus(tmp_path / 'c')
  written = []

  def write(file, data, real=release.write):
    if len(written) == 4:
      raise OSError(errno.ENOSPC, 'No space left on device', str(file))
    written.append(file)
    real(file, data)

  monkeypatch.setattr(build, 'open_corpora', lambda *_: [source])
  monkeypatch.setattr(build, 'make_settings', lambda _: Settings())
  monkeypatch.setattr(build.workdir, 'begin', lambda path, _: pathlib.Path(path))
  config = types.SimpleNamespace(generate=types.SimpleNamespace(**vars(options()), corpora=(), cache=''))
  (tmp_path / 'out').mkdir()
  with monkeypatch.context() as patch:
    patch.setattr(release, 'write', write)
    with pytest.raises(ValueError, match='the disk is full; make room and give the same command again'):
      build.run(config, str(tmp_path / 'out'), False)
  assert '(2 done before)' in make(tmp_path / 'out', source)[1]
  make(tmp_path / 'good', source)
  assert contents(tmp_path / 'out') == contents(tmp_path / 'good')


def test_a_scratch_file_of_a_write_that_failed_is_no_part(tmp_path):
  source = corpus(tmp_path / 'c')
  (tmp_path / 'out' / 'parts').mkdir(parents=True)
  (tmp_path / 'out' / 'parts' / 'fake-00000.arrow.tmp').write_bytes(b'half')
  make(tmp_path / 'out', source)
  assert not list(tmp_path.rglob('*.tmp'))


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
  monkeypatch.setattr(build.fronts, 'front', lambda language: fakes.FRONT)
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
  assert {c.language for c in corpora.CORPORA.values()} == {'java', 'python'}
  for language in ('java', 'python'):
    assert callable(build.fronts.front(language).make)


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


def test_what_a_worker_cannot_do_at_all_is_raised_here(tmp_path):
  def refuse(*_):
    raise ValueError('no Java')

  source = corpus(tmp_path / 'c')
  tasks, _ = build.plan([(source[0], source[1]._replace(oracles=no_oracles))], SETTINGS, 4)
  with pytest.raises(ValueError, match='there is no Java here'):
    list(pool.parts(tasks, 2))


def no_oracles(corpus, seed):
  raise ValueError('there is no Java here')


def test_the_manifest_names_every_file_with_its_hash(tmp_path):
  manifest, _ = make(tmp_path / 'out', corpus(tmp_path / 'c'))
  assert json.loads((tmp_path / 'out' / 'manifest.json').read_text()) == manifest
  assert [part['kept'] for part in manifest['parts']] == [4] * 5
  assert manifest['files'].keys() == {'NOTICE', 'rejects.arrow'} | {
    str(f.relative_to(tmp_path / 'out')) for s in sources.SPLITS for f in (tmp_path / 'out' / s).glob('*')
  }
