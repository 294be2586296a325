"""What a problem's prompt consists of: helpers and imports, the signature, the docstring."""

from __future__ import annotations

import ast
import functools
import tokenize
import warnings
from typing import NamedTuple

from acrl_jax.records import Job, Problem


class Parts(NamedTuple):
  """A prompt in pieces; setup + signature + the docstring's lines are the whole."""

  setup: str  # imports and helper functions in front of the entry point
  signature: str  # from decorators and `def` to the colon, without a newline
  docstring: str  # as Python sees it


def split(problem: Problem) -> Parts:
  """The pieces of a prompt; ValueError when it does not define the entry point, SyntaxError when it is no Python."""
  text = problem.prompt
  try:
    tree = parse(text if text.endswith('\n') else text + '\n')
  except SyntaxError:
    tree = parse(text.rstrip() + '\n    pass\n')  # a signature without a docstring
  node = function(tree, problem.entry_point)
  if node is None:
    raise ValueError(f'{problem.id}: its prompt defines no {problem.entry_point}')
  lines = [line + '\n' for line in text.split('\n')]  # not splitlines: Python counts no form feed as a line's end
  first, start = first_line(node) - 1, node.lineno - 1
  row, column = _end_of_signature(lines[start:])
  signature = ''.join([*lines[first : start + row], lines[start + row][:column]])
  return Parts(setup=''.join(lines[:first]), signature=signature, docstring=ast.get_docstring(node) or '')


def parse(text: str) -> ast.Module:
  """The tree of a text, without Python's warnings about it, such as those of a backslash in a docstring."""
  with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    return ast.parse(text)


def function(tree: ast.Module, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
  """The last function of that name, which is the one that a call reaches; None where there is none."""
  kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
  return next((n for n in reversed(tree.body) if isinstance(n, kinds) and n.name == name), None)


def first_line(node: ast.stmt) -> int:
  """The line (from 1) on which a statement begins, its decorators included."""
  return min([node.lineno, *(d.lineno for d in getattr(node, 'decorator_list', ()))])


def _end_of_signature(lines: list[str]) -> tuple[int, int]:
  """(line, column) after the colon of the `def` that `lines` begin with; none in brackets, texts or comments counts."""
  depth = 0
  for token in tokenize.generate_tokens(iter(lines).__next__):
    if token.type == tokenize.OP:
      depth += (token.string in '([{') - (token.string in ')]}')
      if token.string == ':' and not depth:
        return token.end[0] - 1, token.end[1]
  raise ValueError('a signature has no colon; it must end with one')


def job(problem: Problem, program: str) -> Job:
  """The work of judging a program. The prompt's own helpers are run by the judge too: tests may call them."""
  return Job(program=program, tests=problem.tests, entry_point=problem.entry_point, setup=setup(problem))


@functools.lru_cache(maxsize=100_000)
def setup(problem: Problem) -> str:
  """Imports and helpers in front of the entry point of a prompt."""
  try:
    return split(problem).setup
  except (SyntaxError, ValueError):
    return ''
