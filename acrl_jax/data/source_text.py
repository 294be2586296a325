"""What a problem's prompt consists of: helpers and imports, the signature, the docstring."""

from __future__ import annotations

import ast
from typing import NamedTuple

from acrl_jax.records import Problem


class Parts(NamedTuple):
  """A prompt in pieces; setup + signature + the docstring's lines are the whole."""

  setup: str  # imports and helper functions in front of the entry point
  signature: str  # from decorators and `def` to the colon, without a newline
  docstring: str  # as Python sees it


def split(problem: Problem) -> Parts:
  """The pieces of a prompt; ValueError when it does not define the entry point."""
  text = problem.prompt
  try:
    tree = ast.parse(text if text.endswith('\n') else text + '\n')
  except SyntaxError:
    tree = ast.parse(text.rstrip() + '\n    pass\n')  # a signature without a docstring
  found = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == problem.entry_point]
  if not found:
    raise ValueError(f'{problem.id}: its prompt defines no {problem.entry_point}')
  node = found[-1]
  lines = text.splitlines(keepends=True)
  first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
  body = node.body[0]
  head = ''.join(lines[first : body.lineno - 1]) + lines[body.lineno - 1][: body.col_offset] if body.lineno <= len(lines) else ''
  head = head or ''.join(lines[first:])
  return Parts(setup=''.join(lines[:first]), signature=head[: head.rindex(':') + 1], docstring=ast.get_docstring(node) or '')
