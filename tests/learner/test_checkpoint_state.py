"""The items of a checkpoint hold all of the state, and nothing that a run does not have."""

import pytest

from acrl_jax.learner import checkpoint_state
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.records import TrainState

ACTOR, CRITIC = TrainState(3, {'w': 1}, {'m': 2}), TrainState(4, {'v': 5}, {'m': 6})


@pytest.mark.parametrize('critic', [CRITIC, None])
@pytest.mark.parametrize('reference', [{'w': 0}, None])
def test_a_state_goes_through_its_items(critic, reference):
  state = LearnerState(ACTOR, critic, reference)
  items = checkpoint_state.to_items(state)
  assert checkpoint_state.from_items(items) == state
  assert set(items) == {'params', 'actor'} | ({'critic_params', 'critic'} if critic else set()) | (
    {'reference'} if reference else set()
  )
  assert items['params'] == {'w': 1} and 'params' not in items['actor']  # read without the optimiser's
