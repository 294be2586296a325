"""Whether the harness grows: programs of all kinds through one pool; its memory, descriptors, processes and files.

  pip install matplotlib
  python benchmarks/harness_soak.py [--programs 100000] [--workers N] [--output benchmarks/results/harness_soak]

Programs are right, wrong and broken, print, write files, leave threads behind, exhaust memory; one in a thousand hangs.
A comment makes each of them new, so that no verdict comes out of the cache, and the cache holds no more than a fiftieth
of them, so that it is full when growth begins to be measured: from the second tenth of the run to the last. Every
thousand programs the pool is looked at while it has nothing to do. All samples, a table and a plot go to the output
folder; the exit status is 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime
import gc
import json
import os
import pathlib
import platform
import random
import statistics
import sys
import tempfile
import time
from typing import NamedTuple

from tqdm import tqdm

from acrl_jax.harness import Limits, Pool, cache
from acrl_jax.records import Job, Outcome, Test

LIMITS = Limits(wall_s=1.0, memory_mb=256)
EVERY = 1000  # programs between two samples
BAR = 0.01  # of memory
TASKS = 97  # different tests, so that those who see them again may remember them
PAGE = os.sysconf('SC_PAGE_SIZE')


class Kind(NamedTuple):
  """One kind of program. M stands for a number that its tests know, and that the program must multiply by."""

  share: int  # in a thousand
  program: str
  outcome: Outcome
  error: str = ''


KINDS = dict(
  right=Kind(500, 'def f(x):\n  return x * M', Outcome.PASSED),
  wrong=Kind(150, 'def f(x):\n  return x * M + 1', Outcome.FAILED),
  raises=Kind(80, 'def f(x):\n  return [x * M][x]', Outcome.CRASHED, 'IndexError'),
  syntax=Kind(40, 'def f(x)\n  return x * M', Outcome.NO_COMPILE, 'SyntaxError'),
  leaves=Kind(30, 'import os\ndef f(x):\n  os._exit(M)', Outcome.CRASHED, 'Exit'),
  aborts=Kind(20, 'import os\ndef f(x):\n  os.abort()', Outcome.CRASHED, 'Killed'),
  memory=Kind(20, 'def f(x):\n  return bytearray(1 << 40)', Outcome.CRASHED, 'Memory'),
  large=Kind(14, 'def f(x):\n  return list(range(30000))', Outcome.FAILED),
  prints=Kind(60, 'for x in range(5):\n  print(x * M)', Outcome.PASSED),
  writes=Kind(
    50,
    'import os\ndef f(x):\n  os.makedirs("a/b", exist_ok=True)\n  for name in ("c", "a/d", "a/b/e"):\n'
    '    with open(name, "w") as file: file.write("x" * 9999)\n  return x * M',
    Outcome.PASSED,
  ),
  threads=Kind(
    35,
    'import threading, time\nfor _ in range(4):\n'
    '  threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n'
    'def f(x):\n  return x * M',
    Outcome.PASSED,
  ),
  hangs=Kind(1, 'def f(x):\n  while True: pass', Outcome.CRASHED, 'Timeout'),
)


class Sample(NamedTuple):
  """The pool with nothing to do."""

  programs: int  # judged so far
  seconds: float
  parent_mb: float  # resident
  lanes_mb: float  # resident, all processes below the parent, what they share counted for each
  descriptors: int  # of the parent
  lane_descriptors: int  # of the processes below it that may be looked into
  processes: int  # below the parent
  zombies: int  # of these
  threads: int  # of the parent
  files: int  # in the temporary folder and in the folders that programs write to
  cached: int  # verdicts


def job(kind: str, number: int) -> Job:
  m = 2 + number % TASKS
  program = KINDS[kind].program.replace('M', str(m)) + f'  # {number}'
  if kind == 'prints':
    return Job(program=program, tests=(Test(stdin='', stdout=' '.join(str(m * x) for x in range(5))),))
  return Job(program=program, tests=tuple(Test(code=f'assert f({x}) == {m * x}') for x in (1, 2, 3)), entry_point='f')


def mix(rng: random.Random) -> list[str]:
  """The kinds of a thousand programs, in random order."""
  kinds = [name for name, kind in KINDS.items() for _ in range(kind.share)]
  rng.shuffle(kinds)
  return kinds


def below(parent: int) -> dict[int, tuple[str, int]]:
  """State and number of children of each process below `parent`."""
  table = {}
  for pid in filter(str.isdigit, os.listdir('/proc')):
    with contextlib.suppress(OSError), open(f'/proc/{pid}/stat') as file:
      state, owner = file.read().rsplit(')', 1)[1].split()[:2]
      table[int(pid)] = state, int(owner)
  children = collections.defaultdict(list)
  for pid, (_, owner) in table.items():
    children[owner].append(pid)
  found, queue = {}, list(children[parent])
  while queue:
    pid = queue.pop()
    found[pid] = table[pid][0], len(children[pid])
    queue += children[pid]
  return found


def resident_mb(pid: int | str) -> float:
  with contextlib.suppress(OSError), open(f'/proc/{pid}/statm') as file:
    return int(file.read().split()[1]) * PAGE / 2**20
  return 0.0


def entries(folder: str) -> int:
  """What is in a folder; nothing where this user may not look."""
  with contextlib.suppress(OSError):
    return len(os.listdir(folder))
  return 0


def look(pool: Pool, programs: int, started: float, folder: str) -> Sample:
  gc.collect()  # what only waits to be collected is no growth
  processes = below(os.getpid())
  # Programs are forked from the processes without children, and in their working folders.
  scratch = [pid for pid, (_, children) in processes.items() if not children]
  return Sample(
    programs=programs,
    seconds=round(time.monotonic() - started, 3),
    parent_mb=round(resident_mb('self'), 3),
    lanes_mb=round(sum(map(resident_mb, processes)), 3),
    descriptors=entries('/proc/self/fd'),
    lane_descriptors=sum(entries(f'/proc/{pid}/fd') for pid in processes),
    processes=len(processes),
    zombies=sum(state == 'Z' for state, _ in processes.values()),
    threads=entries('/proc/self/task'),
    files=sum(map(len, [f + d for _, d, f in os.walk(folder)])) + sum(entries(f'/proc/{p}/cwd') for p in scratch),
    cached=len(pool._jobs._cache),
  )


def soak(programs: int, workers: int | None, folder: str, every: int) -> tuple[list[Sample], dict, dict]:
  """Samples, the last of them with the pool closed; programs of each kind and how many were judged right; the pool."""
  rng, kinds = random.Random(0), []
  counts = {name: [0, 0] for name in KINDS}
  samples = []
  started = time.monotonic()
  with Pool(workers, LIMITS) as pool, tqdm(total=programs, unit='program') as bar:
    samples.append(look(pool, 0, started, folder))
    for start in range(0, programs, every):
      while len(kinds) < every:
        kinds += mix(rng)
      batch, kinds = kinds[: min(every, programs - start)], kinds[every:]
      reports = pool.run([job(kind, start + i) for i, kind in enumerate(batch)])
      for kind, report in zip(batch, reports):
        counts[kind][0] += 1
        counts[kind][1] += (report.outcome, report.error) == (KINDS[kind].outcome, KINDS[kind].error)
      del reports
      bar.update(len(batch))
      samples.append(look(pool, start + len(batch), started, folder))
    about = dict(workers=pool.workers, level=pool.level, layers=pool.layers, cache=cache._CACHED)
  samples.append(look(pool, programs, started, folder))
  return samples, counts, about


def growth(samples: list[Sample], field: str) -> float:
  """From the second tenth of the run to the last, of medians, as a share."""
  end = samples[-1].programs
  value = lambda low, high: statistics.median(
    getattr(s, field) for s in samples[:-1] if low * end < s.programs <= high * end
  )
  return value(0.9, 1.0) / value(0.1, 0.2) - 1


def verdict(samples: list[Sample], counts: dict[str, list[int]]) -> list[tuple[str, str, str, bool]]:
  """Figure, what it must be, what was found, whether that is met."""
  run, closed = samples[1:-1], samples[-1]
  most = lambda field: max(getattr(s, field) for s in run)
  rows = []
  for title, field in (('memory of the parent', 'parent_mb'), ('memory of the lanes', 'lanes_mb')):
    share = growth(samples, field)
    rows.append((f'growth of the {title}', f'< {BAR:.0%}', f'{share:+.2%}', share < BAR))
  for field in ('descriptors', 'lane_descriptors', 'processes', 'threads'):
    limit, found = getattr(run[0], field), most(field)
    rows.append((field.replace('_', ' '), f'{limit}, as at first', str(found), found <= limit))
  for field in ('zombies', 'files'):
    rows.append((field, '0', str(most(field)), most(field) == 0))
  left = closed.processes + closed.files
  rows.append(('processes and files when closed', '0', str(left), left == 0))
  rows.append(('verdicts in the cache', f'≤ {cache._CACHED}', str(most('cached')), most('cached') <= cache._CACHED))
  odd = sum(total - good for total, good in counts.values())
  rows.append(('verdicts that are wrong', '0', str(odd), odd == 0))
  return rows


def plot(samples: list[Sample], path: pathlib.Path) -> None:
  import matplotlib

  matplotlib.use('agg')
  import matplotlib.pyplot as plt

  run = samples[1:-1]
  x = [s.programs for s in run]
  figure, axes = plt.subplots(3, 1, figsize=(7, 7), sharex=True, layout='constrained')
  for axis, unit, fields in (
    (axes[0], 'resident MiB', ('lanes_mb', 'parent_mb')),
    (axes[1], 'number', ('lane_descriptors', 'descriptors', 'processes', 'zombies', 'files')),
  ):
    for field in fields:
      axis.plot(x, [getattr(s, field) for s in run], label=field.removesuffix('_mb').replace('_', ' '))
    axis.set(ylabel=unit, ylim=(0, None))
    axis.legend(loc='center right', fontsize='small')
  speed = [(b.programs - a.programs) / (b.seconds - a.seconds) for a, b in zip(samples, run)]
  axes[2].plot(x, speed)
  axes[2].set(ylabel='programs/s', xlabel='programs judged', ylim=(0, None))
  figure.savefig(path, dpi=150)
  plt.close(figure)


def readme(samples: list[Sample], counts: dict, about: dict, rows: list[tuple]) -> str:
  end = samples[-1]
  table = '\n'.join(f'| {f} | {limit} | {found} | {"met" if met else "not met"} |' for f, limit, found, met in rows)
  kinds = ', '.join(f'{total} {name}' for name, (total, _) in counts.items())
  return f"""# Soak: {end.programs} programs through one pool

