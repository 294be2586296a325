"""One task becomes one part, whatever its functions do to the oracles."""

import os
import pathlib
import subprocess
import sys

import builds
import fakes
import pytest
from builds import SETTINGS, corpus, log, make, reasons

from acrl_jax.datagen.build import build, work
from acrl_jax.datagen.output import report, rows


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')
  monkeypatch.setattr(report, 'plots', lambda *_: None)  # they take longer than such a build


def test_equal_records_have_equal_digests_in_every_process():
  value = (fakes.function('f'), {'b', 'a'}, frozenset(['x', 'yy']), {'k': [1.5, None]})
  code = 'import fakes; from acrl_jax.datagen.build import work; '
  code += f'print(work.digest((fakes.function("f"), {value[1:]!r}[0], {value[1:]!r}[1], {value[3]!r})))'
  here = str(pathlib.Path(__file__).parents[1])
  for seed in '12':
    env = os.environ | {'PYTHONHASHSEED': seed, 'PYTHONPATH': f'{here}:{os.environ.get("PYTHONPATH", "")}'}
    done = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == work.digest(value), done.stderr
  assert work.digest((1,)) != work.digest([1]) != work.digest(((1,),))


def test_an_oracle_that_breaks_is_opened_again_and_twice_is_a_crash(tmp_path):
  source = corpus(tmp_path / 'c', alpha0='raises', beta0='raises_once')
  make(tmp_path / 'out', source)
  assert reasons(tmp_path / 'out') == {'alpha0': ('execute', 'crash')}
  detail = rows.read_table(tmp_path / 'out' / 'rejects.arrow')['detail'][0].as_py()
  assert detail.startswith('RuntimeError: the oracle broke (fakes.py:')
  assert log(source).count('alpha0') == log(source).count('beta0') == 2
  opened = log(source, 'oracles.log')
  assert opened.count('opened') == opened.count('closed') == 2 * (1 + 2 + 1)


def test_a_disk_that_is_full_for_a_worker_is_no_fault_of_a_function(tmp_path):
  source = builds.corpus(tmp_path / 'c', beta1='full_once')
  with pytest.raises(OSError, match='No space left on device'):
    builds.make(tmp_path / 'out', source)
  builds.make(tmp_path / 'out', source)
  builds.make(tmp_path / 'good', builds.corpus(tmp_path / 'd'))
  assert builds.reasons(tmp_path / 'out') == {}
  assert builds.problems(tmp_path / 'out') == builds.problems(tmp_path / 'good')


def test_a_function_that_ended_a_worker_is_rejected_untried(tmp_path):
  source = corpus(tmp_path / 'c')
  (task, *_), _ = build.plan([source], SETTINGS, 4)
  worker, noted = work.Worker(), []
  part = worker.part(task, [task.functions[1].id], lambda *at: noted.append(at))
  worker.close()
  assert (part.kept, part.rejected) == (3, 1)
  assert noted == [(f.id, k, r) for f, k, r in zip(task.functions, (0, 1, 1, 2), (0, 0, 1, 1))]
  (tmp_path / 'rejects.arrow').write_bytes(part.rejects)
  (row,) = rows.read_table(tmp_path / 'rejects.arrow').to_pylist()
  assert (row['record_id'], row['stage'], row['reason']) == (task.functions[1].id, 'execute', 'crash')
  assert task.functions[1].name not in log(source)


def test_oracles_are_shared_by_the_tasks_of_a_corpus_and_closed_for_those_of_another(tmp_path):
  one, two = corpus(tmp_path / 'c'), corpus(tmp_path / 'd', 'other')
  worker = work.Worker()
  for source in (one, two):
    for task in build.plan([source], SETTINGS, 10)[0]:
      worker.part(task)
  assert log(one, 'oracles.log') == ['opened', 'opened', 'closed', 'closed']
  assert log(two, 'oracles.log') == ['opened', 'opened']
  worker.close()
  assert log(two, 'oracles.log') == ['opened', 'opened', 'closed', 'closed']


def test_a_part_is_known_by_its_functions_settings_and_generator(tmp_path):
  (task, other), _ = build.plan([corpus(tmp_path / 'c')], SETTINGS, 10)
  changed = [other, task._replace(settings=SETTINGS._replace(seed=1)), task._replace(generator='2')]
  changed.append(task._replace(fetched=task.fetched._replace(sha256='1' * 64)))
  assert all(c.key != task.key for c in changed)
  assert task._replace(name='x').key == task.key


def test_settings_are_plain_in_a_manifest():
  assert work.plain(SETTINGS) == {**SETTINGS._asdict(), 'bars': SETTINGS.bars._asdict()}
