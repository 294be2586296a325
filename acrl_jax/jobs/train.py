"""The loop: prompts -> programs -> verdicts -> targets -> updates. The one file that knows the whole story.

A step is a pure function of the seed, the step number and the learner, so a run that was killed continues bit for bit
from its last checkpoint: which problems come, every random key and every replayed row follow from the step.
"""

from __future__ import annotations

import signal
import time
from typing import NamedTuple

import jax
import numpy as np

from acrl_jax.checkpoints import export, model, orbax
from acrl_jax.checkpoints.orbax import Learner
from acrl_jax.data import replay, solutions, sources
from acrl_jax.distributed import processes, sharding
from acrl_jax.jobs import problems, session
from acrl_jax.jobs import settings as build
from acrl_jax.learner import learner as learning
from acrl_jax.learner.optimizer import make_optimizer
from acrl_jax.models import policy
from acrl_jax.rollout import evaluation as evaluate
from acrl_jax.rollout import sampler
from acrl_jax.rollout.judging import SharedPool
from acrl_jax.run import metrics, workdir
from acrl_jax.run import samples as samples_module

EVAL_STREAM = 1 << 30  # keys of evaluation never meet those of training steps


class Parts(NamedTuple):
  """All that the loop calls and that never changes."""

  config: object
  load: model.LoadedModel
  critic: object
  critic_tx: object
  phases: list
  tasks: list
  shares: list  # of each source of tasks: how many are its, and its weight
  heldout: list
  supervised: list
  place: object
  mesh: object
  pool: object
  programs: object = None  # ahead.Direct or ahead.Ahead, which is made of the rest


def run(config, path: str, dry_run: bool) -> None:
  """The job `train`: a workdir with metrics, samples, checkpoints and the exported model."""
  build.algorithm(config)  # a wrong argument is told before anything is opened
  build.check_rows(config, sharding.make_mesh(**config.mesh))
  accelerator_hint(config)
  folder = None if dry_run else workdir.begin(path, config)
  with session.host(config) as host:
    parts = prepare(config, host)
    if dry_run:
      print(session.summary(config, parts.loaded, host.mesh, {'train': len(parts.tasks), 'held out': len(parts.heldout)}))
      return
    if processes.is_main_process():
      export.write_skeleton(folder / 'model', parts.loaded)
    with orbax.manager(folder, config.checkpoint.keep) as checkpoints:
      learner, scores = loop(parts, folder, checkpoints)
    if config.export_at_end and learner is not None:
      critic_params = learner.critic.params if learner.critic is not None else None
      tuned = parts.loaded._replace(params=learner.actor.params, critic=parts.critic, critic_params=critic_params)
      export.export(folder / 'export', tuned, scores=scores)  # by all hosts: the first may not hold all of it
      print(f'exported: {folder / "export"}')


def accelerator_hint(config) -> None:
  """Raises ValueError when a run sized for an accelerator finds none."""
  if jax.devices()[0].platform == 'cpu' and config.dtype == 'bfloat16':
    raise ValueError(
      'this config is sized for an accelerator and JAX finds none; '
      'use --config=configs/ac.py:cpu (or :tiny), or --config.dtype=float32 to run these sizes on the CPU'
    )


def prepare(config, host) -> Parts:
  """Everything that can fail early, made before the first step."""
  made = session.load(config, host.mesh)
  pool = SharedPool(host.pool)  # all hosts keep the same problems
  mixture = sources.mixture(config.data.train)
  train = [problems.problems(config, spec, 'train', config.data.max_problems, pool) for spec, _ in mixture]
  held = []
  if config.eval.every:
    held = problems.problems(config, config.data.heldout, config.data.heldout_split, config.eval.problems, pool)
    held = problems.encoded(held, made, config)
  train = [problems.encoded(found, made, config) for found in train]
  tasks = [task for found in train for task in found]
  critic = critic_tx = None
  width = build.algorithm(config).critic_width
  if width:
    critic = policy.make_critic(made.config, width)
    critic_tx, _ = make_optimizer(config.critic.learning_rate, clip_norm=config.optimizer.clip_norm)
  rows = []
  if config.warm_start.steps:
    rows = solutions.entries(tasks, made, config.rollout.max_new_tokens)
  parts = Parts(
    config=config, loaded=made, critic=critic, critic_tx=critic_tx,
    phases=session.phases(config, made, critic, critic_tx, host.mesh),
    tasks=tasks, shares=[(len(found), weight) for found, (_, weight) in zip(train, mixture)],
    heldout=held, supervised=rows, place=session.placer(host.mesh), mesh=host.mesh, pool=host.pool,
  )  # fmt: skip
  return parts._replace(programs=sampler.source(parts))


