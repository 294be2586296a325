"""What the actor-critic adds to supervised training, and what an online critic adds to a frozen one, on a CPU.

  python benchmarks/tiny.py [--seeds 0 1 2] [--runs runs/tiny_benchmark] [--output benchmarks/results/tiny]

For each seed three runs of the size `tiny`, one after the other: the actor-critic, the same with a critic that is
pretrained and then frozen, and supervised training that goes on for as long as the actor-critic took. Their
metrics.jsonl and a table go to the output folder. A run that is complete in the runs folder is not run again.
"""

from __future__ import annotations

import argparse
import datetime
import os
import pathlib
import shutil
import subprocess
import sys

import numpy as np

from acrl_jax import metrics

LAST = 20  # steps over which the last explained variance is averaged
TAG = 'eval/synthetic/pass@1'


def run(folder: pathlib.Path, config: str, *settings: str) -> list[dict]:
  """The metrics of a run of configs/CONFIG.py:tiny."""
  command = [sys.executable, '-m', 'acrl_jax.main', f'--config=configs/{config}.py:tiny', f'--workdir={folder}']
  command += [f'--config.{setting}' for setting in settings]
  print(' '.join(command[1:]), flush=True)
  subprocess.run(command, check=True, env={**os.environ, 'JAX_PLATFORMS': 'cpu'})
  return metrics.read(folder / 'metrics.jsonl')


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
    '| seed | after the warm start | actor-critic | continued SFT, same time | actor-critic, s | SFT, s '
    '| explained variance, online | frozen |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for seed, arms in found.items():
    start, end = start_and_end(arms['online'])
    cells = [
      seed, f'{100 * start:.1f} %', f'{100 * end:.1f} %', f'{100 * start_and_end(arms["sft"])[1]:.1f} %',
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
  found: dict[int, dict[str, list[dict]]] = {}
  for seed in flags.seeds:
    online = run(flags.runs / f'online_{seed}', 'ac', f'seed={seed}')
    steps = supervised_steps(online)
    sft = run(flags.runs / f'sft_{seed}', 'sft', f'seed={seed}', f'warm_start.steps={steps}')
    frozen = run(flags.runs / f'frozen_{seed}', 'ac', f'seed={seed}', 'critic.mode=frozen')
    found[seed] = dict(online=online, sft=sft, frozen=frozen)
    for arm in found[seed]:
      shutil.copy(flags.runs / f'{arm}_{seed}' / 'metrics.jsonl', flags.output / f'{arm}_{seed}.jsonl')
  command = f'python benchmarks/tiny.py --seeds {" ".join(map(str, flags.seeds))}'
  text = f"""# Tiny: actor-critic against continued supervised training, online against frozen critic

`{command}`, {datetime.date.today()}, {os.cpu_count()} CPU cores.
Greedy pass rate on held-out compositions of `synthetic:0`; explained variance of returns on fresh programs, before each
update, mean of the last {LAST} steps. Seconds leave evaluations out.

{table(found)}
"""
  (flags.output / 'README.md').write_text(text)
  print(text)


if __name__ == '__main__':
  main()
