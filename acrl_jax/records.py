"""Every record that crosses a module boundary; the place to start reading.

Letters, used by every docstring, einsum and sharding rule of the package: B rows (problems x samples), P prompt
columns, C completion columns, T = P + C, S keys attended to, V vocabulary, D width, N query heads, K key/value heads,
G = N/K, H head size, F MLP width, W critic outputs per token.

The alignment rule: every [B, T] array is aligned on the token that it describes. `log_prob[b, t]`, `values[b, t]` and
the reward at t all concern *choosing* `tokens[b, t]`; column 0 is zero. The shift by one happens inside `Policy.score`
and `Policy.hidden` and nowhere else.

This file imports neither JAX nor any of the package, so that the host side (harness, data) loads without JAX.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

Array = Any  # jax.Array or np.ndarray; importing neither is the point
Tree = Any  # nested dicts or records of arrays


class Outcome(enum.IntEnum):
  """What became of a program; ordered from worst to best.

  HARNESS_ERROR is our fault, not the program's: it masks the sample and never scores.
  """

  HARNESS_ERROR = -1
  NO_COMPILE = 0
  CRASHED = 1
  FAILED = 2
  PASSED = 3


# --- host side: problems, programs, verdicts ------------------------------------------------------------------------


class Test(NamedTuple):
  """One unit test; evaluated by the judge, never seen by the candidate's process."""

  code: str = ''  # an expression, or an assertion / check function when expected is None
  expected: str | None = None  # literal text of the value
  stdin: str | None = None  # a program test instead: what it reads ...
  stdout: str | None = None  # ... and what it must print

  __test__ = False  # tell pytest that this is no test class


class Problem(NamedTuple):
  """One row of an Arrow shard."""

  id: str
  prompt: str  # Python source up to and including the docstring of the entry point
  entry_point: str
  tests: tuple[Test, ...]  # many small ones, so that credit can be partial
  solution: str = ''  # a whole reference program, '' when unknown
  source: str = ''  # where it came from
  trivial: float | None = None  # share of its tests that the best trivial program passes; None where not measured


class Job(NamedTuple):
  """One program to judge."""

  program: str
  tests: tuple[Test, ...]
  entry_point: str = ''  # the one name that may shadow a builtin
  setup: str = ''  # the prompt's helpers and imports, run in the judge


class TestReport(NamedTuple):
  """What happened to one program."""

  outcome: Outcome
  passed: tuple[bool, ...]  # per test
  error: str = ''  # exception type, or one of Timeout, Memory, Exit, Killed
  error_lines: tuple[int, ...] = ()  # 1-based lines of the program
  executed_lines: tuple[int, ...] = ()
  seconds: float = 0.0
  messages: tuple[str, ...] = ()  # per test: what went wrong, '' where nothing did
  memory_mb: float = 0.0  # most that a process of the program held, the interpreter's share included

  __test__ = False


class Feedback(NamedTuple):
  """What learning makes of a report."""

  reward: float
  credit: np.ndarray  # [C] loss weight per completion token
  bonus: np.ndarray  # [C] extra reward per completion token


class Tokenizer(Protocol):
  """What is used of a transformers tokenizer."""

  bos_token_id: int | None
  pad_token_id: int | None
  chat_template: str | None
  all_special_ids: list[int]
  added_tokens_decoder: dict[int, Any]

  def __len__(self) -> int: ...

  def encode(self, text: str, *, add_special_tokens: bool = True) -> list[int]: ...

  def convert_ids_to_tokens(self, ids: list[int]) -> list[str | None]: ...

  def apply_chat_template(self, messages: list[dict], **options) -> str: ...


# --- both sides: token batches ----------------------------------------------------------------------------------------


class Prompts(NamedTuple):
  """Left-padded prompts."""

  tokens: Array  # [B, P] int32
  valid: Array  # [B, P] bool


