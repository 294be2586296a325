"""A build gives the same bytes however it came about, and loses little when it is cut off."""

import errno
import os
import pathlib
import signal
import subprocess
import sys
import types

import pytest
from builds import NAMES, SETTINGS, Settings, contents, corpus, log, make, no_oracles, options, problems, reasons, until

from acrl_jax.datagen.build import build, pool
from acrl_jax.datagen.output import release, report, rows


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')
  monkeypatch.setattr(report, 'plots', lambda *_: None)  # they take longer than such a build


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
  detail = rows.read_table(tmp_path / 'out' / 'rejects.arrow')['detail'][0].as_py()
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
  code = 'import pathlib, sys; import builds as t; here = pathlib.Path(sys.argv[1])\n'
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


def test_two_builds_do_not_share_a_folder(tmp_path):
  with build._alone(tmp_path), pytest.raises(ValueError, match='another build is at work in this folder'):
    make(tmp_path, corpus(tmp_path / 'c'))


def test_a_full_disk_is_told_and_costs_one_part(tmp_path, monkeypatch):
  source = corpus(tmp_path / 'c')
  written = []

  def write(file, data, real=release.write_file):
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
    patch.setattr(release, 'write_file', write)
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


def test_what_a_worker_cannot_do_at_all_is_raised_here(tmp_path):
  source = corpus(tmp_path / 'c')
  tasks, _ = build.plan([(source[0], source[1]._replace(oracles=no_oracles))], SETTINGS, 4)
  with pytest.raises(ValueError, match='there is no Java here'):
    list(pool.parts(tasks, 2))


@pytest.mark.parametrize('moment', ['waits for a task', 'has seen the pipe close'])
def test_a_worker_whose_parent_dies_closes_its_oracles_whenever_the_signal_comes(monkeypatch, moment):
  closed, handlers = [], {}

  class Pipe:
    def recv(self):
      if moment == 'waits for a task':
        handlers[signal.SIGTERM]()
      raise EOFError

  def handle(number, handler):
    if (number, handler) == (signal.SIGTERM, signal.SIG_IGN) and moment == 'has seen the pipe close':
      sys.exit()  # by the handler, just before it is replaced
    handlers[number] = handler

  monkeypatch.setattr(pool.signal, 'signal', handle)
  monkeypatch.setattr(pool.kernel, 'die_with_parent', lambda number: None)
  monkeypatch.setattr(pool, 'Worker', lambda: types.SimpleNamespace(close=lambda: closed.append(True)))
  with pytest.raises(SystemExit):
    pool._serve(Pipe())
  assert closed == [True]
