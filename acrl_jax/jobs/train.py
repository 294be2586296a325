"""The job `train`: prompts -> programs -> verdicts -> targets -> updates. What the loop is made of, out of a config.

A step is a pure function of the seed, the step number and the state, so a run that was killed continues bit for bit
from its last checkpoint: which problems come, every random key and every replayed row follow from the step.
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import jax
from ml_collections import ConfigDict

from acrl_jax.checkpoints import export, orbax
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.config import update_rows
from acrl_jax.data import solutions, sources
from acrl_jax.data.replay import Entry
from acrl_jax.distributed import processes, sharding
from acrl_jax.jobs import dry_run, problems, session, settings
from acrl_jax.jobs.host_state import HostState
from acrl_jax.jobs.loop import Evaluators, Loop
from acrl_jax.jobs.problems import Measured
from acrl_jax.jobs.session import Session
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.learner.learner import Learner
from acrl_jax.learner.phases import Networks, make_phase
from acrl_jax.models import policy
from acrl_jax.records import Critic
from acrl_jax.rewards.pass_rate import partial_credit
from acrl_jax.rollout.evaluation import Evaluator
from acrl_jax.rollout.judging import SharedPool
from acrl_jax.rollout.rows import RowSource, SampledRows, StoredRows
from acrl_jax.rollout.sampler import OverlappedSampler, Sampler, SamplerSettings
from acrl_jax.rollout.tasks import Task
from acrl_jax.rollout.worker import RolloutWorker


class Tasks(NamedTuple):
  """What is learned from and what is measured on."""

  train: list[Task]
  shares: tuple[tuple[int, int], ...]  # of each source of `train`: how many are its, and its weight
  heldout: Measured  # at the start, where a warm start ends, and at the end
  validation: Measured  # in between
  solutions: list[Entry]  # reference solutions of `train`, for a warm start


def run(config: ConfigDict, path: str, dry: bool) -> None:
  """A workdir with metrics, samples, checkpoints and the exported model; `dry`: what it would take is printed."""
  with session.joined(config):
    settings.phases(config)  # a wrong argument, or nothing to train, is told before anything is opened
    settings.check_rows(config, sharding.make_mesh(**config.mesh))
    accelerator_hint(config)
    folder = None if dry else session.begin_folder(path, config)
    with session.opened(config) as opened:
      model = session.load(config, opened.mesh)
      settings.check_lora(config, model)
      tasks = load_tasks(config, model, opened)
      if dry:
        counts = {'train': len(tasks.train), 'held out': len(tasks.heldout.tasks)}
        print(dry_run.summary(config, model, opened.mesh, counts))
        return
      if processes.is_main_process():
        export.write_skeleton(folder / 'model', model)
      train(config, folder, opened, model, tasks)


def train(config: ConfigDict, folder: pathlib.Path, opened: Session, model: LoadedModel, tasks: Tasks) -> None:
  """The loop, from its sampler, learner and evaluator to the exported model."""
  learner = make_learner(config, model, opened.mesh, opened.place)
  sampler = make_sampler(config, make_worker(config, model, opened, tasks.train), tasks.shares, learner)
  host = HostState(sampler, settings.replay(config))
  rows = row_sources(config, tasks, host)
  evaluators = make_evaluators(config, model, opened, tasks) if config.eval.every else None
  with orbax.manager(folder, config.checkpoint.keep) as checkpoints:
    loop = Loop(learner, rows, evaluators, host, settings.loop(config))
    state, scores = loop.run(model.params, folder, checkpoints)
  if config.export_at_end and state is not None:
    made = tuned(model, learner.networks.critic, state)
    export.export(folder / 'export', made, scores=scores)  # by all processes: the first may not hold all of it
    print(f'exported: {folder / "export"}')


def tuned(model: LoadedModel, critic: Critic | None, state: LearnerState) -> LoadedModel:
  """The model after its training, with its critic where that is a head alone.

  A transformer of the critic's own is of no use without the run that it criticises, and stays in the checkpoint.
  """
  head = None if critic is None or critic.trunk else critic
  return model._replace(
    params=state.actor.params, critic=head, critic_params=None if head is None else state.critic.params
  )


def accelerator_hint(config: ConfigDict) -> None:
  """Raises ValueError when a run sized for an accelerator finds none."""
  if jax.devices()[0].platform == 'cpu' and config.dtype == 'bfloat16':
    raise ValueError(
      'this config is sized for an accelerator and JAX finds none; add :cpu or :tiny to the file, as in '
      '--config=configs/ac.py:cpu, or give --config.dtype=float32 to run these sizes on the CPU'
    )


def load_tasks(config: ConfigDict, model: LoadedModel, opened: Session) -> Tasks:
  """Everything that can fail early is made before the first step."""
  pool = SharedPool(opened.pool)  # all processes keep the same problems
  mixture, data = sources.mixture(config.data.train), config.data
  train = [problems.load(spec, 'train', data.max_problems, pool) for spec, _ in mixture]
  train = [problems.encode(found, model, config) for found in train]
  shares = tuple((len(found), weight) for found, (_, weight) in zip(train, mixture))
  tasks, entries = [task for found in train for task in found], []
  heldout = validation = Measured([], 0)
  if config.eval.every:
    heldout = validation = problems.measured(data.heldout, data.heldout_split, model, config, pool)
    if data.heldout_split != 'validation':
      validation = problems.validation(tasks, model, config, pool)
  if config.warm_start.steps:
    entries = solutions.entries(tasks, model.tokenizer, model.end_ids, config.rollout.max_new_tokens)
  return Tasks(tasks, shares, heldout, validation, entries)


def make_learner(config: ConfigDict, model: LoadedModel, mesh: jax.sharding.Mesh, place) -> Learner:
  """The learner of a config, with all its phases."""
  width = settings.algorithm(config).critic_width
  asked = any(algorithm.critic_loss for algorithm, *_ in settings.phases(config))
  trunk = model.policy.dims if config.critic.trunk == 'own' and asked else None
  critic = policy.make_critic(model.config, width, trunk) if width else None
  networks, how = Networks(model.policy, critic, mesh), settings.critic(config)
  phases = [
    make_phase(networks, algorithm, phase, optimizer, how) for algorithm, phase, optimizer in settings.phases(config)
  ]
  return Learner(networks, phases, how, settings.learner(config, model.pad_id), place)


def make_worker(config: ConfigDict, model: LoadedModel, opened: Session, tasks: Sequence[Task]) -> RolloutWorker:
  """What samples and judges programs to learn from."""
  reward = settings.reward(config).function
  return RolloutWorker(model, tasks, opened.pool, reward, opened.place, settings.sampling(config))


def make_sampler(config: ConfigDict, worker: RolloutWorker, shares, learner: Learner) -> Sampler:
  """The sampler that config.rollout.overlap asks for."""
  made = OverlappedSampler if config.rollout.overlap else Sampler
  wanted = SamplerSettings(config.seed, config.rollout.problems, shares, learner.last_steps)
  return made(worker, wanted)


def row_sources(config: ConfigDict, tasks: Tasks, host: HostState) -> dict[str, RowSource]:
  """Where the rows of each phase come from."""
  fresh, replayed = update_rows(config)
  rows: dict[str, RowSource] = {
    settings.SAMPLED: SampledRows(
      host.sampler, host.buffer, fresh=fresh, replayed=replayed, peers=config.rollout.baseline == 'peers'
    )
  }
  if config.warm_start.steps:
    rows[settings.SOLUTIONS] = StoredRows(tasks.solutions, count=config.warm_start.rows, seed=config.seed)
  return rows


def make_evaluators(config: ConfigDict, model: LoadedModel, opened: Session, tasks: Tasks) -> Evaluators:
  """What measures the policy on held-out tasks; where the headline's split is `validation`, one does it all."""

  def make(measured: Measured, suffix: str = '') -> Evaluator:
    worker = RolloutWorker(model, measured.tasks, opened.pool, partial_credit, opened.place, settings.solving(config))
    return Evaluator(worker, settings.evaluator(config, config.data.heldout, suffix), measured.dropped)

  headline = make(tasks.heldout)
  if tasks.validation is tasks.heldout:
    return Evaluators(headline, headline)
  return Evaluators(headline, make(tasks.validation, '-validation') if tasks.validation.tasks else None)
