"""The folder of a run: its config, its environment, its sample tables, and whether a second start may go on in it.

  config.json env.json metrics.jsonl tb/ samples/step_*.jsonl checkpoints/ model/ export/

`model/` is the Hugging Face folder of the policy without its weights: config and tokenizer, so that the run can be read
back when the model it began from is gone.
"""

from __future__ import annotations

import json
import os
import pathlib
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from acrl_jax.config import RENAMED

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
  """The resolved config of a run, flat, with the present names of keys; ValueError when it is missing or damaged."""
  file = pathlib.Path(path) / 'config.json'
  try:
    config = json.loads(file.read_text())
    if not isinstance(config, dict):
      raise ValueError('no JSON object')
  except (OSError, ValueError) as error:
    raise ValueError(f'{file} cannot be read ({error}); use another --workdir') from error
  return {RENAMED.get(key, key): value for key, value in config.items()}


def begin(path: str, flat: Mapping[str, Any]) -> pathlib.Path:
  """The folder of a run of the config `flat`, made if need be; ValueError when it holds a run of another config."""
  folder = save_path(path)
  started = any(folder.glob('checkpoints/*')) or any((folder / name).exists() for name in RESULTS)
  if (folder / 'config.json').exists() and started:  # a start that failed before its first step binds nobody
    refuse_change(read_config(folder), flat, path)
  elif started:
    raise ValueError(f'--workdir={path} holds a run but no config.json; use another --workdir')
  return folder


def save_path(path: str) -> pathlib.Path:
  """The folder, made if need be; ValueError when nothing can be written there."""
  folder = pathlib.Path(path)
  try:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
      pass
  except OSError as error:
    raise ValueError(f'--workdir={path}: cannot be written ({error.strerror}); name a folder that can') from error
  return folder


def describe(folder: pathlib.Path, flat: Mapping[str, Any], began: str, hosts: int = 1) -> None:
  """Writes config.json and env.json."""
  write_file(folder / 'config.json', json.dumps(flat, indent=1))
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
  write_file(folder / 'env.json', json.dumps(env, indent=1))


def check_shared(folder: pathlib.Path, began: str, host: int) -> None:
  """Raises ValueError where what host 0 wrote does not appear: a network file system may take some seconds."""
  deadline = time.monotonic() + APPEARS_S
  while not (folder / 'env.json').is_file() or began not in (folder / 'env.json').read_text():
    if time.monotonic() > deadline:
      told = f'host {host} does not find in --workdir={folder} what host 0 wrote'
      raise ValueError(f'{told}; name a folder on a file system that all hosts share')
    time.sleep(0.1)


def refuse_change(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> None:
  """Raises ValueError naming the first key that a resumed run may not change."""
  schedule_free = new.get('optimizer.schedule') == 'constant'
  for key in sorted(old.keys() | new.keys(), key=lambda key: (key != 'job', key)):  # another job differs in much else
    free = any(key == f or (f.endswith('.') and key.startswith(f)) for f in FREE) and (key != 'steps' or schedule_free)
    if not free and key not in old and key != 'job':
      told = f'holds a run from before config.{key} existed, which cannot be resumed'
      raise ValueError(f'--workdir={path} {told}; name another --workdir')
    if not free and old.get(key) != new.get(key):
      raise ValueError(
        f'--workdir={path} holds a run with config.{key}={old.get(key)!r}, not {new.get(key)!r}; '
        'give that value to resume it, or name another --workdir'
      )


def write_file(file: pathlib.Path, text: str) -> None:
  """Writes a file beside its place and renames it into it: it is there whole, or as it was."""
  scratch = file.with_suffix('.tmp')
  scratch.write_text(text + '\n')
  os.replace(scratch, file)
