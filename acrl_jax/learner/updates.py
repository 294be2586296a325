"""The updates of one rollout, joint or split: estimates and targets before any, then the actor's, then the critic's.

Both kinds of actor update are functions (LearnerState, [Piece], P) -> ActorUpdate, P the width of the prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.records import Array, Estimates, Rollout, Targets, TrainState


class Piece(NamedTuple):
  """The rows of one update."""

  rollout: Rollout  # on the devices
  fresh: np.ndarray  # [B] bool: sampled in this step, not replayed


class Prepared(NamedTuple):
  """The rows of one update with what is known before it."""

  rollout: Rollout
  estimates: Estimates
  targets: Targets
  hidden: Array | None  # [B, T, D] what the critic reads of the policy
  fresh: np.ndarray  # [B] bool: sampled in this step, not replayed


class ActorUpdate(NamedTuple):
  """The actor after its updates."""

  actor: TrainState
  prepared: list[Prepared]
  metrics: list[dict[str, Array]]  # of each update; none where the actor does not move


def make_joint_update(joint_step: Callable) -> Callable:
  """Estimates, targets and the actor's update out of one forward pass: for a single piece."""

  def update(state: LearnerState, pieces: Sequence[Piece], P: int) -> ActorUpdate:
    (piece,) = pieces
    actor, metrics, *found = joint_step(state.actor, state.critic.params, piece.rollout, start=P)
    return ActorUpdate(actor, [Prepared(piece.rollout, *found, piece.fresh)], [metrics])

  return update


def of_whole_rollout(targets: Callable) -> Callable:
  """([Rollout], [Estimates]) -> [Targets] of pieces, made out of all their rows at once by an algorithm's `targets`.

  So groups stay whole and a mean or a spread is that of the step, however its rows are split into updates.
  """

  def made(rollouts: Sequence[Rollout], estimates: Sequence[Estimates]) -> list[Targets]:
    joined = lambda parts: jax.tree.map(lambda *x: jnp.concatenate(x), *parts)
    found, rows = targets(joined(rollouts), joined(estimates)), len(rollouts[0].reward)
    return [jax.tree.map(lambda x, k=k: x[k * rows : (k + 1) * rows], found) for k in range(len(rollouts))]

  return made


def make_split_update(estimate: Callable, targets: Callable, actor_step: Callable | None, *, critic: bool) -> Callable:
  """All targets before any update, then one a piece; none without `actor_step`. `critic`: whether one is asked.

  `targets` is as of `of_whole_rollout`.
  """

  def update(state: LearnerState, pieces: Sequence[Piece], P: int) -> ActorUpdate:
    critic_params = state.critic.params if critic else None
    metrics, actor, rollouts = [], state.actor, [piece.rollout for piece in pieces]
    # All before the first: the critic must not have seen this batch.
    found = [estimate(actor.params, critic_params, state.reference, rollout, start=P) for rollout in rollouts]
    estimates, hidden = zip(*found)
    aims = targets(rollouts, list(estimates))
    prepared = [Prepared(*each, piece.fresh) for *each, piece in zip(rollouts, estimates, aims, hidden, pieces)]
    for each in prepared if actor_step else ():
      actor, seen = actor_step(actor, each.rollout, each.targets, start=P)
      metrics.append(seen)
    return ActorUpdate(actor, prepared, metrics)

  return update


def make_critic_update(critic_step: Callable | None, repeats: int) -> Callable:
  """(TrainState, [Prepared], P) -> (TrainState, metrics of each update): `repeats` a piece, none without a step."""

  def update(critic: TrainState | None, prepared: Sequence[Prepared], P: int):
    metrics = []
    for each in prepared if critic_step else ():
      for _ in range(repeats):
        critic, seen = critic_step(critic, each.hidden, each.rollout, each.targets, start=P)
        metrics.append(seen)
    return critic, metrics

  return update
