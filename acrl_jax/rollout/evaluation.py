"""pass@k on problems with tests: the same prompts, generation and harness as in training."""

from __future__ import annotations

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


class EvaluatorSettings(NamedTuple):
  """What is measured: config.eval."""

  name: str  # of the problems
  seed: int
  k: tuple[int, ...]  # of pass@k; of greedy programs pass@1 alone
  rows: int  # programs generated at a time


class Scores(NamedTuple):
  """What an evaluation found."""

  metrics: dict[str, float]  # eval/<set>/pass@k with _lo and _hi, eval/<set>/test_pass_rate, eval/<set>/problems
  programs: list[Sample]  # problem-major


class Evaluator:
  """Solves every task of its worker, settings.samples of the worker times each."""

  def __init__(self, worker: RolloutWorker, settings: EvaluatorSettings, *, quiet: bool = True):
    self.worker, self.settings, self.quiet = worker, settings, quiet

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
    return Scores(metrics=score(done, samples, ks, settings.name), programs=done)


def score(programs: Sequence[Sample], per_problem: int, ks: Sequence[int], name: str) -> dict[str, float]:
  """Unbiased pass@k with a 95 % bootstrap interval over problems. HARNESS_ERRORs count for neither side.

  ValueError when they leave no problem with k programs.
  """
  rows = [programs[i : i + per_problem] for i in range(0, len(programs), per_problem)]
  counts = []
  for row in rows:
    judged = [s.report.outcome for s in row if s.report.outcome != Outcome.HARNESS_ERROR]
    if judged:
      counts.append((len(judged), sum(o == Outcome.PASSED for o in judged)))
  metrics = {f'eval/{name}/problems': float(len(counts))}
  for k in ks:
    each = [pass_at_k.pass_at_k(n, c, k) for n, c in counts if n >= k]
    if not each:
      raise ValueError(f'eval/{name}/pass@{k}: no problem has {k} judged programs; the harness failed on the others')
    mean, low, high = pass_at_k.bootstrap(each)
    metrics |= {f'eval/{name}/pass@{k}': mean, f'eval/{name}/pass@{k}_lo': low, f'eval/{name}/pass@{k}_hi': high}
  shares = [np.mean(s.report.passed) for s in programs if s.report.passed and s.report.outcome != Outcome.HARNESS_ERROR]
  metrics[f'eval/{name}/test_pass_rate'] = float(np.mean(shares)) if shares else 0.0
  return metrics


def table(metrics: dict[str, float]) -> str:
  """pass@k lines for people."""
  lines = []
  for tag, value in metrics.items():
    if '/pass@' in tag and not tag.endswith(('_lo', '_hi')):
      lines.append(f'{tag}  {100 * value:.1f} %  [{100 * metrics[tag + "_lo"]:.1f}, {100 * metrics[tag + "_hi"]:.1f}]')
  return '\n'.join(lines)
