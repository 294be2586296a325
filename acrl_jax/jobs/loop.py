"""The training loop: rows -> update, step after step, with evaluations, tables and checkpoints in between."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Mapping
from typing import NamedTuple

from acrl_jax.checkpoints import orbax
from acrl_jax.checkpoints.orbax import CheckpointManager
from acrl_jax.distributed import processes
from acrl_jax.jobs.host_state import HostState
from acrl_jax.jobs.interrupt import Stop
from acrl_jax.jobs.recorder import LogSettings, Recorder
from acrl_jax.learner import checkpoint_state
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.learner.learner import Learner
from acrl_jax.records import Tree
from acrl_jax.rollout.evaluation import Evaluator
from acrl_jax.rollout.rows import RowSource
from acrl_jax.run import metrics


class LoopSettings(NamedTuple):
  """When the loop does what is not done at every step."""

  steps: int  # learner steps of the main phase
  evaluate_every: int
  checkpoint_every: int
  nonfinite_limit: int  # consecutive non-finite updates that stop the run
  log: LogSettings


def loop(
  learner: Learner, params: Tree, rows: Mapping[str, RowSource], evaluator: Evaluator | None, host: HostState,
  folder: pathlib.Path, checkpoints: CheckpointManager, settings: LoopSettings,
) -> tuple[LearnerState | None, dict[str, float]]:  # fmt: skip
  """(the last state, the last evaluation's metrics); the state is None when the run was asked to stop early.

  `rows`: the sources that the phases of the learner name. `params` are donated.
  """
  start, state = begin(learner, params, host, folder, checkpoints, settings.steps)
  recorder, stop = Recorder(folder, settings.log, start, learner.total), Stop()
  scores = metrics.last_scores(folder / 'metrics.jsonl') if start and processes.is_main_process() else {}
  step, stopping, saving_s = start, False, 0.0
  try:
    if not start and evaluator:
      scores = recorder.evaluated(0, evaluator, state.actor.params)
    while step < learner.total and not stopping:
      step += 1
      began = time.monotonic()
      phase, _ = learner.phase_at(step)
      taken = rows[phase.source].take(state.actor.params, step)
      taken_s = time.monotonic() - began
      state, row = learner.update(state, taken.rows, step)
      row = taken.metrics | row | times(taken.metrics, taken_s, time.monotonic() - began)
      host.check_finite(row, step, settings.nonfinite_limit)
      if evaluator and (step % settings.evaluate_every == 0 or step in learner.last_steps):
        host.sampler.settle()
        scores = recorder.evaluated(step, evaluator, state.actor.params)
        row |= scores
      row |= host.count(taken.samples, time.monotonic() - began)
      stopping = processes.any_process(stop.asked)
      # The row first: a kill between the two costs nothing, as rows after the checkpoint are written anew.
      row |= {'phase': phase.name, 'time/ckpt_s': saving_s, 'time/step_s': time.monotonic() - began}
      recorder.step(step, row)
      if step % settings.checkpoint_every == 0 or step == learner.total or stopping:
        t0 = time.monotonic()
        orbax.save(checkpoints, step, checkpoint_state.to_items(state), host.pack())
        saving_s = time.monotonic() - t0  # told by the next row
      recorder.shown(step, row, taken.samples, host.sampler.worker.tasks)
  finally:
    host.sampler.close()
    recorder.close()
    stop.close()
  if step < learner.total:
    print(f'stopped at step {step} of {learner.total}; the same command goes on from here', flush=True)
    return None, scores
  return state, scores


def times(taken: Mapping[str, float], taken_s: float, both_s: float) -> dict[str, float]:
  """time/*: of the updates, and the share of the step in which the device has nothing to do."""
  return {'time/update_s': both_s - taken_s, 'time/idle_share': taken.get('time/wait_s', 0.0) / both_s}


def begin(
  learner: Learner, params: Tree, host: HostState, folder: pathlib.Path, checkpoints: CheckpointManager, steps: int
) -> tuple[int, LearnerState]:
  """(the step that was the last, the state after it): those of a checkpoint where there is one, and the host's too."""
  state = learner.init(params)
  start, total = checkpoints.latest_step() or 0, learner.total
  check_steps(steps, folder, start, total)
  if start:
    items, packed = orbax.restore(checkpoints, start, checkpoint_state.to_items(state))
    state = checkpoint_state.from_items(items)
    host.unpack(packed)
    print(f'resumed from step {start} of {total}', flush=True)
  return start, state


def check_steps(steps: int, folder: pathlib.Path, start: int, total: int) -> None:
  """Raises ValueError when a resumed run has more learner steps behind it than it is asked for."""
  if start > total:
    done = start - (total - steps)  # the steps of the warm start and of the critic are not in config.steps
    raise ValueError(
      f'config.steps={steps}: the run in {folder} has done {done} already; give {done} or more, '
      'or name another --workdir'
    )
