"""Test code, read before it runs: what kind of test it is and which names it wants from the program."""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from types import CodeType
from typing import NamedTuple


class Script(NamedTuple):
  """Compiled test code."""

  code: CodeType
  kind: str  # value (of an expression) | condition (an expression that must hold) | check (to be called) | statements
  names: frozenset[str]  # that it reads
  called: frozenset[str]  # those of them that it calls
  defined: frozenset[str]  # that it makes itself, at top level


@functools.lru_cache(2048)  # the samples of a problem come together, and all have its tests
def parse(source: str, value: bool = False) -> Script:
  """The script; of a single expression where `value`. Raises SyntaxError, ValueError, RecursionError for bad code."""
  tree = ast.parse(source.strip(), '<test>', 'eval' if value else 'exec')
  kind = 'value' if value else _kind(tree.body)
  if kind == 'condition':
    tree = ast.Expression(tree.body[0].value)
  names, called = set(), set()
  for node in ast.walk(tree):
    if isinstance(node, ast.Name):
      names.add(node.id)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
      called.add(node.func.id)
  code = compile(tree, '<test>', 'eval' if kind in ('value', 'condition') else 'exec', dont_inherit=True)
  return Script(code, kind, frozenset(names), frozenset(called), frozenset() if value else _defined(tree))


def _kind(body: list[ast.stmt]) -> str:
  if len(body) == 1 and isinstance(body[0], ast.Expr):
    return 'condition'
  has_check = any(isinstance(s, ast.FunctionDef) and s.name == 'check' for s in body)
  return 'check' if has_check and not any(_calls_check(s) for s in body) else 'statements'


def _calls_check(statement: ast.stmt) -> bool:
  return (
    isinstance(statement, ast.Expr)
    and isinstance(statement.value, ast.Call)
    and isinstance(statement.value.func, ast.Name)
    and statement.value.func.id == 'check'
  )


def _defined(tree: ast.AST) -> frozenset[str]:
  """Names that functions, classes and imports at top level bind: never to be taken from the program."""
  names = set()
  for node in tree.body if isinstance(tree, ast.Module) else []:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
      names.add(node.name)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
      names.update((alias.asname or alias.name).split('.')[0] for alias in node.names)
  return frozenset(names)


def source_of(name: str, script: Script, entry_point: str) -> str:
  """Who may give a name its meaning: program | judge | module.

  Only the entry point may shadow a builtin, and what tests know as a module of the standard library is that module,
  whatever the program defines: `abs` and `math.isclose` in a test are not the program's to choose. A module that is
  called, though, can be none.
  """
  if name in script.defined:
    return 'judge'
  if name == entry_point:
    return 'program'
  if hasattr(builtins, name):
    return 'judge'
  if name in sys.stdlib_module_names and name not in script.called:
    return 'module'
  return 'program'
