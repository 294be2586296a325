"""python -m acrl_jax.harness PROGRAMS.jsonl --output=REPORTS.jsonl [--workers=N] [--timeout=S] [--problems=SOURCE]
python -m acrl_jax.harness --check

A line of REPORTS.jsonl, in the order of PROGRAMS.jsonl (jsonl.py says what may be in that):
  {"id", "outcome", "passed", "error", "error_lines", "executed_lines", "seconds", "messages", "memory_mb"}
A run that was cut off goes on where it stopped when it is started again with the same programs and limits. A device, a
pipe or an open file (/dev/stdout, /dev/fd/3) gets the lines as they come, and such a run cannot be resumed. The summary
goes to standard error where the reports go to standard output.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import sys
import time
from typing import Any, TextIO

from acrl_jax.harness import destination, jsonl, self_check, summary
from acrl_jax.harness.pool import ALLOWED, Pool
from acrl_jax.records import TestReport
from acrl_jax.sandbox.limits import Limits

_CHUNK = 64  # programs between two movements of the bar, and lost at most when a run is cut off


def report_line(name: Any, report: TestReport) -> str:
  return json.dumps({'id': name, **report._asdict(), 'outcome': report.outcome.name.lower()}) + '\n'


def _partial(output: str, work: jsonl.Work, limits: Limits) -> str:
  """Where reports gather until all are there; other programs or limits have another place."""
  content = json.dumps([work.ids, work.jobs, limits])
  return f'{output}.{hashlib.sha256(content.encode()).hexdigest()[:12]}.partial'


def _whole_lines(path: str) -> int:
  """How many reports a run that was cut off has left; half a line at the end is dropped."""
  if not os.path.exists(path):
    return 0
  with open(path, 'rb+') as f:
    text = f.read()
    f.truncate(text.rfind(b'\n') + 1)
  return text.count(b'\n')


def judge_to_file(pool: Pool, work: jsonl.Work, output: str) -> int:
  """Writes all reports, or leaves `output` as it was; how many of them an earlier run had written already."""
  partial = _partial(output, work, pool.limits)
  resumed = _whole_lines(partial)
  with open(partial, 'a', encoding='utf-8') as f:
    _write_reports(pool, work, resumed, f)
  os.replace(partial, output)
  return resumed


def _write_reports(pool: Pool, work: jsonl.Work, done: int, f: TextIO) -> list[str]:
  """Writes the reports but for the first `done`; the lines that were written."""
  bar = (lambda _: None) if f.isatty() else lambda count: _bar(count, len(work.jobs))
  starts = range(done, len(work.jobs), _CHUNK)
  futures = [pool.submit(work.jobs[i : i + _CHUNK]) for i in starts]
  written: list[str] = []
  bar(done)
  for start, future in zip(starts, futures):
    lines = [report_line(name, report) for name, report in zip(work.ids[start:], future.result())]
    f.write(''.join(lines))
    f.flush()
    written += lines
    bar(done + len(written))
  return written


def _bar(done: int, total: int) -> None:
  """A bar of progress, where standard error is a terminal."""
  if sys.stderr.isatty() and total:
    cells = 40 * done // total
    end = '\n' if done == total else ''
    print(f'\r[{"#" * cells}{"." * (40 - cells)}] {done}/{total}', end=end, file=sys.stderr, flush=True)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
  parser = argparse.ArgumentParser(prog='python -m acrl_jax.harness', description='Judges programs by their tests.')
  parser.add_argument('programs', nargs='?', metavar='PROGRAMS.jsonl', help='a program with tests, or a sample, a line')
  parser.add_argument('--output', metavar='REPORTS.jsonl', help='where the reports go')
  parser.add_argument('--workers', type=int, default=0, metavar='N', help='programs at a time; 0: one a processor')
  parser.add_argument('--timeout', type=float, default=5.0, metavar='S', help='seconds for all tests of one program')
  parser.add_argument('--memory', type=int, default=512, metavar='MIB', help='memory for one program')
  parser.add_argument('--problems', default='humaneval', metavar='SOURCE', help='of samples: humaneval, mbpp:PATH, ...')
  parser.add_argument('--allow', default='', metavar='NAMES', help=f'what may stay open: {", ".join(ALLOWED)}')
  parser.add_argument('--check', action='store_true', help='show what confines programs here, and that it does')
  options = parser.parse_args(arguments)
  if not options.check and not (options.programs and options.output):
    parser.error('PROGRAMS.jsonl and --output=REPORTS.jsonl are needed, or --check alone')
  return options


def _run(options: argparse.Namespace) -> int:
  """Raises OSError, ValueError, RuntimeError."""
  started = time.monotonic()
  work = jsonl.read_work(options.programs, options.problems)
  target = destination.resolve(options.output)
  limits = Limits(wall_s=options.timeout, memory_mb=options.memory)
  with contextlib.ExitStack() as stack:
    if target.stream:
      stack.enter_context(target.stream)
    allow = [n for n in options.allow.split(',') if n]
    pool = stack.enter_context(Pool(options.workers or None, limits, allow=allow))
    resumed, reports = 0, []
    if target.stream:
      reports = _write_reports(pool, work, 0, target.stream)
    else:
      resumed = judge_to_file(pool, work, target.path)
    level = f'{pool.level} ({", ".join(pool.layers)})'
  if not target.stream:
    with open(target.path, encoding='utf-8') as f:
      reports = f.readlines()
  speed = (len(work.jobs) - resumed) / (time.monotonic() - started)
  before = f', {resumed} of them before' if resumed else ''
  out = sys.stderr if target.is_stdout else sys.stdout
  print(f'{len(work.jobs)} programs{before}; {speed:.1f} programs/s; level {level}', file=out)
  print(summary.summarise(reports), file=out)
  return 0


def main(arguments: list[str] | None = None) -> int:
  options = _arguments(arguments)
  try:
    return self_check.main() if options.check else _run(options)
  except (OSError, ValueError, RuntimeError) as e:
    print(f'python -m acrl_jax.harness: {e}', file=sys.stderr)
    return 2


if __name__ == '__main__':
  sys.exit(main())
