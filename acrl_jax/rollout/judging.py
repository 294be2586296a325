"""From sampled ids to judged programs: decoded, run against their tests, rewarded. No JAX in here but the gathering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from acrl_jax.data import completions, program_key, replay, source_text
from acrl_jax.distributed import processes
from acrl_jax.records import Feedback, Job, TestReport
from acrl_jax.rewards import context
from acrl_jax.rewards.context import Context
from acrl_jax.rollout.tasks import Task


class Sample(NamedTuple):
  """One judged program."""

  index: int  # which task
  program: str
  report: TestReport
  ended: bool  # by the policy, not by the length limit
  entry: replay.Entry  # the ids as sampled, for learning


class ProgramPool(Protocol):
  """What judges programs: harness.Pool, and what stands for it on several hosts."""

  def run(self, jobs: Sequence[Job], wall_s: float | None = None) -> list[TestReport]:
    """The report on each job, in order."""

  def longest(self, jobs: int) -> float:
    """Seconds after which so many jobs have reports, whatever their programs do."""


class SharedPool:
  """A pool of which each process judges its share of the jobs; all get the same reports."""

  def __init__(self, pool: ProgramPool):
    self.pool, self.longest = pool, pool.longest

  def run(self, jobs: Sequence[Job], wall_s: float | None = None) -> list[TestReport]:
    """The report on each job, in order."""
    mine = jobs[processes.share(len(jobs))]
    return processes.all_gather_objects(self.pool.run(mine, wall_s=wall_s))


class Completion(NamedTuple):
  """One row as it was sampled."""

  task: Task
  index: int  # which task
  ids: np.ndarray  # [n]
  log_probs: np.ndarray  # [n]
  version: int  # the learner step that sampled it


def judge(
  found: Sequence[Completion], tokenizer, end_ids: Sequence[int], pool: ProgramPool,
  reward: Callable[[TestReport, np.ndarray], Feedback],
) -> list[Sample]:  # fmt: skip
  """One Sample for each completion; another thread than the one that calls JAX may run it."""
  texts = [completions.decode(tokenizer, one.ids, end_ids) for one in found]
  programs = [completions.program(one.task.prefix, text) for one, text in zip(found, texts)]
  jobs = [source_text.job(one.task.problem, program) for one, program in zip(found, programs)]
  reports = pool.run(jobs, wall_s=pool.longest(len(jobs)))  # what has none by then is masked: no step hangs for ever
  return [sample(*row, reward) for row in zip(found, texts, programs, reports)]


def sample(one: Completion, text: completions.Decoded, program: str, report: TestReport, reward: Callable) -> Sample:
  """The Sample of a judged completion."""
  asked = Context(problem=one.task.problem, program=program, ended=text.ended)
  numbers = context.ask(reward, report, token_lines(one.task.prefix, text), asked)
  entry = replay.Entry(
    problem=one.task.problem.id,
    prompt=one.task.prompt,
    completion=one.ids,
    actions=np.arange(len(one.ids)) < text.kept,  # what the host cut is never credited
    log_probs=one.log_probs,
    credit=numbers.credit,
    bonus=numbers.bonus,
    reward=numbers.reward,
    outcome=int(report.outcome),
    passed=report.passed,
    version=one.version,
    key=program_key.program_key(program),
    ended=text.ended,
  )
  return Sample(index=one.index, program=program, report=report, ended=text.ended, entry=entry)


def token_lines(prefix: str, text: completions.Decoded) -> np.ndarray:
  """[C, 2] the first and the last line of the program that each token stands on; 0 for what the host cut."""
  ends = np.maximum(text.offsets, np.append(text.offsets[1:], len(text.text)) - 1)  # the last character of each token
  lines = np.stack([completions.token_lines(prefix, each) for each in (text, text._replace(offsets=ends))], 1)
  lines[text.kept :] = 0
  return lines
