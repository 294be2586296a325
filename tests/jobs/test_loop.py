"""When the loop evaluates, saves and stops; learning from programs that were sampled a step ahead: by which policy."""

import re
import signal
from types import SimpleNamespace

import jax
import numpy as np
import pytest
from wrong_commands import RUN, TRAIN, check_message, params, stand_still

from acrl_jax.config import default
from acrl_jax.data import batch
from acrl_jax.distributed import sharding
from acrl_jax.jobs import loop, session, settings, train
from acrl_jax.jobs.host_state import HostState
from acrl_jax.jobs.loop import Evaluators, Loop, LoopSettings, check_steps
from acrl_jax.jobs.recorder import LogSettings
from acrl_jax.jobs.session import Session
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.learner.learner import Learner
from acrl_jax.records import Outcome, TestReport, TrainState
from acrl_jax.rollout.evaluation import Scores
from acrl_jax.rollout.rows import Taken
from acrl_jax.run import metrics


class Passing:
  """A pool that likes every program."""

  def longest(self, jobs):
    return 60.0

  def run(self, jobs, wall_s):
    return [TestReport(outcome=Outcome.PASSED, passed=(True,)) for _ in jobs]


@pytest.fixture(scope='module')
def steps():
  """[(parameters before the step, what it learned from, its metrics)] of two steps with overlap."""
  config = default('tiny')
  config.algorithm = dict(name='ac', ratio_clip=1.0)
  config.scratch.update(width=32, layers=1, heads=2, kv_heads=1, mlp=64, vocab=300)
  config.data.max_problems = 16
  config.prompt.lengths = (64,)
  config.rollout.update(problems=8, samples=1, max_new_tokens=16, overlap=True, baseline='none')  # all pass
  config.warm_start.steps = 0
  config.critic.pretrain_steps = 0
  config.update(steps=3)
  config.optimizer.update(learning_rate=1e-2, warmup_steps=0)
  config.replay.enabled = False
  config.eval.every = 0
  mesh = sharding.make_mesh()
  with jax.set_mesh(mesh):
    opened = Session(mesh=mesh, pool=Passing())
    model = session.load(config, mesh)
    tasks = train.load_tasks(config, model, opened)
    learner = train.make_learner(config, model, mesh, opened.place)
    worker = train.make_worker(config, model, opened, tasks.train)
    sampler = train.make_sampler(config, worker, tasks.shares, learner)
    source = train.row_sources(config, tasks, HostState(sampler, None))[settings.SAMPLED]
    state, found = learner.init(model.params), []
    for step in (1, 2):
      before = jax.device_get(state.actor.params)
      taken = source.take(state.actor.params, step)
      state, row = learner.update(state, taken.rows, step)
      found.append((before, [s.entry for s in taken.programs], row))
    sampler.close()
  return model, found


def scores(model, params, entries):
  """Log-probs of the entries' completions, one after the other."""
  rollout_, width = batch.assemble(entries, len(entries), (64,), (16,), model.pad_id)
  found = model.policy.score(params, rollout_.tokens, rollout_.valid, start=width)
  return np.asarray(found.log_prob)[rollout_.actions], rollout_.log_probs[rollout_.actions]


def test_log_probs_are_those_of_the_policy_that_sampled(steps):
  model, ((first, entries, _), (second, later, _)) = steps
  assert [e.version for e in entries + later] == [1] * 16
  for programs in (entries, later):
    now, then = scores(model, first, programs)
    np.testing.assert_allclose(now, then, atol=1e-4)
  now, then = scores(model, second, later)
  assert np.abs(now - then).max() > 1e-2


def test_the_update_weighs_the_older_programs_by_their_ratio(steps):
  model, ((_, _, direct), (second, later, row)) = steps
  assert direct['policy/ratio_mean'] == pytest.approx(1.0, abs=1e-4)
  now, then = scores(model, second, later)
  assert row['policy/ratio_mean'] == pytest.approx(np.exp(now - then).mean(), rel=1e-3)
  assert abs(row['policy/ratio_mean'] - 1) > 1e-3


def test_the_error_of_the_sampler_is_told_of_programs_on_policy_alone(steps):
  _, ((_, _, direct), (_, _, row)) = steps
  assert direct['mismatch/max_abs'] < 1e-4 and 'mismatch/max_abs' not in row


# --- when things happen ------------------------------------------------------------------------------


