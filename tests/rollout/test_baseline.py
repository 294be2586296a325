"""What is expected of a program: by hand, and without a part of its own in it."""

import numpy as np

from acrl_jax.data import replay
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout import baseline, judging


def sample_of(index, reward, judged=True):
  outcome = Outcome.FAILED if judged else Outcome.HARNESS_ERROR
  entry = replay.Entry(*[None] * 7, reward=reward, outcome=int(outcome), passed=(False,), version=0, key=None)
  return judging.Sample(index, '', TestReport(outcome=outcome, passed=(False,)), True, entry)


def baselines(*samples):
  return [s.entry.baseline for s in baseline.with_peers(samples)]


def test_by_hand_with_one_program_that_the_harness_could_not_judge():
  samples = [sample_of(0, 1.0), sample_of(0, 0.0), sample_of(0, 7.0, False), sample_of(1, -0.3), sample_of(1, -1.0)]
  others = [-1.3 / 3, -0.3 / 3, -0.3 / 4, 0.0, 0.7 / 3]  # the mean of all that was judged but the program itself
  due = [
    (0.0 + others[0]) / 2, (1.0 + others[1]) / 2, (1.0 + others[2]) / 3, (-1.0 + others[3]) / 2, (-0.3 + others[4]) / 2,
  ]  # fmt: skip
  np.testing.assert_allclose(baselines(*samples), due, atol=1e-12)


def test_a_program_has_no_part_in_its_own_baseline():
  rest = [sample_of(0, 0.5), sample_of(1, -0.3)]
  assert baselines(sample_of(0, 1.0), *rest)[0] == baselines(sample_of(0, -1.0), *rest)[0]


def test_one_program_a_problem_has_the_step_s_others_and_one_alone_nothing():
  np.testing.assert_allclose(baselines(sample_of(0, 1.0), sample_of(1, 0.0), sample_of(2, -1.0)), [-0.5, 0.0, 0.5])
  assert baselines(sample_of(0, 1.0)) == [0.0]
  assert baselines(sample_of(0, 1.0), sample_of(1, 3.0, False)) == [0.0, 1.0]


def test_nothing_else_of_a_program_changes():
  samples = [sample_of(0, 1.0), sample_of(0, 0.0)]
  after = baseline.with_peers(samples)
  assert [s._replace(entry=s.entry._replace(baseline=0.0)) for s in after] == samples
