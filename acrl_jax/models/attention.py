"""Attention in a decoder, whose queries share key heads: a softmax over the keys that each may see, and its gradients.

No softmax is divided out: the products are taken of exp(logit - the row's largest), and what comes out is divided by
their sum, as in FlashAttention (arXiv 2205.14135, whose appendix B.4 has the gradients too).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name

PRODUCT = 'product'  # what the backward pass keeps of the forward one


@jax.custom_vjp
def attend(q, k, v, mask):
  """[B, K, G T, H] in the dtype of v, of queries [B, K, G T, H], keys [B, K, H, S], values [B, K, S, H] and a mask
  [B, T, S] bool: may the query see the key? A query that sees none gets zeros.
  """
  return _attend(q, k, v, mask)[0]


def _attend(q, k, v, mask):
  logits, seen = _logits(q, k, mask)
  top = logits.max(-1, keepdims=True)
  raised = _raise(logits, seen, top)
  weight = 1 / jnp.maximum(raised.sum(-1, keepdims=True), 1)  # the largest adds 1 to the sum, if there is one
  y = (_dot(raised.astype(v.dtype), v, 3, 2, jnp.float32) * weight).astype(v.dtype)
  return y, top, weight


def _forward(q, k, v, mask):
  y, top, weight = _attend(q, k, v, mask)
  q, k, v, y, top, weight = (checkpoint_name(x, PRODUCT) for x in (q, k, v, y, top, weight))
  return y, (q, k, v, mask, y, top, weight)


def _backward(saved, dy):
  q, k, v, mask, y, top, weight = saved
  logits, seen = _logits(q, k, mask)
  p = _raise(logits, seen, top) * weight
  dp = _dot(dy, v, 3, 3, jnp.float32)
  # The mean of dp under p is the product of the output with its gradient, over H numbers in place of S. Of a rounded
  # output it is not exact enough: the error is multiplied by what all keys have in common.
  pairs = dy * y if y.dtype == jnp.float32 else p * dp
  dlogits = p * (dp - pairs.sum(-1, keepdims=True))  # float32, for the same reason
  dv = _dot(p.astype(dy.dtype), dy, 2, 2, v.dtype)
  dq = _dot(dlogits, k.astype(jnp.float32), 3, 3, jnp.float32).astype(q.dtype)
  dk = _dot(q.astype(jnp.float32), dlogits, 2, 2, jnp.float32).astype(k.dtype)
  return dq, dk, dv, None


attend.defvjp(_forward, _backward)


def _logits(q, k, mask):
  """(logits, seen), each [B, K, G T, S]; the least float32 where a key is not seen."""
  logits = _dot(q, k, 3, 2, jnp.float32)
  B, K, rows, S = logits.shape
  seen = jnp.broadcast_to(mask[:, None, None], (B, K, rows // mask.shape[1], *mask.shape[1:])).reshape(logits.shape)
  return jnp.where(seen, logits, jnp.finfo(jnp.float32).min), seen


def _raise(logits, seen, top):
  """exp(logits - top), 0 where a key is not seen: where every key is masked, the logits alone would let all be seen.

  And on a CPU the choice keeps the exponentials out of the product, into which they would be fused on a single core.
  """
  return jnp.where(seen, jnp.exp(logits - top), 0)


def _dot(a, b, i: int, j: int, dtype):
  """Axis i of a summed with axis j of b, head by head: [B, K, other axis of a, other axis of b].

  As one product of matrices a head, in this order: einsum may swap the two, and the compiler then turns the next
  weights around in every step rather than this small array.
  """
  return jax.lax.dot_general(a, b, (((i,), (j,)), ((0, 1), (0, 1))), preferred_element_type=dtype)
