"""What logits say of the tokens that were chosen, with its gradients written out."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name

from acrl_jax.distributed import xla
from acrl_jax.records import TokenScores

SCORE = 'score'  # what the backward pass keeps of the forward one


@jax.custom_vjp
def scores(logits, tokens) -> TokenScores:
  """TokenScores of tokens [...] under logits [..., V] float32.

  Derived from these lines, the backward pass would take the largest logit and both sums again; it needs one pass:

    d log_prob = [chosen] - p        d log_z = p        d entropy = -p (logit - log_z + entropy)
  """
  top = logits.max(-1, keepdims=True)
  raised = xla.apart(jnp.exp(logits - top))  # in one loop with a sum, one number at a time would be raised
  mass = raised.sum(-1)
  log_z = jnp.log(mass) + top[..., 0]
  chosen = jnp.take_along_axis(logits, tokens[..., None], -1)[..., 0]
  entropy = jnp.log(mass) - (raised * (logits - top)).sum(-1) / mass  # both are small, however large the logits
  return TokenScores(log_prob=chosen - log_z, entropy=entropy, log_z=log_z)


def _forward(logits, tokens):
  found = jax.tree.map(lambda x: checkpoint_name(x, SCORE), scores(logits, tokens))
  return found, (logits, tokens, found)


def _backward(saved, change):
  logits, tokens, found = saved
  column = lambda x: x[..., None]
  left = logits - column(found.log_z)
  each = column(change.log_z - change.log_prob) - column(change.entropy) * (left + column(found.entropy))
  chosen = jax.lax.broadcasted_iota(jnp.int32, logits.shape, logits.ndim - 1) == column(tokens)
  return jnp.exp(left) * each + jnp.where(chosen, column(change.log_prob), 0), None


scores.defvjp(_forward, _backward)
