"""What a job runs in: the other processes of the run, the mesh of devices, the harness, the folder."""

from __future__ import annotations

import contextlib
import datetime
import json
import pathlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import jax
from ml_collections import ConfigDict

from acrl_jax import config as keys
from acrl_jax.checkpoints import load as loading
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.distributed import processes, sharding
from acrl_jax.distributed.topology import HostSettings
from acrl_jax.harness import Pool
from acrl_jax.jobs import settings
from acrl_jax.records import Tree
from acrl_jax.run import cache_dir, workdir


class Session(NamedTuple):
  """Open while a job runs."""

  mesh: jax.sharding.Mesh
  pool: Pool

  @property
  def place(self) -> Callable[[Tree], Tree]:
    """NumPy batch -> device batch, rows over the mesh."""
    return lambda tree: sharding.to_global(tree, self.mesh)


@contextlib.contextmanager
def joined(config: ConfigDict) -> Iterator[None]:
  """All processes of a run, which leave it together; before any other use of JAX. Compiled programs are kept."""
  jax.config.update('jax_compilation_cache_dir', str(cache_dir.path() / 'xla'))
  jax.config.update('jax_persistent_cache_min_compile_time_secs', 1.0)
  with processes.start(HostSettings(**config.hosts), keys.flat(config)):
    yield


@contextlib.contextmanager
def opened(config: ConfigDict) -> Iterator[Session]:
  """The mesh and the harness of a config; closed on the way out."""
  mesh, harness = sharding.make_mesh(**config.mesh), config.harness
  try:
    started = Pool(harness.workers or None, settings.limits(config), allow=harness.allow)
  except RuntimeError as error:  # this machine cannot confine programs
    raise ValueError(str(error).replace('allow=', '--config.harness.allow=')) from error
  with started as pool, jax.set_mesh(mesh):
    yield Session(mesh=mesh, pool=pool)


def load(config: ConfigDict, mesh: jax.sharding.Mesh) -> LoadedModel:
  """The model, its parameters on the mesh; ValueError when it cannot write programs."""
  made = loading.load(
    config.model, dtype=config.dtype, remat=config.remat, scratch=settings.scratch(config), seed=config.seed,
    train=config.data.train, mesh=mesh, lora_fields=settings.lora_fields(config),
  )  # fmt: skip
  if made.tokenizer is None:
    raise ValueError(f'config.model={config.model} has no tokenizer.json; programs cannot be read out of its tokens')
  if not made.end_ids:
    told = f'{made.source} names no end-of-text token'
    raise ValueError(f'{told}; give its generation_config.json an eos_token_id')
  return made


def begin_folder(path: str, config: ConfigDict) -> pathlib.Path:
  """The folder of a run, with config.json and env.json in it, begun by all of its processes together.

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
