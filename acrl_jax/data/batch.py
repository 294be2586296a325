"""Rows of any origin (fresh, replayed, reference solutions) to one padded Rollout. Ids go in as they were sampled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from acrl_jax.data.replay import Entry
from acrl_jax.records import Outcome, Rollout


class Rows(NamedTuple):
  """What a learner step learns from."""

  entries: list[Entry]  # the fresh ones first
  fresh: int  # how many places are for fresh ones
  size: int  # how many places there are; those that no entry fills are empty and carry no credit


def completion_lengths(longest: int) -> tuple[int, ...]:
  """The few widths that completions are right-padded to, so that few programs are compiled."""
  steps = [32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]
  return (*(n for n in steps if n < longest), longest)


def bucket(length: int, lengths: Sequence[int]) -> int:
  """The smallest of `lengths` that holds `length`."""
  fitting = [n for n in lengths if n >= length]
  if not fitting:
    raise ValueError(f'{length} tokens fit none of the lengths {tuple(lengths)}; one of them must be as large')
  return min(fitting)


def assemble(
  entries: Sequence[Entry], rows: int, prompt_lengths, completion_widths, pad_id: int
) -> tuple[Rollout, int]:
  """The rollout [rows, T] of `entries` (missing rows are empty and carry no credit) and its prompt width P."""
  P = bucket(max(len(e.prompt) for e in entries), prompt_lengths)
  T = P + bucket(max(len(e.completion) for e in entries), completion_widths)
  tokens = np.full((rows, T), pad_id, np.int32)
  valid, actions = np.zeros((2, rows, T), bool)
  log_probs, credit, bonus = np.zeros((3, rows, T), np.float32)
  reward, baseline = np.zeros((2, rows), np.float32)
  weight, ended = np.ones(rows, np.float32), np.zeros(rows, bool)
  outcome = np.full(rows, Outcome.HARNESS_ERROR, np.int32)
  group = np.full(rows, rows, np.int32)
  names: dict = {}
  for b, e in enumerate(entries):
    start, end = P - len(e.prompt), P + len(e.completion)
    tokens[b, start:P], tokens[b, P:end] = e.prompt, e.completion
    valid[b, start:end] = True
    actions[b, P:end], log_probs[b, P:end] = e.actions, e.log_probs
    credit[b, P:end], bonus[b, P:end] = e.credit, e.bonus
    reward[b], baseline[b], weight[b], outcome[b], ended[b] = e.reward, e.baseline, e.weight, e.outcome, e.ended
    group[b] = names.setdefault(e.problem, len(names))
  valid[len(entries) :, P - 1] = True  # an empty row still has one real token
  rollout = Rollout(
    tokens=tokens, valid=valid, actions=actions, log_probs=log_probs, credit=credit, bonus=bonus,
    reward=reward, baseline=baseline, outcome=outcome, group=np.minimum(group, rows - 1),
    judged=outcome != Outcome.HARNESS_ERROR, ended=ended, weight=weight,
  )  # fmt: skip
  return rollout, P


def mix(seed: int, step: int, sources: Sequence[tuple[int, int]], size: int) -> np.ndarray:
  """The problems of a step out of several sources that lie one after the other, [size].

  Of each source it takes how many problems it has, and its weight: its share of the draws. Each is drawn from as by
  `choose`.
  """
  totals, weights = zip(*sources)
  turns = np.repeat(np.arange(len(sources)), weights)  # whose problem comes at each place of a round
  places = np.arange(step * size, (step + 1) * size)
  turn = turns[places % len(turns)]
  picks = np.empty(size, int)
  for k, (total, weight) in enumerate(sources):
    mine = np.flatnonzero(turn == k)
    if len(mine):
      first = places[mine[0]] // len(turns) * weight + int(np.sum(turns[: places[mine[0]] % len(turns)] == k))
      picks[mine] = sum(totals[:k]) + draw(seed, first, total, len(mine), k)
  return picks


def choose(seed: int, step: int, total: int, size: int) -> np.ndarray:
  """The problems of a step, [size]: without replacement within an epoch, every epoch in an order of its own.

  A function of its arguments alone, so that the place in the data is the step and nothing needs saving.
  """
  return draw(seed, step * size, total, size)


def draw(seed: int, first: int, total: int, size: int, stream: int = 0) -> np.ndarray:
  """Draws number `first` and so on out of `total` problems, [size]; another stream is in another order."""
  if total <= 0:
    raise ValueError(f'{total} problems to choose from; it must be 1 or more')
  picks = []
  while len(picks) < size:
    epoch, offset = divmod(first + len(picks), total)
    order = np.random.default_rng([seed, epoch, stream] if stream else [seed, epoch]).permutation(total)
    picks.extend(order[offset : offset + size - len(picks)])
  return np.asarray(picks)
