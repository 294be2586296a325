"""The job `export`: a Hugging Face folder; the card of a run's model says what the run last measured."""

from __future__ import annotations

import pathlib

import jax
from ml_collections import ConfigDict

from acrl_jax.checkpoints import export as exporting
from acrl_jax.checkpoints import load as loading
from acrl_jax.convert import export as folders
from acrl_jax.distributed import sharding
from acrl_jax.jobs import session
from acrl_jax.run import metrics, workdir


def run(config: ConfigDict, path: str, dry: bool) -> None:
  """Writes config.output, or WORKDIR/export; ValueError where neither is told or it may not be written to."""
  target = config.output or (f'{path}/export' if path else '')
  if not target:
    raise ValueError('config.output is empty; name the folder to write, as in --config.output=out/')
  with session.joined(config):
    folders.check_target(pathlib.Path(target))
    made = loading.load(config.model, dtype=config.dtype, mesh=sharding.make_mesh(**config.mesh))
    if dry:
      print(f'would write {target}: {made.config}, {sum(x.size for x in jax.tree.leaves(made.params)):,} parameters')
      return
    measured = pathlib.Path(config.model) / 'metrics.jsonl'
    scores = metrics.last_scores(measured) if workdir.is_workdir(config.model) and measured.is_file() else {}
    print(f'exported: {exporting.export(target, made, scores)}')
