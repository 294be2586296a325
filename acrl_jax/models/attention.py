"""Attention in a decoder, whose queries share key heads: a softmax over the keys that each may see, and its gradients.

No softmax is divided out: the products are taken of exp(logit - the row's largest), and what comes out is divided by
their sum, as in FlashAttention (arXiv 2205.14135, whose appendix B.4 has the gradients too). Where queries see no later
keys they are taken a block of columns after the other, each with the keys up to its end alone.
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name

PRODUCT = 'product'  # what the backward pass keeps of the forward one
# The least columns of a block of queries, and how many blocks there are at most: the program takes longer to compile
# with each, and the fifth would save only a fortieth more.
WIDTH, WIDTH_ELSEWHERE, BLOCKS = {'cpu': 64}, 512, 4


@functools.partial(jax.custom_vjp, nondiff_argnums=(4,))
def attend(q, k, v, mask, causal: bool = False):
  """[B, K, G, T, H] in the dtype of v, of queries [B, K, G, T, H], keys [B, K, H, S], values [B, K, S, H] and a mask
  [B, T, S] bool: may the query see the key? A query that sees none gets zeros.

  `causal`: the queries are of the columns of the keys, and no query sees a later key.
  """
  return _attend(q, k, v, mask, causal)[0]


def _attend(q, k, v, mask, causal):
  """(y, top, weight): a query's output, its largest logit and 1 / its sum of exponentials, [B, K, G, T, 1] float32."""
  blocks = [_attend_block(q[:, :, :, rows], *_seen(k, v, mask, rows, end)) for rows, end in _blocks(mask, causal)]
  return tuple(jnp.concatenate(parts, 3) for parts in zip(*blocks))


def _attend_block(q, k, v, mask):
  logits, seen = _logits(_flat(q), k, mask)
  top = logits.max(-1, keepdims=True)
  raised = _raise(logits, seen, top)
  weight = 1 / jnp.maximum(raised.sum(-1, keepdims=True), 1)  # the largest adds 1 to the sum, if there is one
  y = (_dot(raised.astype(v.dtype), v, 3, 2, jnp.float32) * weight).astype(v.dtype)
  return tuple(x.reshape(*q.shape[:4], -1) for x in (y, top, weight))


def _forward(q, k, v, mask, causal):
  y, top, weight = _attend(q, k, v, mask, causal)
  q, k, v, y, top, weight = (checkpoint_name(x, PRODUCT) for x in (q, k, v, y, top, weight))
  return y, (q, k, v, mask, y, top, weight)


def _backward(causal, saved, dy):
  q, k, v, mask, *outputs = saved
  parts = []
  for rows, end in _blocks(mask, causal):
    of_rows = [x[:, :, :, rows] for x in (q, *outputs, dy)]
    parts.append(_backward_block(*of_rows, *_seen(k, v, mask, rows, end)))
  dq, dk, dv = zip(*parts)
  S = mask.shape[2]
  widen = lambda x, axis: jnp.pad(x, [(0, S - x.shape[axis] if number == axis else 0) for number in range(4)])
  dk, dv = sum(widen(x, 3) for x in dk), sum(widen(x, 2) for x in dv)
  return jnp.concatenate(dq, 3), dk.astype(k.dtype), dv.astype(v.dtype), None


def _backward_block(q, y, top, weight, dy, k, v, mask):
  """(dq, dk, dv); the latter in float32, as those of all blocks are summed."""
  shape = q.shape
  q, y, top, weight, dy = map(_flat, (q, y, top, weight, dy))
  logits, seen = _logits(q, k, mask)
  p = _raise(logits, seen, top) * weight
  dp = _dot(dy, v, 3, 3, jnp.float32)
  # The mean of dp under p is the product of the output with its gradient, over H numbers in place of S. Of a rounded
  # output it is not exact enough: the error is multiplied by what all keys have in common.
  pairs = dy * y if y.dtype == jnp.float32 else p * dp
  dlogits = p * (dp - pairs.sum(-1, keepdims=True))  # float32, for the same reason
  dv = _dot(p.astype(dy.dtype), dy, 2, 2, jnp.float32)
  dq = _dot(dlogits, k.astype(jnp.float32), 3, 3, jnp.float32).astype(q.dtype)
  dk = _dot(q.astype(jnp.float32), dlogits, 2, 2, jnp.float32)
  return dq.reshape(shape), dk, dv


attend.defvjp(_forward, _backward)


def _blocks(mask, causal: bool) -> list[tuple[slice, int]]:
  """[(columns of queries, how many columns of keys they see)]; all blocks but the last are multiples of a width."""
  T, S = mask.shape[1:]
  if causal and T != S:
    raise ValueError(f'causal attention of {T} columns of queries to {S} of keys: they must be the same columns')
  width = WIDTH.get(jax.default_backend(), WIDTH_ELSEWHERE)
  count = min(max(T // width, 1), BLOCKS) if causal else 1
  ends = [0, *(T * number // count // width * width for number in range(1, count)), T]
  return [(slice(start, end), end if causal else S) for start, end in zip(ends, ends[1:])]


def _seen(k, v, mask, rows: slice, end: int):
  return k[..., :end], v[:, :, :end], mask[:, rows, :end]


def _flat(x):
  """[B, K, G, T, ...] -> [B, K, G T, ...]."""
  return x.reshape(*x.shape[:2], -1, x.shape[-1])


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
