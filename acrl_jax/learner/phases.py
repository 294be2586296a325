"""The kinds of learner steps that a run consists of: what moves, by which optimiser, on which rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import optax

from acrl_jax.learner import optimizer, steps, updates
from acrl_jax.learner.optimizer import OptimizerSettings
from acrl_jax.records import Algorithm, Critic, Policy


class Phase(NamedTuple):
  """One kind of learner step."""

  name: str
  steps: int
  source: str  # where its rows come from: the name of one of the loop's row sources
  updates: int  # of the actor, a step, each over an equal share of the rows
  reference: bool  # whether its algorithm wants the scores of the frozen start
  moves_actor: bool
  update_actor: Callable  # (LearnerState, [Piece], P) -> ActorUpdate
  update_critic: Callable  # (critic TrainState, [Prepared], P) -> (TrainState, [metrics])
  critic: bool  # whether its algorithm asks one
  learning_rate: Callable  # update number -> learning rate
  optimizer: optax.GradientTransformation


class CriticSettings(NamedTuple):
  """How the critic learns: config.critic."""

  frozen: bool  # it reads the states of the reference, the policy that it was trained on
  learning_rate: float
  updates: int  # per actor update
  clip_norm: float


class Networks(NamedTuple):
  """What is trained, and where it lies."""

  policy: Policy
  critic: Critic | None
  mesh: jax.sharding.Mesh


class PhaseSettings(NamedTuple):
  """What tells one phase from the others."""

  name: str
  steps: int
  source: str
  rows: int  # of an update
  updates: int
  microbatch: int  # rows per forward and backward pass; 0 means all of an update's
  temperature: float  # at which tokens are scored: that at which they were sampled
  moves_actor: bool
  moves_critic: bool


def make_phase(
  networks: Networks, algorithm: Algorithm, settings: PhaseSettings, optimizer_settings: OptimizerSettings,
  critic: CriticSettings,
) -> Phase:  # fmt: skip
  """The phase, its steps compiled when they are first called."""
  policy, mesh = networks.policy, networks.mesh
  tx, rate = optimizer.make_optimizer(**optimizer_settings._asdict(), total_steps=settings.steps * settings.updates)
  pieces = max(1, settings.rows // settings.microbatch) if settings.microbatch else 1
  shared = dict(microbatches=pieces, temperature=settings.temperature)
  head = networks.critic if algorithm.critic_loss else None
  # One forward pass serves both where a row's targets follow from it alone, and nothing moves between the two.
  apart = algorithm.batchwise or algorithm.reference or critic.frozen or settings.updates > 1
  joint = head and not head.trunk and not apart
  if settings.moves_actor and joint:
    update_actor = updates.make_joint_update(
      steps.make_joint_step(policy, head, algorithm, tx, mesh=mesh, **shared)
    )
  else:
    update_actor = updates.make_split_update(
      steps.make_estimate(policy, head, algorithm, frozen=critic.frozen, **shared),
      jax.jit(updates.of_whole_rollout(algorithm.targets)),
      steps.make_actor_step(policy, algorithm, tx, mesh=mesh, **shared) if settings.moves_actor else None,
      critic=head is not None,
    )
  critic_step = None
  if settings.moves_critic:
    critic_step = steps.make_critic_step(
      head, algorithm, make_critic_optimizer(critic), mesh=mesh, policy=policy, microbatches=pieces
    )
  return Phase(
    name=settings.name, steps=settings.steps, source=settings.source, updates=settings.updates,
    reference=algorithm.reference, moves_actor=settings.moves_actor, update_actor=update_actor,
    update_critic=updates.make_critic_update(critic_step, critic.updates), critic=head is not None,
    learning_rate=rate, optimizer=tx,
  )  # fmt: skip


def make_critic_optimizer(settings: CriticSettings) -> optax.GradientTransformation:
  """The critic's optimiser: its rate stays, and nothing decays."""
  return optimizer.make_optimizer(settings.learning_rate, clip_norm=settings.clip_norm)[0]


def phase_at(phases: Sequence[Phase], step: int) -> tuple[Phase, bool]:
  """The phase that learner step `step` (from 1) belongs to, and whether it is its first step."""
  for phase in phases:
    if step <= phase.steps:
      return phase, step == 1
    step -= phase.steps
  raise ValueError('a step beyond the last phase')
