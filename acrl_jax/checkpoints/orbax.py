"""Everything a run needs to go on, saved by Orbax; the only file that knows Orbax.

A checkpoint holds items apart from each other, so that evaluation and export read the policy's parameters without the
optimiser's. Writing is synchronous: the next step donates the very buffers that are written.
Orbax writes into a temporary folder and renames it, so a kill leaves the previous checkpoint in place.
All processes of a run call these functions alike, on a folder that their hosts share: each writes its own parts of the
arrays.
"""

from __future__ import annotations

import contextlib
import logging
import pathlib
import sys
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp
from orbax.checkpoint import CheckpointManager

from acrl_jax.records import Tree


def manager(workdir: pathlib.Path, keep: int = 2) -> CheckpointManager:
  """The checkpoints of a workdir."""
  for name in ('absl', 'asyncio'):  # they log each phase of a save, and again each error that is raised
    logging.getLogger(name).setLevel(logging.CRITICAL)
  options = ocp.CheckpointManagerOptions(max_to_keep=keep, enable_async_checkpointing=False)
  return CheckpointManager(workdir.resolve() / 'checkpoints', options=options)


def save(checkpoints: CheckpointManager, step: int, items: Mapping[str, Tree], host_bytes: bytes) -> None:
  """Writes a checkpoint of `step`; returns when it is on disk. ValueError when it cannot be written.

  `host_bytes`: what a run holds outside of the devices, such as the replay buffer.
  """
  items = {name: ocp.args.StandardSave(item) for name, item in items.items()}
  host = {'bytes': np.frombuffer(host_bytes or b'\0', np.uint8)}
  before = checkpoints.latest_step()
  try:
    with _closed_loop_ignored():
      checkpoints.save(step, args=ocp.args.Composite(host=ocp.args.StandardSave(host), **items))
      checkpoints.wait_until_finished()
  except (ValueError, OSError) as error:  # TensorStore says ValueError where a file cannot be written
    reason = 'the disk is full' if 'No space left' in str(error) else _reason(error)
    stands = 'there is none yet' if before is None else f'that of step {before} stands'
    raise ValueError(
      f'the checkpoint of step {step} cannot be written to {checkpoints.directory}: {reason}; {stands}; '
      'make room and give the same command again'
    ) from error


def restore(checkpoints: CheckpointManager, step: int, like: Mapping[str, Tree]) -> tuple[dict[str, Tree], bytes]:
  """(items, host_bytes) saved at `step`, with the trees and shardings of `like`; ValueError when unreadable."""
  targets = {name: _target(item) for name, item in like.items()}
  with _reading(checkpoints, step):
    got = checkpoints.restore(step, args=ocp.args.Composite(host=ocp.args.StandardRestore(), **targets))
  return {name: got[name] for name in like}, np.asarray(got['host']['bytes']).tobytes()


def newest_step(workdir: pathlib.Path) -> int:
  """The step of the newest checkpoint of a workdir; ValueError when there is none."""
  with manager(workdir) as checkpoints:
    step = checkpoints.latest_step()
  if step is None:
    raise ValueError(f'{workdir}/checkpoints holds no finished checkpoint; let the run reach one first')
  return step


def restore_params(workdir: pathlib.Path, step: int, like: Any, name: str = 'params') -> Any:
  """The parameters alone (`name`: params or critic_params) of the checkpoint of `step`; ValueError when damaged."""
  with manager(workdir) as checkpoints, _reading(checkpoints, step):
    return checkpoints.restore(step, args=ocp.args.Composite(**{name: _target(like)}))[name]


def saved_shapes(workdir: pathlib.Path, step: int, name: str) -> Any:
  """The tree of shapes of an item in the checkpoint of `step`, None where there is none; ValueError when damaged."""
  with manager(workdir) as checkpoints, _reading(checkpoints, step):
    item = checkpoints.directory / str(step) / name
    if not item.exists():
      return None
    metadata = ocp.PyTreeCheckpointHandler().metadata(item)
    return jax.tree.map(lambda x: tuple(x.shape), metadata.tree, is_leaf=lambda x: hasattr(x, 'shape'))


def _target(tree: Any) -> ocp.args.StandardRestore:
  return ocp.args.StandardRestore(jax.tree.map(ocp.utils.to_shape_dtype_struct, tree))


@contextlib.contextmanager
def _reading(checkpoints: CheckpointManager, step: int):
  """Whatever goes wrong inside becomes one ValueError: Orbax and TensorStore raise many kinds."""
  try:
    with _closed_loop_ignored():
      yield
  except Exception as error:
    raise ValueError(_unreadable(checkpoints, step, error)) from error


@contextlib.contextmanager
def _closed_loop_ignored():
  """When one array fails, Orbax closes its event loop, and each array still under way would print an error of that."""
  before = sys.unraisablehook
  sys.unraisablehook = lambda what: None if str(what.exc_value) == 'Event loop is closed' else before(what)
  yield
  sys.unraisablehook = before  # not after a failure: they end later than it


def _unreadable(checkpoints: CheckpointManager, step: int, error: Exception) -> str:
  """One line for a checkpoint that is damaged or of another model."""
  before = [other for other in checkpoints.all_steps() if other < step]
  way = f'go on from step {max(before)}' if before else 'begin again'
  return (
    f'checkpoint {checkpoints.directory}/{step} cannot be restored: {_reason(error)}; '
    f'delete that folder to {way}, or use another --workdir'
  )


def _reason(error: Exception) -> str:
  """The beginning of what Orbax or TensorStore says: they go on for pages."""
  text = error.args[0] if isinstance(error, KeyError) and error.args else error
  return ' '.join(str(text).split()).split(' [tensorstore_spec')[0][:200]