class Counting:
  """A learner of a warm start of two steps and five more, whose policy is the number of its last step.

  Of the five the first `critic` do not move the actor.
  """

  total = 7

  def __init__(self, critic=0):
    self.critic, self.last_steps = critic, {2, 2 + critic, 7}

  def init(self, params):
    return LearnerState(TrainState(0, params, None), None, None)

  def phase_at(self, step):
    name = 'sft' if step < 3 else 'critic' if step < 3 + self.critic else 'ac'
    source = 'stored' if step < 3 else 'sampled'
    return SimpleNamespace(name=name, source=source, moves_actor=name != 'critic'), step in (1, 3)

  def update(self, state, rows, step):
    assert rows == ('stored' if step < 3 else 'sampled', step - 1)  # of the phase, by the policy before the update
    return LearnerState(TrainState(step, step, None), None, None), {}


class Source:
  """Rows that say where they come from and which policy they were asked of."""

  def __init__(self, name):
    self.name = name

  def take(self, params, step):
    return Taken((self.name, params), [], {})


class Noting:
  """A sampler, an evaluator and checkpoints, which note what they are asked for; `stop` is a step to be stopped in."""

  tasks, dropped = (), 0

  def __init__(self, folder, monkeypatch, start=None, stop=None):
    self.folder, self.start, self.stop, self.worker, self.events = folder, start, stop, self, []
    monkeypatch.setattr(loop.orbax, 'save', lambda _, step, items, host: self.events.append(('saved', step, items)))
    monkeypatch.setattr(loop.orbax, 'restore', lambda _, step, items: (items | {'params': step}, self.packed))
    host = HostState(self, None)
    host.counters['episodes'] = 40
    self.packed = host.pack()

  def score(self, params, stream):
    self.events.append(('scored', params))
    return Scores({'eval/set/pass@1': params / 10, 'eval/set/pass@1_lo': 0.0, 'eval/set/pass@1_hi': 1.0}, [])

  settle = close = lambda self: None
  state_dict = lambda self: {}
  load_state_dict = lambda self, state: None

  def latest_step(self):
    return self.start

  def run(self, evaluate=True, evaluate_every=3, checkpoint_every=4, periodic=True, critic=0):
    """What the loop gives, of a run that begins with policy 0; `periodic`: 'same' for an evaluator that does it all."""
    settings = LoopSettings(5, evaluate_every, checkpoint_every, 3, LogSettings(100, 2, tensorboard=False, wandb=False))
    rows = {name: Source(name) for name in ('stored', 'sampled')}
    checks = {True: Validating(self), False: None, 'same': self}[periodic]
    evaluators = Evaluators(self, checks) if evaluate else None
    made = Loop(Counting(critic), rows, evaluators, HostState(self, None), settings)
    update = made.update

    def stopped(state, step):
      if step == self.stop:
        signal.raise_signal(signal.SIGTERM)
      return update(state, step)

    made.update = stopped
    return made.run(0, self.folder, self)

  def of(self, kind):
    return [event[1] for event in self.events if event[0] == kind]


class Validating:
  """An evaluator on validation problems, which notes into the events of another."""

  tasks = ()

  def __init__(self, noting):
    self.noting, self.worker = noting, self

  def score(self, params, stream):
    self.noting.events.append(('validated', params))
    tag = 'eval/set-validation/pass@1'
    return Scores({tag: params / 10, tag + '_lo': 0.0, tag + '_hi': 1.0}, [])


def test_the_headline_is_read_before_where_the_warm_start_ends_and_after_and_validation_in_between(
  tmp_path, monkeypatch
):  # fmt: skip
  noting = Noting(tmp_path, monkeypatch)
  state, scores = noting.run()
  assert noting.of('scored') == [0, 2, 7] and noting.of('validated') == [3, 6]
  assert state.actor.params == 7 and scores['eval/set/pass@1'] == 0.7
  rows = metrics.read_rows(tmp_path / 'metrics.jsonl')
  assert {row['step']: row.get('eval/set/pass@1') for row in rows} == {
    0: 0.0, 1: None, 2: 0.2, 3: None, 4: None, 5: None, 6: None, 7: 0.7
  }  # fmt: skip
  assert {row['step'] for row in rows if 'eval/set-validation/pass@1' in row} == {3, 6}
  files = lambda place: sorted(int(f.stem[5:]) for f in (tmp_path / place / 'samples').iterdir())
  assert files('eval') == [0, 2, 7] and files('eval/validation') == [3, 6]


def test_nothing_is_measured_while_the_critic_alone_learns(tmp_path, monkeypatch):
  noting = Noting(tmp_path, monkeypatch)
  noting.run(critic=2, evaluate_every=2)
  assert noting.of('scored') == [0, 2, 7] and noting.of('validated') == [2, 6]  # not after 4, where the critic's end is


