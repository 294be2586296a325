"""How rows are cut into updates."""

import numpy as np
import pytest

from acrl_jax.data.batch import Rows
from acrl_jax.data.replay import Entry
from acrl_jax.learner.learner import Learner, LearnerSettings


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
