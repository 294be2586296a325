"""The jitted, sharded, donated steps: estimate, actor update, critic update.

Gradients may be accumulated over microbatches. A loss of an Algorithm is a mean over `signals.loss_mask(rollout)`, so a
microbatch counts by its share of that mask, and the sum over microbatches is the whole batch's loss and gradient.
An update whose loss or gradient is not finite is left out: parameters and optimiser stay, `skipped` is 1.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from acrl_jax import sharding
from acrl_jax.algorithms import signals
from acrl_jax.records import Algorithm, Critic, Estimates, Policy, Rollout, Targets, TrainState


def make_estimate(policy: Policy, critic: Critic | None, algorithm: Algorithm, *, temperature: float = 1.0) -> Callable:
  """(actor_params, critic_params, reference_params, Rollout, start=) -> (Estimates, hidden [B, T, D])."""

  @functools.partial(jax.jit, static_argnames='start')
  def estimate(actor_params, critic_params, reference_params, rollout: Rollout, *, start: int = 0):
    if critic is None and not algorithm.reference:
      return Estimates(), None
    hidden = policy.hidden(actor_params, rollout.tokens, rollout.valid) if critic is not None else None
    values = critic.values(critic_params, hidden) if critic is not None else None
    reference = None
    if algorithm.reference:
      reference = policy.score(reference_params, rollout.tokens, rollout.valid, start=start, temperature=temperature)
    return Estimates(values=values, reference=reference), hidden

  return estimate


def make_actor_step(
  policy: Policy, algorithm: Algorithm, tx: optax.GradientTransformation, *, mesh=None, microbatches: int = 1, temperature: float = 1.0
) -> Callable:
  """(TrainState, Rollout, Targets, start=) -> (TrainState, metrics); the state is donated.

  Besides the algorithm's own the metrics hold loss, grad_norm, skipped and row_gap [B]: the largest difference in each row
  between the log-probs now and those of sampling, which on fresh rows is the sampler's error.
  """

  def loss(params, rollout, targets, start):
    scores = policy.score(params, rollout.tokens, rollout.valid, start=start, temperature=temperature)
    value, metrics = algorithm.actor_loss(scores, rollout, targets)
    gap = jnp.abs(scores.log_prob - rollout.log_probs) * (signals.loss_mask(rollout) > 0)
    return value, (metrics, gap.max(1))

  @functools.partial(jax.jit, static_argnames='start', donate_argnums=0)
  def actor_step(state: TrainState, rollout: Rollout, targets: Targets, *, start: int = 0):
    grad = lambda params, rollout, targets: jax.value_and_grad(loss, has_aux=True)(params, rollout, targets, start)
    (value, (metrics, gap)), gradient = accumulate(grad, state.params, rollout, targets, microbatches)
    state, more = apply_update(state, tx, value, constrain(gradient, policy.dims, mesh))
    return state, {**metrics, **more, 'row_gap': gap}

  return actor_step


def make_critic_step(critic: Critic, algorithm: Algorithm, tx: optax.GradientTransformation, *, mesh=None) -> Callable:
  """(TrainState, hidden [B, T, D], Rollout, Targets) -> (TrainState, metrics); the state is donated."""

  def loss(params, hidden, rollout, targets):
    return algorithm.critic_loss(critic.values(params, hidden), rollout, targets)

  @functools.partial(jax.jit, donate_argnums=0)
  def critic_step(state: TrainState, hidden, rollout: Rollout, targets: Targets):
    (value, metrics), gradient = jax.value_and_grad(loss, has_aux=True)(state.params, hidden, rollout, targets)
    state, more = apply_update(state, tx, value, constrain(gradient, critic.dims, mesh))
    return state, {**metrics, **more}

  return critic_step


def accumulate(grad: Callable, params, rollout: Rollout, targets: Targets, pieces: int):
  """((loss, (metrics, gap [B])), gradient) of the whole batch, `pieces` microbatches one after the other."""
  if pieces == 1:
    return grad(params, rollout, targets)
  B = rollout.tokens.shape[0]
  # Row b goes to piece b % pieces, so that each piece is spread over the devices as the batch is.
  cut = lambda tree: jax.tree.map(lambda x: x.reshape(B // pieces, pieces, *x.shape[1:]).swapaxes(0, 1), tree)
  total = jnp.maximum(signals.loss_mask(rollout).sum(), 1e-8)

  def body(summed, piece):
    share = signals.loss_mask(piece[0]).sum() / total
    (value, (metrics, gap)), gradient = grad(params, *piece)
    weighted = jax.tree.map(lambda x: x * share, (value, metrics, gradient))
    return jax.tree.map(jnp.add, summed, weighted), gap

  batches = cut((rollout, targets))
  shapes = jax.eval_shape(grad, params, *jax.tree.map(lambda x: x[0], batches))
  zeros = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), (shapes[0][0], shapes[0][1][0], shapes[1]))
  (value, metrics, gradient), gaps = jax.lax.scan(body, zeros, batches)
  return (value, (metrics, gaps.swapaxes(0, 1).reshape(B))), gradient


def constrain(gradient, dims, mesh):
  """The gradient, sharded as its parameters are."""
  if mesh is None:
    return gradient
  return jax.lax.with_sharding_constraint(gradient, sharding.shardings(gradient, dims, mesh))


def apply_update(state: TrainState, tx: optax.GradientTransformation, loss, gradient):
  """(TrainState, metrics) after one update, which is left out when it is not finite."""
  norm = optax.tree.norm(gradient)
  finite = jnp.isfinite(loss) & jnp.isfinite(norm)
  updates, opt_state = tx.update(gradient, state.opt_state, state.params)
  keep = lambda new, old: jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old)
  params = keep(optax.apply_updates(state.params, updates), state.params)
  new = TrainState(step=state.step + 1, params=params, opt_state=keep(opt_state, state.opt_state))
  return new, {'loss': loss, 'grad_norm': norm, 'skipped': 1.0 - finite}
