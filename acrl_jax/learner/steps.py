"""The jitted, sharded, donated steps: estimate, actor update, critic update.

Gradients may be accumulated over microbatches. A loss of an Algorithm is a sum over rows, divided by its `count` of
them, so a microbatch weighs as much as its share of that count, and their sum is the whole batch's loss and gradient.
An update whose loss or gradient is not finite is left out: parameters, optimiser and step stay, `skipped` is 1.
Where the actor has adapters, they alone are differentiated, updated and known to the optimiser; the rest of the tree
goes through a step in place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from acrl_jax.algorithms import aggregation, masks
from acrl_jax.distributed import sharding
from acrl_jax.learner.optimizer import Moments
from acrl_jax.models import lora
from acrl_jax.records import Algorithm, Critic, Estimates, Policy, Rollout, Targets, TrainState


def make_estimate(
  policy: Policy, critic: Critic | None, algorithm: Algorithm, *, microbatches: int = 1, temperature: float = 1.0,
  frozen: bool = False,
) -> Callable:
  """(actor_params, critic_params, reference_params, Rollout, start=) -> (Estimates, hidden [B, T, D]).

  `hidden` is what the critic reads of the policy: None where it has a trunk of its own, or there is no critic. Of the
  reference only what is trained need be given: the actor's other parameters are its own as well. A frozen critic reads
  the states of the reference, the policy that it was trained on: on states that move away from under it, it would know
  ever less of what it had learned.
  """  # fmt: skip

  @functools.partial(jax.jit, static_argnames='start')
  def estimate(actor_params, critic_params, reference_params, rollout: Rollout, *, start: int = 0):
    if reference_params is not None:
      reference_params = lora.join(reference_params, lora.split(actor_params)[1])

    def piece(rollout):
      hidden = values = reference = None
      if critic is not None and critic.trunk:
        own = policy.hidden(critic_params['trunk'], rollout.tokens, rollout.valid, start=start)
        values = critic.values(critic_params, own)
      elif critic is not None:
        params = reference_params if frozen else actor_params
        hidden = policy.hidden(params, rollout.tokens, rollout.valid, start=start)
        values = critic.values(critic_params, hidden)
      if algorithm.reference:
        reference = policy.score(
          reference_params, rollout.tokens, rollout.valid, start=start, temperature=temperature
        )
      return Estimates(values=values, reference=reference), hidden

    return piece(rollout) if microbatches == 1 else uncut(jax.lax.map(piece, cut(rollout, microbatches)))

  return estimate


def make_actor_step(
  policy: Policy, algorithm: Algorithm, tx: optax.GradientTransformation, *, mesh=None, microbatches: int = 1,
  temperature: float = 1.0,
) -> Callable:
  """(TrainState, Rollout, Targets, start=) -> (TrainState, metrics); the state is donated.

  Besides the algorithm's own the metrics hold loss, grad_norm, skipped and row_gap [B]: the largest difference in each
  row between the log-probs now and those of sampling, which on fresh rows is the sampler's error.
  """  # fmt: skip

  def loss(trained, fixed, rollout, targets, start):
    params = lora.join(trained, fixed)
    scores = policy.score(params, rollout.tokens, rollout.valid, start=start, temperature=temperature)
    value, metrics = algorithm.actor_loss(scores, rollout, targets)
    return value, (metrics, row_gap(scores, rollout))

  @functools.partial(jax.jit, static_argnames='start', donate_argnums=0)
  def actor_step(state: TrainState, rollout: Rollout, targets: Targets, *, start: int = 0):
    trained, fixed = lora.split(state.params)
    grad = lambda rollout, targets: jax.value_and_grad(loss, has_aux=True)(trained, fixed, rollout, targets, start)
    (value, (metrics, gap)), gradient = accumulate(grad, (rollout, targets), microbatches, algorithm.count)
    state, more = apply_update(state, tx, value, constrain(gradient, policy.dims, mesh))
    return state, {**metrics, **more, 'row_gap': gap}

  return actor_step


def make_joint_step(
  policy: Policy, critic: Critic, algorithm: Algorithm, tx: optax.GradientTransformation, *, mesh=None,
  microbatches: int = 1, temperature: float = 1.0,
) -> Callable:
  """(TrainState, critic_params, Rollout, start=) -> (TrainState, metrics, Estimates, Targets, hidden [B, T, D]).

  Estimates, targets and the actor's update out of one forward pass instead of two. The state is donated; the critic
  stays as it is. Only for algorithms whose targets follow from a row alone, and for one update a rollout.
  """  # fmt: skip

  def loss(trained, fixed, critic_params, rollout, start):
    params = lora.join(trained, fixed)
    scores, hidden = policy.score_and_hidden(
      params, rollout.tokens, rollout.valid, start=start, temperature=temperature
    )
    estimates = Estimates(values=critic.values(critic_params, hidden))
    targets = jax.lax.stop_gradient(algorithm.targets(rollout, estimates))
    value, metrics = algorithm.actor_loss(scores, rollout, targets)
    return value, (metrics, (row_gap(scores, rollout), jax.lax.stop_gradient((estimates, targets, hidden))))

  @functools.partial(jax.jit, static_argnames='start', donate_argnums=0)
  def joint_step(state: TrainState, critic_params, rollout: Rollout, *, start: int = 0):
    trained, fixed = lora.split(state.params)
    grad = lambda rollout: jax.value_and_grad(loss, has_aux=True)(trained, fixed, critic_params, rollout, start)
    (value, (metrics, (gap, found))), gradient = accumulate(grad, (rollout,), microbatches, algorithm.count)
    state, more = apply_update(state, tx, value, constrain(gradient, policy.dims, mesh))
    return state, {**metrics, **more, 'row_gap': gap}, *found

  return joint_step


def row_gap(scores, rollout: Rollout):
  """[B] the largest difference of a row between the log-probs now and those of sampling."""
  return (jnp.abs(scores.log_prob - rollout.log_probs) * (masks.loss_mask(rollout) > 0)).max(1)


def make_critic_step(
  critic: Critic, algorithm: Algorithm, tx: optax.GradientTransformation, *, mesh=None, policy: Policy | None = None,
  microbatches: int = 1,
) -> Callable:  # fmt: skip
  """(TrainState, hidden [B, T, D], Rollout, Targets, start=) -> (TrainState, metrics); the state is donated.

  A critic with a trunk of its own needs the `policy`, whose shape that has, and no hidden states; it alone is updated
  in microbatches.
  """

  def loss(params, hidden, rollout, targets, start):
    if critic.trunk:
      hidden = policy.hidden(params['trunk'], rollout.tokens, rollout.valid, start=start)
    value, metrics = algorithm.critic_loss(critic.values(params, hidden), rollout, targets)
    return value, (metrics, ())

  @functools.partial(jax.jit, static_argnames='start', donate_argnums=0)
  def critic_step(state: TrainState, hidden, rollout: Rollout, targets: Targets, *, start: int = 0):
    grad = lambda rollout, targets: jax.value_and_grad(loss, has_aux=True)(
      state.params, hidden, rollout, targets, start
    )
    pieces = microbatches if critic.trunk else 1
    found = accumulate(grad, (rollout, targets), pieces, lambda rollout: masks.judged_mask(rollout).sum())
    (value, (metrics, _)), gradient = found
    state, more = apply_update(state, tx, value, constrain(gradient, critic.dims, mesh))
    return state, {**metrics, **more}

  return critic_step


def accumulate(grad: Callable, batch: tuple, pieces: int, count: Callable | None = None):
  """((loss, (metrics, rows)), gradient) of the whole batch, `pieces` microbatches one after the other.

  `batch` is a rollout and what else has a row for each of its rows; `rows` is what grad returns for each row. `count`
  is an algorithm's: what its loss of a rollout divides by.
  """
  if pieces == 1:
    return grad(*batch)
  count = count or aggregation.tokens
  total = jnp.maximum(count(batch[0]), 1e-8)

  def body(summed, piece):
    share = count(piece[0]) / total
    (value, (metrics, rows)), gradient = grad(*piece)
    weighted = jax.tree.map(lambda x: x * share, (value, metrics, gradient))
    return jax.tree.map(jnp.add, summed, weighted), rows

  batches = cut(batch, pieces)
  shapes = jax.eval_shape(grad, *jax.tree.map(lambda x: x[0], batches))
  zeros = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), (shapes[0][0], shapes[0][1][0], shapes[1]))
  (value, metrics, gradient), rows = jax.lax.scan(body, zeros, batches)
  return (value, (metrics, uncut(rows))), gradient


def cut(tree, pieces: int):
  """Rows [B, ...] -> [pieces, B / pieces, ...]: row b to piece b % pieces, so that each is spread over the devices."""
  return jax.tree.map(lambda x: x.reshape(len(x) // pieces, pieces, *x.shape[1:]).swapaxes(0, 1), tree)


def uncut(tree):
  """The rows of `cut` in their order."""
  return jax.tree.map(lambda x: x.swapaxes(0, 1).reshape(x.shape[0] * x.shape[1], *x.shape[2:]), tree)


def constrain(gradient, dims, mesh):
  """The gradient, sharded as its parameters are."""
  if mesh is None:
    return gradient
  return jax.lax.with_sharding_constraint(gradient, sharding.shardings(gradient, dims, mesh))


def apply_update(state: TrainState, tx: optax.GradientTransformation, loss, gradient):
  """(TrainState, metrics) after one update of what is trained, which is left out when it is not finite."""
  trained, fixed = lora.split(state.params)
  norm = optax.tree.norm(gradient)
  finite = jnp.isfinite(loss) & jnp.isfinite(norm)
  updates, opt_state = optax.with_extra_args_support(tx).update(gradient, state.opt_state, trained, finite=finite)
  kept = lambda x: isinstance(x, Moments)  # by adam, which was told; to read the old ones here would copy them

  def keep(new, old):
    return jax.tree.map(lambda n, o: n if kept(n) else jnp.where(finite, n, o), new, old, is_leaf=kept)

  params = lora.join(keep(optax.apply_updates(trained, updates), trained), fixed)
  new = TrainState(step=state.step + finite, params=params, opt_state=keep(opt_state, state.opt_state))
  return new, {'loss': loss, 'grad_norm': norm, 'skipped': 1.0 - finite}
