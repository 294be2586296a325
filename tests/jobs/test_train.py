"""A run killed at any moment ends as the uninterrupted one does, bit for bit on a CPU."""

import shutil
import signal
import subprocess
import time

import jax
import loop
import numpy as np
import pytest
import wrong_commands
from fake_model import model_of
from killed_runs import ROOT, command, environment, kill_after, parameters, rows, run
from wrong_commands import FROM_SHARDS, params, stored_problems

from acrl_jax.config import default
from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import sources
from acrl_jax.distributed import sharding
from acrl_jax.jobs import train
from acrl_jax.jobs.session import Session
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.records import Critic, TrainState


@pytest.fixture(scope='module', params=[False, True], ids=['direct', 'overlap'])
def overlap(request):
  return {'rollout.overlap': request.param}


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory, overlap):
  folder = tmp_path_factory.mktemp('runs') / 'whole'
  run(folder, **overlap)
  return folder


@pytest.mark.parametrize('killed_after', [1, 4, 7])
def test_a_killed_run_ends_like_the_uninterrupted_one(uninterrupted, overlap, killed_after):
  folder = uninterrupted.parent / f'killed{killed_after}'
  kill_after(folder, killed_after, **overlap)
  run(folder, **overlap)
  expected, got = parameters(uninterrupted), parameters(folder)
  assert expected.keys() == got.keys()
  for name, value in expected.items():
    np.testing.assert_array_equal(got[name], value, err_msg=name)
  assert rows(folder) == rows(uninterrupted)
  shutil.rmtree(folder)


def test_sigterm_leaves_a_checkpoint_of_the_last_step(uninterrupted, overlap):
  """Asked in the main phase, where the next programs are under way."""
  folder = uninterrupted.parent / 'asked'
  process = subprocess.Popen(command(folder, **overlap), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
  metrics = folder / 'metrics.jsonl'
  while process.poll() is None and not (metrics.exists() and metrics.read_text().count('\n') >= 5):
    time.sleep(0.02)
  process.send_signal(signal.SIGTERM)
  out, _ = process.communicate()
  assert process.returncode == 0, out
  last = len(metrics.read_text().splitlines())
  assert f'stopped at step {last} of 8' in out and (folder / 'checkpoints' / str(last)).is_dir()
  assert 'resumed from step' in run(folder, **overlap)
  np.testing.assert_equal(parameters(folder), parameters(uninterrupted))


def test_a_finished_run_started_again_does_nothing(uninterrupted, overlap):
  before = (uninterrupted / 'metrics.jsonl').read_text()
  assert 'resumed from step 8 of 8' in run(uninterrupted, **overlap)
  assert (uninterrupted / 'metrics.jsonl').read_text() == before


# --- what is trained ---------------------------------------------------------------------------------


def test_a_model_leaves_its_training_with_the_critic_of_that_or_with_none():
  model = model_of(bpe_training.train(sources.load('primer', 'validation'), 400))._replace(critic=1, critic_params=2)
  actor, own = TrainState(0, 'moved', None), Critic(None, None, {}, trunk=True)
  learned = LearnerState(actor, TrainState(0, 'head', None), None)
  due = model._replace(params='moved', critic=None, critic_params=None)
  assert train.tuned(model, None, LearnerState(actor, None, None)) == due  # not the one that the start came with
  assert train.tuned(model, own, learned) == due
  head = own._replace(trunk=False)
  assert train.tuned(model, head, learned) == due._replace(critic=head, critic_params='head')


# --- what is measured on -----------------------------------------------------------------------------


def measured(**changes):
  """(the tasks of a config, its evaluators), where every program passes."""
  config = default('tiny')
  config.prompt.lengths, config.rollout.max_new_tokens = (40,), 8
  config.data.update(train='primer', heldout='primer')
  config.update_from_flattened_dict({key.replace('__', '.'): value for key, value in changes.items()})
  model = model_of(bpe_training.train(sources.load('primer', 'validation'), 400))
  opened = Session(mesh=sharding.make_mesh(devices=jax.devices()[:1]), pool=loop.Passes())
  tasks = train.load_tasks(config, model, opened)
  return tasks, train.make_evaluators(config, model, opened, tasks)


def test_the_test_split_is_for_the_start_and_the_end_and_validation_for_the_rest():
  tasks, evaluators = measured()
  ids = lambda found: {task.problem.id for task in found.tasks}
  split = {name: {p.id for p in sources.load('primer', name)} for name in sources.SPLITS}
  assert ids(tasks.heldout) and ids(tasks.heldout) <= split['test']
  assert ids(tasks.validation) and ids(tasks.validation) <= split['validation']
  assert not {task.problem.id for task in tasks.train} & (ids(tasks.validation) | ids(tasks.heldout))
  assert evaluators.headline.worker.tasks is tasks.heldout.tasks
  assert evaluators.periodic.worker.tasks is tasks.validation.tasks
  assert [e.settings.name for e in evaluators] == ['primer', 'primer-validation']
  due = len(split['test']) - len(tasks.heldout.tasks), len(split['validation']) - len(tasks.validation.tasks)
  assert tuple(e.dropped for e in evaluators) == due and min(due) > 0  # prompts of more than 40 tokens


def test_where_the_headline_is_the_validation_split_nothing_else_is_read():
  tasks, evaluators = measured(data__heldout_split='validation')
  assert tasks.validation is tasks.heldout and evaluators.periodic is evaluators.headline
  assert evaluators.headline.settings.name == 'primer'
  assert {t.problem.id for t in tasks.heldout.tasks} <= {p.id for p in sources.load('primer', 'validation')}


def test_without_evaluations_no_held_out_problem_is_read():
  tasks, _ = measured(eval__every=0, data__heldout='shards:/no/such')
  assert tasks.train and tasks.heldout.tasks == tasks.validation.tasks == []


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_STARTS = {
  'no references': (
    stored_problems(solution=''), FROM_SHARDS | {'warm_start.steps': 1},
    'no reference solution fits: warm start and sft need problems with solutions; check config.data.train',
  ),
}  # fmt: skip
WRONG_STARTS |= {
  'accelerator': (
    None, {'dtype': 'bfloat16'},
    'this config is sized for an accelerator and JAX finds none; add :cpu or :tiny to the file, as in '
    '--config=configs/ac.py:cpu, or give --config.dtype=float32 to run these sizes on the CPU',
  ),
}  # fmt: skip


@pytest.mark.parametrize('more', [[], ['--dry_run']])
def test_nothing_to_train_is_told_before_any_file_is_read(refusals, more):
  argv = [*wrong_commands.command(refusals.here, wrong_commands.TRAIN | {'steps': 0, 'model': '/no/such'}), *more]
  got = wrong_commands.message_of(refusals.capsys, refusals.caplog, argv)
  assert got == 'config.steps and config.warm_start.steps are both 0: there is nothing to train'


@pytest.mark.parametrize('more', [[], ['--dry_run']])
def test_other_adapters_than_those_of_the_model_are_told_before_its_problems_are_read(refusals, more):
  changes = {'model': wrong_commands.RUN, 'lora.rank': 2, 'data.train': 'mbpp:/no/such'}
  argv = [*wrong_commands.command(refusals.here, wrong_commands.TRAIN | changes), *more]
  got = wrong_commands.message_of(refusals.capsys, refusals.caplog, argv)
  assert got.startswith('config.lora asks for rank=2') and 'has rank=0' in got


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_STARTS))
def test_a_training_that_cannot_begin_says_so_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
