"""Logs metrics, tables of programs and evaluations of a training run, to the screen and to its folder."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import NamedTuple

from acrl_jax.distributed import processes
from acrl_jax.records import Tree
from acrl_jax.rollout import evaluation
from acrl_jax.rollout.evaluation import Evaluator
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.tasks import Task
from acrl_jax.run import metrics, program_tables

EVAL_STREAM = 1 << 30  # keys of evaluation never meet those of training steps


class LogSettings(NamedTuple):
  """config.log."""

  samples_every: int  # learner steps between tables of programs
  samples: int  # programs in a table
  tensorboard: bool
  wandb: bool


class Recorder:
  """Writes what a run tells; `start` is the step that it goes on from, `total` its last one."""

  def __init__(self, folder: pathlib.Path, settings: LogSettings, start: int, total: int):
    self.folder, self.settings, self.total = folder, settings, total
    self.writer = metrics.Writer(
      folder, start, total, settings.tensorboard, settings.wandb, quiet=not processes.is_main_process()
    )

  def step(self, step: int, row: dict) -> None:
    """The metrics of a learner step."""
    self.writer.write(step, row)

  def shown(self, step: int, row: dict, programs: Sequence[Sample], tasks: Sequence[Task]) -> None:
    """The step on the screen, with a table of programs every so often: the best and the worst of the step's first."""
    self.writer.line(step, self.total, row)
    settings = self.settings
    if not programs or step % settings.samples_every or not processes.is_main_process():
      return
    rows = table_rows(programs, tasks)
    program_tables.write_samples(self.folder, step, rows)
    ranked = sorted(rows, key=lambda row: -row['reward'])
    shown = ranked[: settings.samples // 2] + ranked[len(ranked) - settings.samples // 2 :]
    self.writer.say(program_tables.sample_table(shown))

  def evaluated(self, step: int, evaluator: Evaluator, params: Tree, place: str) -> dict[str, float]:
    """The scores after `step`, said and written, the programs to `place`; always the same draws: less noise."""
    scores = evaluator.score(params, stream=EVAL_STREAM)
    self.writer.say(f'after step {step}: {evaluation.table(scores.metrics)}')
    if step == 0:
      self.writer.write(0, {'phase': 'start', **scores.metrics})
    if processes.is_main_process():
      program_tables.write_samples(self.folder / place, step, table_rows(scores.programs, evaluator.worker.tasks))
    return scores.metrics

  def changed(self, before: int, after: int, dropped: int) -> None:
    """Says what the headline gained from one step to another, each problem compared with itself."""
    line = evaluation.change(self.folder / 'eval', before, after, dropped) if processes.is_main_process() else ''
    if line:
      self.writer.say(line)

  def close(self) -> None:
    """Ends the files."""
    self.writer.close()


def table_rows(programs: Sequence[Sample], tasks: Sequence[Task]) -> list[dict]:
  """Programs as rows of a table."""
  return [program_tables.sample_row(tasks[s.index].problem, s.program, s.report, s.entry.reward) for s in programs]