def phase_at(phases: list, step: int):
  """The phase that learner step `step` (from 1) belongs to, and whether it is its first step."""
  for phase in phases:
    if step <= phase.steps:
      return phase, step == 1
    step -= phase.steps
  raise ValueError('a step beyond the last phase')


def begin(parts: Parts, folder, checkpoints, total: int):
  """(the step that was the last, its Learner, replay buffer and counters): those of a checkpoint where there is one."""
  learner, buffer = learning.first(parts), learning.new_buffer(parts.config)
  start = checkpoints.latest_step() or 0
  counters = {'episodes': 0, 'tokens': 0, 'wall_s': 0.0, 'bad': 0}
  check_steps(parts.config, folder, start, total)
  if start:
    learner = orbax.restore(checkpoints, start, learner)
    counters = unpack(learner.host, buffer, parts.programs)
    print(f'resumed from step {start} of {total}', flush=True)
  return start, learner, buffer, counters


def loop(parts: Parts, folder, checkpoints):
  """(the last Learner, the last evaluation's metrics); the Learner is None when the run was asked to stop early."""
  config = parts.config
  total = sum(phase.steps for phase in parts.phases)
  start, learner, buffer, counters = begin(parts, folder, checkpoints, total)
  writer = metrics.Writer(
    folder, start, total, config.log.tensorboard, config.log.wandb, quiet=not processes.is_main_process()
  )  # fmt: skip
  stop = Stop()
  stopping, saving_s = False, 0.0
  scores = metrics.last_scores(folder / 'metrics.jsonl') if start and processes.is_main_process() else {}
  if not start and parts.heldout:
    scores = evaluation(parts, learner, writer, 0)
  step = start
  try:
    while step < total and not stopping:
      step += 1
      began = time.monotonic()
      phase, is_first = phase_at(parts.phases, step)
      if is_first and step > 1:
        learner = learning.enter(parts, learner, phase)
      learner, row, samples = learning.one_step(parts, phase, learner, buffer, step)
      check_finite(counters, row, step, config.nonfinite_limit)
      last_of_phase = step == total or phase_at(parts.phases, step + 1)[1]
      if parts.heldout and (step % config.eval.every == 0 or last_of_phase):
        scores = evaluation(parts, learner, writer, step)
        row |= scores
      counters['episodes'] += len(samples)
      counters['tokens'] += sum(len(s.entry.completion) for s in samples)
      counters['wall_s'] += time.monotonic() - began
      row |= {f'progress/{key}': counters[key] for key in ('episodes', 'tokens', 'wall_s')}
      stopping = processes.any_process(stop.asked)
      row |= {'phase': phase.name, 'time/ckpt_s': saving_s, 'time/step_s': time.monotonic() - began}
      # The row first: a kill between the two costs nothing, as rows after the checkpoint are written anew.
      writer.write(step, row)
      if step % config.checkpoint.every == 0 or step == total or stopping:
        t0 = time.monotonic()
        orbax.save(checkpoints, step, learner._replace(host=pack(buffer, parts.programs, counters)))
        saving_s = time.monotonic() - t0  # told by the next row
      writer.line(step, total, row)
      show_samples(parts, folder, writer, step, samples)
  finally:
    parts.programs.close()
    writer.close()
    stop.close()
  if step < total:
    print(f'stopped at step {step} of {total}; the same command goes on from here', flush=True)
    return None, scores
  return learner, scores


