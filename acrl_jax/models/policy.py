"""A model as the pure functions that RL needs."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp

from acrl_jax.models import critic, decoder, kv_cache, sampler
from acrl_jax.models.functions import Functions
from acrl_jax.models.token_scores import states_before, token_scores
from acrl_jax.records import Critic, Policy, TokenScores


def make_functions(config, remat: bool = False) -> Functions:
  """The functions of the model that a config describes, a decoder's or an encoder-decoder's."""
  if isinstance(config, decoder.DecoderConfig):
    return kv_cache.make_functions(config, remat)
  from acrl_jax.models import t5

  return t5.make_functions(config, remat)


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
  """The Policy of a model. Its samples end at `end_ids` or by `stop` and have ids below `vocab` alone (see sampler.py).

  `start` is the first column of the completions. An encoder-decoder reads the columns before it by its encoder; to a
  decoder it only says which columns need scores.
  """
  model = make_functions(config, remat)

  def scores_of(params, states, tokens, start, temperature):
    project = functools.partial(model.project, params)
    return token_scores(project, states, tokens, start, temperature, chunk, vocab)

  def score(params, tokens, valid, *, start: int = 0, temperature: float = 1.0) -> TokenScores:
    return scores_of(params, model.states(params, tokens, valid, start), tokens, start, temperature)

  def hidden(params, tokens, valid, *, start: int = 0):
    return states_before(model.states(params, tokens, valid, start))

  def score_and_hidden(params, tokens, valid, *, start: int = 0, temperature: float = 1.0):
    states = model.states(params, tokens, valid, start)
    return scores_of(params, states, tokens, start, temperature), states_before(states)

  def logits(params, tokens, valid, *, start: int = 0):
    return model.project(params, model.states(params, tokens, valid, start))

  return Policy(
    init=model.init, score=score, hidden=hidden, score_and_hidden=score_and_hidden, logits=logits, dims=model.dims,
    generate=sampler.make_generate(
      model.engine, model.project, config.V, end_ids=end_ids, pad_id=pad_id, stop=stop, vocab=vocab
    ),
  )  # fmt: skip


def make_critic(config, width: int, trunk: dict[str, str] | None = None) -> Critic:
  """A feed-forward head of `width` outputs on the policy's hidden states, through which no gradient returns to them.

  With `trunk`, the letters of a policy's parameters, it has a transformer of its own that is trained with the head.
  """
  head = critic.ValueHead(width)

  def init(key):
    return head.init(key, jnp.zeros((1, 1, config.D), jnp.float32))['params']

  def values(params, hidden):
    return head.apply({'params': params}, jax.lax.stop_gradient(hidden))

  def values_of_own(params, hidden):
    return head.apply({'params': params['head']}, hidden)

  if trunk is None:
    return Critic(init=init, values=values, dims=critic.DIMS)
  dims = {**trunk, **{f'head/{path}': letters for path, letters in critic.DIMS.items()}}
  return Critic(init=init, values=values_of_own, dims=dims, trunk=True)
