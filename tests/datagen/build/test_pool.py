"""Workers on the cores of this machine: any number makes the same parts, and one that dies is replaced."""

import signal
import sys
import types

import pytest
from builds import NAMES, SETTINGS, contents, corpus, log, make, no_oracles, problems, reasons

from acrl_jax.datagen.build import build, pool
from acrl_jax.datagen.output import report, rows


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


def test_counts_are_noted_once_though_a_worker_begins_its_task_anew(tmp_path):
  source = corpus(tmp_path / 'c', alpha0='weak', beta0='dies_once')
  tasks, _ = build.plan([source], SETTINGS, 4)
  noted = []
  parts = dict(pool.parts(tasks, 2, lambda *counts: noted.append(counts)))
  assert parts.keys() == set(tasks)
  assert [sum(column) for column in zip(*noted)] == [19, 1]
  assert sum(part.kept for part in parts.values()) == 19