def check_steps(config, folder, start: int, total: int) -> None:
  """Raises ValueError when a resumed run has more learner steps behind it than it is asked for."""
  if start > total:
    done = start - (total - config.steps)  # the steps of the warm start and of the critic are not in config.steps
    raise ValueError(
      f'config.steps={config.steps}: the run in {folder} has done {done} already; give {done} or more, '
      'or name another --workdir'
    )


def evaluation(parts: Parts, learner: Learner, writer: metrics.Writer, step: int) -> dict:
  """The held-out scores after `step`, said on the screen."""
  config = parts.config
  t0 = time.monotonic()
  name = config.data.heldout.split(':')[0]
  parts.programs.settle()
  # The same draws every time: less noise between steps.
  key = jax.random.fold_in(jax.random.key(config.seed), EVAL_STREAM)
  found = evaluate.evaluate(
    parts.loaded, learner.actor.params, key, parts.heldout, parts.place, parts.pool, config, name
  )
  writer.say(f'after step {step}: {evaluate.table(found.metrics)}')
  if step == 0:
    writer.write(0, {'phase': 'start', **found.metrics})
  if processes.is_main_process():
    keep = [
      samples_module.sample_row(parts.heldout[s.index].problem, s.program, s.report, s.entry.reward) for s in found.samples
    ]
    samples_module.write_samples(writer.path.parent / 'eval', step, keep)
  return found.metrics | {'time/eval_s': time.monotonic() - t0}


def show_samples(parts: Parts, folder, writer: metrics.Writer, step: int, samples: list) -> None:
  """The sample table every config.log.samples_every steps: the best and the worst of the step's programs first."""
  settings = parts.config.log
  if not samples or step % settings.samples_every or not processes.is_main_process():
    return
  rows = [samples_module.sample_row(parts.tasks[s.index].problem, s.program, s.report, s.entry.reward) for s in samples]
  samples_module.write_samples(folder, step, rows)
  ranked = sorted(rows, key=lambda row: -row['reward'])
  shown = ranked[: settings.samples // 2] + ranked[len(ranked) - settings.samples // 2 :]
  writer.say(samples_module.sample_table(shown))


def check_finite(counters: dict, row: dict, step: int, limit: int) -> None:
  """Counts updates in a row that were skipped as non-finite; ValueError at the limit."""
  skipped = max(row.get('policy/skipped', 0.0), row.get('critic/skipped', 0.0))
  counters['bad'] = counters['bad'] + 1 if skipped else 0
  if counters['bad'] >= limit:
    raise ValueError(
      f'step {step}: {limit} updates in a row were not finite and were skipped; lower config.optimizer.learning_rate '
      'or config.warm_start.learning_rate and start again in another --workdir'
    )


def pack(buffer: replay.Replay | None, programs, counters: dict) -> bytes:
  """The host's state as one npz."""
  state = {f'replay/{k}': v for k, v in buffer.state_dict().items()} if buffer is not None else {}
  state |= {f'programs/{k}': v for k, v in programs.state_dict().items()}
  return replay.packed(state | {f'counters/{k}': np.asarray(v) for k, v in counters.items()})


def unpack(data: bytes, buffer: replay.Replay | None, programs) -> dict:
  """The counters out of `pack`; the buffer and the programs are filled in place."""
  state = replay.unpacked(data)
  part = lambda name: {k.removeprefix(name): v for k, v in state.items() if k.startswith(name)}
  counters = {k: v.item() for k, v in part('counters/').items()}
  if buffer is not None:
    buffer.load_state_dict(part('replay/'))
  programs.load_state_dict(part('programs/'))
  return counters


class Stop:
  """Turns SIGTERM and the first SIGINT into a wish to stop after the step, so that a checkpoint is written."""

  def __init__(self):
    self.asked = False
    self.old = {s: signal.signal(s, self._ask) for s in (signal.SIGTERM, signal.SIGINT)}

  def _ask(self, number, frame):
    if self.asked and number == signal.SIGINT:
      raise KeyboardInterrupt
    self.asked = True
    print('\nstopping after this step; once more to stop at once', flush=True)

  def close(self) -> None:
    for number, handler in self.old.items():
      signal.signal(number, handler)
