"""The front door: a job is one new file and one line; what is wrong ends in one line and exit code 2."""

import errno

import pytest
from wrong_commands import TRAIN, check_message, command, stand_still

from acrl_jax import jobs, main
from acrl_jax.run import metrics

CONFIG = """
from acrl_jax.config import default

def get_config():
  config = default('tiny')
  config.job = 'echo'
  return config
"""
JOB = """
def run(config, path, dry):
  print('echo of', config.model, 'in', path, dry)
  if config.seed == 1:
    raise ValueError('a seed of 1\\nis none')
  if config.seed == 2:
    raise OSError(28, 'No space left on device')
"""


@pytest.fixture
def echo(tmp_path, monkeypatch):
  """A job of one new file and one line of the registry; its command line."""
  (tmp_path / 'echo_job.py').write_text(JOB)
  (tmp_path / 'echo.py').write_text(CONFIG)
  monkeypatch.syspath_prepend(tmp_path)
  monkeypatch.setitem(jobs.JOBS, 'echo', 'echo_job')
  return ['acrl_jax', f'--config={tmp_path / "echo.py"}', '--workdir=w']


def test_a_job_is_one_new_file_and_one_line(echo, capsys):
  assert main.main(echo) == 0
  assert capsys.readouterr().out == 'echo of scratch in w False\n'


def test_a_job_that_there_is_not_is_named(echo, capsys, monkeypatch):
  monkeypatch.delitem(jobs.JOBS, 'echo')
  assert main.main(echo) == 2
  assert "config.job='echo': must be one of train, evaluate, export, data" in capsys.readouterr().err


def test_what_is_wrong_is_one_line(echo, capsys, monkeypatch):
  assert main.main([*echo, '--config.seed=1']) == 2
  assert capsys.readouterr().err == 'acrl_jax: a seed of 1 is none\n'
  monkeypatch.setenv('ACRL_TRACEBACK', '1')
  with pytest.raises(ValueError):
    main.main([*echo, '--config.seed=1'])


def test_a_full_disk_is_told_with_the_way_out(echo, capsys):
  assert errno.ENOSPC == 28 and main.main([*echo, '--config.seed=2']) == 2
  told = capsys.readouterr().err
  assert 'the disk is full; make room and give the same command again' in told and told.count('\n') == 1


def test_without_a_config_examples_are_shown(capsys):
  assert main.main(['acrl_jax']) == 2
  told = capsys.readouterr().err
  assert '--config is missing' in told and told.count('python -m acrl_jax.main') == 3


# --- wrong commands ----------------------------------------------------------------------------------

def test_after_a_wrong_command_the_right_one_runs_in_the_same_workdir(refusals, monkeypatch):
  here = refusals.here
  refusals.message(TRAIN | {'model': '/no/such', 'seed': 3})
  stand_still(monkeypatch)
  assert main.main(command(here, TRAIN)) == 0
  assert sorted(path.name for path in (here / 'new' / 'checkpoints').iterdir()) == ['1', '2']


def test_a_file_that_finds_the_disk_full_says_so(refusals, capsys, monkeypatch):
  real = metrics.Writer.write

  def write_row(self, step, row):
    if step == 2:
      raise OSError(errno.ENOSPC, 'No space left on device')
    real(self, step, row)

  stand_still(monkeypatch)
  with monkeypatch.context() as patch:
    patch.setattr(metrics.Writer, 'write', write_row)
    got = refusals.message(TRAIN)
  check_message(
    refusals.here, got,
    '[Errno 28] No space left on device: the disk is full; make room and give the same command again; '
    'a run goes on from its last checkpoint',
  )  # fmt: skip
  assert main.main(command(refusals.here, TRAIN)) == 0
  assert 'resumed from step 1 of 2' in capsys.readouterr().out


def test_a_bug_of_ours_keeps_its_traceback(fresh_copy):
  with pytest.raises(AssertionError, match='the long work began'):
    main.main(command(fresh_copy, TRAIN))
