"""The folder of a run: its config, its environment, its sample tables, and whether a second start may go on in it.

  config.json env.json metrics.jsonl tb/ samples/step_*.jsonl checkpoints/ model/ export/

`model/` is the Hugging Face folder of the policy without its weights: config and tokenizer, so that the run can be read
back when the model it began from is gone.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import platform
import sys
import time
from importlib import metadata

from ml_collections import ConfigDict

from acrl_jax import cli
from acrl_jax import config as options
from acrl_jax.records import Problem, TestReport

APPEARS_S = 40.0
RESULTS = ('metrics.jsonl', 'scores.json')  # what a training and an evaluation leave
# A resumed run may differ in these; in anything else it would not be the same run.
FREE = (
  'steps', 'eval.', 'checkpoint.', 'log.', 'harness.workers', 'harness.allow', 'export_at_end', 'output', 'hosts.',
  'mesh.',
)  # fmt: skip


def is_workdir(path: str | pathlib.Path) -> bool:
  """Whether a run of ours lives there."""
  return all((pathlib.Path(path) / name).is_file() for name in ('config.json', 'env.json'))


def read_config(path: str | pathlib.Path) -> dict:
  """The resolved config of a run, flat; ValueError when it is missing or damaged."""
  file = pathlib.Path(path) / 'config.json'
  try:
    config = json.loads(file.read_text())
    if not isinstance(config, dict):
      raise ValueError('no JSON object')
  except (OSError, ValueError) as error:
    raise ValueError(f'{file} cannot be read ({error}); use another --workdir') from error
  return config


def begin(path: str, config: ConfigDict) -> pathlib.Path:
  """The folder, with config.json and env.json in it, on all hosts of the run.

  ValueError when it holds a run of another config, or is not one folder for all hosts.
  """
  folder = cli.save_path(path)
  flat = json.loads(json.dumps(options.flat(config)))
  started = any(folder.glob('checkpoints/*')) or any((folder / name).exists() for name in RESULTS)
  if (folder / 'config.json').exists() and started:  # a start that failed before its first step binds nobody
    refuse_change(read_config(folder), flat, path)
  elif started:
    raise ValueError(f'--workdir={path} holds a run but no config.json; use another --workdir')
  began = datetime.datetime.now(datetime.timezone.utc).isoformat()
  if 'generate' in config:
    _describe(folder, flat, began, 1)
  else:
    from acrl_jax.distributed import processes  # imports JAX, which making problems does without

    began = processes.all_gather_objects([began])[0]  # and so no host writes before all have looked
    if processes.is_main_process():
      _describe(folder, flat, began, processes.process_count())
    processes.wait('workdir')
    _check_shared(folder, began, processes.process_index())
  return folder


def _describe(folder: pathlib.Path, flat: dict, began: str, hosts: int) -> None:
  """config.json and env.json."""
  _write(folder / 'config.json', json.dumps(flat, indent=1))
  packages = ('jax', 'flax', 'optax', 'orbax-checkpoint', 'transformers', 'numpy')
  env = {
    'began': began,
    'argv': sys.argv,
    'python': platform.python_version(),
    'machine': platform.platform(),
    'cpus': os.cpu_count(),
    'hosts': hosts,
    'packages': {name: metadata.version(name) for name in packages},
  }
  _write(folder / 'env.json', json.dumps(env, indent=1))


def _check_shared(folder: pathlib.Path, began: str, host: int) -> None:
  """Raises ValueError where what host 0 wrote does not appear: a network file system may take some seconds."""
  deadline = time.monotonic() + APPEARS_S
  while not (folder / 'env.json').is_file() or began not in (folder / 'env.json').read_text():
    if time.monotonic() > deadline:
      told = f'host {host} does not find in --workdir={folder} what host 0 wrote'
      raise ValueError(f'{told}; name a folder on a file system that all hosts share')
    time.sleep(0.1)


def refuse_change(old: dict, new: dict, path: str) -> None:
  """Raises ValueError naming the first key that a resumed run may not change."""
  schedule_free = new.get('optimizer.schedule') == 'constant'
  for key in sorted(old.keys() | new.keys(), key=lambda key: (key != 'job', key)):  # another job differs in much else
    free = any(key == f or (f.endswith('.') and key.startswith(f)) for f in FREE) and (key != 'steps' or schedule_free)
    if not free and old.get(key) != new.get(key):
      raise ValueError(
        f'--workdir={path} holds a run with config.{key}={old.get(key)!r}, not {new.get(key)!r}; '
        'give that value to resume it, or name another --workdir'
      )


def _write(file: pathlib.Path, text: str) -> None:
  scratch = file.with_suffix('.tmp')
  scratch.write_text(text + '\n')
  os.replace(scratch, file)


def sample_row(problem: Problem, program: str, report: TestReport, reward: float) -> dict:
  """What people want to see of one program."""
  return {
    'id': problem.id,
    'prompt': problem.prompt,
    'program': program,
    'outcome': report.outcome.name.lower(),
    'error': report.error,
    'reward': round(float(reward), 4),
    'tests': [
      {'code': test.code or test.stdin, 'expected': test.expected or test.stdout, 'passed': passed}
      for test, passed in zip(problem.tests, report.passed)
    ],
  }


def write_samples(folder: pathlib.Path, step: int, rows: list[dict]) -> pathlib.Path:
  """samples/step_N.jsonl."""
  (folder / 'samples').mkdir(parents=True, exist_ok=True)
  file = folder / 'samples' / f'step_{step:06d}.jsonl'
  _write(file, '\n'.join(json.dumps(row) for row in rows))
  return file


def sample_table(rows: list[dict], width: int = 100) -> str:
  """A few lines for the screen: reward, verdict per test, the program's first lines."""
  lines = []
  for row in rows:
    verdicts = ''.join('.' if test['passed'] else 'x' for test in row['tests'])
    outcome = f'{row["outcome"]} {row["error"]}'.rstrip()
    lines.append(f'  {row["reward"]:+.2f}  [{verdicts}]  {outcome}  {row["id"]}')
    lines += [f'      | {line[:width]}' for line in row['program'].splitlines()[:8]]
  return '\n'.join(lines)
