"""pass@k on problems with tests: the same prompts, generation and harness as in training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
import tqdm

from acrl_jax.config import default
from acrl_jax.distributed import processes
from acrl_jax.harness import pass_at_k
from acrl_jax.jobs import problems as build
from acrl_jax.jobs import session
from acrl_jax.records import Outcome
from acrl_jax.rollout import judging
from acrl_jax.rollout import tasks as rollout
from acrl_jax.run import samples as samples_module
from acrl_jax.run import workdir


class Scores(NamedTuple):
  """What an evaluation found."""

  metrics: dict  # eval/<set>/pass@k with _lo and _hi, eval/<set>/test_pass_rate, eval/<set>/problems
  samples: list  # rollout.Sample, problem-major


def evaluate(
  loaded, params, key, tasks: Sequence[rollout.Task], place, pool, config, name: str, quiet: bool = True
) -> Scores:
  """Solves every task `config.eval.samples` times (once when greedy)."""
  settings = config.eval
  samples = settings.samples if settings.temperature > 0 else 1
  block = min(max(1, settings.rows // samples), len(tasks))
  order = np.argsort([len(t.prompt) for t in tasks], kind='stable')  # blocks of like lengths waste least
  done: list = []
  blocks = range(0, len(order), block)
  quiet = quiet or not processes.is_main_process()
  for number, first in enumerate(tqdm.tqdm(blocks, desc=f'evaluate {name}', disable=quiet, unit='block')):
    picked = order[first : first + block]
    padded = np.concatenate([picked, np.repeat(picked[-1:], block - len(picked))])  # one shape, one compilation
    got, _ = judging.sample(
      loaded, params, jax.random.fold_in(key, number), tasks, padded, place, config.prompt.lengths, pool,
      samples=samples, max_new_tokens=config.rollout.max_new_tokens, temperature=settings.temperature,
      top_p=settings.top_p,
    )  # fmt: skip
    done += got[: len(picked) * samples]
  return Scores(metrics=score(done, samples, settings, name), samples=done)


def score(samples: list, per_problem: int, settings, name: str) -> dict:
  """Unbiased pass@k with a 95 % bootstrap interval over problems. HARNESS_ERROR samples count for neither side.

  ValueError when they leave no problem with k programs.
  """
  rows = [samples[i : i + per_problem] for i in range(0, len(samples), per_problem)]
  counts = []
  for row in rows:
    judged = [s.report.outcome for s in row if s.report.outcome != Outcome.HARNESS_ERROR]
    if judged:
      counts.append((len(judged), sum(o == Outcome.PASSED for o in judged)))
  metrics = {f'eval/{name}/problems': float(len(counts))}
  for k in settings.k if settings.temperature > 0 else (1,):
    each = [pass_at_k.pass_at_k(n, c, k) for n, c in counts if n >= k]
    if not each:
      raise ValueError(f'eval/{name}/pass@{k}: no problem has {k} judged programs; the harness failed on the others')
    mean, low, high = pass_at_k.bootstrap(each)
    metrics |= {f'eval/{name}/pass@{k}': mean, f'eval/{name}/pass@{k}_lo': low, f'eval/{name}/pass@{k}_hi': high}
  shares = [np.mean(s.report.passed) for s in samples if s.report.passed and s.report.outcome != Outcome.HARNESS_ERROR]
  metrics[f'eval/{name}/test_pass_rate'] = float(np.mean(shares)) if shares else 0.0
  return metrics


def table(metrics: dict) -> str:
  """pass@k lines for people."""
  lines = []
  for tag, value in metrics.items():
    if '/pass@' in tag and not tag.endswith(('_lo', '_hi')):
      lines.append(f'{tag}  {100 * value:.1f} %  [{100 * metrics[tag + "_lo"]:.1f}, {100 * metrics[tag + "_hi"]:.1f}]')
  return '\n'.join(lines)


def prompted_as_trained(config):
  """The config with the template and system message of the run that config.model names, where it has none of its own.

  A model is to read what it was trained on; what differs from the default was asked for, and stays.
  """
  if not workdir.is_workdir(config.model):
    return config
  trained, config = workdir.read_config(config.model), config.copy_and_resolve_references()
  for key, plain in default().prompt.items():
    if key in ('template', 'system') and config.prompt[key] == plain:
      config.prompt[key] = trained.get(f'prompt.{key}', plain)
  return config


def run(config, path: str, dry_run: bool) -> None:
  """The job `evaluate`: scores.json, samples/ and a line a k."""
  config = prompted_as_trained(config)
  folder = None if dry_run else workdir.begin(path, config)
  with session.host(config) as host:
    loaded = session.load(config, host.mesh)
    pool = judging.SharedPool(host.pool)  # all hosts solve the same problems
    problems = build.problems(config, config.problems, config.split, config.eval.problems, pool)
    tasks = build.encoded(problems, loaded, config)
    if dry_run:
      print(session.summary(config, loaded, host.mesh, {config.problems: len(tasks)}))
      return
    name = config.problems.split(':')[0]
    place = session.placer(host.mesh)
    key = jax.random.key(config.seed)
    scores = evaluate(loaded, loaded.params, key, tasks, place, host.pool, config, name, quiet=False)
  if not processes.is_main_process():
    return
  rows = [
    samples_module.sample_row(tasks[s.index].problem, s.program, s.report, np.mean(s.report.passed or [0]))
    for s in scores.samples
  ]
  samples_module.write_samples(folder, 0, rows)
  (folder / 'scores.json').write_text(json.dumps(scores.metrics, indent=1) + '\n')
  print(table(scores.metrics))
  print(f'{folder}/scores.json  {folder}/samples/')
