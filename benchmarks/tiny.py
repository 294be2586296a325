"""What makes the actor-critic learn, and what it adds to imitation and to more supervised training: the size `tiny`.

  python benchmarks/tiny.py [--arms ac imitation ...] [--seeds 0 1 2] [--runs runs/tiny_benchmark] [--output FOLDER]

For each seed one supervised warm start, from which all arms begin; an arm differs from the actor-critic in the settings
of ARMS alone. Each run has one core of its own, so that times can be compared. What a run told goes to the output
folder as one line of runs.jsonl, with a table and curves of all lines that are there. A run that is complete in the
runs folder is not run again, so that seeds and arms can be added.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import queue
import subprocess
import sys

import numpy as np

from acrl_jax.harness import pass_at_k
from acrl_jax.jobs import report
from acrl_jax.run import metrics, program_tables

WARM_STEPS = 240
LAST = 40  # steps over which the last explained variance is averaged
SHARE = 0.1  # of the main phase's steps, at its start and at its end, that the reward's gain is between
TEST, VALIDATION = 'eval/synthetic/pass@1', 'eval/synthetic-validation/pass@1'
REWARD = ('reward/mean', 'reward/solved', 'reward/partial', 'reward/floors', 'tests/passed', 'completion/len_mean')
ARMS = {  # (config, what it changes)
  'ac': ('ac',),
  'no critic': ('ac', 'critic.mode=none'),
  'frozen critic': ('ac', 'critic.mode=frozen', 'critic.pretrain_steps=20'),
  'critic alone': ('ac', 'rollout.baseline=none'),
  'no critic, no baseline': ('ac', 'critic.mode=none', 'rollout.baseline=none'),
  'own trunk': ('ac', 'critic.trunk=own', 'critic.learning_rate=3e-4'),
  'no replay': ('ac', 'replay.enabled=False'),
  'no syntax trees': ('ac', 'replay.distinct=tokens'),
  'reward binary': ('ac', 'reward=binary'),
  'reward partial_credit': ('ac', 'reward=partial_credit'),
  'imitation': ('imitation',),
  'ac with imitation': ('ac_ce',),
  'learning rate 5e-4, constant': ('ac', 'optimizer.learning_rate=5e-4', 'optimizer.schedule=constant'),
  'learning rate 1e-4': ('ac', 'optimizer.learning_rate=1e-4'),
  '2 programs of 64 problems': ('ac', 'rollout.problems=64', 'rollout.samples=2'),
  '16 of 32 problems kept': ('ac', 'rollout.problems=32', 'rollout.keep=128'),
  'whitened advantages': ('ac', 'algorithm.normalize=True'),
  '2 updates a rollout': ('ac', 'updates=2'),
  'temperature 1.2': ('ac', 'rollout.temperature=1.2'),
  'continued sft': ('sft',),
}


def run(cores: queue.SimpleQueue, folder: pathlib.Path, config: str, *settings: str) -> pathlib.Path:
  """The folder of a run of configs/CONFIG.py:tiny, alone on one of the cores; its output goes to FOLDER.log."""
  if not (folder / 'export').is_dir():  # which is written when a run is complete
    command = [sys.executable, '-m', 'acrl_jax.main', f'--config=configs/{config}.py:tiny', f'--workdir={folder}']
    command += [f'--config.{setting}' for setting in (*settings, 'log.tensorboard=False', 'harness.workers=1')]
    core = cores.get()
    print(f'{datetime.datetime.now():%T} core {core}: {" ".join(command[1:])}', flush=True)
    try:
      with folder.with_suffix('.log').open('w') as log:
        pinned = ['taskset', '-c', str(core), *command]
        subprocess.run(pinned, check=True, env={**os.environ, 'JAX_PLATFORMS': 'cpu'}, stdout=log, stderr=log)
    finally:
      cores.put(core)
  return folder


def run_arm(cores: queue.SimpleQueue, runs: pathlib.Path, arm: str, seed: int, warm, like) -> pathlib.Path:
  """The folder of an arm's run; `warm` is a future of its warm start's, `like` of a run that sft takes as long as."""
  config, *settings = ARMS[arm]
  start = f'model={warm.result()}', f'seed={seed}'
  if config == 'sft':  # for as long as the actor-critic took
    took, each = seconds(rows_of(like.result())).sum(), np.median(seconds(rows_of(warm.result())))
    return run(cores, folder_of(runs, arm, seed), 'sft', *start, f'warm_start.steps={round(took / each)}')
  return run(cores, folder_of(runs, arm, seed), config, *start, 'warm_start.steps=0', *settings)


def folder_of(runs: pathlib.Path, arm: str, seed: int) -> pathlib.Path:
  return runs / f'{arm.replace(",", "").replace(" ", "_")}_{seed}'


def rows_of(folder: pathlib.Path) -> list[dict]:
  return metrics.read_rows(folder / 'metrics.jsonl')


def seconds(rows: list[dict]) -> np.ndarray:
  """[steps] what each learner step took, its evaluation left out."""
  return np.asarray([row['time/step_s'] - row.get('time/eval_s', 0.0) for row in rows if row['step']])


def told(arm: str, seed: int, folder: pathlib.Path) -> dict:
  """What a run found: pass@1 before and after on the same problems, its curve, what the reward gained."""
  rows = rows_of(folder)
  files = sorted((folder / 'eval' / 'samples').glob('step_*.jsonl'))
  old, new = (program_tables.pass_shares(program_tables.read_samples(file)) for file in (files[0], files[-1]))
  both = [ident for ident in old if ident in new]
  points = pass_at_k.paired(*([shares[ident] for ident in both] for shares in (old, new)))
  scores = [row for row in rows if TEST in row]
  found = dict(
    arm=arm, seed=seed, start=scores[0][TEST], end=scores[-1][TEST], points=[round(100 * x, 1) for x in points],
    problems=len(both), seconds=round(float(seconds(rows).sum())),
    curve=[[row['step'], row[VALIDATION]] for row in rows if VALIDATION in row],
  )  # fmt: skip
  main = [row for row in rows if row['phase'] not in ('start', 'sft', 'critic')]
  count = max(1, round(SHARE * len(main)))
  for tag in REWARD:
    if main and tag in main[0]:
      found[tag] = [round(report.mean([row[tag] for row in part]), 3) for part in (main[:count], main[-count:])]
  for tag in ('critic/explained_var', 'critic/explained_by_baseline', 'policy/entropy'):
    if main and tag in main[-1]:
      found[tag] = round(report.mean([row[tag] for row in main[-LAST:]]), 3)
  return found


COLUMNS = (
  'arm', 'seeds', 'before', 'after', 'gain, points (each seed)', 'solved while sampling', 'reward gained, of it solved',
  'partial', 'floors', 'explained variance', 'by the baseline', 'entropy', 'length', 's',
)  # fmt: skip


def table(found: list[dict]) -> str:
  """The results in Markdown, one line an arm: means over its seeds."""
  of = lambda arm: [line for line in found if line['arm'] == arm]
  lines = [COLUMNS, ['---'] * len(COLUMNS), *(cells(arm, of(arm)) for arm in ARMS if of(arm))]
  return '\n'.join('| ' + ' | '.join(line) + ' |' for line in lines)


def cells(arm: str, runs: list[dict]) -> list[str]:
  """The cells of an arm's line; '' where its runs did not tell."""

  def mean(form: str, tag: str, of=lambda x: x) -> str:
    return form.format(np.mean([of(line[tag]) for line in runs])) if all(tag in line for line in runs) else ''

  gained = lambda form, tag: mean(form, tag, lambda x: x[1] - x[0])
  both = lambda form, tag: ' -> '.join(filter(None, (mean(form, tag, lambda x, k=k: x[k]) for k in (0, 1))))
  each = ', '.join('{:+.1f}'.format(line['points'][0]) for line in runs)
  return [
    arm, str(len(runs)), mean('{:.1f} %', 'start', lambda x: 100 * x), mean('{:.1f} %', 'end', lambda x: 100 * x),
    mean('{:+.1f}', 'points', lambda x: x[0]) + f' ({each})', both('{:.3f}', 'tests/passed'),
    ', '.join(filter(None, (gained('{:+.3f}', 'reward/mean'), gained('{:+.3f}', 'reward/solved')))),
    gained('{:+.3f}', 'reward/partial'), gained('{:+.3f}', 'reward/floors'),
    mean('{:.3f}', 'critic/explained_var'), mean('{:.3f}', 'critic/explained_by_baseline'),
    mean('{:.3f}', 'policy/entropy'), both('{:.0f}', 'completion/len_mean'), mean('{:.0f}', 'seconds'),
  ]  # fmt: skip


