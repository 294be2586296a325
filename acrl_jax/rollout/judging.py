"""Problems to judged programs, in training and evaluation: prompts -> generate -> text -> harness -> feedback."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import batch, completions, program_key, prompts, replay, source_text
from acrl_jax.distributed import processes
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.records import Generated, Outcome, Problem, Prompts, TestReport
from acrl_jax.rewards import pass_rate


class Task(NamedTuple):
  """A problem with its prompt, encoded once."""

  problem: Problem
  prefix: str  # the part of the program that the prompt fixes
  prompt: np.ndarray  # ids [n]
  chat: bool  # the completion ends with a fence rather than with an end token


class Sample(NamedTuple):
  """One judged program."""

  index: int  # which task
  program: str
  report: TestReport
  ended: bool  # by the policy, not by the length limit
  entry: replay.Entry  # the ids as sampled, for learning


class Timing(NamedTuple):
  """Seconds spent and work done."""

  rollout_s: float = 0.0
  reward_s: float = 0.0  # of this host's share
  wait_s: float = 0.0  # without anything else to do than wait for verdicts
  tokens: int = 0


def tasks(
  problems: Sequence[Problem], loaded: LoadedModel, template: str, system: str, longest: int
) -> tuple[list[Task], list]:
  """The problems whose prompts fit, encoded; and (id, reason) of the others. ValueError for a wrong template."""
  prompts.wants_chat(loaded.tokenizer, template)
  whole = not isinstance(loaded.config, DecoderConfig)
  kept, dropped = [], []
  for problem in problems:
    try:
      prompt = prompts.render(problem, loaded.tokenizer, template, system=system or None)
      ids = np.asarray(encode(loaded.tokenizer, prompt, whole), np.int32)
    except (ValueError, SyntaxError) as error:
      dropped.append((problem.id, f'prompt: {error}'))
      continue
    if len(ids) > longest:
      dropped.append((problem.id, f'prompt of {len(ids)} tokens; config.prompt.lengths end at {longest}'))
    else:
      kept.append(Task(problem=problem, prefix=prompt.prefix, prompt=ids, chat=prompt.chat))
  return kept, dropped


def encode(tokenizer, prompt: prompts.Prompt, whole: bool = False) -> list[int]:
  """Ids of a prompt; a base one begins with BOS where the tokenizer begins texts so (a chat template says its own).

  `whole`: for an encoder, which reads texts as the tokenizer makes them, their end token included.
  """
  if whole and not prompt.chat:
    return tokenizer.encode(prompt.text, add_special_tokens=True)
  ids = tokenizer.encode(prompt.text, add_special_tokens=False)
  bos = tokenizer.bos_token_id
  begins = not prompt.chat and bos is not None and tokenizer.encode('', add_special_tokens=True)[:1] == [bos]
  return [bos, *ids] if begins else ids


def pad_left(ids: Sequence[np.ndarray], width: int, pad_id: int) -> Prompts:
  """Prompts [B, width]."""
  tokens, valid = np.full((len(ids), width), pad_id, np.int32), np.zeros((len(ids), width), bool)
  for row, one in enumerate(ids):
    tokens[row, width - len(one) :], valid[row, width - len(one) :] = one, True
  return Prompts(tokens=tokens, valid=valid)


def generate(loaded: LoadedModel, params, key, chosen: Sequence[Task], place, lengths, *, samples: int, **settings):
  """`samples` completions of each task, rows problem-major: (Generated, whole NumPy arrays on each host; its P)."""
  width = batch.bucket(max(len(t.prompt) for t in chosen), lengths)
  encoded = place(pad_left([t.prompt for t in chosen], width, loaded.pad_id))
  return processes.gather(loaded.policy.generate(params, key, encoded, samples=samples, **settings)), width


def judge(
  loaded: LoadedModel, generated: Generated, P: int, chosen: Sequence[Task], indices, pool, reward, version: int
) -> list:
  """The programs of `generated`, judged: one Sample a row, the same on every host, each of which judges its share."""
  rows = processes.share(len(generated.tokens))
  return processes.all_gather_objects(judge_rows(loaded, generated, P, chosen, indices, pool, reward, version, rows))


def judge_rows(
  loaded: LoadedModel, generated: Generated, P: int, chosen: Sequence[Task], indices, pool, reward, version: int, rows: slice
) -> list:
  """One Sample for each of `rows`. `reward` is a feedback function. No JAX in here: another thread may run it."""
  samples = len(generated.tokens) // len(chosen)
  read, jobs = [], []
  for row in range(len(generated.tokens))[rows]:
    task = chosen[row // samples]
    ids = generated.tokens[row, P:][generated.actions[row, P:]]
    text = completions.decode(loaded.tokenizer, ids, loaded.end_ids)
    program = completions.program(task.prefix, text)
    read.append((row, task, ids, text, program))
    jobs.append(source_text.job(task.problem, program))
  out = []
  reports = pool.run(jobs, wall_s=pool.longest(len(jobs)))  # what has none by then is masked: no step hangs for ever
  for (row, task, ids, text, program), report in zip(read, reports):
    ends = np.maximum(text.offsets, np.append(text.offsets[1:], len(text.text)) - 1)  # the last character of each token
    places = (text, text._replace(offsets=ends))
    lines = np.stack([completions.token_lines(task.prefix, decoded) for decoded in places], 1)
    lines[text.kept :] = 0
    numbers = reward(report, lines)
    entry = replay.Entry(
      problem=task.problem.id,
      prompt=task.prompt,
      completion=ids,
      actions=np.arange(len(ids)) < text.kept,  # what the host cut is never credited
      log_probs=generated.log_probs[row, P : P + len(ids)],
      credit=numbers.credit,
      bonus=numbers.bonus,
      reward=numbers.reward,
      outcome=int(report.outcome),
      passed=report.passed,
      version=version,
      key=program_key.program_key(program),
    )
    index = int(indices[row // samples])
    out.append(Sample(index=index, program=program, report=report, ended=text.ended, entry=entry))
  return out


def sample(loaded, params, key, tasks_, indices, place, lengths, pool, *, samples, reward=None, version=0, **settings):
  """([Sample] of tasks_[indices], Timing): generated, judged and scored."""
  chosen = [tasks_[i] for i in indices]
  t0 = time.monotonic()
  generated, P = generate(loaded, params, key, chosen, place, lengths, samples=samples, **settings)
  t1 = time.monotonic()
  out = judge(loaded, generated, P, chosen, indices, pool, reward or pass_rate.partial_credit, version)
  judging = time.monotonic() - t1
  return out, Timing(rollout_s=t1 - t0, reward_s=judging, wait_s=judging, tokens=int(generated.actions.sum()))


class SharedPool:
  """A pool of which each host judges its share of the jobs; all get the same reports."""

  def __init__(self, pool):
    self.pool, self.longest = pool, pool.longest

  def run(self, jobs: Sequence, wall_s: float) -> list:
    """The report on each job, in order."""
    return processes.all_gather_objects(self.pool.run(jobs[processes.share(len(jobs))], wall_s=wall_s))


def downsample_by_variance(samples: Sequence[Sample], count: int) -> list[int]:
  """The `count` samples to learn from, in their order: those whose rewards are furthest from their problem's mean.

  To sample is cheap beside a gradient, and where all programs of a problem fare alike, there is nothing to prefer: of
  many programs the few that differ teach most (max-variance down-sampling, arXiv 2504.13818, over the whole step rather
  than within each problem). Samples that the harness could not judge come last.
  """
  known = np.asarray([s.report.outcome != Outcome.HARNESS_ERROR for s in samples])
  rewards, index = np.asarray([s.entry.reward for s in samples]), np.asarray([s.index for s in samples])
  gap = np.full(len(samples), -1.0)
  for problem in np.unique(index[known]):
    rows = known & (index == problem)
    gap[rows] = np.abs(rewards[rows] - rewards[rows].mean())
  return sorted(np.argsort(-gap, kind='stable')[:count].tolist())
