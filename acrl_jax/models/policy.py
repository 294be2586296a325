"""A model as the pure functions that RL needs; the one place that shifts tokens against states."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp

from acrl_jax.models import critic as critic_module
from acrl_jax.models import decoder, kv_cache, sampler
from acrl_jax.models.functions import Functions
from acrl_jax.models.token_scores import SCORE, scores
from acrl_jax.records import Critic, Policy, TokenScores

# The logits of a row's completion are never all there, [B, T, V] float32, but those of so many columns at a time, or of
# as many as make so many tokens where that is more.
CHUNK, TOKENS = 32, 512


def functions(config, remat: bool = False) -> Functions:
  """The functions of the model that a config describes, a decoder's or an encoder-decoder's."""
  if isinstance(config, decoder.DecoderConfig):
    return kv_cache.functions(config, remat)
  from acrl_jax.models import t5

  return t5.functions(config, remat)


def make_policy(
  config,
  *,
  remat: bool = False,
  chunk: int | None = None,
  end_ids=(),
  pad_id: int = 0,
  stop: sampler.StopTable | None = None,
  vocab: int | None = None,
) -> Policy:
  """The Policy of a model; `end_ids`, `stop` and `vocab` tell its generation where rows end (see generate.py).

  `start` is the first column of the completions. An encoder-decoder reads the columns before it by its encoder; to a
  decoder it only says which columns need scores.
  """
  model = functions(config, remat)

  def scores_of(params, found, tokens, start, temperature):
    project = functools.partial(model.project, params)
    return token_scores(project, found, tokens, start, temperature, chunk, vocab)

  def score(params, tokens, valid, *, start: int = 0, temperature: float = 1.0) -> TokenScores:
    return scores_of(params, model.states(params, tokens, valid, start), tokens, start, temperature)

  def hidden(params, tokens, valid, *, start: int = 0):
    return before(model.states(params, tokens, valid, start))

  def score_and_hidden(params, tokens, valid, *, start: int = 0, temperature: float = 1.0):
    found = model.states(params, tokens, valid, start)
    return scores_of(params, found, tokens, start, temperature), before(found)

  def logits(params, tokens, valid, *, start: int = 0):
    return model.project(params, model.states(params, tokens, valid, start))

  return Policy(
    init=model.init, score=score, hidden=hidden, score_and_hidden=score_and_hidden, logits=logits, dims=model.dims,
    generate=sampler.make_generate(
      model.engine, model.project, config.V, end_ids=end_ids, pad_id=pad_id, stop=stop, vocab=vocab
    ),
  )  # fmt: skip


def before(states):
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
  _, found = jax.lax.scan(piece, None, (used.swapaxes(0, 1), picked.swapaxes(0, 1)))
  join = lambda x: jnp.pad(x.swapaxes(0, 1).reshape(B, pieces * chunk)[:, :count], ((0, 0), (start, 0)))
  return jax.tree.map(join, found)


def columns_at_a_time(B: int) -> int:
  """How many columns of B rows have their logits at the same time."""
  return max(CHUNK, TOKENS // B)


def make_critic(config, width: int) -> Critic:
  """A feed-forward head of `width` outputs on the policy's hidden states, through which no gradient returns to them."""
  head = critic_module.ValueHead(width)

  def init(key):
    return head.init(key, jnp.zeros((1, 1, config.D), jnp.float32))['params']

  def values(params, hidden):
    return head.apply({'params': params}, jax.lax.stop_gradient(hidden))

  return Critic(init=init, values=values, dims=critic_module.DIMS)
