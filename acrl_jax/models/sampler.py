"""Sampling: a prefill and a decode loop in one compiled program a shape; rows end on their own, the loop when all have.

A row ends with a token of `end_ids`, or with the token in which its text comes back to column 0: there the function
that it completes is over (a closing fence is such a token). That token is the policy's last action; nothing after it
is sampled.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.models.functions import Engine
from acrl_jax.records import Generated, Prompts

LEAST = -1e30  # a logit that is never sampled; finite after a division by any temperature, so that 0 * LEAST is no NaN


class StopTable(NamedTuple):
  """What each token's text does to a row, [2, V]: row 0 where the text so far ends inside a line, row 1 at column 0."""

  ends: np.ndarray  # bool: a character other than white space comes to stand in column 0
  at_start: np.ndarray  # bool: the text ends at column 0 afterwards


def scan(text: str, at_start: bool) -> tuple[bool, bool]:
  """(ended, at column 0 afterwards) of reading `text`; the rule itself, on characters."""
  for character in text:
    if at_start and not character.isspace():
      return True, False
    at_start = character == '\n'
  return False, at_start


def stop_table(texts: Sequence[str]) -> StopTable:
  """The table over a vocabulary, given the text of each token ('' for a special one)."""
  read = np.asarray([[scan(text, start) for text in texts] for start in (False, True)], bool).reshape(2, len(texts), 2)
  return StopTable(ends=read[..., 0], at_start=read[..., 1])


class _Rows(NamedTuple):
  """The state of the decode loop."""

  column: jax.Array  # [] the completion column to sample next
  hidden: jax.Array  # [B, D] after the last token
  cache: Any
  tokens: jax.Array  # [B, C]
  log_probs: jax.Array  # [B, C]
  actions: jax.Array  # [B, C]
  at_start: jax.Array  # [B] the text so far ends at column 0
  done: jax.Array  # [B]


class _Draw(NamedTuple):
  """How a token is drawn from its logits: the arguments of `choose` behind them."""

  temperature: Any  # [] float32
  top_p: Any  # [] float32
  greedy: bool
  nucleus: bool
  vocab: int | None


def make_generate(
  engine: Engine, project, V: int, *, end_ids=(), pad_id: int = 0, stop: StopTable | None = None,
  vocab: int | None = None,
):  # fmt: skip
  """The function (params, key, prompts, *, max_new_tokens, temperature, top_p, samples) -> Generated.

  Prompts [B, P] give rows B * samples, problem-major, over T = P + max_new_tokens columns; the prompt is read once for
  all of its samples. Temperature 0 is greedy. log_probs are those of the distribution that was sampled: tempered, cut
  to the nucleus and renormalised; for greedy rows those at temperature 1. Logits from `vocab` on are padding and never
  sampled.
  """
  ends = _make_ends(end_ids, stop, V)

  def generate(
    params, key, prompts: Prompts, *, max_new_tokens: int = 128, temperature: float = 1.0, top_p: float = 1.0,
    samples: int = 1,
  ) -> Generated:  # fmt: skip
    return _generate(
      params, key, prompts, jnp.float32(temperature or 1.0), jnp.float32(top_p),
      C=max_new_tokens, samples=samples, greedy=temperature == 0, nucleus=top_p < 1,
    )  # fmt: skip

  @functools.partial(jax.jit, static_argnames=('C', 'samples', 'greedy', 'nucleus'))
  def _generate(params, key, prompts, temperature, top_p, *, C, samples, greedy, nucleus):
    weights = engine.prepare(params)
    first = _begin(engine, weights, prompts, C, samples, pad_id)
    draw = _Draw(temperature, top_p, greedy, nucleus, vocab)
    step = _make_step(engine, project, weights, key, draw, ends, pad_id)
    last = jax.lax.while_loop(lambda rows: (rows.column < C) & ~jnp.all(rows.done), step, first)
    return _with_prompts(prompts, last, samples)

  return generate


def _make_ends(end_ids, stop: StopTable | None, V: int):
  """(token [B], at_start [B]) -> (the row is over, its text is at column 0), each [B]."""
  table = None
  if stop is not None:
    fill = ((0, 0), (0, V - stop.ends.shape[1]))
    table = StopTable(ends=np.pad(stop.ends, fill), at_start=np.pad(stop.at_start, fill))

  def ends(token, at_start):
    over = jnp.zeros(token.shape, bool)
    for end in end_ids:
      over |= token == end
    if table is None:
      return over, at_start
    state = at_start.astype(jnp.int32)
    return over | jnp.asarray(table.ends)[state, token], jnp.asarray(table.at_start)[state, token]

  return ends


def _begin(engine: Engine, weights, prompts: Prompts, C: int, samples: int, pad_id: int) -> _Rows:
  """The rows before their first token: the prompts are read, C columns of padding stand ready."""
  B = prompts.tokens.shape[0] * samples
  hidden, cache = engine.prefill(weights, prompts, C, samples)
  return _Rows(
    column=jnp.int32(0), hidden=hidden, cache=cache, tokens=jnp.full((B, C), pad_id, jnp.int32),
    log_probs=jnp.zeros((B, C), jnp.float32), actions=jnp.zeros((B, C), bool), at_start=jnp.zeros(B, bool),
    done=jnp.zeros(B, bool),
  )  # fmt: skip


