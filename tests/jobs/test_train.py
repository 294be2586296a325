"""A run killed at any moment ends as the uninterrupted one does, bit for bit on a CPU."""

import shutil
import signal
import subprocess
import time

import numpy as np
import pytest
import wrong_commands
from killed_runs import ROOT, command, environment, kill_after, parameters, rows, run
from wrong_commands import FROM_SHARDS, params, stored_problems


@pytest.fixture(scope='module', params=[False, True], ids=['direct', 'overlap'])
def overlap(request):
  return {'rollout.overlap': request.param}


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory, overlap):
  folder = tmp_path_factory.mktemp('runs') / 'whole'
  run(folder, **overlap)
  return folder


@pytest.mark.parametrize('killed_after', [1, 4, 7])
def test_a_killed_run_ends_like_the_uninterrupted_one(uninterrupted, overlap, killed_after):
  folder = uninterrupted.parent / f'killed{killed_after}'
  kill_after(folder, killed_after, **overlap)
  run(folder, **overlap)
  expected, got = parameters(uninterrupted), parameters(folder)
  assert expected.keys() == got.keys()
  for name, value in expected.items():
    np.testing.assert_array_equal(got[name], value, err_msg=name)
  assert rows(folder) == rows(uninterrupted)
  shutil.rmtree(folder)


def test_sigterm_leaves_a_checkpoint_of_the_last_step(uninterrupted, overlap):
  """Asked in the main phase, where the next programs are under way."""
  folder = uninterrupted.parent / 'asked'
  process = subprocess.Popen(command(folder, **overlap), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
  metrics = folder / 'metrics.jsonl'
  while process.poll() is None and not (metrics.exists() and metrics.read_text().count('\n') >= 5):
    time.sleep(0.02)
  process.send_signal(signal.SIGTERM)
  out, _ = process.communicate()
  assert process.returncode == 0, out
  last = len(metrics.read_text().splitlines())
  assert f'stopped at step {last} of 8' in out and (folder / 'checkpoints' / str(last)).is_dir()
  assert 'resumed from step' in run(folder, **overlap)
  np.testing.assert_equal(parameters(folder), parameters(uninterrupted))


def test_a_finished_run_started_again_does_nothing(uninterrupted, overlap):
  before = (uninterrupted / 'metrics.jsonl').read_text()
  assert 'resumed from step 8 of 8' in run(uninterrupted, **overlap)
  assert (uninterrupted / 'metrics.jsonl').read_text() == before


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_STARTS = {
  'no references': (
    stored_problems(solution=''), FROM_SHARDS | {'warm_start.steps': 1},
    'no reference solution fits: warm start and sft need problems with solutions; check config.data.train',
  ),
}  # fmt: skip
WRONG_STARTS |= {
  'accelerator': (
    None, {'dtype': 'bfloat16'},
    'this config is sized for an accelerator and JAX finds none; add :cpu or :tiny to the file, as in '
    '--config=configs/ac.py:cpu, or give --config.dtype=float32 to run these sizes on the CPU',
  ),
}  # fmt: skip


@pytest.mark.parametrize('more', [[], ['--dry_run']])
def test_nothing_to_train_is_told_before_any_file_is_read(refusals, more):
  argv = [*wrong_commands.command(refusals.here, wrong_commands.TRAIN | {'steps': 0, 'model': '/no/such'}), *more]
  got = wrong_commands.message_of(refusals.capsys, refusals.caplog, argv)
  assert got == 'config.steps and config.warm_start.steps are both 0: there is nothing to train'


@pytest.mark.parametrize('more', [[], ['--dry_run']])
def test_other_adapters_than_those_of_the_model_are_told_before_its_problems_are_read(refusals, more):
  changes = {'model': wrong_commands.RUN, 'lora.rank': 2, 'data.train': 'mbpp:/no/such'}
  argv = [*wrong_commands.command(refusals.here, wrong_commands.TRAIN | changes), *more]
  got = wrong_commands.message_of(refusals.capsys, refusals.caplog, argv)
  assert got.startswith('config.lora asks for rank=2') and 'has rank=0' in got


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_STARTS))
def test_a_training_that_cannot_begin_says_so_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
