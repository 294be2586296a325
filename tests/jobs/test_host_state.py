"""What the host remembers: counted by hand, packed whole, and it stops a run whose updates are not finite."""

import numpy as np
import pytest

from acrl_jax.data.replay import Entry, Replay
from acrl_jax.jobs.host_state import HostState
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout.judging import Sample


class Idle:
  """A sampler with one array under way."""

  def __init__(self):
    self.state = {'tokens': np.arange(3)}

  def state_dict(self):
    return self.state

  def load_state_dict(self, state):
    self.state = state


def entry(length, key):
  return Entry(
    problem='p', prompt=np.asarray([1]), completion=np.arange(length), actions=np.ones(length, bool),
    log_probs=np.zeros(length, np.float32), credit=np.ones(length, np.float32), bonus=np.zeros(length, np.float32),
    reward=0.0, outcome=int(Outcome.FAILED), passed=(False,), version=1, key=key,
  )  # fmt: skip


def sample(length):
  return Sample(0, '', TestReport(outcome=Outcome.FAILED, passed=(False,)), True, entry(length, str(length)))


def host():
  return HostState(Idle(), Replay(capacity=9, per_problem=9, unparsable_share=1.0, max_staleness=9, seed=0))


def test_progress_is_counted_over_steps():
  state = host()
  assert state.count([sample(2), sample(5)], 1.5) == {
    'progress/episodes': 2, 'progress/tokens': 7, 'progress/wall_s': 1.5
  }  # fmt: skip
  assert state.count([sample(1)], 0.5) == {'progress/episodes': 3, 'progress/tokens': 8, 'progress/wall_s': 2.0}


def test_all_of_it_comes_back_as_it_was_packed():
  state = host()
  state.count([sample(2)], 1.5)
  state.buffer.insert(entry(4, 'a'))
  state.buffer.insert(entry(3, 'b'))
  other = host()
  other.sampler.state = {}
  other.unpack(state.pack())
  assert other.counters == state.counters and len(other.buffer) == 2
  assert [e.key for e in other.buffer.sample(2, version=1)] == [e.key for e in state.buffer.sample(2, version=1)]
  np.testing.assert_array_equal(other.sampler.state['tokens'], [0, 1, 2])


def test_a_run_without_a_buffer_is_packed_too():
  state = HostState(Idle(), None)
  again = HostState(Idle(), None)
  again.unpack(state.pack())
  assert again.counters == state.counters


def test_updates_that_were_skipped_in_a_row_stop_the_run_and_one_that_was_not_begins_the_count_anew():
  state = host()
  skipped, fine = {'policy/skipped': 1.0}, {'policy/skipped': 0.0, 'critic/skipped': 0.0}
  for row in (skipped, {'critic/skipped': 1.0}, fine, skipped, skipped):
    state.check_finite(row, 5, limit=3)
  with pytest.raises(ValueError, match='step 9: 3 updates in a row were not finite .* lower config.optimizer'):
    state.check_finite(skipped, 9, limit=3)
