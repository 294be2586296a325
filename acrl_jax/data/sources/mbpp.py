"""MBPP, out of its jsonl file."""

from __future__ import annotations

import ast
import pathlib

from acrl_jax.data import json_lines, source_text
from acrl_jax.records import Problem, Test


def load(argument: str, split: str | None) -> list[Problem]:
  """MBPP's jsonl; splits by task_id as its authors made them (11-510 test, 511-600 validation, 601-974 train)."""
  file = pathlib.Path(argument)
  if not argument or not file.is_file():
    raise ValueError(f'mbpp:{argument}: no such file; it must be the path of mbpp.jsonl')
  ranges = {'train': (601, 974), 'validation': (511, 600), 'test': (11, 510), None: (1, 10**9)}
  low, high = ranges[split]
  problems = []
  for row in json_lines.read_objects(file):
    try:
      if low <= row['task_id'] <= high:
        problems.append(to_problem(row))
    except KeyError as error:
      raise ValueError(f'mbpp:{argument}: a row lacks {error}; it must have task_id, text, code, test_list') from error
    except (SyntaxError, TypeError, AttributeError, ValueError) as error:
      what = f'{type(error).__name__}: {json_lines.one_line(error)}'
      raise ValueError(f'mbpp:{argument}: task_id {row["task_id"]!r} cannot be read ({what})') from error
  return problems


def to_problem(row: dict) -> Problem:
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