def test_one_evaluator_does_it_all_once_a_step_where_validation_is_the_headline(tmp_path, monkeypatch):
  noting = Noting(tmp_path, monkeypatch)
  noting.run(periodic='same', evaluate_every=2)
  assert noting.of('scored') == [0, 2, 4, 6, 7]


def test_without_validation_problems_the_headline_alone_is_read(tmp_path, monkeypatch):
  noting = Noting(tmp_path, monkeypatch)
  noting.run(periodic=False, evaluate_every=1)
  assert noting.of('scored') == [0, 2, 7]


def test_at_the_end_the_change_since_the_warm_start_is_told(tmp_path, monkeypatch):
  asked, noting = [], Noting(tmp_path, monkeypatch)
  noting.dropped = 4
  monkeypatch.setattr(loop.Recorder, 'changed', lambda self, *steps: asked.append(steps))
  noting.run(critic=2)
  assert asked == [(2, 7, 4)]


def test_a_checkpoint_is_written_every_so_many_steps_and_at_the_end_with_the_state_after_the_step(
  tmp_path, monkeypatch
):  # fmt: skip
  noting = Noting(tmp_path, monkeypatch)
  noting.run(evaluate=False)
  assert noting.of('saved') == [4, 7] and noting.of('scored') == []
  assert [event[2]['params'] for event in noting.events] == [4, 7]


def test_a_run_that_is_asked_to_stop_keeps_its_step_and_goes_on_after_it(tmp_path, monkeypatch, capsys):
  noting = Noting(tmp_path, monkeypatch, stop=5)
  state, _ = noting.run(evaluate=False)
  assert state is None and noting.of('saved') == [4, 5]
  assert 'stopped at step 5 of 7' in capsys.readouterr().out
  rest = Noting(tmp_path, monkeypatch, start=5)
  state, _ = rest.run()
  assert state.actor.params == 7 and rest.of('validated') == [6] and rest.of('scored') == rest.of('saved') == [7]
  told = [(row['step'], row['progress/episodes']) for row in metrics.read_rows(tmp_path / 'metrics.jsonl')]
  assert told == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 40), (7, 40)]  # of the checkpoint, which says 40


def test_a_run_that_has_ended_gives_the_scores_that_it_told_last(tmp_path, monkeypatch):
  """Its export says them, when the same command is given again."""
  Noting(tmp_path, monkeypatch).run()
  again = Noting(tmp_path, monkeypatch, start=7)
  state, scores = again.run()
  assert state.actor.params == 7 and scores['eval/set/pass@1'] == 0.7 and again.events == []


def test_the_verdicts_under_way_are_waited_for_before_an_evaluation_needs_the_pool(tmp_path, monkeypatch):
  noting = Noting(tmp_path, monkeypatch)
  noting.settle = lambda: noting.events.append(('settled', None))
  noting.run()
  kinds = [event[0] for event in noting.events if event[0] != 'saved']
  assert [kind for kind in kinds if kind != 'settled'] == ['scored', 'scored', 'validated', 'validated', 'scored']
  assert kinds[::2] == ['settled'] * 5


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_RESUMES = {
  'fewer steps': (
    None, {'steps': 1},
    f'config.steps=1: the run in {RUN} has done 2 already; give 2 or more, or name another --workdir',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_RESUMES))
def test_fewer_steps_than_are_done_are_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_resume(fault, settings, expected)


def test_steps_before_the_main_phase_are_not_counted_as_config_steps():
  """Of 7 steps in all 4 are of the main phase."""
  check_steps(4, 'runs/a', 0, 7)
  check_steps(4, 'runs/a', 7, 7)
  expected = 'config.steps=4: the run in runs/a has done 6 already; give 6 or more, or name another --workdir'
  with pytest.raises(ValueError, match=f'^{re.escape(expected)}$'):
    check_steps(4, 'runs/a', 9, 7)


def test_learning_that_is_not_finite_stops_and_says_what_to_lower(refusals, monkeypatch):
  stand_still(monkeypatch)
  monkeypatch.setattr(Learner, 'update', lambda self, state, rows, step: (state, {'policy/skipped': 1.0}))
  got = refusals.message(TRAIN | {'steps': 9, 'nonfinite_limit': 2, 'checkpoint.every': 5})
  check_message(
    refusals.here, got,
    'step 2: 2 updates in a row were not finite and were skipped; lower config.optimizer.learning_rate '
    'or config.warm_start.learning_rate and start again in another --workdir',
  )  # fmt: skip
