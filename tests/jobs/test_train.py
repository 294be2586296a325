"""A run killed at any moment ends as the uninterrupted one does, bit for bit on a CPU."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
SETTINGS = {
  'scratch.width': 32, 'scratch.layers': 2, 'scratch.heads': 2, 'scratch.kv_heads': 1, 'scratch.mlp': 64,
  'scratch.vocab': 300,
  'data.max_problems': 150, 'prompt.lengths': '(96,)', 'rollout.problems': 3, 'rollout.samples': 2,
  'rollout.max_new_tokens': 48, 'warm_start.steps': 3, 'warm_start.rows': 8, 'critic.pretrain_steps': 1, 'steps': 4,
  'replay.share': 0.5, 'checkpoint.every': 2, 'eval.every': 0,
  'harness.workers': 1, 'log.tensorboard': 'False', 'export_at_end': 'False',
}  # fmt: skip


def command(workdir, **changes):
  settings = SETTINGS | changes
  return [
    sys.executable, '-m', 'acrl_jax.main', '--config=configs/ac.py:tiny', f'--workdir={workdir}',
    *(f'--config.{key}={value}' for key, value in settings.items()),
  ]  # fmt: skip


def environment():
  return {**os.environ, 'JAX_PLATFORMS': 'cpu', 'XLA_FLAGS': ''}


def run(workdir, **changes):
  done = subprocess.run(command(workdir, **changes), cwd=ROOT, env=environment(), capture_output=True, text=True)
  assert done.returncode == 0, done.stdout + done.stderr
  return done.stdout


def kill_after(workdir, steps, **changes):
  """Starts the run and kills it with SIGKILL once metrics.jsonl tells `steps` steps."""
  quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
  process = subprocess.Popen(command(workdir, **changes), cwd=ROOT, env=environment(), **quiet)
  metrics = workdir / 'metrics.jsonl'
  while process.poll() is None:
    if metrics.exists() and len(metrics.read_text().splitlines()) >= steps:
      process.send_signal(signal.SIGKILL)
      break
    time.sleep(0.02)
  process.wait()


def parameters(workdir):
  """Every array of the last checkpoint, by its path."""
  code = (
    'import sys, jax, numpy as np\n'
    'from acrl_jax import loaded\n'
    'made = loaded.load(sys.argv[1])\n'
    'flat = jax.tree_util.tree_leaves_with_path((made.params, made.critic_params))\n'
    'np.savez(sys.argv[2], **{jax.tree_util.keystr(k): v for k, v in flat})\n'
  )
  file = workdir.parent / f'{workdir.name}.npz'
  subprocess.run([sys.executable, '-c', code, str(workdir), str(file)], check=True, cwd=ROOT, env=environment())
  with np.load(file) as arrays:
    return {name: arrays[name] for name in arrays.files}


@pytest.fixture(scope='module', params=[False, True], ids=['direct', 'overlap'])
def overlap(request):
  return {'rollout.overlap': request.param}


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory, overlap):
  folder = tmp_path_factory.mktemp('runs') / 'whole'
  run(folder, **overlap)
  return folder


def rows(workdir):
  """The metrics without what a clock or a machine decides."""
  found = [json.loads(line) for line in (workdir / 'metrics.jsonl').read_text().splitlines()]
  varying = ('time/', 'perf/', 'mem/', 'progress/wall')
  return [{k: v for k, v in row.items() if not k.startswith(varying)} for row in found]


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
