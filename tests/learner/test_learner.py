"""How rows are cut into updates, and what a phase begins with."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from acrl_jax.data.batch import Rows
from acrl_jax.data.replay import Entry
from acrl_jax.distributed import sharding
from acrl_jax.learner.learner import Learner, LearnerSettings
from acrl_jax.learner.phases import CriticSettings, Networks, Phase
from acrl_jax.learner.updates import ActorUpdate, Prepared
from acrl_jax.records import Critic, Estimates, Policy, Targets


def entry(number, version):
  """A completion of one token, the number."""
  return Entry(
    problem=str(number), prompt=np.asarray([9]), completion=np.asarray([number]), actions=np.ones(1, bool),
    log_probs=np.zeros(1, np.float32), credit=np.ones(1, np.float32), bonus=np.zeros(1, np.float32), reward=0.0,
    outcome=2, passed=(), version=version, key=None,
  )  # fmt: skip


def cut(updates, step=7, seed=0, rows=None):
  learner = Learner(None, [], None, LearnerSettings(seed, (4,), 8, pad_id=0), lambda tree: tree)
  entries = [entry(number, 7) for number in range(1, 5)] + [entry(5, 3)]  # four fresh ones, one replayed
  return learner.pieces(rows or Rows(entries, fresh=4, size=6), updates, step)


def numbers(pieces, P):
  return [piece.rollout.tokens[:, P].tolist() for piece in pieces]


def test_one_update_takes_the_rows_in_their_order_and_fills_up_with_empty_ones():
  pieces, P, on_policy = cut(1)
  assert numbers(pieces, P) == [[1, 2, 3, 4, 5, 0]] and P == 4
  assert pieces[0].fresh.tolist() == [True] * 4 + [False] * 2
  assert on_policy.tolist() == [True] * 4 + [False] * 2
  assert pieces[0].rollout.credit.sum() == 5


def test_what_is_on_policy_is_told_of_the_first_update_wherever_its_rows_come_from():
  for seed in range(9):  # else a share of fresh rows alone would say nothing
    pieces, P, on_policy = cut(2, seed=seed)
    assert on_policy.tolist() == [0 < number < 5 for number in numbers(pieces, P)[0]]


@pytest.mark.parametrize('updates', [2, 3])
def test_several_updates_share_the_rows_in_an_order_of_the_step(updates):
  pieces, P, on_policy = cut(updates)
  found = numbers(pieces, P)
  assert sorted(sum(found, [])) == [0, 1, 2, 3, 4, 5] and {len(share) for share in found} == {6 // updates}
  for share, piece in zip(found, pieces):
    assert piece.fresh.tolist() == [0 < number < 5 for number in share]
  assert on_policy.tolist() == [0 < number < 5 for number in found[0]]
  assert found == numbers(*cut(updates)[:2])
  assert any(found != numbers(*cut(updates, step=step)[:2]) for step in (8, 9, 10))
  assert any(found != numbers(*cut(updates, seed=seed)[:2]) for seed in (1, 2, 3))


def test_fresh_programs_of_an_older_policy_are_not_on_policy():
  rows = Rows([entry(1, 6), entry(2, 7)], fresh=2, size=2)
  pieces, _, on_policy = cut(1, rows=rows)
  assert pieces[0].fresh.all() and on_policy.tolist() == [False, True]


# --- phases ------------------------------------------------------------------------------------------


def phase_of(name, steps, optimizer, seen, reference=True):
  """A phase whose actor goes up by 1 an update and its critic by 10; `seen` is what the updates were given."""

  def update_actor(state, pieces, P):
    seen.append(jax.device_get(state))
    found = [
      Prepared(piece.rollout, Estimates(), Targets(*[np.zeros(piece.rollout.tokens.shape)] * 2), None, piece.fresh)
      for piece in pieces
    ]
    up = lambda tree: jax.tree.map(lambda x: x + 1, tree)
    return ActorUpdate(up(state.actor), found, [])

  def update_critic(critic, prepared, P):
    return critic._replace(params=jax.tree.map(lambda x: x + 10, critic.params)), []

  return Phase(
    name=name, steps=steps, source='sampled', updates=1, reference=reference, moves_actor=True,
    update_actor=update_actor, update_critic=update_critic, critic=True, learning_rate=lambda n: n, optimizer=optimizer,
  )  # fmt: skip


HEAD = Critic(init=lambda key: {'w': jnp.full(2, 5.0)}, values=None, dims={'w': 'D'})


def learner_of(seen, references=(True, True), frozen=False, critic=HEAD, asked=(True, True)):
  """A learner of a phase with one step and one with three; `asked`: whether each asks the critic."""
  network = lambda value: Policy(*[None] * 6, dims={'w': 'D'})._replace(init=lambda key: {'w': jnp.full(2, value)})
  networks = Networks(network(0.0), critic, sharding.make_mesh(devices=jax.devices()[:1]))
  phases = [
    phase_of('critic', 1, optax.trace(0.9), seen, references[0])._replace(critic=asked[0]),
    phase_of('ac', 3, optax.scale_by_adam(), seen, references[1])._replace(critic=asked[1]),
  ]
  how = CriticSettings(frozen=frozen, learning_rate=1e-3, updates=1, clip_norm=1.0)
  return Learner(networks, phases, how, LearnerSettings(0, (4,), 8, pad_id=0), lambda tree: tree)


def step_of(learner, state, step):
  return learner.update(state, Rows([entry(1, step)], fresh=1, size=1), step)


def states(*asked):
  """([the state that each step was given], the last state, [the rate of each])."""
  seen, rates = [], []
  learner = learner_of(seen, *asked)
  state = learner.init({'w': jnp.zeros(2)})
  for step in range(1, 5):
    state, row = step_of(learner, state, step)
    rates.append(row['policy/lr'])
  return seen, state, rates


def test_a_phase_begins_with_a_fresh_optimiser_of_its_own_and_is_its_own_reference():
  seen, last, rates = states()
  assert rates == [0, 0, 1, 2]  # updates are counted anew
  assert [type(s.actor.opt_state).__name__ for s in seen] == ['TraceState'] + ['ScaleByAdamState'] * 3
  assert [float(s.actor.opt_state.mu['w'][0]) for s in seen[1:]] == [0, 1, 2]  # what an update left stays in a phase
  assert [float(s.actor.params['w'][0]) for s in seen] == [0, 1, 2, 3] and last.actor.params['w'][0] == 4
  assert [float(s.reference['w'][0]) for s in seen] == [0, 1, 1, 1]


def test_what_a_phase_leaves_behind_takes_no_memory_while_the_next_one_learns():
  """Whoever calls still holds the state of before: its moments are twice as large as what is trained."""
  learner = learner_of([])
  before, _ = step_of(learner, learner.init({'w': jnp.zeros(2)}), 1)
  left = jax.tree.leaves((before.actor.opt_state, before.reference))
  assert len(left) == 2 and not any(x.is_deleted() for x in left)
  step_of(learner, before, 2)
  assert all(x.is_deleted() for x in left)


@pytest.mark.parametrize('asked', [(True, True), (False, True)])
def test_a_trunk_of_its_own_is_set_to_the_policy_once_and_what_it_replaces_takes_no_memory(asked):
  learner = learner_of([], critic=HEAD._replace(trunk=True), asked=asked)
  start = learner.init({'w': jnp.zeros(2)})
  assert start.critic.params['trunk']['w'][0] == 0 and start.critic.params['head']['w'][0] == 5
  before, _ = step_of(learner, start, 1)  # the actor is at 1 now, and the critic's trunk at 10
  old = jax.tree.leaves(before.critic)
  state = learner.enter(before, learner.phases[1])
  trunk, due = state.critic.params['trunk']['w'], 10 if asked[0] else 1
  assert trunk[0] == due and state.actor.params['w'][0] == 1 and trunk is not state.actor.params['w']
  assert [x.is_deleted() for x in old] == [not asked[0]] * len(old)
  mu = [x for x in jax.tree.leaves(state.critic.opt_state) if jnp.shape(x) == (2,)]
  assert len(mu) == 4  # two moments of the trunk, two of the head


def test_a_frozen_critic_with_a_trunk_and_none_at_all_keep_no_reference():
  for critic in (HEAD._replace(trunk=True), None):
    learner = learner_of([], (False, False), True, critic)
    state = learner.init({'w': jnp.zeros(2)})
    assert state.reference is None and learner.enter(state, learner.phases[1]).reference is None


def test_an_actor_update_is_given_the_critic_of_before_and_the_critic_outlives_its_phase():
  seen, last, _ = states()
  assert [float(s.critic.params['w'][0]) for s in seen] == [5, 15, 25, 35] and last.critic.params['w'][0] == 45


@pytest.mark.parametrize(
  ('references', 'frozen', 'kept'),
  [((False, False), False, False), ((False, True), False, True), ((False, False), True, True)],
)
def test_a_reference_is_kept_where_a_phase_or_a_frozen_critic_wants_one(references, frozen, kept):
  seen, _, _ = states(references, frozen)
  assert all((s.reference is not None) == kept for s in seen)


def test_a_critic_begins_by_the_seed_of_the_run():
  network = Policy(*[None] * 6, dims={'w': 'D'})._replace(init=lambda key: {'w': jax.random.uniform(key, 2)})
  head = Critic(network.init, None, network.dims)
  networks = Networks(network, head, sharding.make_mesh(devices=jax.devices()[:1]))
  phases, how = [phase_of('ac', 1, optax.identity(), [], False)], CriticSettings(False, 1e-3, 1, 1.0)
  begin = lambda seed: Learner(networks, phases, how, LearnerSettings(seed, (4,), 8, pad_id=0), None).init(
    network.init(jax.random.key(seed))
  )
  first, again, other = begin(0), begin(0), begin(1)
  assert np.array_equal(first.critic.params['w'], again.critic.params['w'])
  assert not np.array_equal(first.critic.params['w'], other.critic.params['w'])
  assert not np.array_equal(first.critic.params['w'], first.actor.params['w'])


def test_the_last_steps_are_those_of_all_phases():
  learner = Learner(None, [phase_of('a', 2, None, []), phase_of('b', 3, None, [])], None, None, None)
  assert learner.last_steps == {2, 5} and learner.total == 5
