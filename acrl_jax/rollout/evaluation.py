"""pass@k on problems with tests: the same prompts, generation and harness as in training."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
import tqdm

from acrl_jax.distributed import processes
from acrl_jax.harness import pass_at_k
from acrl_jax.records import Outcome, Tree
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.worker import RolloutWorker
from acrl_jax.run import program_tables


class EvaluatorSettings(NamedTuple):
  """What is measured: config.eval."""

  name: str  # of the problems
  seed: int
  k: tuple[int, ...]  # of pass@k; of greedy programs pass@1 alone
  rows: int  # programs generated at a time


class Scores(NamedTuple):
  """What an evaluation found."""

  metrics: dict[str, float]  # eval/<set>/pass@k with _lo and _hi, and what `score` and `trivial` tell beside it
  programs: list[Sample]  # problem-major


class Evaluator:
  """Solves every task of its worker, settings.samples of the worker times each.

  `dropped`: how many problems of the set are no tasks, as they cannot be used: they count as failures.
  """

  def __init__(self, worker: RolloutWorker, settings: EvaluatorSettings, dropped: int = 0, *, quiet: bool = True):
    self.worker, self.settings, self.dropped, self.quiet = worker, settings, dropped, quiet

  def score(self, params: Tree, stream: int | None = None) -> Scores:
    """The scores of a policy; the same draws every time, which differ between streams of random numbers."""
    worker, settings = self.worker, self.settings
    key = jax.random.key(settings.seed)
    key = key if stream is None else jax.random.fold_in(key, stream)
    samples = worker.settings.samples
    block = min(max(1, settings.rows // samples), len(worker.tasks))
    order = np.argsort([len(t.prompt) for t in worker.tasks], kind='stable')  # blocks of like lengths waste least
    done: list[Sample] = []
    quiet = self.quiet or not processes.is_main_process()
    blocks = tqdm.tqdm(range(0, len(order), block), desc=f'evaluate {settings.name}', disable=quiet, unit='block')
    for number, first in enumerate(blocks):
      picked = order[first : first + block]
      padded = np.concatenate([picked, np.repeat(picked[-1:], block - len(picked))])  # one shape, one compilation
      got, _ = worker.sample(params, jax.random.fold_in(key, number), padded)
      done += got[: len(picked) * samples]
    ks = settings.k if worker.settings.temperature > 0 else (1,)
    metrics = score(done, samples, ks, settings.name, self.dropped)
    metrics |= trivial([task.problem.trivial for task in worker.tasks], settings.name, self.dropped)
    return Scores(metrics=metrics, programs=done)


def score(
  programs: Sequence[Sample], per_problem: int, ks: Sequence[int], name: str, dropped: int = 0
) -> dict[str, float]:
  """Unbiased pass@k with a 95 % bootstrap interval over problems, `dropped` more of which nothing solves.

  HARNESS_ERRORs count for neither side: a problem with fewer than k other programs is told as unjudged (of the largest
  k) and is not in pass@k.
  ValueError when they leave no problem with k programs.
  """
  rows = [programs[i : i + per_problem] for i in range(0, len(programs), per_problem)]
  counts = []
  for row in rows:
    judged = [s.report.outcome for s in row if s.report.outcome != Outcome.HARNESS_ERROR]
    if judged:
      counts.append((len(judged), sum(o == Outcome.PASSED for o in judged)))
  metrics = {
    f'eval/{name}/problems': float(len(rows) + dropped),
    f'eval/{name}/dropped': float(dropped),
    f'eval/{name}/unjudged': float(len(rows) - sum(n >= max(ks) for n, _ in counts)),
  }
  for k in ks:
    each = [pass_at_k.pass_at_k(n, c, k) for n, c in counts if n >= k]
    if not each:
      raise ValueError(f'eval/{name}/pass@{k}: no problem has {k} judged programs; the harness failed on the others')
    mean, low, high = pass_at_k.bootstrap(each + [0.0] * dropped)
    metrics |= {f'eval/{name}/pass@{k}': mean, f'eval/{name}/pass@{k}_lo': low, f'eval/{name}/pass@{k}_hi': high}
  shares = [np.mean(s.report.passed) for s in programs if s.report.passed and s.report.outcome != Outcome.HARNESS_ERROR]
  metrics[f'eval/{name}/test_pass_rate'] = float(np.mean(shares)) if shares else 0.0
  return metrics


def table(metrics: dict[str, float]) -> str:
  """For people: a line a k, and the notes."""
  lines = []
  for tag, value in metrics.items():
    if '/pass@' in tag and not tag.endswith(('_lo', '_hi')):
      lines.append(f'{tag}  {100 * value:.1f} %  [{100 * metrics[tag + "_lo"]:.1f}, {100 * metrics[tag + "_hi"]:.1f}]')
  return '\n'.join(lines + notes(metrics))


def notes(metrics: dict[str, float]) -> list[str]:
  """A line for the best trivial program, and one for problems that are not as the others; where there are such."""
  told, lines = {tag.rsplit('/', 1)[1]: value for tag, value in metrics.items()}, []
  if 'trivial_test_pass_rate' in told:
    lines.append(
      f'best trivial program: solves {100 * told["trivial_pass@1"]:.1f} %, passes '
      f'{100 * told["trivial_test_pass_rate"]:.1f} % of the tests (the model: {100 * told["test_pass_rate"]:.1f} %)'
    )
  if told.get('dropped'):
    lines.append(f'{told["dropped"]:.0f} of {told["problems"]:.0f} problems cannot be used and count as failures')
  if told.get('unjudged'):
    lines.append(f'{told["unjudged"]:.0f} of {told["problems"]:.0f} problems could not be judged and are left out')
  return lines


def trivial(shares: Sequence[float | None], name: str, dropped: int = 0) -> dict[str, float]:
  """What the best trivial program of each problem reaches, of those where it was measured; {} where none was.

  Problems that are dropped are not solved here either.
  """
  known = [share for share in shares if share is not None]
  if not known:
    return {}
  solved = sum(share == 1 for share in known) / (len(known) + dropped)
  return {f'eval/{name}/trivial_pass@1': solved, f'eval/{name}/trivial_test_pass_rate': math.fsum(known) / len(known)}


def change(folder: pathlib.Path, before: int, after: int, dropped: int) -> str:
  """The line that compares the evaluations after two steps, problem by problem, out of the programs in `folder`.

  Problems that are dropped fail in both. '' where an evaluation, or what it could judge, is missing.
  """
  files = [program_tables.samples_file(folder, step) for step in (before, after)]
  if not all(file.is_file() for file in files):
    return ''
  found = [program_tables.read_samples(file) for file in files]
  old, new = map(program_tables.pass_shares, found)
  both = [ident for ident in new if ident in old]
  if not both:
    return ''
  old, new = ([shares[ident] for ident in both] + [0.0] * dropped for shares in (old, new))
  points = [100 * x for x in pass_at_k.paired(old, new)]
  first, last = (100 * math.fsum(shares) / len(shares) for shares in (old, new))
  samples = max(map(len, found[1].values()))
  return (
    f'held-out pass@1: {first:.1f} -> {last:.1f} %, {points[0]:+.1f} points [{points[1]:.1f}, {points[2]:.1f}], '
    f'{len(old)} problems, {samples} program{"s" * (samples > 1)} each'
  )
