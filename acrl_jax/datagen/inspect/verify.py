"""Is a build sound? Its files and rows are checked, and a sample of its tests is run again."""

from __future__ import annotations

import ast
import collections
import hashlib
import pathlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

from acrl_jax.data import json_lines
from acrl_jax.datagen import values
from acrl_jax.datagen.build import build
from acrl_jax.datagen.cases import acceptance
from acrl_jax.datagen.inputs.fits import declared
from acrl_jax.datagen.output import decontaminate, dedupe, release, rows
from acrl_jax.datagen.records import Function, Observation, Reject

_NAMES = {'nan': float('nan'), 'inf': float('inf')}
_CALLS = {'set': set, 'frozenset': frozenset, 'float': float, 'approx': lambda value: value}


def verify(folder: pathlib.Path, count: int, seed: int, where: pathlib.Path, say: Callable = print) -> list[str]:
  """What is wrong, a line each: of the files and all rows, then of `count` rows whose tests are executed again.

  Args:
    seed: of the sample, of the orders of inputs and of what the processes of oracles differ in.
    where: the cache of the corpora. ValueError where none of them can be had.
  """
  wrong = list(damaged(folder))
  problems = rows.problems(folder)
  wrong += unsound(problems, release.read_manifest(folder)['config']['settings']['bars'])
  say(f'{problems.num_rows} problems looked at: {len(wrong)} faults')
  places = sorted(random.Random(seed).sample(range(problems.num_rows), min(count, problems.num_rows)))
  sample = problems.take(pa.array(places, pa.int64())).to_pylist()
  disagreeing = list(run_again(sample, seed, where, say))
  tests = sum(len(row['tests']) for row in sample)
  say(f'{len(sample)} problems with {tests} tests executed again: {len(disagreeing)} faults')
  return wrong + disagreeing


def damaged(folder: pathlib.Path) -> Iterator[str]:
  """Files that are not those of the manifest."""
  listed = release.read_manifest(folder)['files']
  for name, _ in rows.SPLITS:
    for file in sorted((folder / name).glob('*.arrow')):
      if f'{name}/{file.name}' not in listed:
        yield f'{name}/{file.name}: not in the manifest'
  for name, entry in listed.items():
    if not (folder / name).is_file():
      yield f'{name}: missing'
    elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != entry['sha256']:
      yield f'{name}: its bytes are not those of the manifest'


def unsound(problems: pa.Table, bars: dict) -> Iterator[str]:
  """Faults of rows: what occurs in another row too, and what `faults` finds in each."""
  owners: dict = {}
  for batch in problems.to_batches(1000):
    for row in batch.to_pylist():
      for name in ('id', *dedupe.KEYS):
        if (name, row[name]) in owners:
          yield f'{row["id"]}: {name} is that of {owners[name, row[name]]} too'
        owners[name, row[name]] = row['id']
      for fault in faults(row, bars):
        yield f'{row["id"]} ({row["entry_point"]}): {fault}'


def faults(row: dict, bars: dict) -> Iterator[str]:
  """What is wrong with one row by itself: bars that it misses, its split, its code, what it shares with benchmarks."""
  for name, figure, least in (
    ('mutation_score', row['mutation_score'], bars['mutation_score']),
    ('branch_coverage', row['branch_coverage'], bars['branch_coverage']),
    ('covered mutants', row['mutants_covered'], bars['mutants']),
    ('tests', len(row['tests']), bars['fewest_tests']),
    ('room for tests', bars['most_tests'] - len(row['tests']), 0),
    ('room for trivial programs', bars['trivial_best'] - row['trivial_best'], 0),
  ):
    if figure < least - 1e-6:
      yield f'{name} {figure:.4g}, it must be at least {least}'
  if row['solution']:
    yield 'holds a solution'
  if row['split'] != rows.split(row['container']):
    yield f'in split {row["split"]}, its container is in {rows.split(row["container"])}'
  for text in (row['prompt'] + '    pass\n', *(t[name] for t in row['tests'] for name in ('assertion', 'code'))):
    try:
      ast.parse(text)
    except (SyntaxError, ValueError) as error:
      yield f'no Python: {json_lines.one_line(error)}'
  try:
    decontaminate.reject_copy(row['docstring'], row['oracle_solution'])
  except Reject as reject:
    yield f'of a benchmark: {reject.reason} {reject.detail}'


