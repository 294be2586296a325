"""Log-probability, entropy and log-sum-exp of each chosen token, with gradients by hand, some columns at a time."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name

from acrl_jax.distributed import xla
from acrl_jax.models import sampler
from acrl_jax.records import TokenScores

SCORE = 'score'  # what the backward pass keeps of the forward one
# The logits [B, T, V] float32 of all columns would fill the memory: they are made for CHUNK columns at a time, or for
# as many as make TOKENS tokens where that is more.
CHUNK, TOKENS = 32, 512


@jax.custom_vjp
def scores(logits, tokens) -> TokenScores:
  """TokenScores of tokens [...] under logits [..., V] float32.

  Derived from these lines, the backward pass would take the largest logit and both sums again; it needs one pass:

    d log_prob = [chosen] - p        d log_z = p        d entropy = -p (logit - log_z + entropy)
  """
  top = logits.max(-1, keepdims=True)
  raised = xla.cpu_barrier(jnp.exp(logits - top))  # fused with a sum, it would take one exponential at a time
  mass = raised.sum(-1)
  log_z = jnp.log(mass) + top[..., 0]
  chosen = jnp.take_along_axis(logits, tokens[..., None], -1)[..., 0]
  entropy = jnp.log(mass) - (raised * (logits - top)).sum(-1) / mass  # both are small, however large the logits
  return TokenScores(log_prob=chosen - log_z, entropy=entropy, log_z=log_z)


def _forward(logits, tokens):
  out = jax.tree.map(lambda x: checkpoint_name(x, SCORE), scores(logits, tokens))
  return out, (logits, tokens, out)


def _backward(saved, pull: TokenScores):
  logits, tokens, out = saved
  column = lambda x: x[..., None]
  log_p = logits - column(out.log_z)
  of_p = column(pull.log_z - pull.log_prob) - column(pull.entropy) * (log_p + column(out.entropy))
  chosen = jax.lax.broadcasted_iota(jnp.int32, logits.shape, logits.ndim - 1) == column(tokens)
  return jnp.exp(log_p) * of_p + jnp.where(chosen, column(pull.log_prob), 0), None


scores.defvjp(_forward, _backward)


def states_before(states):
  """[B, T, D] states after each token -> the state before it was chosen; column 0 is zero."""
  return jnp.pad(states[:, :-1], ((0, 0), (1, 0), (0, 0)))


def token_scores(
  project, states, tokens, start: int, temperature: float, chunk: int | None, vocab: int | None = None
) -> TokenScores:
  """TokenScores [B, T] out of states [B, T, D] and their projection to logits.

  Columns before max(start, 1) are zero and cost nothing. Ids from `vocab` on are padding: they have no probability, as
  in sampling. The logits of `chunk` columns at a time (None: columns_at_a_time) are made, used and dropped, and made
  again in the backward pass; those of one piece alone are kept for it.
  """
  start = max(start, 1)
  B, T = tokens.shape
  count = T - start
  pieces = -(-count // (chunk or columns_at_a_time(B)))
  chunk = -(-count // pieces) if pieces else 1
  fill = pieces * chunk - count
  used = jnp.pad(states[:, start - 1 : T - 1], ((0, 0), (0, fill), (0, 0))).reshape(B, pieces, chunk, -1)
  picked = jnp.pad(tokens[:, start:], ((0, 0), (0, fill))).reshape(B, pieces, chunk)

  def piece(_, columns):
    states, tokens = columns
    return None, scores(sampler.within(project(states), vocab) / temperature, tokens)

  if pieces > 1:
    piece = jax.checkpoint(piece, policy=jax.checkpoint_policies.save_only_these_names(SCORE))
  _, by_piece = jax.lax.scan(piece, None, (used.swapaxes(0, 1), picked.swapaxes(0, 1)))
  join = lambda x: jnp.pad(x.swapaxes(0, 1).reshape(B, pieces * chunk)[:, :count], ((0, 0), (start, 0)))
  return jax.tree.map(join, by_piece)


def columns_at_a_time(B: int) -> int:
  """How many columns of B rows have their logits at the same time."""
  return max(CHUNK, TOKENS // B)
