"""The real loop against its slow twin, parameter by parameter; by which policy it samples; and how it goes on."""

import jax
import loop
import numpy as np
import pytest
import twin

# Every term of the loss is on, and what a fault would blur is large: rates, decay, temperatures, the share of replay.
PLAIN = dict(name='ac', discount=0.9, entropy_cost=0.02, ce_cost=0.1, ratio_clip=1.0)
VARIANTS = {
  'one update, in one pass': dict(
    algorithm=PLAIN, optimizer__schedule='cosine', optimizer__warmup_steps=1, optimizer__weight_decay=0.5,
    critic__updates=2, eval__every=10, eval__problems=4, eval__samples=2, eval__temperature=1.4, eval__rows=8,
    eval__top_p=1.0,
  ),
  'two updates': dict(
    algorithm=PLAIN, updates=2, optimizer__schedule='linear', optimizer__warmup_steps=1, optimizer__weight_decay=0.5,
    reward='outcome', steps=3, checkpoint__every=2,
  ),
  'a reference, a warm start and whitening': dict(
    algorithm=dict(name='ac', discount=1.0, kl_cost=1.0, normalize=True, ratio_clip=1.0), updates=2,
    optimizer__warmup_steps=1, optimizer__weight_decay=0.5, reward='stepcoder', warm_start__steps=1,
    critic__pretrain_steps=1, steps=2, rollout__max_new_tokens=48,
  ),
}  # fmt: skip


TOLERANCE = 1e-3  # of a step's length; float32 alone gives 1e-4 and less


@pytest.fixture(scope='module')
def run_of(tmp_path_factory):
  """The run of a variant, made once."""
  made = {}

  def find(name):
    if name not in made:
      config = loop.config(**VARIANTS[name])
      made[name] = config, loop.run(config, tmp_path_factory.mktemp('run'))
    return made[name]

  return find


def close(found, due, before):
  """Every leaf moved as the twin's did. Adam's steps are as long where a gradient is only rounding: so by norms."""
  for (path, a), b, start in zip(jax.tree.leaves_with_path(found), jax.tree.leaves(due), jax.tree.leaves(before)):
    moved = np.linalg.norm(np.asarray(b, np.float64) - start)
    gap = np.linalg.norm(a - b)
    assert gap <= TOLERANCE * moved + 1e-7, f'{jax.tree_util.keystr(path)}: off by {gap:.2e} of {moved:.2e}'


@pytest.mark.parametrize('name', VARIANTS)
def test_every_parameter_of_actor_and_critic_is_that_of_the_twin_after_each_step(run_of, name):
  config, run = run_of(name)
  slow, phase = twin.Twin(run, config), None
  for step in run.steps:
    if step.phase != phase:
      phase = step.phase
      slow.enter(step.before.actor)
    if phase == 'sft':
      assert same(step.before.critic, step.after.critic)
      continue
    actor, critic = slow.actor, slow.critic
    slow.step(step.samples, step.number, moves_actor=phase != 'critic')
    close(step.after.critic, slow.critic, critic)
    if phase == 'critic':
      assert same(step.before.actor, step.after.actor)
    else:
      close(step.after.actor, slow.actor, actor)
  assert slow.replayed[0] == 0 and all(slow.replayed[1:])  # else nothing is said of old programs ...
  assert slow.silent  # ... and of rows that no loss may see


def same(a, b):
  """Bit for bit."""
  return all(np.array_equal(x, y) for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b)))


def gap(run, params, samples, temperature):
  """The largest difference between the log-probs that samples tell and those of `params` at a temperature."""
  config, entries = loop.config(), [sample.entry for sample in samples]
  P = max(config.prompt.lengths)
  rows = twin.Rows(entries, len(entries), P, config.rollout.max_new_tokens, run.pad_id)

  @jax.jit
  def found(params, tokens, valid):
    logits = run.policy.logits(params, tokens, valid, start=P)
    return twin.chosen(twin.distribution(logits, temperature, run.vocab), tokens)

  return np.abs(np.where(rows.acts, found(twin.floats(params), rows.tokens, rows.valid) - rows.old, 0)).max()


def test_programs_are_sampled_at_the_temperature_of_training_and_told_so(run_of):
  _, run = run_of('one update, in one pass')
  for step in run.steps:
    assert gap(run, step.before.actor, step.samples, 0.7) < 1e-4
    assert gap(run, step.before.actor, step.samples, 1.0) > 1e-2  # else the two could not be told apart


def test_evaluation_samples_at_its_own_temperature(run_of):
  _, run = run_of('one update, in one pass')
  assert len(run.evaluations) == 2  # before the first step and after the last
  for found in run.evaluations:
    assert len(found.samples) >= 6
    assert gap(run, found.actor, found.samples, 1.4) < 1e-4
    assert gap(run, found.actor, found.samples, 0.7) > 1e-2
  assert same(run.evaluations[-1].actor, run.steps[-1].after.actor)


def test_a_killed_run_goes_on_with_the_replay_buffer_that_it_had(run_of, tmp_path):
  config, whole = run_of('two updates')
  with pytest.raises(KeyboardInterrupt):
    loop.run(config, tmp_path, loop.Judge(until=2))  # the third batch is never judged
  rest = loop.run(config, tmp_path)
  assert [step.number for step in rest.steps] == [3]
  (step,), due = rest.steps, whole.steps[2]
  assert same(step.before, due.before) and same(step.after, due.after)
  told = {name: value for name, value in due.told.items() if not name.startswith(('time/', 'perf/', 'progress/wall'))}
  assert {name: step.told[name] for name in told} == told
  assert due.told['buffer/reuse_mean'] > 0  # rows that are replayed for a second time
