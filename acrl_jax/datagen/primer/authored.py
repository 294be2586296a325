"""Problems as their authors write them: a function with a docstring, then `cases = [(argument, ...), ...]`."""

from __future__ import annotations

import ast
import pathlib
from typing import Any, NamedTuple

SOURCES = pathlib.Path(__file__).parent / 'sources'


class Authored(NamedTuple):
  """One function and the arguments that it is tried on."""

  name: str
  topic: str
  prompt: str  # signature and docstring
  solution: str  # the whole function
  cases: tuple[str, ...]  # literal text of each tuple of arguments


def read_topics(topics: list[str] | None = None, folder: pathlib.Path = SOURCES) -> list[Authored]:
  """The problems of the topics (None: of all), in their order. ValueError lists everything that is out of form."""
  files = [folder / f'{topic}.py' for topic in topics] if topics else sorted(folder.glob('*.py'))
  problems, errors = [], []
  for file in files:
    if not file.is_file():
      raise ValueError(f'no topic {file.stem!r}; known are {", ".join(sorted(f.stem for f in folder.glob("*.py")))}')
    parsed, complaints = parse(file.read_text(encoding='utf-8'), file.stem)
    problems += parsed
    errors += complaints
  if errors:
    raise ValueError('\n'.join(errors))
  return problems


def parse(text: str, topic: str) -> tuple[list[Authored], list[str]]:
  """(problems, complaints) of one file."""
  try:
    body = ast.parse(text).body
  except SyntaxError as error:
    return [], [f'{topic}.py:{error.lineno}: {error.msg}']
  if not body or not _is_docstring(body[0]):
    return [], [f'{topic}.py:1: the first statement must be a docstring of one line']
  problems, errors = [], []
  rest = body[1:]
  while rest:
    function, *rest = rest
    if not isinstance(function, ast.FunctionDef):
      errors.append(f'{topic}.py:{function.lineno}: must be a function, and its cases after it')
      continue
    cases = _assigned_cases(rest[0]) if rest else None
    if cases is None:
      errors.append(f'{topic}.py:{function.lineno}: {function.name} is not followed by cases = [...]')
      continue
    rest = rest[1:]
    complaints = [*_signature_errors(function), *_case_errors(function, cases)]
    errors += [f'{topic}.py:{function.lineno}: {function.name}: {what}' for what in complaints]
    if not complaints:
      problems.append(_authored(function, cases, text.splitlines(), topic))
  return problems, errors


def literal(value: Any) -> str:
  """Text of plain data that does not depend on the order of sets. ValueError for anything else."""
  if isinstance(value, (set, frozenset)):
    if type(value) is not set:
      raise ValueError(f'{type(value).__name__} is no plain data')
    return '{' + ', '.join(sorted(map(literal, value))) + '}' if value else 'set()'
  if type(value) is list:
    return '[' + ', '.join(map(literal, value)) + ']'
  if type(value) is tuple:
    return '(' + ', '.join(map(literal, value)) + (',)' if len(value) == 1 else ')')
  if type(value) is dict:
    return '{' + ', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items()) + '}'
  if value is None or type(value) in (bool, int, str) or (type(value) is float and value - value == 0):
    return repr(value)
  raise ValueError(
    f'{value!r} is no plain data; it must be a finite number, text, None, or a list, tuple, set or dict of them'
  )


def _is_docstring(node: ast.stmt) -> bool:
  return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _assigned_cases(node: ast.stmt) -> ast.List | None:
  named = isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ['cases']
  return node.value if named and isinstance(node.value, ast.List) else None


def _signature_errors(function: ast.FunctionDef) -> list[str]:
  args, errors = function.args, []
  if args.vararg or args.kwarg or args.kwonlyargs or args.defaults or args.posonlyargs or function.decorator_list:
    errors.append('its arguments must be positional and without defaults, and it must have no decorators')
  if function.returns is None or any(arg.annotation is None for arg in args.args):
    errors.append('each argument and the result must have a type')
  if not _is_docstring(function.body[0]) or len(function.body) < 2:
    errors.append('it must have a docstring and a body')
  return errors


def _case_errors(function: ast.FunctionDef, cases: ast.List) -> list[str]:
  errors, seen = [], set()
  for node in cases.elts:
    text = ast.unparse(node)
    try:
      value = ast.literal_eval(node)
    except ValueError:
      errors.append(f'case {text} is no literal')
      continue
    if not isinstance(value, tuple) or len(value) != len(function.args.args):
      errors.append(f'case {text} is no tuple of {len(function.args.args)} arguments')
    elif text in seen:
      errors.append(f'case {text} stands there twice')
    seen.add(text)
  return errors


def _authored(function: ast.FunctionDef, cases: ast.List, lines: list[str], topic: str) -> Authored:
  return Authored(
    name=function.name,
    topic=topic,
    prompt='\n'.join(lines[function.lineno - 1 : function.body[0].end_lineno]) + '\n',
    solution='\n'.join(lines[function.lineno - 1 : function.end_lineno]) + '\n',
    cases=tuple(literal(ast.literal_eval(node)) for node in cases.elts),
  )
