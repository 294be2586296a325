"""The folder of a run, begun by all of its processes together."""

from __future__ import annotations

import datetime
import json
import pathlib

from ml_collections import ConfigDict

from acrl_jax import config as keys
from acrl_jax.distributed import processes
from acrl_jax.run import workdir


def begin(path: str, config: ConfigDict) -> pathlib.Path:
  """The folder, with config.json and env.json in it.

  ValueError when it holds a run of another config, or is not one folder for all processes.
  """
  flat = json.loads(json.dumps(keys.flat(config)))
  folder = workdir.begin(path, flat)
  began = datetime.datetime.now(datetime.timezone.utc).isoformat()
  began = processes.all_gather_objects([began])[0]  # and so no process writes before all have looked
  if processes.is_main_process():
    workdir.describe(folder, flat, began, processes.process_count())
  processes.barrier('workdir')
  workdir.check_shared(folder, began, processes.process_index())
  return folder
