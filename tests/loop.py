"""The one place where the net of tests touches the training loop: when the loop's parts change, only this file does.

`run` drives the real loop from a config and notes what every step began and ended with; `programs` asks the real
sampler alone; `adamw` takes steps of the real optimiser. Configs are tiny, the judge is a fake whose verdict is a
function of the program's text, and all else is what a run has.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import pathlib
import zlib
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.checkpoints import orbax
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.config import default
from acrl_jax.distributed import sharding
from acrl_jax.jobs import session, train
from acrl_jax.jobs import settings as to_settings
from acrl_jax.jobs.host_state import HostState
from acrl_jax.jobs.loop import Loop
from acrl_jax.jobs.session import Session
from acrl_jax.learner import optimizer
from acrl_jax.learner.learner import Learner
from acrl_jax.learner.steps import apply_update
from acrl_jax.records import Outcome, TestReport, TrainState


class State(NamedTuple):
  """What a learner knows, as NumPy trees; None where the run has none."""

  actor: Any
  critic: Any
  reference: Any


class Step(NamedTuple):
  """One learner step."""

  number: int  # from 1, over all phases
  phase: str  # sft | critic | ac
  before: State
  after: State
  samples: list  # the programs of this step, judged: each has an `entry` as in data/replay.py
  told: dict  # its row of metrics


class Evaluation(NamedTuple):
  """One round over the held-out problems of the headline."""

  actor: Any
  samples: list


class Run(NamedTuple):
  """A run and the model that it trained."""

  steps: list[Step]
  evaluations: list[Evaluation]
  policy: Any  # records.Policy
  vocab: int  # ids from here on are padding
  pad_id: int


class Judge:
  """A pool whose verdicts are a function of the program: all outcomes come up, our own failures too.

  `until` is how many batches it judges before it dies, as a killed run would.
  """

  def __init__(self, until: int | None = None):
    self.left = until

  def longest(self, jobs) -> float:
    return 60.0

  def run(self, jobs, wall_s) -> list:
    if self.left is not None:
      if not self.left:
        raise KeyboardInterrupt
      self.left -= 1
    return [verdict(job) for job in jobs]


class Passes(Judge):
  """A pool that likes everything, so that the problems of a config are all taken."""

  def run(self, jobs, wall_s) -> list:
    return [TestReport(outcome=Outcome.PASSED, passed=(True,) * len(job.tests)) for job in jobs]


def verdict(job) -> TestReport:
  """The report on a program: one in six is a harness error, one in six passes, the rest are bad in several ways."""
  dice, tests = zlib.crc32(job.program.encode()), len(job.tests)
  outcome = [*Outcome, Outcome.FAILED][dice % 6]
  passed = tuple(bool(dice >> 8 + i & 1) for i in range(tests)) if outcome == Outcome.FAILED else (False,) * tests
  if outcome == Outcome.PASSED:
    passed = (True,) * tests
  lines = job.program.count('\n') + (dice >> 4 & 1)  # with the last line or without it
  executed = tuple(range(1, lines + 1)) if outcome >= Outcome.FAILED else ()
  error = 'RecursionError' if outcome == Outcome.CRASHED else ''
  return TestReport(outcome=outcome, passed=passed, error=error, executed_lines=executed)


def config(**changes):
  """A config of a few thousand parameters, eight programs a step and as many replayed; keys with __ for a dot."""
  made = default('tiny')
  made.scratch.update(width=32, layers=1, heads=2, kv_heads=1, mlp=64, vocab=300)
  made.data.max_problems = 16
  made.prompt.lengths = (64,)
  made.rollout.update(problems=4, samples=2, max_new_tokens=32, temperature=0.7)
  made.warm_start.update(steps=0, rows=8, learning_rate=1e-2)
  made.critic.update(pretrain_steps=0, learning_rate=1e-2, updates=1)
  made.optimizer.update(learning_rate=1e-2, warmup_steps=0)
  made.replay.update(share=0.5, unparsable_share=1.0)  # what a fresh model writes seldom parses
  made.steps = 2
  made.eval.every = 0
  made.log.tensorboard = False
  made.update_from_flattened_dict({key.replace('__', '.'): value for key, value in changes.items()})
  return made


@functools.cache
def _mesh():
  return sharding.make_mesh(devices=jax.devices()[:1])


class Made(NamedTuple):
  """What a config makes that no run changes: what is compiled is shared by all runs of a config."""

  session: Session
  model: LoadedModel
  tasks: train.Tasks
  learner: Learner


_models, _made = {}, {}  # by config, as to make either takes seconds


def _make(settings) -> Made:
  """Made once a config."""
  key = settings.to_json()
  if key not in _made:
    opened = Session(mesh=_mesh(), pool=Passes())
    which = settings.scratch.to_json(), settings.seed, settings.data.train
    if which not in _models:
      _models[which] = session.load(settings, opened.mesh)
    model = _models[which]
    tasks = train.load_tasks(settings, model, opened)
    _made[key] = Made(opened, model, tasks, train.make_learner(settings, model, opened.mesh, opened.place))
  return _made[key]


@contextlib.contextmanager
def _opened(settings, judge):
  """(what is made once, what the host of this run remembers); in front of `judge`."""
  with jax.set_mesh(_mesh()):
    made = _make(settings)
    made = made._replace(session=made.session._replace(pool=judge or Judge()))
    worker = train.make_worker(settings, made.model, made.session, made.tasks.train)
    sampler = train.make_sampler(settings, worker, made.tasks.shares, made.learner)
    try:
      yield made, HostState(sampler, to_settings.replay(settings))
    finally:
      sampler.close()


class Noting:
  """A source of rows that notes which programs it gave."""

  def __init__(self, source, samples: list):
    self.source, self.samples = source, samples

  def take(self, params, step):
    taken = self.source.take(params, step)
    self.samples.append(taken.programs)
    return taken


def run(settings, folder: pathlib.Path, judge: Judge | None = None) -> Run:
  """Runs the loop in `folder`, from its last checkpoint where it has one."""
  folder.mkdir(exist_ok=True)
  steps, evaluations, samples = [], [], []
  with _opened(settings, judge) as (made, host), orbax.manager(folder, 2) as checkpoints:
    model, learner = made.model, copy.copy(made.learner)

    def update(state, rows, number):
      before = _state(state)
      state, row = made.learner.update(state, rows, number)
      told = row | {f'buffer/{k}': v for k, v in host.buffer.stats(number).items()}
      steps.append(Step(number, learner.phase_at(number)[0].name, before, _state(state), samples[-1], told))
      return state, row

    learner.update = update
    evaluators = None
    if settings.eval.every:
      evaluators = train.make_evaluators(settings, model, made.session, made.tasks)
      score = evaluators.headline.score

      def solve(params, **stream):
        scores = score(params, **stream)
        evaluations.append(Evaluation(_numpy(params), scores.programs))
        return scores

      evaluators.headline.score = solve
    rows = {name: Noting(source, samples) for name, source in train.row_sources(settings, made.tasks, host).items()}
    params = jax.tree.map(jnp.copy, model.params)  # the first step donates them
    Loop(learner, rows, evaluators, host, to_settings.loop(settings)).run(params, folder, checkpoints)
    vocab = min(len(model.tokenizer), model.hf_config['vocab_size'])
    return Run(steps, evaluations, model.policy, vocab, model.pad_id)


def programs(settings, count: int) -> list[list]:
  """The programs of steps 1 to `count`, all by the policy that a run begins with."""
  with _opened(settings, None) as (made, host):
    return [host.sampler.take(made.model.params, number)[0] for number in range(1, count + 1)]


def adamw(params, gradients, **settings) -> tuple[list, list]:
  """([the parameters after each update], [the rate that the schedule tells for each]), of the optimiser of a config."""
  tx, rate = optimizer.make_optimizer(**settings)
  state, found = TrainState(step=jnp.int32(0), params=params, opt_state=tx.init(params)), []
  apply = jax.jit(lambda state, gradient: apply_update(state, tx, jnp.float32(1), gradient)[0])
  for gradient in gradients:
    state = apply(state, gradient)
    found.append(_numpy(state.params))
  return found, [float(rate(number)) for number in range(len(gradients))]


def _state(learner) -> State:
  critic = None if learner.critic is None else _numpy(learner.critic.params)
  return State(_numpy(learner.actor.params), critic, None if learner.reference is None else _numpy(learner.reference))


def _numpy(tree):
  return jax.tree.map(lambda x: np.array(x), tree)  # copies: the next step donates what it is given
