"""One learner step: rows (sampled, replayed or reference solutions) -> estimates -> targets -> updates."""

from __future__ import annotations

import time

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax import cli
from acrl_jax.checkpoints.orbax import Learner
from acrl_jax.data import batch, replay
from acrl_jax.distributed import processes, sharding
from acrl_jax.learner import diagnostics as statistics
from acrl_jax.models import lora
from acrl_jax.records import TrainState
from acrl_jax.rollout import diagnostics, downsample

# Streams of random numbers, apart from those of the steps, whose number is their key.
CRITIC_KEY, SHARES = 1 << 29, 1


def fresh_state(params, tx, dims, mesh) -> TrainState:
  """Step 0 of an optimiser on what of `params` is trained, sharded like them; they are donated."""
  moments = lambda params: tx.init(lora.split(params)[0])
  start = lambda params: TrainState(step=jnp.zeros((), jnp.int32), params=params, opt_state=moments(params))
  places = sharding.shardings(jax.eval_shape(start, params), dims, mesh)
  # The moments are born where they stay: whole, they may not fit a device.
  return jax.jit(start, out_shardings=places, donate_argnums=0)(params)


def first(parts) -> Learner:
  """The learner before step 1."""
  config = parts.config
  critic = None
  if parts.critic is not None:
    critic_params = parts.critic.init(jax.random.fold_in(jax.random.key(config.seed), CRITIC_KEY))
    critic = fresh_state(critic_params, parts.critic_tx, parts.critic.dims, parts.mesh)
  actor = fresh_state(parts.loaded.params, parts.phases[0].tx, parts.loaded.policy.dims, parts.mesh)
  wants_reference = config.critic.mode == 'frozen' or any(phase.algorithm.reference for phase in parts.phases)
  return Learner(actor=actor, critic=critic, reference=copied(actor.params) if wants_reference else None, host=b'')


def copied(params):
  """A copy of what is trained, which later donations do not touch."""
  return jax.tree.map(lambda x: x.copy(), lora.split(params)[0])


def new_buffer(config) -> replay.Replay | None:
  """The empty replay buffer of a config, None where replay is off."""
  if not config.replay.enabled:
    return None
  settings = config.replay
  return replay.Replay(
    capacity=settings.capacity, per_problem=settings.per_problem, unparsable_share=settings.unparsable_share,
    max_staleness=settings.max_staleness, seed=config.seed,
  )  # fmt: skip


def enter(parts, learner: Learner, phase) -> Learner:
  """The learner at the start of a phase: a fresh optimiser, and the reference is where the main phase begins."""
  actor = fresh_state(learner.actor.params, phase.tx, parts.loaded.policy.dims, parts.mesh)
  reference = copied(actor.params) if learner.reference is not None else None
  return learner._replace(actor=actor, reference=reference)


def one_step(parts, phase, learner: Learner, buffer, step: int):
  """(Learner, metrics row, samples) of learner step `step` (from 1)."""
  began = time.monotonic()
  if phase.name == 'sft':
    entries, samples, row = supervised_rows(parts, step), [], {}
  else:
    entries, samples, row = sampled_rows(parts, learner, buffer, step)
  t0 = time.monotonic()
  learner, more = learn(parts, phase, learner, entries, step)
  now = time.monotonic()
  idle = row.get('time/wait_s', 0.0) / (now - began)  # the share of the step in which the device has nothing to do
  return learner, row | more | {'time/update_s': now - t0, 'time/idle_share': idle}, samples


def supervised_rows(parts, step: int) -> list:
  """Reference solutions, config.warm_start.rows of them."""
  config = parts.config
  picked = batch.choose(config.seed, step - 1, len(parts.supervised), config.warm_start.rows)
  return [parts.supervised[i] for i in picked]


def sampled_rows(parts, learner: Learner, buffer, step: int):
  """(entries, samples, metrics): fresh programs, then replayed ones."""
  config = parts.config
  samples, timing = parts.programs.take(learner.actor.params, step)
  row = diagnostics.of_samples(samples, config.rollout.samples, timing) | {'time/wait_s': timing.wait_s}
  fresh, replayed = cli.update_rows(config)
  entries = [samples[i].entry for i in downsample.downsample_by_variance(samples, fresh)]
  if buffer is not None:
    entries += buffer.sample(replayed, version=step)
    for sample in samples:
      buffer.insert(sample.entry)
    row |= {f'buffer/{name}': value for name, value in buffer.stats(step).items()}
  return entries, samples, row


def learn(parts, phase, learner: Learner, entries: list, step: int):
  """(Learner, metrics): config.updates updates over equal shares of the entries, targets taken before the first."""
  config = parts.config
  supervised = phase.name == 'sft'
  fresh, replayed = (config.warm_start.rows, 0) if supervised else cli.update_rows(config)
  updates, rows = (1 if supervised else config.updates), fresh + replayed
  widths = batch.completion_lengths(config.rollout.max_new_tokens)
  host, P = batch.assemble(entries, rows, config.prompt.lengths, widths, parts.loaded.pad_id)
  on_policy = np.asarray([e.version == step for e in entries] + [False] * (rows - len(entries)))
  order = np.arange(rows) if updates == 1 else np.random.default_rng([config.seed, step, SHARES]).permutation(rows)
  critic_params = learner.critic.params if learner.critic is not None and phase.algorithm.critic_loss else None
  pieces, shares = [], np.split(order, updates)
  for share in shares:
    pieces.append((parts.place(jax.tree.map(lambda x, share=share: x[share], host)), share < fresh))
  actor, critic = learner.actor, learner.critic
  lr = {'policy/lr': float(phase.schedule(int(actor.step)))} if phase.actor_step is not None else {}
  prepared, actor_seen, critic_seen = [], [], []
  if phase.joint_step is not None:
    piece, is_fresh = pieces[0]
    actor, seen, *found = phase.joint_step(actor, critic_params, piece, start=P)
    prepared, actor_seen = [statistics.Prepared(piece, *found, is_fresh)], [seen]
  else:
    for piece, is_fresh in pieces:  # every target before any update: the critic must not have seen this batch
      estimates, hidden = phase.estimate(actor.params, critic_params, learner.reference, piece, start=P)
      prepared.append(statistics.Prepared(piece, estimates, phase.targets(piece, estimates), hidden, is_fresh))
    for p in prepared if phase.actor_step is not None else ():
      actor, seen = phase.actor_step(actor, p.rollout, p.targets, start=P)
      actor_seen.append(seen)
  row = statistics.of_targets([processes.gather(p._replace(hidden=None)) for p in prepared]) | lr
  for p in prepared if phase.critic_step is not None else ():
    for _ in range(config.critic.updates):
      critic, seen = phase.critic_step(critic, p.hidden, p.rollout, p.targets)
      critic_seen.append(seen)
  # What an older policy sampled tells nothing of the sampler's error.
  row |= statistics.of_actor(processes.gather(actor_seen), on_policy[shares[0]] if not supervised else None)
  row |= statistics.renamed(critic_seen, statistics.CRITIC)
  return learner._replace(actor=actor, critic=critic), row