`python benchmarks/harness_soak.py --programs {end.programs} --workers {about['workers']}`, {datetime.date.today()},
{len(os.sched_getaffinity(0))} cores, Linux {platform.release().split('-')[0]}, Python {platform.python_version()};
level {about['level']} ({', '.join(about['layers'])}). {end.seconds:.0f} s, {end.programs / end.seconds:.0f} programs/s.

The most that was found between batches, with nothing to do; growth is from the second tenth of the run to the last, of
medians. Memory is resident; what lanes share is counted for each. Files are those in the temporary folder and in the
folders that programs write to. A verdict is wrong if it is not what this kind of program is known to deserve.

| figure | must be | found | |
|---|---|---|---|
{table}

Programs: {kinds}.

![memory, descriptors and processes, speed](soak.png)
"""


def main() -> int:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--programs', type=int, default=100_000)
  parser.add_argument('--workers', type=int, help='lanes; one a processor if left out')
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/harness_soak'))
  flags = parser.parse_args()
  flags.output.mkdir(parents=True, exist_ok=True)
  cache._CACHED = min(cache._CACHED, flags.programs // 50)
  with tempfile.TemporaryDirectory() as folder:
    tempfile.tempdir = folder  # where lanes put theirs
    samples, counts, about = soak(flags.programs, flags.workers, folder, min(EVERY, flags.programs // 20))
  rows = verdict(samples, counts)
  found = dict(about=about, bars=rows, counts=counts, fields=Sample._fields, samples=samples)
  (flags.output / 'soak.json').write_text(json.dumps(found) + '\n')
  plot(samples, flags.output / 'soak.png')
  text = readme(samples, counts, about, rows)
  (flags.output / 'README.md').write_text(text)
  print(text)
  return 0 if all(met for *_, met in rows) else 1


if __name__ == '__main__':
  sys.exit(main())
