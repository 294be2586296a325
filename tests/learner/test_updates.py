"""The order of what an update does, with functions that tell what they were given."""

import jax
import numpy as np
from rollouts import random_case

from acrl_jax.algorithms import ac, returns
from acrl_jax.learner import updates
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.learner.updates import Piece
from acrl_jax.records import Targets, TrainState

STATE = LearnerState(TrainState(0, 'theta0', None), TrainState(0, 'phi', None), 'reference')
PIECES = [Piece('rows0', np.ones(2, bool)), Piece('rows1', np.zeros(2, bool))]


def parts(events):
  def estimate(actor, critic, reference, rows, *, start):
    events.append(('estimate', actor, critic, reference, rows, start))
    return f'estimates of {rows}', f'hidden of {rows}'

  def actor_step(actor, rows, targets, *, start):
    events.append(('actor', actor.params, rows, targets, start))
    return actor._replace(params=f'theta{rows[-1]}+'), {'loss': rows}

  return estimate, lambda rows, estimates: [f'targets of {each}' for each in estimates], actor_step


def test_every_target_is_taken_before_any_update():
  events = []
  update = updates.make_split_update(*parts(events), critic=True)
  actor, prepared, metrics = update(STATE, PIECES, 5)
  assert [(event[0], event[1]) for event in events] == [
    ('estimate', 'theta0'), ('estimate', 'theta0'), ('actor', 'theta0'), ('actor', 'theta0+'),
  ]  # fmt: skip
  assert events[0] == ('estimate', 'theta0', 'phi', 'reference', 'rows0', 5)
  assert events[3] == ('actor', 'theta0+', 'rows1', 'targets of estimates of rows1', 5)
  assert actor.params == 'theta1+' and metrics == [{'loss': 'rows0'}, {'loss': 'rows1'}]
  assert [each.hidden for each in prepared] == ['hidden of rows0', 'hidden of rows1']
  assert [each.fresh.all() for each in prepared] == [True, False]


def test_targets_see_the_whole_rollout_however_it_is_split():
  """Whitening over one piece would give other numbers, and a group that two pieces hold would be cut in two."""
  rng = np.random.default_rng(0)
  rollout, estimates, _ = random_case(5, B=4)
  rollout = rollout._replace(group=np.asarray([0, 1, 0, 1], np.int32), reward=rng.normal(size=4).astype(np.float32))
  algorithm = ac(normalize=True)
  (whole,) = updates.of_whole_rollout(algorithm.targets)([rollout], [estimates])
  halves = [jax.tree.map(lambda x, s=s: x[s], (rollout, estimates)) for s in (slice(0, 2), slice(2, 4))]
  found = jax.jit(updates.of_whole_rollout(algorithm.targets))(*map(list, zip(*halves)))
  np.testing.assert_allclose(np.concatenate([t.advantages for t in found]), whole.advantages, rtol=1e-5, atol=1e-6)
  alone = algorithm.targets(*halves[0])
  assert np.abs(np.asarray(alone.advantages) - whole.advantages[:2]).max() > 0.01
  means = updates.of_whole_rollout(lambda r, e: Targets(*[returns.group_mean(r.reward, r.group)[0][:, None]] * 2))
  first, second = means(*map(list, zip(*halves)))
  by_hand = [(rollout.reward[0] + rollout.reward[2]) / 2, (rollout.reward[1] + rollout.reward[3]) / 2]
  np.testing.assert_allclose(first.returns[:, 0], by_hand, rtol=1e-6)
  np.testing.assert_allclose(second.returns[:, 0], by_hand, rtol=1e-6)


def test_without_a_step_the_actor_stays_and_a_critic_that_is_not_asked_is_not_given():
  events = []
  estimate, targets, _ = parts(events)
  actor, prepared, metrics = updates.make_split_update(estimate, targets, None, critic=False)(STATE, PIECES, 5)
  assert actor is STATE.actor and metrics == [] and len(prepared) == 2
  assert [event[2] for event in events] == [None, None]


def test_a_joint_update_takes_all_out_of_one_call():
  def joint(actor, critic, rows, *, start):
    assert (actor.params, critic, rows, start) == ('theta0', 'phi', 'rows0', 5)
    return actor._replace(params='new'), {'loss': 1}, 'estimates', 'targets', 'hidden'

  actor, (prepared,), metrics = updates.make_joint_update(joint)(STATE, PIECES[:1], 5)
  assert actor.params == 'new' and metrics == [{'loss': 1}]
  assert prepared[:4] == ('rows0', 'estimates', 'targets', 'hidden') and prepared.fresh.all()


def test_the_critic_sees_each_piece_as_often_as_it_is_told():
  seen = []

  def step(critic, hidden, rows, targets, *, start):
    assert start == 5
    seen.append((critic, hidden, rows, targets))
    return critic + 1, {'loss': critic}

  events = []
  _, prepared, _ = updates.make_split_update(*parts(events), critic=True)(STATE, PIECES, 5)
  critic, metrics = updates.make_critic_update(step, 2)(0, prepared, 5)
  assert critic == 4 and [m['loss'] for m in metrics] == [0, 1, 2, 3]
  assert [row for _, _, row, _ in seen] == ['rows0', 'rows0', 'rows1', 'rows1']
  assert seen[0][1] == 'hidden of rows0' and seen[0][3] == 'targets of estimates of rows0'
  assert updates.make_critic_update(None, 2)(7, prepared, 5) == (7, [])