def run_again(sample: list[dict], seed: int, where: pathlib.Path, say: Callable) -> Iterator[str]:
  """Tests that their functions no longer agree with, in new processes and other orders."""
  by_corpus = collections.defaultdict(list)
  for row in sample:
    by_corpus[row['source_corpus']].append(row)
  for fetched, front in build.open_corpora(sorted(by_corpus), where, say) if sample else ():
    functions = {f.id: f for _, f, _ in front.functions(fetched) if f is not None}
    oracles = front.oracles(fetched, seed + 1)
    try:
      for row in by_corpus.pop(fetched.name):
        if row['id'] in functions:
          yield from disagreements(row, functions[row['id']], oracles, seed)
        else:
          yield f'{row["id"]}: {row["source_symbol"]} is not found in {fetched.name} {fetched.version}'
    finally:
      for oracle in oracles:
        oracle.close()
  for name, lost in by_corpus.items():
    yield f'{name}: {len(lost)} problems of it could not be executed again'


def disagreements(row: dict, function: Function, oracles: tuple, seed: int) -> Iterator[str]:
  """Of one problem; each oracle has its tests in an order of its own."""
  if hashlib.sha256(function.body.encode()).hexdigest() != row['source_sha256']:
    yield f'{row["id"]}: {row["source_symbol"]} has another body now'
    return
  inputs = [parse_value(t['args']) for t in row['tests']]
  for number, oracle in enumerate(oracles):
    order = list(range(len(inputs)))
    random.Random(f'{row["id"]}:{seed}:{number}').shuffle(order)
    try:
      seen = oracle.run(function, [inputs[i] for i in order]).observations
    except Reject as reject:
      yield f'{row["id"]}: {reject.reason} {reject.detail}'
      return
    for i, observation in zip(order, seen):
      observation = observation._replace(value=declared(observation.value, function.returns))
      if acceptance.diverges(function, observation) or not agrees(row['tests'][i], observation):
        yield f'{row["id"]}: {row["tests"][i]["call"]} now gives {_describe(observation)}'


def agrees(test: dict, seen: Observation) -> bool:
  """Whether a test takes what was observed."""
  if test['kind'] == 'raises':
    return seen.kind == 'raises'
  got = list(seen.args) if test['kind'] == 'mutates' else seen.value
  return seen.kind == 'value' and values.close(got, parse_value(test['expected']))


def _describe(seen: Observation) -> str:
  result = values.literal(seen.value) if seen.kind == 'value' else f'{seen.kind} {seen.error}'
  return f'{result[:100]} {" ".join(sorted(seen.flags))}'.rstrip()


def parse_value(text: str) -> Any:
  """The value of a test's text, without running any code; ValueError for what is no value."""
  return _value(ast.parse(text, mode='eval').body)


def _value(node: ast.expr) -> Any:
  match node:
    case ast.Constant():
      return node.value
    case ast.Name(id=name) if name in _NAMES:
      return _NAMES[name]
    case ast.UnaryOp(op=ast.USub(), operand=inner):
      return -_value(inner)
    case ast.List(elts=inner):
      return [_value(x) for x in inner]
    case ast.Tuple(elts=inner):
      return tuple(_value(x) for x in inner)
    case ast.Set(elts=inner):
      return {_value(x) for x in inner}
    case ast.Dict():
      return {_value(k): _value(v) for k, v in zip(node.keys, node.values)}
    case ast.Call(func=ast.Name(id=name), args=inner, keywords=[]) if name in _CALLS:
      return _CALLS[name](*(_value(x) for x in inner))
  raise ValueError(f'{ast.unparse(node)[:60]}: no value that a test may hold')
