"""What the actor-critic adds to supervised training, and what an online critic adds to a frozen one, on a CPU.

  python benchmarks/tiny.py [--seeds 0 1 2] [--runs runs/tiny_benchmark] [--output benchmarks/results/tiny]

For each seed three runs of the size `tiny`: the actor-critic, the same with a critic that is pretrained and then
frozen, and supervised training that goes on for as long as the actor-critic took. Each run has one core of its own, so
that their times can be compared. Their metrics.jsonl and a table go to the output folder. A run that is complete in
the runs folder is not run again.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import os
import pathlib
import queue
import shutil
import subprocess
import sys

import numpy as np

from acrl_jax.run import metrics

LAST = 40  # steps over which the last explained variance is averaged
PRETRAIN = 20  # rollouts that train the critic that is then frozen
TAG = 'eval/synthetic/pass@1'


def run(cores: queue.SimpleQueue, folder: pathlib.Path, config: str, *settings: str) -> list[dict]:
  """The metrics of a run of configs/CONFIG.py:tiny, alone on one of the cores; its output goes to FOLDER.log."""
  if not (folder / 'export').is_dir():  # which is written when a run is complete
    command = [sys.executable, '-m', 'acrl_jax.main', f'--config=configs/{config}.py:tiny', f'--workdir={folder}']
    command += [f'--config.{setting}' for setting in settings]
    core = cores.get()
    print(f'core {core}: {" ".join(command[1:])}', flush=True)
    try:
      with folder.with_suffix('.log').open('w') as log:
        pinned = ['taskset', '-c', str(core), *command]
        subprocess.run(pinned, check=True, env={**os.environ, 'JAX_PLATFORMS': 'cpu'}, stdout=log, stderr=log)
    finally:
      cores.put(core)
  return metrics.read_rows(folder / 'metrics.jsonl')


def run_all(seeds: list[int], runs: pathlib.Path) -> dict[int, dict[str, list[dict]]]:
  """The metrics of each seed's three runs, as many at a time as there are cores."""
  cores: queue.SimpleQueue = queue.SimpleQueue()
  for core in sorted(os.sched_getaffinity(0)):
    cores.put(core)
  frozen = 'critic.mode=frozen', f'critic.pretrain_steps={PRETRAIN}'
  with concurrent.futures.ThreadPoolExecutor(cores.qsize()) as pool:
    start = lambda arm, seed, *more: pool.submit(run, cores, runs / f'{arm}_{seed}', *more, f'seed={seed}')
    online = {seed: start('online', seed, 'ac') for seed in seeds}
    fixed = {seed: start('frozen', seed, 'ac', *frozen) for seed in seeds}
    steps = {seed: supervised_steps(online[seed].result()) for seed in seeds}
    sft = {seed: start('sft', seed, 'sft', f'warm_start.steps={steps[seed]}') for seed in seeds}
    arms = dict(online=online, sft=sft, frozen=fixed)
    return {seed: {name: arm[seed].result() for name, arm in arms.items()} for seed in seeds}


def seconds(rows: list[dict]) -> np.ndarray:
  """[steps] what each learner step took, its evaluation left out."""
  return np.asarray([row['time/step_s'] - row.get('time/eval_s', 0.0) for row in rows if row['step']])


def supervised_steps(rows: list[dict]) -> int:
  """Supervised steps that take as long as the whole of a run that began with some."""
  warm = [row for row in rows if row['phase'] == 'sft']
  return round(seconds(rows).sum() / np.median(seconds(warm)))


def start_and_end(rows: list[dict]) -> tuple[float, float]:
  """pass@1 where the warm start ends, and at the end."""
  scores = [(row['phase'], row[TAG]) for row in rows if TAG in row]
  return [score for phase, score in scores if phase == 'sft'][-1], scores[-1][1]


def explained(rows: list[dict]) -> float:
  """The mean explained variance of the last steps."""
  return float(np.mean([row['critic/explained_var'] for row in rows if row['phase'] == 'ac'][-LAST:]))


def table(found: dict[int, dict[str, list[dict]]]) -> str:
  """The results in Markdown, one line a seed."""
  lines = [
    '| seed | after the warm start | actor-critic | with a frozen critic | continued SFT, same time | actor-critic, s '
    '| SFT, s | explained variance, online | frozen |',
    '|---|---|---|---|---|---|---|---|---|',
  ]
  for seed, arms in found.items():
    start, end = start_and_end(arms['online'])
    cells = [
      seed, f'{100 * start:.1f} %', f'{100 * end:.1f} %',
      *(f'{100 * start_and_end(arms[name])[1]:.1f} %' for name in ('frozen', 'sft')),
      f'{seconds(arms["online"]).sum():.0f}', f'{seconds(arms["sft"]).sum():.0f}',
      f'{explained(arms["online"]):.3f}', f'{explained(arms["frozen"]):.3f}',
    ]  # fmt: skip
    lines.append('| ' + ' | '.join(map(str, cells)) + ' |')
  return '\n'.join(lines)


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
  parser.add_argument('--runs', type=pathlib.Path, default=pathlib.Path('runs/tiny_benchmark'))
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/tiny'))
  flags = parser.parse_args()
  flags.output.mkdir(parents=True, exist_ok=True)
  flags.runs.mkdir(parents=True, exist_ok=True)
  found = run_all(flags.seeds, flags.runs)
  for seed in flags.seeds:
    for arm in found[seed]:
      shutil.copy(flags.runs / f'{arm}_{seed}' / 'metrics.jsonl', flags.output / f'{arm}_{seed}.jsonl')
  text = f"""# Tiny: actor-critic against continued supervised training, online against frozen critic

`python benchmarks/tiny.py --seeds {' '.join(map(str, flags.seeds))}`, {datetime.date.today()}, one CPU core a run.
Greedy pass rate on held-out compositions of `synthetic:0`; explained variance of returns on fresh programs, before each
update, mean of the last {LAST} steps. Seconds leave evaluations out.

{table(found)}
"""
  (flags.output / 'README.md').write_text(text)
  print(text)


if __name__ == '__main__':
  main()
