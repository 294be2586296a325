"""The calls that a docstring shows, as inputs."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

_PARSER = doctest.DocTestParser()
_RANGE = re.compile(r'range\(-?\d{1,4}(?:, ?-?\d{1,4}){0,2}\)')
_MOST = 60  # items of an argument


class Example(NamedTuple):
  """One call."""

  args: tuple
  result: Any  # Ellipsis where the docstring does not show it as a literal
  listed: bool  # it is list(call) that is shown: the call gives an iterator


def examples(docstring: str, name: str, parameters: Sequence[str]) -> list[Example]:
  """Calls of `name` with literals, or with names that were given literals just before; no two with the same arguments.

  Arguments by keyword are put into their places; a call that leaves out one before them is left out itself.
  """
  try:
    shown = _PARSER.get_examples(docstring)
  except ValueError:
    return []
  values: dict[str, Any] = {}
  distinct: dict[str, Example] = {}
  for block in shown:
    try:
      statements = ast.parse(block.source).body
    except SyntaxError:
      continue
    for statement in statements:
      _assign(statement, values)
      for call in ast.walk(statement):
        if isinstance(call, ast.Call) and _called(call) == name:
          args = _arguments(call, parameters, values)
          if args is not None and repr(args) not in distinct:
            distinct[repr(args)] = Example(args, *_result(statement, call, block.want))
  return list(distinct.values())


def _assign(statement: ast.stmt, values: dict[str, Any]) -> None:
  if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
    name = statement.targets[0].id
    values.pop(name, None)
    try:
      values[name] = _value(statement.value, values)
    except (ValueError, TypeError, SyntaxError, KeyError, MemoryError, RecursionError):
      pass


def _called(call: ast.Call) -> str:
  return getattr(call.func, 'id', getattr(call.func, 'attr', ''))


def _value(node: ast.expr, values: dict[str, Any]) -> Any:
  """Raises ValueError, KeyError, and what literal_eval does, where it is no plain value."""
  if isinstance(node, ast.Name):
    return values[node.id]
  if isinstance(node, ast.Call) and _called(node) in ('iter', 'list', 'tuple', 'set') and len(node.args) == 1:
    value = _value(node.args[0], values)
    return {'tuple': tuple, 'set': set}.get(_called(node), list)(value)
  text = ast.unparse(node)
  return list(range(*ast.literal_eval(f'({text[6:-1]},)'))) if _RANGE.fullmatch(text) else ast.literal_eval(node)


def _arguments(call: ast.Call, parameters: Sequence[str], values: dict[str, Any]) -> tuple | None:
  given = {k.arg: k.value for k in call.keywords}
  nodes = list(call.args)
  for name in parameters[len(nodes) :]:
    if name not in given:
      break
    nodes.append(given.pop(name))
  if given or len(nodes) > len(parameters):
    return None
  try:
    args = tuple(_value(node, values) for node in nodes)
  except (ValueError, TypeError, SyntaxError, KeyError, MemoryError, RecursionError):
    return None
  short = all(len(a) <= _MOST for a in args if hasattr(a, '__len__'))
  return args if args and short else None


def _result(statement: ast.stmt, call: ast.Call, want: str) -> tuple[Any, bool]:
  """(the result or Ellipsis, whether it is shown through list())"""
  shown = statement.value if isinstance(statement, ast.Expr) else None
  around = {_called(n) for n in ast.walk(statement) if isinstance(n, ast.Call) and n.args == [call]}
  listed = 'list' in around
  literal, text = True, want.removesuffix('\n')
  if shown is not call and not (isinstance(shown, ast.Call) and shown.args == [call] and around & {'list', 'print'}):
    return ..., listed
  try:
    value = ast.literal_eval(text.strip() or 'None')
  except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
    value, literal = ..., False
  if 'print' in around:  # printed text that is no literal is a string; the literal 1 may be 1 or '1'
    return (... if literal or '...' in text else text), listed
  return value, listed
