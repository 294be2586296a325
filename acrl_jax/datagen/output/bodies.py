"""Normalised source text, the same for code that differs in names, layout or widths of numbers alone."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from typing import Any

from acrl_jax.data.program_key import Normal
from acrl_jax.datagen.records import Function

_JAVA = re.compile(
  r'//[^\n]*|/\*.*?\*/|(?P<text>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|(?P<word>\w+(?:\.\d\w*)?)|(?P<mark>\S)',
  re.DOTALL,
)
_PRIMITIVE = frozenset('byte short int long float double char'.split())


def normal(function: Function) -> str:
  """A text that copies of a function share."""
  if function.language == 'java':
    return java(function.body, [p.name for p in function.parameters])
  return next(iter(python(function.body)), function.body)


def java(body: str, parameters: list[str]) -> str:
  """Java tokens: comments and annotations' layout gone, parameters numbered, one name for all numeric types."""
  places = {name: f'#{i}' for i, name in enumerate(parameters)}
  out = []
  for match in _JAVA.finditer(body):
    if match['text'] or match['mark']:
      out.append(match[0])
    elif word := match['word']:
      number = word[0].isdigit()
      out.append(re.sub(r'(?<=\d)[lLfFdD]$', '', word) if number else _word(word, places))
  return ' '.join(out)


def _word(word: str, places: dict[str, str]) -> str:
  return '#number' if word in _PRIMITIVE else places.get(word, word)


def python(source: str) -> list[str]:
  """A key for each function at the top of a Python text, blind to local names, docstrings, hints and its own name."""
  try:
    with warnings.catch_warnings():
      warnings.simplefilter('ignore')  # invalid escapes of old code
      tree = ast.parse(textwrap.dedent(source))
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [_dump(Normal().visit(_nameless(node))) for node in functions]
  except (SyntaxError, ValueError, RecursionError, MemoryError):
    return []


def _nameless(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
  name = node.name
  node.decorator_list = []
  for inner in ast.walk(node):
    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name == name:
      inner.name = '_'
    elif isinstance(inner, ast.Name) and inner.id == name:
      inner.id = '_'
  return node


def _dump(node: Any) -> str:
  """As ast.dump, but the same in every version of Python: without what is empty."""
  if isinstance(node, ast.AST):
    fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, []) and name != 'kind']
    return f'{type(node).__name__}({", ".join(f"{name}={_dump(value)}" for name, value in fields)})'
  return f'[{", ".join(map(_dump, node))}]' if isinstance(node, list) else repr(node)
