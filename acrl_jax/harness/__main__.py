"""python -m acrl_jax.harness PROGRAMS.jsonl --output=REPORTS.jsonl [--workers=N] [--timeout=S]

A line of PROGRAMS.jsonl:
  {"id", "program", "tests": [str | {"code", "expected"} | {"stdin", "stdout"}], "entry_point", "setup"}
of which `id`, `entry_point` and `setup` may be missing. A line of REPORTS.jsonl, in the same order:
  {"id", "outcome", "passed", "error", "error_lines", "executed_lines", "seconds"}
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import time
from typing import Any

from acrl_jax.harness.limits import Limits
from acrl_jax.harness.pool import Pool
from acrl_jax.records import Job, Test, TestReport

_FIELDS = {'id', 'program', 'tests', 'entry_point', 'setup'}
_KINDS = ({'code'}, {'code', 'expected'}, {'stdin', 'stdout'})
_CHUNK = 256  # programs between two movements of the bar


def read_test(test: Any) -> Test:
  """A test of a line. Raises ValueError."""
  if isinstance(test, str):
    return Test(code=test)
  if not isinstance(test, dict) or set(test) not in _KINDS:
    raise ValueError('a test is a string, {"code", "expected"} or {"stdin", "stdout"}')
  for key, value in test.items():
    if not isinstance(value, str):
      raise ValueError(f'"{key}" of a test is {json.dumps(value)}; it must be text, such as "{value}"')
  return Test(**test)


def read_line(line: str) -> tuple[Any, Job]:
  """The id and the job of a line. Raises ValueError."""
  row = json.loads(line)
  if not isinstance(row, dict) or not {'program', 'tests'} <= set(row) <= _FIELDS:
    raise ValueError('a line is an object with "program", "tests" and perhaps "id", "entry_point", "setup"')
  if not isinstance(row['tests'], list) or not row['tests']:
    raise ValueError('"tests" must be a list of at least one test')
  for key in ('program', 'entry_point', 'setup'):
    if not isinstance(row.setdefault(key, ''), str):
      raise ValueError(f'"{key}" must be text')
  tests = tuple(read_test(test) for test in row['tests'])
  return row.get('id'), Job(program=row['program'], tests=tests, entry_point=row['entry_point'], setup=row['setup'])


def read(path: str) -> tuple[list, list[Job]]:
  """Ids (the line's number where there is none) and jobs. Raises ValueError with the line, OSError."""
  ids, jobs = [], []
  with open(path, encoding='utf-8') as f:
    for number, line in enumerate(f, 1):
      if line.strip():
        try:
          name, job = read_line(line)
        except ValueError as e:
          raise ValueError(f'{path}, line {number}: {e}') from e
        ids.append(number if name is None else name)
        jobs.append(job)
  return ids, jobs


def write_line(name: Any, report: TestReport) -> str:
  return json.dumps({'id': name, **report._asdict(), 'outcome': report.outcome.name.lower()}) + '\n'


def judge(pool: Pool, ids: list, jobs: list[Job], output: str) -> collections.Counter:
  """Writes the reports, whole or not at all; how many there are of each outcome."""
  outcomes: collections.Counter = collections.Counter()
  bar = sys.stderr.isatty()
  partial = f'{output}.partial'
  with open(partial, 'w', encoding='utf-8') as f:
    chunks = [slice(i, i + _CHUNK) for i in range(0, len(jobs), _CHUNK)]
    for chunk, future in [(chunk, pool.submit(jobs[chunk])) for chunk in chunks]:
      for name, report in zip(ids[chunk], future.result()):
        f.write(write_line(name, report))
        outcomes[report.outcome.name.lower()] += 1
      done = outcomes.total()
      if bar:
        cells = 40 * done // len(jobs)
        print(f'\r[{"#" * cells}{"." * (40 - cells)}] {done}/{len(jobs)}', end='', file=sys.stderr, flush=True)
  if bar:
    print(file=sys.stderr)
  os.replace(partial, output)
  return outcomes


def main(arguments: list[str] | None = None) -> int:
  parser = argparse.ArgumentParser(prog='python -m acrl_jax.harness', description='Judges programs by their tests.')
  parser.add_argument('programs', metavar='PROGRAMS.jsonl', help='one program with its tests a line')
  parser.add_argument('--output', required=True, metavar='REPORTS.jsonl', help='where the reports go')
  parser.add_argument('--workers', type=int, default=0, metavar='N', help='programs at a time; 0: one a processor')
  parser.add_argument('--timeout', type=float, default=5.0, metavar='S', help='seconds for all tests of one program')
  parser.add_argument('--memory', type=int, default=512, metavar='MIB', help='memory for one program')
  options = parser.parse_args(arguments)
  started = time.monotonic()
  try:
    ids, jobs = read(options.programs)
    with Pool(options.workers or None, Limits(wall_s=options.timeout, memory_mb=options.memory)) as pool:
      outcomes = judge(pool, ids, jobs, options.output)
      layers = ', '.join(pool.layers)
  except (OSError, ValueError, RuntimeError) as e:
    print(f'{parser.prog}: {e}', file=sys.stderr)
    return 2
  seconds = time.monotonic() - started
  counts = ', '.join(f'{n} {name}' for name, n in outcomes.most_common())
  print(f'{len(jobs)} programs: {counts or "none"}; {len(jobs) / seconds:.1f} programs/s; confined by {layers}')
  return 0


if __name__ == '__main__':
  sys.exit(main())
