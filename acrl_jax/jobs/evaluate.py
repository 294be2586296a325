"""The job `evaluate`: pass@k of a model on problems with tests: scores.json, samples/ and a line a k.

Problems of the split that cannot be used, as their reference fails or their prompt is too long, count as failures.
"""

from __future__ import annotations

import json

import numpy as np
from ml_collections import ConfigDict

from acrl_jax.config import default
from acrl_jax.distributed import processes
from acrl_jax.jobs import dry_run, problems, session, settings
from acrl_jax.rewards.pass_rate import partial_credit
from acrl_jax.rollout import evaluation
from acrl_jax.rollout.evaluation import Evaluator
from acrl_jax.rollout.judging import SharedPool
from acrl_jax.rollout.worker import RolloutWorker
from acrl_jax.run import program_tables, workdir


def run(config: ConfigDict, path: str, dry: bool) -> None:
  """Evaluates config.model on config.problems."""
  with session.joined(config):
    config = prompted_as_trained(config)
    folder = None if dry else session.begin_folder(path, config)
    with session.opened(config) as opened:
      model = session.load(config, opened.mesh)
      pool = SharedPool(opened.pool)  # all processes solve the same problems
      tasks, dropped = problems.measured(config.problems, config.split, model, config, pool)
      if dry:
        print(dry_run.summary(config, model, opened.mesh, {config.problems: len(tasks)}))
        return
      worker = RolloutWorker(model, tasks, opened.pool, partial_credit, opened.place, settings.solving(config))
      evaluator = Evaluator(worker, settings.evaluator(config, config.problems), dropped, quiet=False)
      scores = evaluator.score(model.params)
    if not processes.is_main_process():
      return
    rows = [
      program_tables.sample_row(tasks[s.index].problem, s.program, s.report, np.mean(s.report.passed or [0]))
      for s in scores.programs
    ]
    program_tables.write_samples(folder, 0, rows)
    (folder / 'scores.json').write_text(json.dumps(scores.metrics, indent=1) + '\n')
    print(evaluation.table(scores.metrics))
    print(f'{folder}/scores.json  {folder}/samples/')


def prompted_as_trained(config: ConfigDict) -> ConfigDict:
  """The config with the template and system message of the run that config.model names, where it has none of its own.

  A model is to read what it was trained on; what differs from the default was asked for, and stays.
  """
  if not workdir.is_workdir(config.model):
    return config
  trained, config = workdir.read_config(config.model), config.copy_and_resolve_references()
  for key, plain in default().prompt.items():
    if key in ('template', 'system') and config.prompt[key] == plain:
      config.prompt[key] = trained.get(f'prompt.{key}', plain)
  return config
