"""What it gives, and what it costs, to sample the next step's programs while this step's are judged, on a CPU.

  python benchmarks/overlap.py idle   [--rounds 3] [--steps 10]
  python benchmarks/overlap.py curves [--seeds 0 1 2] [--steps 200] [--warm 240] [--runs runs/overlap_benchmark]

`idle`: the learner of the size `tiny` beside a harness that takes as long as the device does to sample (it judges, and
sleeps for the rest): the share of a step in which the learner waits for verdicts, in rounds without and with overlap.

`curves`: for each seed the size `tiny` without and with overlap, both out of the same supervised warm start; what one
policy of staleness costs in reward and pass rate. Each run has one core of its own. A run that is complete in the runs
folder is not run again.

Both write overlap.json and table.md to benchmarks/results/overlap (--output), and leave the other's figures there.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import platform
import queue
import sys
import time

import numpy as np
import tiny

TAG = 'eval/synthetic/pass@1'
ARMS = {'direct': False, 'overlap': True}
LAST = 40  # steps over which the last reward is averaged
EVERY = 50  # steps between evaluations
MOST_IDLE = 0.10  # of a step that the learner may wait for verdicts, with overlap


class AsLong:
  """A pool and a sampler: each batch takes as long to judge as it took to sample, or longer where its programs do."""

  def __init__(self, pool, generate):
    self.pool, self.longest, self.real = pool, pool.longest, generate
    self.sampled: queue.SimpleQueue = queue.SimpleQueue()  # seconds of each batch, in their order

  def generate(self, *args, **kwargs):
    began = time.monotonic()
    made = self.real(*args, **kwargs)
    made.tokens.block_until_ready()
    self.sampled.put(time.monotonic() - began)
    return made

  def run(self, jobs, wall_s):
    end = time.monotonic() + self.sampled.get()
    reports = self.pool.run(jobs, wall_s=wall_s)
    time.sleep(max(0.0, end - time.monotonic()))
    return reports


def measure_idle(rounds: int, steps: int) -> dict:
  """Medians over all steps of all rounds, for each arm: seconds of each part of a step, and its idle share."""
  from acrl_jax.config import default, update_rows
  from acrl_jax.jobs import session, train
  from acrl_jax.rollout.rows import SampledRows

  config = default('tiny')
  config.data.max_problems = 600
  config.prompt.lengths = (64,)  # one shape, one compilation
  config.warm_start.steps = config.critic.pretrain_steps = config.eval.every = 0
  config.steps = 2 + rounds * 2 * (steps + 1)
  config.optimizer.learning_rate = 0.0  # the programs stay as long as they are
  config.replay.enabled = False
  found: dict = {arm: [] for arm in ARMS}
  with session.joined(config), session.opened(config) as opened:
    model = session.load(config, opened.mesh)
    slow = AsLong(opened.pool, model.policy.generate)
    tasks = train.load_tasks(config, model, opened)
    model = model._replace(policy=model.policy._replace(generate=slow.generate))
    learner = train.make_learner(config, model, opened.mesh, opened.place)
    worker = train.make_worker(config, model, opened._replace(pool=slow), tasks.train)
    state, step = learner.init(model.params), 0

    def take(overlap, count):
      nonlocal state, step
      config.rollout.overlap = overlap
      sampler = train.make_sampler(config, worker, tasks.shares, learner)
      source, rows = SampledRows(sampler, None, fresh=update_rows(config)[0], replayed=0, peers=True), []
      for _ in range(count):
        step += 1
        began = time.monotonic()
        taken = source.take(state.actor.params, step)
        taken_s = time.monotonic() - began
        state, _ = learner.update(state, taken.rows, step)
        step_s = time.monotonic() - began
        idle = taken.metrics['time/wait_s'] / step_s
        rows.append(taken.metrics | {'time/update_s': step_s - taken_s, 'time/idle_share': idle})
      sampler.settle()  # what is sampled and not learned from leaves no seconds behind
      sampler.close()
      return rows

    take(False, 2)  # which compiles
    for _ in range(rounds):
      for arm, overlap in ARMS.items():
        found[arm] += take(overlap, steps + 1)[1:]  # the first of a queue samples twice
  return {arm: summary(rows) | {'steps': len(rows)} for arm, rows in found.items()}


def summary(rows: list[dict]) -> dict:
  """The median of each time over steps, the quartiles of the idle share."""
  pick = lambda tag: np.asarray([row[f'time/{tag}'] for row in rows])
  out = {tag: float(np.median(pick(tag))) for tag in ('rollout_s', 'reward_s', 'wait_s', 'update_s', 'idle_share')}
  return out | {'idle_quartiles': np.quantile(pick('idle_share'), (0.25, 0.75)).tolist()}


def run(cores: queue.SimpleQueue, folder: pathlib.Path, config: str, **settings) -> list[dict]:
  """The rows of tiny.run, settings by name: `__` stands for the dot in a key."""
  settings = (f'{key.replace("__", ".")}={value}' for key, value in settings.items())
  return tiny.rows_of(tiny.run(cores, folder, config, *settings))


def measure_curves(seeds: list[int], steps: int, warm: int, runs: pathlib.Path) -> dict:
  """For each seed and arm: pass@1 by step, the last rewards, the mean ratio, seconds a step."""
  cores: queue.SimpleQueue = queue.SimpleQueue()
  for core in sorted(os.sched_getaffinity(0)):
    cores.put(core)

  def arm(seed, name, warmed):
    start = runs / f'warm_{seed}'
    warmed.result()
    settings = dict(model=start, warm_start__steps=0, steps=steps, eval__every=EVERY, rollout__overlap=ARMS[name])
    settings['data__heldout_split'] = 'validation'  # one set of problems from the start to the end
    return curve(run(cores, runs / f'{name}_{seed}', 'ac', seed=seed, **settings))

  with concurrent.futures.ThreadPoolExecutor(3 * len(seeds)) as pool:
    settings = dict(warm_start__steps=warm, steps=0, eval__every=0)
    warmed = {seed: pool.submit(run, cores, runs / f'warm_{seed}', 'sft', seed=seed, **settings) for seed in seeds}
    begun = {seed: {name: pool.submit(arm, seed, name, warmed[seed]) for name in ARMS} for seed in seeds}
    return {str(seed): {name: arm.result() for name, arm in arms.items()} for seed, arms in begun.items()}


def curve(rows: list[dict]) -> dict:
  """What the table says of a run."""
  main = [row for row in rows if row['phase'] == 'ac']
  seconds = [row['time/step_s'] - row.get('time/eval_s', 0.0) for row in main]
  return {
    'pass@1': [[row['step'], row[TAG]] for row in rows if TAG in row and row['phase'] != 'critic'],
    'reward': [round(row['reward/mean'], 4) for row in main],
    'ratio': float(np.mean([row['policy/ratio_mean'] for row in main])),
    'step_s': float(np.median(seconds)),
    'idle_share': float(np.median([row['time/idle_share'] for row in main])),
  }


def idle_table(idle: dict) -> str:
  """The measured idle shares in Markdown."""
  arms = idle['arms']
  lines = [
    '| | samples, s | judges, s | waits, s | updates, s | waits, share of the step | quartiles |',
    '|---|---|---|---|---|---|---|',
  ]
  for arm, title in (('direct', 'without overlap'), ('overlap', 'with overlap')):
    row = arms[arm]
    low, high = row['idle_quartiles']
    cells = [f'{row[tag]:.3f}' for tag in ('rollout_s', 'reward_s', 'wait_s', 'update_s')]
    lines.append(f'| {title} | {" | ".join(cells)} | {row["idle_share"]:.1%} | {low:.1%} to {high:.1%} |')
  verdict = 'met' if arms['overlap']['idle_share'] < MOST_IDLE else 'missed'
  return '\n'.join(lines) + f'\n\nMust be below {MOST_IDLE:.0%} of a step with overlap: {verdict}.'


def curves_table(curves: dict) -> str:
  """The learning curves in Markdown, one line a seed and arm."""
  steps = [step for step, _ in next(iter(curves['seeds'].values()))['direct']['pass@1']]
  head = ['seed', 'overlap', *(f'pass@1 at {s}' for s in steps), f'reward, last {LAST}', 'ratio', 'waits', 's a step']
  lines = ['| ' + ' | '.join(head) + ' |', '|---' * len(head) + '|']
  for seed, arms in curves['seeds'].items():
    for arm, row in arms.items():
      cells = [seed, 'yes' if ARMS[arm] else 'no', *(f'{value:.1%}' for _, value in row['pass@1'])]
      cells += [f'{np.mean(row["reward"][-LAST:]):.3f}', f'{row["ratio"]:.3f}', f'{row["idle_share"]:.1%}']
      lines.append('| ' + ' | '.join([*cells, f'{row["step_s"]:.2f}']) + ' |')
  return '\n'.join(lines)


def table(found: dict) -> str:
  """table.md of everything measured so far."""
  parts = ['# Sampling a step ahead of judging']
  for name, head, body in (
    ('idle', 'Waiting for verdicts, when to judge takes as long as to sample', idle_table),
    ('curves', 'Learning from programs that are one policy old', curves_table),
  ):
    if name in found:
      part = found[name]
      parts.append(f'## {head}\n\n`{part["command"]}`, {part["date"]}, {part["hardware"]}.\n\n{body(part)}')
  return '\n\n'.join(parts) + '\n'


def hardware() -> str:
  """The machine in words, with the load that others put on it."""
  with open('/proc/cpuinfo') as file:
    models = [line.partition(':')[2].strip() for line in file if line.startswith('model name')]
  name = (models or [platform.machine()])[0]
  return f'{len(os.sched_getaffinity(0))} cores of {name}, load {os.getloadavg()[0]:.1f} at the start'


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('part', choices=('idle', 'curves'))
  parser.add_argument('--rounds', type=int, default=3)
  parser.add_argument('--seeds', type=int, nargs='+', default=[0, 1, 2])
  parser.add_argument('--steps', type=int, help='of an arm in a round (default 10), or of a run (default 200)')
  parser.add_argument('--warm', type=int, default=240, help='supervised steps before the two arms')
  parser.add_argument('--runs', type=pathlib.Path, default=pathlib.Path('runs/overlap_benchmark'))
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/overlap'))
  flags = parser.parse_args()
  flags.output.mkdir(parents=True, exist_ok=True)
  command = ' '.join(['python', 'benchmarks/overlap.py', *sys.argv[1:]])
  about = dict(command=command, date=str(datetime.date.today()), hardware=hardware())
  if flags.part == 'idle':
    about['arms'] = measure_idle(flags.rounds, flags.steps or 10)
  else:
    flags.runs.mkdir(parents=True, exist_ok=True)
    about['seeds'] = measure_curves(flags.seeds, flags.steps or 200, flags.warm, flags.runs)
  file = flags.output / 'overlap.json'
  found = (json.loads(file.read_text()) if file.exists() else {}) | {flags.part: about}
  file.write_text(json.dumps(found, indent=1) + '\n')
  (flags.output / 'table.md').write_text(table(found))
  print(table(found))


if __name__ == '__main__':
  main()
