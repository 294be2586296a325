"""Which programs are learned from, and that their weights undo the choice."""

import numpy as np
import pytest

from acrl_jax.data import replay
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout import downsample, judging


def sample_of(index, reward, judged=True):
  outcome = Outcome.FAILED if judged else Outcome.HARNESS_ERROR
  entry = replay.Entry(*[None] * 7, reward=reward, outcome=int(outcome), passed=(False,), version=0, key=None)
  return judging.Sample(index, '', TestReport(outcome=outcome, passed=(False,)), True, entry)


REWARDS = [[1.0, -0.3], [-0.3, -0.3], [1.0, 1.0], [-1.0, -0.6], [0.0, 0.1]]  # of five problems, two programs each
PROGRAMS = [sample_of(k, reward) for k, group in enumerate(REWARDS) for reward in group]


def kept(seed, count=4, programs=PROGRAMS):
  return downsample.whole_problems(programs, 2, count, np.random.default_rng(seed))


def test_chances_by_hand():
  spreads = np.asarray([0.65, 0.0, 0.0, 0.2, 0.05])  # mean .18, half of it .09
  np.testing.assert_allclose(downsample.chances(spreads, 1), np.asarray([0.74, 0.09, 0.09, 0.29, 0.14]) / 1.35)
  # Of three kept the first would have a chance of 1.64: it is certain, and two of the rest are drawn.
  np.testing.assert_allclose(
    downsample.chances(spreads, 3), [1, 2 * 0.09 / 0.61, 2 * 0.09 / 0.61, 2 * 0.29 / 0.61, 2 * 0.14 / 0.61]
  )
  np.testing.assert_allclose(downsample.chances(np.zeros(4), 3), 0.75)
  np.testing.assert_allclose(downsample.chances(spreads, 5), 1)


@pytest.mark.parametrize('seed', range(20))
def test_whole_problems_are_kept_as_many_as_were_asked_for_in_their_order(seed):
  for count in (2, 4, 6, 8, 10):
    found = kept(seed, count)
    index = [s.index for s in found]
    assert len(found) == count and index == sorted(index) and all(index.count(k) == 2 for k in index)
    assert [s.entry.reward for s in found] == [r for k in sorted(set(index)) for r in REWARDS[k]]


def test_each_is_kept_as_often_as_its_chance_says():
  chance = downsample.chances(np.asarray([0.65, 0.0, 0.0, 0.2, 0.05]), 2)
  drawn = 4000
  often = np.zeros(5)
  for seed in range(drawn):
    often[[s.index for s in kept(seed)][::2]] += 1
  np.testing.assert_allclose(often / drawn, chance, atol=4 * 0.5 / np.sqrt(drawn))


def test_weighed_means_of_what_is_kept_are_those_of_all_on_average():
  """Of the rewards and of their spread, where a plain mean of what is kept is far too high."""
  means, plain = [], []
  for seed in range(4000):
    rows = kept(seed)
    rewards = np.asarray([s.entry.reward for s in rows])
    weights = np.asarray([s.entry.weight for s in rows])
    means.append([np.mean(weights * rewards), np.mean(weights * rewards**2), np.mean(weights)])
    plain.append(np.mean(rewards**2))
  rewards = np.asarray(REWARDS).ravel()
  error = np.std(means, 0) / np.sqrt(len(means))
  due = [rewards.mean(), np.mean(rewards**2), 1.0]
  assert np.all(np.abs(np.mean(means, 0) - due) <= 4 * error)
  assert abs(np.mean(plain) - due[1]) > 8 * np.std(plain) / np.sqrt(len(plain))


def test_no_weight_is_above_its_bound_and_all_that_is_kept_weighs_one():
  worst = (1 + downsample.FLOOR) / downsample.FLOOR
  assert max(s.entry.weight for seed in range(200) for s in kept(seed, 2)) <= worst + 1e-9
  assert kept(0, len(PROGRAMS)) == PROGRAMS
  alike = [sample_of(k, 1.0) for k in range(4) for _ in range(2)]
  assert {s.entry.weight for s in kept(0, 4, alike)} == {1.0}


def test_what_the_harness_could_not_judge_has_no_part_in_a_spread():
  group = [sample_of(0, 1.0), sample_of(0, 0.0, False), sample_of(0, 1.0)]
  assert downsample.spread(group) == 0 and downsample.spread([group[1]]) == 0
  assert downsample.spread([sample_of(0, 0.1)] * 6) == 0  # and not what rounding leaves
