"""Runs of the command line that are killed and go on."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np

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
    'from acrl_jax.checkpoints import load\n'
    'made = load.load(sys.argv[1])\n'
    'flat = jax.tree_util.tree_leaves_with_path((made.params, made.critic_params))\n'
    'np.savez(sys.argv[2], **{jax.tree_util.keystr(k): v for k, v in flat})\n'
  )
  file = workdir.parent / f'{workdir.name}.npz'
  subprocess.run([sys.executable, '-c', code, str(workdir), str(file)], check=True, cwd=ROOT, env=environment())
  with np.load(file) as arrays:
    return {name: arrays[name] for name in arrays.files}


def rows(workdir):
  """The metrics without what a clock or a machine decides."""
  found = [json.loads(line) for line in (workdir / 'metrics.jsonl').read_text().splitlines()]
  varying = ('time/', 'perf/', 'mem/', 'progress/wall')
  return [{k: v for k, v in row.items() if not k.startswith(varying)} for row in found]
