"""Everything a run needs to go on, saved by Orbax; the only file that knows Orbax.

A checkpoint holds the items of `Learner` apart from each other, so that evaluation and export read the policy's parameters
without the optimiser's. Writing is synchronous: the next step donates the very buffers that are written. Orbax writes into a
temporary folder and renames it, so a kill leaves the previous checkpoint in place.
"""

from __future__ import annotations

import logging
import pathlib
from typing import Any, NamedTuple

import jax
import numpy as np
import orbax.checkpoint as ocp

from acrl_jax.records import TrainState


class Learner(NamedTuple):
  """All state of a training run. What a phase or a config does not have is None."""

  actor: TrainState
  critic: TrainState | None
  reference: Any  # parameters of the frozen start, where the algorithm wants them
  host: bytes  # the replay buffer and the host's counters, packed by the loop


def manager(workdir: pathlib.Path, keep: int = 2) -> ocp.CheckpointManager:
  """The checkpoints of a workdir."""
  logging.getLogger('absl').setLevel(logging.WARNING)  # Orbax tells each phase of each save
  options = ocp.CheckpointManagerOptions(max_to_keep=keep, enable_async_checkpointing=False)
  return ocp.CheckpointManager(workdir.resolve() / 'checkpoints', options=options)


def _items(learner: Learner) -> dict:
  actor, critic = learner.actor, learner.critic
  items = {'params': actor.params, 'actor': {'step': actor.step, 'opt_state': actor.opt_state}}
  if critic is not None:
    items |= {'critic_params': critic.params, 'critic': {'step': critic.step, 'opt_state': critic.opt_state}}
  if learner.reference is not None:
    items['reference'] = learner.reference
  return items


def save(checkpoints: ocp.CheckpointManager, step: int, learner: Learner) -> None:
  """Writes a checkpoint of `step`; returns when it is on disk. OSError when the disk is full."""
  items = {name: ocp.args.StandardSave(item) for name, item in _items(learner).items()}
  host = {'bytes': np.frombuffer(learner.host or b'\0', np.uint8)}
  checkpoints.save(step, args=ocp.args.Composite(host=ocp.args.StandardSave(host), **items))
  checkpoints.wait_until_finished()


def restore(checkpoints: ocp.CheckpointManager, step: int, like: Learner) -> Learner:
  """The learner saved at `step`, with the tree and the shardings of `like`; ValueError when it cannot be read."""
  try:
    targets = {
      name: ocp.args.StandardRestore(jax.tree.map(ocp.utils.to_shape_dtype_struct, item)) for name, item in _items(like).items()
    }
    got = checkpoints.restore(step, args=ocp.args.Composite(host=ocp.args.StandardRestore(), **targets))
  except Exception as error:  # Orbax and TensorStore raise many kinds
    raise ValueError(unreadable(checkpoints, step, error)) from error
  actor = TrainState(params=got['params'], **got['actor'])
  critic = None if like.critic is None else TrainState(params=got['critic_params'], **got['critic'])
  return Learner(
    actor=actor,
    critic=critic,
    reference=None if like.reference is None else got['reference'],
    host=np.asarray(got['host']['bytes']).tobytes(),
  )


def restore_params(workdir: pathlib.Path, like: Any, name: str = 'params', step: int | None = None) -> Any:
  """The parameters alone (`name`: params or critic_params) of the newest checkpoint of a workdir."""
  with manager(workdir) as checkpoints:
    step = checkpoints.latest_step() if step is None else step
    if step is None:
      raise ValueError(f'{workdir}/checkpoints holds no finished checkpoint; let the run reach one first')
    target = ocp.args.StandardRestore(jax.tree.map(ocp.utils.to_shape_dtype_struct, like))
    try:
      return checkpoints.restore(step, args=ocp.args.Composite(**{name: target}))[name]
    except Exception as error:
      raise ValueError(unreadable(checkpoints, step, error)) from error


def saved_shapes(workdir: pathlib.Path, name: str) -> Any:
  """The tree of shapes of an item in the newest checkpoint; None when it has no such item."""
  with manager(workdir) as checkpoints:
    step = checkpoints.latest_step()
    if step is None or not (checkpoints.directory / str(step) / name).exists():
      return None
    found = ocp.PyTreeCheckpointHandler().metadata(checkpoints.directory / str(step) / name)
    return jax.tree.map(lambda x: tuple(x.shape), found.tree, is_leaf=lambda x: hasattr(x, 'shape'))


def unreadable(checkpoints: ocp.CheckpointManager, step: int, error: Exception) -> str:
  """One line for a checkpoint that is damaged or of another model."""
  reason = ' '.join(str(error).split())[:200]
  return (
    f'checkpoint {checkpoints.directory}/{step} cannot be restored: {reason}; '
    'delete that folder to go on from the one before, or use another --workdir'
  )
