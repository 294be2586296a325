"""AdamW with a clipped gradient and a schedule."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from acrl_jax.distributed import xla
from acrl_jax.records import Array, Tree


class OptimizerSettings(NamedTuple):
  """How the actor's parameters follow their gradient: config.optimizer."""

  learning_rate: float
  schedule: str
  warmup_steps: int
  weight_decay: float
  clip_norm: float
  b1: float
  b2: float


def make_optimizer(
  learning_rate: float,
  *,
  warmup_steps: int = 0,
  total_steps: int | None = None,
  schedule: str = 'constant',
  weight_decay: float = 0.0,
  clip_norm: float = 1.0,
  b1: float = 0.9,
  b2: float = 0.95,
):
  """(optax transformation, step -> learning rate). Weight decay acts on matrices and adapters, not on norms and biases.

  The rate rises linearly over `warmup_steps`, then stays, or falls to 0 at `total_steps` by a cosine or a line.
  """
  if schedule not in SCHEDULES:
    raise ValueError(f'schedule={schedule!r}: must be one of {", ".join(SCHEDULES)}')
  if schedule != 'constant' and not total_steps:
    raise ValueError(f'schedule={schedule!r}: total_steps must be 1 or more, the updates after which the rate is 0')
  after = SCHEDULES[schedule](learning_rate, max(1, (total_steps or 0) - warmup_steps))
  # The first update already moves: a warm-up that begins at 0 would throw a batch away.
  rise = optax.linear_schedule(learning_rate / (warmup_steps + 1), learning_rate, max(warmup_steps, 1))
  rate = optax.join_schedules([rise, after], [warmup_steps]) if warmup_steps else after
  adamw = optax.chain(
    adam(b1, b2), optax.add_decayed_weights(weight_decay, is_matrix), optax.scale_by_learning_rate(rate)
  )
  return optax.chain(clip(clip_norm), adamw), rate  # a chain in a chain: the states are laid out as optax.adamw's


# From the rate after the warm-up and the updates that are left then.
SCHEDULES = {
  'constant': lambda rate, left: optax.constant_schedule(rate),
  'cosine': optax.cosine_decay_schedule,
  'linear': lambda rate, left: optax.linear_schedule(rate, 0.0, left),
}


def clip(most: float) -> optax.GradientTransformation:
  """The gradient, shortened to the norm `most` where it is longer.

  As optax.clip_by_global_norm, but by one factor: that is applied where the gradient is read, and writes no second one.
  """

  def update(gradient, state, params=None):
    del params
    factor = jnp.minimum(1.0, most / jnp.maximum(optax.tree.norm(gradient), 1e-30))
    return jax.tree.map(lambda g: g * factor.astype(g.dtype), gradient), state

  return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


class Moments(NamedTuple):
  """The running means of adam."""

  count: Array  # [] int32
  mu: Tree  # of the gradient
  nu: Tree  # of its square


def adam(b1: float, b2: float, eps: float = 1e-8) -> optax.GradientTransformationExtraArgs:
  """As optax.scale_by_adam, but for an argument of update: where `finite` is False, the moments and their count stay as
  they are, and the direction is not to be used.

  The direction is computed from the new moments, once they are written: from the old ones, as it would be fused on a
  CPU, both would first be copied, as their memory is that of the new ones.
  """

  def init(params):
    zeros = lambda: jax.tree.map(jnp.zeros_like, params)
    return Moments(count=jnp.int32(0), mu=zeros(), nu=zeros())

  def update(gradient, state, params=None, *, finite=True, **_):
    del params
    mean = lambda decay, old, new: jnp.where(finite, decay * old + (1 - decay) * new, old)
    mu = jax.tree.map(lambda g, m: mean(b1, m, g), gradient, state.mu)
    nu = jax.tree.map(lambda g, v: mean(b2, v, jnp.square(g)), gradient, state.nu)
    mu, nu = xla.cpu_barrier((mu, nu))
    count = state.count + finite
    direction = lambda m, v: m / (1 - b1**count) / (jnp.sqrt(v / (1 - b2**count)) + eps)
    return jax.tree.map(direction, mu, nu), Moments(count, mu, nu)

  return optax.GradientTransformationExtraArgs(init, update)


def is_matrix(params):
  """True at the leaves that weight decay acts on: by name, since stacked norms and biases have two axes as well."""
  ends = ('kernel', 'embed', 'head', 'pos', 'lora_a', 'lora_b')
  name = lambda path: jax.tree_util.keystr(path, simple=True, separator='/').rsplit('/', 1)[-1]
  return jax.tree_util.tree_map_with_path(lambda path, _: name(path) in ends, params)
