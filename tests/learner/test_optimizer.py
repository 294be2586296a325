"""Our AdamW is optax's; an update that is not finite leaves all of its state."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from acrl_jax.learner import optimizer, steps
from acrl_jax.records import TrainState


def gradients(count):
  draw = np.random.default_rng(0).normal
  return [{'kernel': jnp.asarray(draw(size=(4, 3)), jnp.float32), 'bias': jnp.asarray(draw(size=3), jnp.float32)}
          for _ in range(count)]  # fmt: skip


def start(tx):
  params = {'kernel': jnp.ones((4, 3)), 'bias': jnp.full(3, 2.0)}
  return TrainState(step=jnp.int32(0), params=params, opt_state=tx.init(params))


def test_steps_equal_those_of_optax():
  tx, rate = optimizer.make_optimizer(0.1, warmup_steps=2, schedule='cosine', total_steps=6, weight_decay=0.3)
  theirs = optax.chain(
    optax.clip_by_global_norm(1.0), optax.adamw(rate, b1=0.9, b2=0.95, weight_decay=0.3, mask=optimizer.is_matrix)
  )
  state, params = start(tx), start(tx).params
  other = theirs.init(params)
  for gradient in gradients(6):
    state, _ = jax.jit(lambda s, g: steps.apply_update(s, tx, jnp.float32(1), g))(state, gradient)
    updates, other = theirs.update(gradient, other, params)
    params = optax.apply_updates(params, updates)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-7), state.params, params)
  assert state.step == 6


def test_a_gradient_that_is_not_finite_changes_nothing():
  tx, _ = optimizer.make_optimizer(0.1)
  first, bad, last = gradients(3)
  bad['bias'] = bad['bias'].at[1].set(jnp.inf)
  apply = jax.jit(lambda s, g: steps.apply_update(s, tx, jnp.float32(1), g))
  for before in (start(tx), apply(start(tx), first)[0]):  # the very first one too, where the counts are 0
    after, metrics = apply(before, bad)
    assert metrics['skipped'] == 1
    jax.tree.map(np.testing.assert_array_equal, after, before)
    again, due = apply(after, last)[0], apply(before, last)[0]
    jax.tree.map(np.testing.assert_array_equal, again, due)
    assert np.isfinite(again.params['kernel']).all()
