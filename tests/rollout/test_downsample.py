"""Which programs are learned from."""

from acrl_jax.data import replay
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout import downsample, judging


def test_what_is_learned_from_differs_most_from_its_problem_s_mean():
  rewards = [(0, 1.0), (0, -0.3), (0, -0.3), (0, -0.3), (1, 1.0), (1, 1.0), (2, -1.0), (2, -0.6), (3, 9.0)]
  gaps = [0.975, 0.325, 0.325, 0.325, 0, 0, 0.2, 0.2, -1]  # by hand; the harness failed on the last
  samples = [sample_of(index, reward, reward < 9) for index, reward in rewards]
  assert downsample.downsample_by_variance(samples, 4) == [0, 1, 2, 3]
  assert downsample.downsample_by_variance(samples, 6) == [0, 1, 2, 3, 6, 7]
  assert downsample.downsample_by_variance(samples, len(samples)) == list(range(len(samples)))
  for count in range(len(samples)):
    kept = set(downsample.downsample_by_variance(samples, count))
    assert len(kept) == count
    assert not kept or min(gaps[i] for i in kept) >= max(gaps[i] for i in set(range(len(samples))) - kept)


def sample_of(index, reward, judged):
  outcome = Outcome.FAILED if judged else Outcome.HARNESS_ERROR
  entry = replay.Entry(*[None] * 7, reward=reward, outcome=int(outcome), passed=(False,), version=0, key=None)
  return judging.Sample(index, '', TestReport(outcome=outcome, passed=(False,)), True, entry)