def plot(found: list[dict], file: pathlib.Path) -> None:
  """The validation curves, a panel an arm: each seed, and the actor-critic's mean behind it."""
  import matplotlib

  matplotlib.use('Agg')
  from matplotlib import pyplot

  arms = [arm for arm in ARMS if any(line['arm'] == arm and line['curve'] for line in found)]
  rows = -(-len(arms) // 4)
  figure, axes = pyplot.subplots(rows, 4, figsize=(14, 2.6 * rows), sharey=True, squeeze=False)
  figure.set_layout_engine('constrained')
  curves = {arm: [line['curve'] for line in found if line['arm'] == arm] for arm in arms}
  for axis, arm in zip(axes.flat, arms):
    shortest = min(map(len, curves.get('ac', [[]])), default=0)
    if shortest:
      mean = np.mean([curve[:shortest] for curve in curves['ac']], 0)
      axis.plot(mean[:, 0], 100 * mean[:, 1], color='0.75', linewidth=4)
    for curve in curves[arm]:
      axis.plot(*zip(*[(step, 100 * score) for step, score in curve]), linewidth=1)
    axis.set_title(arm, fontsize=9)
  for axis in axes.flat[len(arms) :]:
    axis.axis('off')
  figure.supxlabel('learner step')
  figure.supylabel('validation pass@1, %')
  figure.savefig(file, dpi=100)


def write(lines: list[dict], output: pathlib.Path) -> None:
  """runs.jsonl, with these lines in the place of older ones of the same arm and seed; table.md, curves.png of all."""
  file, of = output / 'runs.jsonl', lambda line: (list(ARMS).index(line['arm']), line['seed'])
  kept = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
  found = sorted({of(line): line for line in [*kept, *lines] if line['arm'] in ARMS}.items())
  found = [line for _, line in found]
  file.write_text(''.join(json.dumps(line) + '\n' for line in found))
  (output / 'table.md').write_text(table(found) + '\n')
  plot(found, output / 'curves.png')
  print(table(found))


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--arms', nargs='+', default=list(ARMS), choices=list(ARMS))
  parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
  parser.add_argument('--runs', type=pathlib.Path, default=pathlib.Path('runs/tiny_benchmark'))
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/tiny'))
  flags = parser.parse_args()
  if 'continued sft' in flags.arms and 'ac' not in flags.arms:
    parser.error('--arms: continued sft takes as long as ac; name that too, in front of it')
  flags.arms.sort(key=list(ARMS).index)
  flags.output.mkdir(parents=True, exist_ok=True)
  flags.runs.mkdir(parents=True, exist_ok=True)
  cores: queue.SimpleQueue = queue.SimpleQueue()
  for core in sorted(os.sched_getaffinity(0)):
    cores.put(core)
  with concurrent.futures.ThreadPoolExecutor(len(flags.arms) * len(flags.seeds) + len(flags.seeds)) as pool:
    warm = {
      seed: pool.submit(
        run, cores, flags.runs / f'warm_{seed}', 'sft', f'seed={seed}', f'warm_start.steps={WARM_STEPS}'
      )
      for seed in flags.seeds
    }
    started = {}
    for arm in flags.arms:  # in their order, all seeds of one before the next
      for seed in flags.seeds:
        like = started.get(('ac', seed))
        started[arm, seed] = pool.submit(run_arm, cores, flags.runs, arm, seed, warm[seed], like)
    for (arm, seed), future in started.items():
      write([told(arm, seed, future.result())], flags.output)


if __name__ == '__main__':
  main()
