"""A rollout worker: the model, its tasks and the harness, which sampling for training and for evaluation share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import numpy as np

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import batch
from acrl_jax.distributed import processes
from acrl_jax.records import Feedback, Generated, TestReport, Tree
from acrl_jax.rollout import judging
from acrl_jax.rollout.judging import Completion, ProgramPool, Sample
from acrl_jax.rollout.tasks import Task, pad_left


class GenerationSettings(NamedTuple):
  """How programs are sampled: of config.rollout in training, of config.eval in evaluation."""

  samples: int  # programs a task
  max_new_tokens: int
  temperature: float
  top_p: float
  prompt_lengths: tuple[int, ...]


class Timing(NamedTuple):
  """Seconds spent and work done."""

  rollout_s: float = 0.0
  reward_s: float = 0.0  # of this process's share
  wait_s: float = 0.0  # without anything else to do than wait for verdicts
  tokens: int = 0


class RolloutWorker(NamedTuple):
  """Turns tasks into judged programs. It changes nothing: parameters and keys are arguments."""

  model: LoadedModel
  tasks: Sequence[Task]
  pool: ProgramPool
  reward: Callable[[TestReport, np.ndarray], Feedback]
  place: Callable[[Tree], Tree]  # NumPy batch -> device batch
  settings: GenerationSettings

  def generate(self, params: Tree, key: jax.Array, indices: Sequence[int]) -> tuple[Generated, int]:
    """Completions of the tasks at `indices`, problem-major: (whole NumPy arrays in each process, the prompts' P)."""
    chosen, settings = [self.tasks[i].prompt for i in indices], self.settings
    width = batch.bucket(max(map(len, chosen)), settings.prompt_lengths)
    generated = self.model.policy.generate(
      params, key, self.place(pad_left(chosen, width, self.model.pad_id)), samples=settings.samples,
      max_new_tokens=settings.max_new_tokens, temperature=settings.temperature, top_p=settings.top_p,
    )  # fmt: skip
    return processes.gather(generated), width

  def completions(self, generated: Generated, P: int, indices: Sequence[int], version: int) -> list[Completion]:
    """The rows of `generated`, without their padding."""
    found = []
    for row, (tokens, actions, log_probs) in enumerate(zip(generated.tokens, generated.actions, generated.log_probs)):
      index, ids = int(indices[row // self.settings.samples]), tokens[P:][actions[P:]]
      found.append(Completion(self.tasks[index], index, ids, log_probs[P : P + len(ids)], version))
    return found

  def judge(self, found: Sequence[Completion]) -> list[Sample]:
    """One Sample for each completion; another thread than the one that calls JAX may call it."""
    return judging.judge(found, self.model.tokenizer, self.model.end_ids, self.pool, self.reward)

  def sample(
    self, params: Tree, key: jax.Array, indices: Sequence[int], version: int = 0
  ) -> tuple[list[Sample], Timing]:
    """The judged programs of the tasks at `indices`, the same in every process, each of which judges its share."""
    t0 = time.monotonic()
    generated, P = self.generate(params, key, indices)
    t1 = time.monotonic()
    found = self.completions(generated, P, indices, version)
    out = processes.all_gather_objects(self.judge(found[processes.share(len(found))]))
    judging_s = time.monotonic() - t1
    tokens = int(generated.actions.sum())
    return out, Timing(rollout_s=t1 - t0, reward_s=judging_s, wait_s=judging_s, tokens=tokens)
