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
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.rows import RowSource
from acrl_jax.run import metrics


class LoopSettings(NamedTuple):
  """When the loop does what is not done at every step."""

  steps: int  # learner steps of the main phase
  evaluate_every: int
  checkpoint_every: int
  nonfinite_limit: int  # consecutive non-finite updates that stop the run
  log: LogSettings


class Evaluators(NamedTuple):
  """What measures the policy; both may be the same."""

  headline: Evaluator  # before the first step, where a warm start ends, and at the end: choices are not made by it
  periodic: Evaluator | None  # every so many steps in between


class Loop:
  """Rows and updates in turn; the rows of each phase come from the source in `rows` that it names."""

  def __init__(
    self, learner: Learner, rows: Mapping[str, RowSource], evaluators: Evaluators | None, host: HostState,
    settings: LoopSettings,
  ):  # fmt: skip
    self.learner, self.rows, self.evaluators, self.host, self.settings = learner, rows, evaluators, host, settings
    self.saving_s = 0.0  # of the last checkpoint, told by the next row

  def run(
    self, params: Tree, folder: pathlib.Path, checkpoints: CheckpointManager
  ) -> tuple[LearnerState | None, dict[str, float]]:
    """(the last state, the last evaluation's metrics); the state is None when the run was asked to stop early.

    `params` are donated. Goes on from the last checkpoint where there is one.
    """
    total = self.learner.total
    start, state = begin(self.learner, params, self.host, folder, checkpoints, self.settings.steps)
    recorder, stop = Recorder(folder, self.settings.log, start, total), Stop()
    scores = metrics.last_scores(folder / 'metrics.jsonl') if start and processes.is_main_process() else {}
    step, stopping = start, False
    try:
      if not start:
        scores = self.evaluate(recorder, 0, state.actor.params)
      while step < total and not stopping:
        step += 1
        began = time.monotonic()
        state, row, programs = self.update(state, step)
        measured = self.evaluate(recorder, step, state.actor.params)
        scores, row = measured or scores, row | measured
        row |= self.host.count(programs, time.monotonic() - began)
        stopping = processes.any_process(stop.asked)
        row |= {'time/ckpt_s': self.saving_s, 'time/step_s': time.monotonic() - began}
        # The row first: a kill between the two costs nothing, as rows after the checkpoint are written anew.
        recorder.step(step, row)
        if step % self.settings.checkpoint_every == 0 or step == total or stopping:
          self.save(checkpoints, step, state)
        recorder.shown(step, row, programs, self.host.sampler.worker.tasks)
    finally:
      self.host.sampler.close()
      recorder.close()
      stop.close()
    if step < total:
      print(f'stopped at step {step} of {total}; the same command goes on from here', flush=True)
    return (state if step == total else None), scores

  def update(self, state: LearnerState, step: int) -> tuple[LearnerState, dict[str, float | str], list[Sample]]:
    """(state, metrics, all programs that were sampled) after learner step `step`."""
    began = time.monotonic()
    phase, _ = self.learner.phase_at(step)
    taken = self.rows[phase.source].take(state.actor.params, step)
    taken_s = time.monotonic() - began
    state, row = self.learner.update(state, taken.rows, step)
    self.host.check_finite(row, step, self.settings.nonfinite_limit)
    times = update_times(taken.metrics.get('time/wait_s', 0.0), taken_s, time.monotonic() - began)
    return state, taken.metrics | row | times | {'phase': phase.name}, taken.programs

  @property
  def headline_steps(self) -> list[int]:
    """Where the headline is read: before the first step, at the end of each phase that moves the actor, at the end."""
    ends = (step for step in self.learner.last_steps if self.learner.phase_at(step)[0].moves_actor)
    return sorted({0, *ends, self.learner.total})

  def due(self, step: int) -> list[tuple[str, Evaluator]]:
    """(folder, evaluator) of all that is to be measured after a step, the headline first."""
    if self.evaluators is None:
      return []
    headline, periodic = self.evaluators
    found = [('eval', headline)] if step in self.headline_steps else []
    in_turn = step and step % self.settings.evaluate_every == 0 and self.learner.phase_at(step)[0].moves_actor
    if in_turn and periodic:
      found.append(('eval' if periodic is headline else 'eval/validation', periodic))
    return list(dict.fromkeys(found))  # once where both are the same

  def evaluate(self, recorder: Recorder, step: int, params: Tree) -> dict[str, float]:
    """The metrics of all that is measured after a step; at the end what changed since the headline before is said."""
    began, scores, due = time.monotonic(), {}, self.due(step)
    if not due:
      return {}
    self.host.sampler.settle()
    for place, evaluator in due:
      scores |= recorder.evaluated(step, evaluator, params, place)
    if step == self.learner.total:
      recorder.changed(self.headline_steps[-2], step, self.evaluators.headline.dropped)
    return scores | {'time/eval_s': time.monotonic() - began}

  def save(self, checkpoints: CheckpointManager, step: int, state: LearnerState) -> None:
    """Writes a checkpoint of all that the run is."""
    began = time.monotonic()
    orbax.save(checkpoints, step, checkpoint_state.to_items(state), self.host.pack())
    self.saving_s = time.monotonic() - began


def update_times(wait_s: float, taken_s: float, both_s: float) -> dict[str, float]:
  """time/*: of the updates, and the share of the step in which the device has nothing to do."""
  return {'time/update_s': both_s - taken_s, 'time/idle_share': wait_s / both_s}


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
