"""The state of the learner, and the items that a checkpoint holds of it, apart from each other.

So evaluation and export read the policy's parameters without the optimiser's.
"""

from __future__ import annotations

from typing import NamedTuple

from acrl_jax.records import TrainState, Tree


class LearnerState(NamedTuple):
  """All that learning changes. What a run does not have is None."""

  actor: TrainState
  critic: TrainState | None
  reference: Tree | None  # what is trained of the frozen start, where somebody asks for it


def to_items(state: LearnerState) -> dict[str, Tree]:
  """The items of a checkpoint."""
  actor, critic = state.actor, state.critic
  items = {'params': actor.params, 'actor': {'step': actor.step, 'opt_state': actor.opt_state}}
  if critic is not None:
    items |= {'critic_params': critic.params, 'critic': {'step': critic.step, 'opt_state': critic.opt_state}}
  if state.reference is not None:
    items['reference'] = state.reference
  return items


def from_items(items: dict[str, Tree]) -> LearnerState:
  """The inverse of `to_items`."""
  return LearnerState(
    actor=TrainState(params=items['params'], **items['actor']),
    critic=TrainState(params=items['critic_params'], **items['critic']) if 'critic' in items else None,
    reference=items.get('reference'),
  )