def _make_step(engine: Engine, project, weights, key, draw: _Draw, ends, pad_id: int):
  """The function _Rows -> _Rows with one column more."""

  def step(rows):
    logits = project(weights, rows.hidden)
    token, log_prob = choose(jax.random.fold_in(key, rows.column), logits, *draw)
    live = ~rows.done
    token = jnp.where(live, token, pad_id)
    over, at_start = ends(token, rows.at_start)
    put = lambda array, column: jax.lax.dynamic_update_slice(
      array, column[:, None].astype(array.dtype), (0, rows.column)
    )
    hidden, cache = engine.extend(weights, token, live, rows.cache)
    return _Rows(
      column=rows.column + 1, hidden=hidden, cache=cache, tokens=put(rows.tokens, token),
      log_probs=put(rows.log_probs, jnp.where(live, log_prob, 0)), actions=put(rows.actions, live),
      at_start=at_start, done=rows.done | over,
    )  # fmt: skip

  return step


def _with_prompts(prompts: Prompts, last: _Rows, samples: int) -> Generated:
  """The rows of the loop behind their prompts, one copy for each sample."""
  repeat = lambda x: jnp.repeat(x, samples, axis=0)
  left = lambda x: jnp.pad(x, ((0, 0), (prompts.tokens.shape[1], 0)))
  return Generated(
    tokens=jnp.concatenate([repeat(prompts.tokens), last.tokens], 1),
    valid=jnp.concatenate([repeat(prompts.valid), last.actions], 1),
    actions=left(last.actions),
    log_probs=left(last.log_probs),
  )


def choose(key, logits, temperature, top_p, greedy: bool, nucleus: bool, vocab: int | None = None):
  """(token [B], its log-prob [B] under what was sampled) of logits [B, V] float32."""
  logits = within(logits, vocab)
  if greedy:
    token = jnp.argmax(logits, -1).astype(jnp.int32)
  else:
    logits = logits / temperature
    if nucleus:
      logits = jnp.where(in_nucleus(logits, top_p), logits, LEAST)
    token = draw(key, logits)
  chosen = jnp.take_along_axis(logits, token[:, None], -1)[:, 0]
  return token, chosen - jax.nn.logsumexp(logits, -1)


BLOCK = 256  # tokens whose probabilities are summed before one of them is looked for


def draw(key, logits):
  """[B] int32 tokens, each with its probability under logits [B, V]: the first whose cumulated mass passes a uniform.

  One random number a row, where the Gumbel trick takes one a token and most of a decode step on a CPU. Masses are
  cumulated over blocks and then within one, so that few numbers are added and little is rounded.
  """
  B, V = logits.shape
  mass = jnp.exp(logits - logits.max(-1, keepdims=True))
  mass = jnp.pad(mass, ((0, 0), (0, -V % BLOCK))).reshape(B, -1, BLOCK)
  edges = jnp.cumsum(mass.sum(-1), -1)
  target = jax.random.uniform(key, (B, 1)) * edges[:, -1:]
  block = jnp.minimum((edges <= target).sum(-1, keepdims=True), mass.shape[1] - 1)
  before = jnp.where(block > 0, jnp.take_along_axis(edges, jnp.maximum(block - 1, 0), -1), 0)
  inside = jnp.take_along_axis(mass, block[..., None], 1)[:, 0]
  index = (jnp.cumsum(inside, -1) <= target - before).sum(-1)
  # Rounding may carry the target past the block's end: then its last token that can be sampled.
  last = BLOCK - 1 - jnp.argmax(inside[:, ::-1] > 0, -1)
  return (block[:, 0] * BLOCK + jnp.minimum(index, last)).astype(jnp.int32)


def within(logits, vocab: int | None):
  """Logits [..., V] with those from `vocab` on at LEAST: rows of padding that no tokenizer knows."""
  V = logits.shape[-1]
  if vocab is None or vocab >= V:
    return logits
  known = (jnp.arange(V) < vocab).reshape((1,) * (logits.ndim - 1) + (V,))
  return jnp.where(known, logits, LEAST)


def in_nucleus(logits, top_p):
  """[B, V] bool: the fewest likeliest tokens whose probabilities reach top_p (the one that crosses it included).

  Tokens that are as likely as that one are all in. The least probability in the nucleus is found by bisection over the
  bits of a float32, which sort as the numbers do: 32 passes over the row, where sorting it would take most of a step.
  """
  probs = jax.nn.softmax(logits, -1)
  bits = jax.lax.bitcast_convert_type(probs, jnp.int32)

  def halve(_, bounds):
    low, high = bounds  # [B, 1]: at low the mass reaches top_p, at high it does not
    middle = low + (high - low) // 2
    reaches = jnp.sum(jnp.where(bits >= middle, probs, 0), -1, keepdims=True) >= top_p
    return jnp.where(reaches, middle, low), jnp.where(reaches, high, middle)

  above = np.float32(2).view(np.int32)  # no probability is as large
  low = jnp.zeros((*logits.shape[:-1], 1), jnp.int32)
  return bits >= jax.lax.fori_loop(0, 32, halve, (low, low + above))[0]
