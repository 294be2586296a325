"""Wrong programs that are one small slip away from a right one: what a good set of tests must refuse."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

COMPARISONS = {
  ast.Lt: (ast.LtE, ast.GtE),  # off at the boundary, negated
  ast.LtE: (ast.Lt, ast.Gt),
  ast.Gt: (ast.GtE, ast.LtE),
  ast.GtE: (ast.Gt, ast.Lt),
  ast.Eq: (ast.NotEq,),
  ast.NotEq: (ast.Eq,),
  ast.In: (ast.NotIn,),
  ast.NotIn: (ast.In,),
  ast.Is: (ast.IsNot,),
  ast.IsNot: (ast.Is,),
}
ARITHMETIC = {
  ast.Add: ast.Sub,
  ast.Sub: ast.Add,
  ast.Mult: ast.FloorDiv,
  ast.FloorDiv: ast.Mult,
  ast.Div: ast.Mult,
  ast.Mod: ast.FloorDiv,
  ast.Pow: ast.Mult,
  ast.BitAnd: ast.BitOr,
  ast.BitOr: ast.BitAnd,
  ast.BitXor: ast.BitOr,
  ast.LShift: ast.RShift,
  ast.RShift: ast.LShift,
}
TWINS = (
  ('min', 'max'), ('any', 'all'), ('startswith', 'endswith'), ('lstrip', 'rstrip'),
  ('find', 'rfind'), ('split', 'rsplit'), ('partition', 'rpartition'), ('ljust', 'rjust'), ('union', 'intersection'),
)  # fmt: skip
NAMES = {'sorted': 'list', 'upper': 'lower', **{a: b for a, b in TWINS}, **{b: a for a, b in TWINS}}
SYMMETRIC = ('min', 'max', 'gcd', 'lcm')  # the order of their arguments does not matter
MATTERS_WITH_A_LIMIT = ('split', 'rsplit')
UNTOUCHED = ('annotation', 'returns', 'type_params', 'format_spec')


class Mutant(NamedTuple):
  """A program and the place where it differs."""

  change: str
  program: str


def mutants(program: str) -> list[Mutant]:
  """Every different program one change away from `program`, a single function; its docstring is left out."""
  tree = ast.parse(program)
  function = tree.body[0]
  function.body = function.body[1:] if ast.get_docstring(function) is not None else function.body
  original = ast.unparse(tree)
  changes = {}
  for parent, field, place, node in _places(function):
    for new in _replacements(node):
      _put(parent, field, place, new)
      text = ast.unparse(ast.fix_missing_locations(tree))
      _put(parent, field, place, node)
      if text != original and text not in changes:
        changes[text] = f'line {node.lineno}: {_short(node)}  ->  {_short(new)}'
  return [Mutant(change=change, program=text) for text, change in changes.items()]


def _places(function: ast.AST) -> list[tuple[ast.AST, str, int | None, ast.AST]]:
  """(parent, field, index or None, node) of everything that may change."""
  places, parents = [], [function]
  while parents:
    parent = parents.pop(0)
    for field, value in ast.iter_fields(parent):
      nodes = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
      nodes = [(place, node) for place, node in nodes if isinstance(node, ast.AST) and field not in UNTOUCHED]
      parents += [node for _, node in nodes]
      places += [(parent, field, place, node) for place, node in nodes if isinstance(node, (ast.expr, ast.stmt))]
  return places


def _put(parent: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
  if place is None:
    setattr(parent, field, node)
  else:
    getattr(parent, field)[place] = node


def _short(node: ast.AST) -> str:
  first = ast.unparse(ast.fix_missing_locations(node)).split('\n')
  return first[0] + (' ...' if len(first) > 1 else '')


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
  kinds = {
    ast.Compare: _of_compare,
    ast.BinOp: _of_arithmetic,
    ast.AugAssign: _of_arithmetic,
    ast.BoolOp: _of_and_or,
    ast.UnaryOp: _of_unary,
    ast.Constant: _of_constant,
    ast.FormattedValue: _of_formatted,
    ast.Call: _of_call,
    ast.Subscript: _of_subscript,
    ast.Return: _of_return,
  }
  if type(node) in kinds:
    yield from kinds[type(node)](node)
  if isinstance(node, (ast.If, ast.While, ast.IfExp)) and not _is_comparison(node.test):
    yield _with(node, test=_negated(node.test))
  if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
    yield from _of_comprehension(node)
  if isinstance(node, ast.stmt) and not isinstance(node, (ast.Pass, ast.Import, ast.ImportFrom, ast.Return)):
    yield _at(ast.Pass(), node)


def _of_compare(node):
  for place, op in enumerate(node.ops):
    for other in COMPARISONS[type(op)]:
      yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _of_arithmetic(node):
  if type(node.op) in ARITHMETIC:
    yield _with(node, op=ARITHMETIC[type(node.op)]())


def _of_and_or(node):
  yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _of_unary(node):
  if isinstance(node.op, (ast.Not, ast.USub)):
    yield node.operand


def _of_constant(node):
  value = node.value
  if isinstance(value, bool):
    others = [not value]
  elif isinstance(value, (int, float)):
    others = [value + 1, value - 1]
  elif isinstance(value, str):
    others = [value[1:], value[:-1] if len(value) > 1 else '#']
  else:
    others = []
  for other in others:
    yield _at(ast.Constant(other), node)


def _of_formatted(node):
  if node.format_spec is not None:
    yield _with(node, format_spec=None)


def _of_call(node):
  field = {ast.Attribute: 'attr', ast.Name: 'id'}.get(type(node.func))
  called = field and getattr(node.func, field)
  if called in NAMES and not (called in MATTERS_WITH_A_LIMIT and len(node.args) + len(node.keywords) < 2):
    yield _with(node, func=_with(node.func, **{field: NAMES[called]}))
  for place in range(len(node.args) - 1 if called not in SYMMETRIC else 0):
    a, b = node.args[place : place + 2]
    yield _with(node, args=[*node.args[:place], b, a, *node.args[place + 2 :]])
  if called == 'range' and not _has_number(node.args[min(1, len(node.args) - 1)]):
    stop = min(1, len(node.args) - 1)
    yield _with(node, args=[*node.args[:stop], _moved(node.args[stop], ast.Sub()), *node.args[stop + 1 :]])


def _of_subscript(node):
  """Bounds that hold a number are off by one already where the number is."""
  if not isinstance(node.slice, ast.Slice):
    return
  for field in ('lower', 'upper'):
    bound = getattr(node.slice, field)
    if bound is not None and not _has_number(bound):
      yield _with(node, slice=_with(node.slice, **{field: _moved(bound, ast.Add())}))


def _of_return(node):
  if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
    yield _with(node, value=_at(ast.Constant(None), node))


def _of_comprehension(node):
  for place, generator in enumerate(node.generators):
    for test_place, test in enumerate(generator.ifs):
      if _is_comparison(test):
        continue
      tests = [*generator.ifs[:test_place], _negated(test), *generator.ifs[test_place + 1 :]]
      others = [*node.generators[:place], _with(generator, ifs=tests), *node.generators[place + 1 :]]
      yield _with(node, generators=others)


def _with(node, **fields):
  """A shallow copy with other fields."""
  new = copy.copy(node)
  for name, value in fields.items():
    setattr(new, name, value)
  return new


def _at(new, node):
  return ast.copy_location(new, node)


def _is_comparison(test) -> bool:
  """Whether a test is a single comparison, which is negated already where its operator is."""
  return isinstance(test, ast.Compare) and len(test.ops) == 1


def _negated(test):
  return _at(ast.UnaryOp(op=ast.Not(), operand=test), test)


def _moved(bound, op):
  return _at(ast.BinOp(left=bound, op=op, right=ast.Constant(1)), bound)


def _has_number(node) -> bool:
  return any(isinstance(n, ast.Constant) and isinstance(n.value, int) for n in ast.walk(node))
