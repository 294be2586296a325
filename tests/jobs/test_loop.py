"""Learning from programs that were sampled a step ahead: by which policy, and how the update weighs them."""

import re

import jax
import numpy as np
import pytest
from wrong_commands import RUN, TRAIN, check_message, params, stand_still

from acrl_jax.config import default
from acrl_jax.data import batch
from acrl_jax.distributed import sharding
from acrl_jax.jobs import session, settings, train
from acrl_jax.jobs.host_state import HostState
from acrl_jax.jobs.loop import check_steps
from acrl_jax.jobs.session import Session
from acrl_jax.learner.learner import Learner
from acrl_jax.records import Outcome, TestReport


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
  config.rollout.update(problems=8, samples=1, max_new_tokens=16, overlap=True)
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
    source = train.row_sources(config, model, HostState(sampler, None))[settings.SAMPLED]
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
