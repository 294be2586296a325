"""The learner: rows -> estimates -> targets -> updates. It changes nothing of its own: its state is an argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.data import batch
from acrl_jax.data.batch import Rows
from acrl_jax.distributed import processes, sharding
from acrl_jax.learner import diagnostics, phases
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.learner.phases import CriticSettings, Networks, Phase
from acrl_jax.learner.updates import Piece
from acrl_jax.models import lora
from acrl_jax.records import TrainState, Tree

# Streams of random numbers, apart from those of the steps, whose number is their key.
CRITIC_KEY, SHARES = 1 << 29, 1


class LearnerSettings(NamedTuple):
  """The shapes of what is learned from."""

  seed: int
  prompt_lengths: tuple[int, ...]
  max_new_tokens: int
  pad_id: int


class Learner:
  """Turns rows into updates, phase after phase."""

  def __init__(
    self, networks: Networks, phases: Sequence[Phase], critic: CriticSettings, settings: LearnerSettings,
    place: Callable[[Tree], Tree],
  ):  # fmt: skip
    self.networks, self.phases, self.critic, self.settings, self.place = networks, phases, critic, settings, place

  @property
  def total(self) -> int:
    """Learner steps of all phases."""
    return sum(phase.steps for phase in self.phases)

  @property
  def last_steps(self) -> frozenset[int]:
    """The last step of each phase."""
    return frozenset(int(n) for n in np.cumsum([phase.steps for phase in self.phases]))

  def phase_at(self, step: int) -> tuple[Phase, bool]:
    """The phase that learner step `step` (from 1) belongs to, and whether it is its first step."""
    return phases.phase_at(self.phases, step)

  def init(self, params: Tree) -> LearnerState:
    """The state before step 1; `params` are donated."""
    networks = self.networks
    critic = self.fresh_critic(params) if networks.critic is not None else None
    actor = fresh_state(params, self.phases[0].optimizer, networks.policy.dims, networks.mesh)
    reads = self.critic.frozen and networks.critic is not None and not networks.critic.trunk
    wanted = reads or any(phase.reference for phase in self.phases)
    return LearnerState(actor=actor, critic=critic, reference=copied(actor.params) if wanted else None)

  def fresh_critic(self, params: Tree) -> TrainState:
    """The critic before its first update; its trunk, where it has one, is the policy of these parameters."""
    critic, mesh = self.networks.critic, self.networks.mesh
    head = critic.init(jax.random.fold_in(jax.random.key(self.settings.seed), CRITIC_KEY))
    start = {'head': head, 'trunk': jax.tree.map(lambda x: x.copy(), params)} if critic.trunk else head
    return fresh_state(start, phases.make_critic_optimizer(self.critic), critic.dims, mesh)

  def enter(self, state: LearnerState, phase: Phase) -> LearnerState:
    """The state at the start of a phase: a fresh optimiser, and the reference is where the phase begins.

    So is a critic's own trunk, in the first phase that has a critic. All of `state` is donated but a critic that stays:
    whoever calls still holds it, and it would lie beside the phase's own.
    """
    network = self.networks.critic
    begins = network is not None and network.trunk and phase is next((p for p in self.phases if p.critic), None)
    for x in jax.tree.leaves((state.actor.opt_state, state.reference, state.critic if begins else None)):
      x.delete()
    critic = self.fresh_critic(state.actor.params) if begins else state.critic
    actor = fresh_state(state.actor.params, phase.optimizer, self.networks.policy.dims, self.networks.mesh)
    return LearnerState(actor, critic, None if state.reference is None else copied(actor.params))

  def update(self, state: LearnerState, rows: Rows, step: int) -> tuple[LearnerState, dict[str, float]]:
    """(state, metrics) after the updates of learner step `step`: over equal shares of the rows, one after the other."""
    phase, is_first = self.phase_at(step)
    if is_first and step > 1:
      state = self.enter(state, phase)
    pieces, P, on_policy = self.pieces(rows, phase.updates, step)
    row = {}
    if phase.moves_actor:
      row['policy/lr'] = float(phase.learning_rate(int(state.actor.step)))
    actor, prepared, actor_seen = phase.update_actor(state, pieces, P)
    row |= diagnostics.of_targets([processes.gather(each._replace(hidden=None)) for each in prepared])
    critic, critic_seen = phase.update_critic(state.critic, prepared, P)
    row |= diagnostics.of_actor(processes.gather(actor_seen), on_policy) | diagnostics.of_critic(critic_seen)
    return state._replace(actor=actor, critic=critic), row

  def pieces(self, rows: Rows, updates: int, step: int) -> tuple[list[Piece], int, np.ndarray]:
    """(the rows of each update on the devices, the prompts' width P, which of the first update's are on-policy [B])."""
    settings, entries = self.settings, rows.entries
    widths = batch.completion_lengths(settings.max_new_tokens)
    host, P = batch.assemble(entries, rows.size, settings.prompt_lengths, widths, settings.pad_id)
    current = np.asarray([e.version == step for e in entries] + [False] * (rows.size - len(entries)))
    order = np.arange(rows.size)
    if updates > 1:
      order = np.random.default_rng([settings.seed, step, SHARES]).permutation(rows.size)
    shares = np.split(order, updates)
    pieces = [Piece(self.place(jax.tree.map(lambda x, s=share: x[s], host)), share < rows.fresh) for share in shares]
    return pieces, P, current[shares[0]]


def fresh_state(params: Tree, tx, dims, mesh) -> TrainState:
  """Step 0 of an optimiser on what of `params` is trained, sharded like them; they are donated."""
  moments = lambda params: tx.init(lora.split(params)[0])
  start = lambda params: TrainState(step=jnp.zeros((), jnp.int32), params=params, opt_state=moments(params))
  places = sharding.shardings(jax.eval_shape(start, params), dims, mesh)
  # The moments are born where they stay: whole, they may not fit a device.
  return jax.jit(start, out_shardings=places, donate_argnums=0)(params)


def copied(params: Tree) -> Tree:
  """A copy of what is trained, which later donations do not touch."""
  return jax.tree.map(lambda x: x.copy(), lora.split(params)[0])