class Generated(NamedTuple):
  """Prompts and their sampled completions."""

  tokens: Array  # [B, T] int32
  valid: Array  # [B, T] bool: a real token
  actions: Array  # [B, T] bool: chosen by the policy (the ending token included)
  log_probs: Array  # [B, T] float32 under the distribution that was sampled from


class Rollout(NamedTuple):
  """Judged completions: all that an algorithm may look at."""

  tokens: Array  # [B, T] int32
  valid: Array  # [B, T] bool
  actions: Array  # [B, T] bool
  log_probs: Array  # [B, T] float32 under the policy that sampled
  credit: Array  # [B, T] float32
  bonus: Array  # [B, T] float32
  reward: Array  # [B] float32
  baseline: Array  # [B] float32: the reward to expect before any critic is asked; 0 where there is none
  outcome: Array  # [B] int32
  group: Array  # [B] int32: which problem
  judged: Array  # [B] bool: the harness could tell; apart from `credit`, which is the reward's
  ended: Array  # [B] bool: by the policy, not by the length limit
  weight: Array  # [B] float32: undoes the selection of the rows; 1 where none was made


# --- device side ------------------------------------------------------------------------------------------------------


class TokenScores(NamedTuple):
  """What the policy thinks of each token; column t scores choosing tokens[:, t]."""

  log_prob: Array  # [B, T] float32
  entropy: Array  # [B, T] float32, nats
  log_z: Array  # [B, T] float32, log-sum-exp of the logits


class Estimates(NamedTuple):
  """What the networks say of a rollout before any update."""

  values: Array | None = None  # [B, T, W]
  reference: TokenScores | None = None
  slow: TokenScores | None = None


class Targets(NamedTuple):
  """What the losses aim at; no gradient flows through."""

  advantages: Array  # [B, T]
  returns: Array  # [B, T]
  values: Array | None = None  # [B, T] before any update, for losses that clip them


class TrainState(NamedTuple):
  """Arrays only: the optimiser's functions live in the step, so a rebuilt one never changes the tree."""

  step: Array
  params: Tree
  opt_state: Tree


class Algorithm(NamedTuple):
  """How numbers become gradients."""

  targets: Callable  # (Rollout, Estimates) -> Targets
  actor_loss: Callable  # (TokenScores, Rollout, Targets) -> (scalar, {name: scalar})
  critic_loss: Callable | None = None  # (values [B, T, W], Rollout, Targets) -> (scalar, {name: scalar})
  critic_width: int = 0  # W: 1 for a value, 4 for CodeRL's outcome classes
  reference: bool = False  # wants TokenScores of the frozen start
  slow: bool = False  # wants TokenScores of a trailing copy
  batchwise: bool = False  # a row's targets depend on the other rows: they are made for the whole rollout at once
  count: Callable | None = None  # Rollout -> []: what actor_loss divides by, for pieces to add up; None: its tokens
  bonus: bool = False  # keeps Rollout.bonus at its own token; others may not be given any


class Policy(NamedTuple):
  """What RL code knows about a model. `valid` marks real tokens; positions follow from it."""

  init: Callable  # key -> params
  score: Callable  # (params, tokens [B, T], valid [B, T], *, start=0, temperature=1.0) -> TokenScores
  hidden: Callable  # (params, tokens, valid, *, start=0) -> [B, T, D]: column t is the state before tokens[:, t]
  score_and_hidden: Callable  # the two above out of one forward pass
  logits: Callable  # (params, tokens, valid, *, start=0) -> [B, T, V] float32, for parity and inspection only
  generate: Callable  # (params, key, Prompts, *, max_new_tokens, temperature, top_p, samples) -> Generated
  dims: Mapping[str, str]  # path end -> letters, for sharding


class Critic(NamedTuple):
  """A head on hidden states: the policy's, through which no gradient returns, or those of a trunk of its own.

  With a trunk its parameters are {'head': ..., 'trunk': ...}, and `Policy.hidden` of the trunk gives the states.
  """

  init: Callable  # key -> params of the head
  values: Callable  # (params, hidden [B, T, D]) -> [B, T, W]
  dims: Mapping[str, str]
  trunk: bool = False
