"""Small changes of a Python function, one at a time, which its tests have to notice."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from acrl_jax.datagen.primer.mutants import ARITHMETIC, COMPARISONS, NAMES, SYMMETRIC
from acrl_jax.datagen.records import Function

_UNSEEN = ('annotation', 'returns', 'type_params', 'format_spec', 'decorator_list')
_SILENT = (ast.Raise, ast.Assert)  # no test looks at their messages


class Change(NamedTuple):
  """A function with one change."""

  number: int
  kind: str
  lines: frozenset[int]  # of the statement that it is in: an input that runs none of them cannot kill it
  source: str


class Site(NamedTuple):
  """A place in a tree, and what to put there."""

  parent: ast.AST
  field: str
  index: int | None
  new: Any
  kind: str
  lines: frozenset[int]


def changes(function: Function, most: int) -> list[Change]:
  """Up to `most` of the function's changes, chosen by its id; fewer are the first of more. They compile and differ."""
  tree = ast.parse(function.body)
  sites = list(enumerate(_sites(tree.body[0])))
  random.Random(f'{function.id}:mutate').shuffle(sites)
  seen, kept = {ast.unparse(tree)}, []
  for number, site in sites:
    if len(kept) == most:
      break
    source = _changed(tree, site)
    if source not in seen and _compiles(source):
      seen.add(source)
      kept.append(Change(number, site.kind, site.lines, source))
  return kept


def _changed(tree: ast.Module, site: Site) -> str:
  old = _swap(site, site.new)
  try:
    return ast.unparse(ast.fix_missing_locations(tree))
  finally:
    _swap(site, old)


def _swap(site: Site, new: Any) -> Any:
  """Puts `new` into the place, and returns what was there before."""
  if site.index is None:
    old = getattr(site.parent, site.field)
    setattr(site.parent, site.field, new)
  else:
    holder = getattr(site.parent, site.field)
    old, holder[site.index] = holder[site.index], new
  return old


def _compiles(source: str) -> bool:
  try:
    compile(source, '<change>', 'exec', dont_inherit=True)
  except (SyntaxError, ValueError, RecursionError):
    return False
  return True


def _sites(function: ast.FunctionDef) -> Iterator[Site]:
  for parent in ast.walk(function):
    for field, index, statement in _children(parent):
      if isinstance(statement, ast.stmt) and not _is_text(statement):
        yield from _of_statement(parent, field, index, statement)


def _of_statement(parent: ast.AST, field: str, index: int | None, statement: ast.stmt) -> Iterator[Site]:
  """Sites of a statement and of its expressions, but not of the statements in it."""
  own = list(_own(statement))
  lines = frozenset(range(statement.lineno, max([statement.lineno, *(n.end_lineno for *_, n in own)]) + 1))
  for kind, new in _of_flow(statement):
    yield Site(parent, field, index, new, kind, lines)
  for above, name, place, node in own:
    for kind, new in _replacements(node):
      if not (kind == 'constant' and isinstance(statement, _SILENT)):
        yield Site(above, name, place, new, kind, lines)


def _own(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
  for field, index, child in _children(node):
    if isinstance(child, ast.expr):
      yield node, field, index, child
    if not isinstance(child, ast.stmt):
      yield from _own(child)


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
  for field, value in ast.iter_fields(node):
    if field in _UNSEEN:
      continue
    for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
      if isinstance(child, ast.AST):
        yield field, index, child


def _is_text(statement: ast.stmt) -> bool:
  return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _of_flow(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
  if isinstance(node, ast.Break):
    yield 'flow', ast.Continue()
  elif isinstance(node, ast.Continue):
    yield 'flow', ast.Break()
  elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
    yield 'arithmetic', _with(node, op=ARITHMETIC[type(node.op)]())
  elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield)):
    yield 'removal', ast.Pass()
  elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
    yield 'result', _with(node, value=ast.Constant(None))
  elif isinstance(node, (ast.If, ast.While)) and not _has_operator(node.test):
    yield 'condition', _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _replacements(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
  if isinstance(node, ast.Compare):
    for place, op in enumerate(node.ops):
      for other in COMPARISONS[type(op)]:
        yield 'comparison', _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
  elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_format(node):
    yield 'arithmetic', _with(node, op=ARITHMETIC[type(node.op)]())
  elif isinstance(node, ast.BoolOp):
    yield 'boolean', _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
  elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
    yield 'unary', node.operand
  elif isinstance(node, ast.Constant):
    for value in _other_values(node.value):
      yield 'constant', ast.Constant(value)
  elif isinstance(node, ast.IfExp) and not _has_operator(node.test):
    yield 'condition', _with(node, test=ast.UnaryOp(ast.Not(), node.test))
  elif isinstance(node, ast.Yield) and node.value is not None and not _is_none(node.value):
    yield 'result', _with(node, value=ast.Constant(None))
  elif isinstance(node, ast.Call):
    yield from _of_call(node)
  elif isinstance(node, ast.Subscript):
    yield from _of_subscript(node)
  elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
    yield from _of_comprehension(node)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
  """Another function of the same kind, two arguments swapped, a range that ends one earlier."""
  field = {ast.Attribute: 'attr', ast.Name: 'id'}.get(type(node.func), '')
  name = getattr(node.func, field, '')
  if name in NAMES:
    yield 'call', _with(node, func=_with(node.func, **{field: NAMES[name]}))
  for i in range(0 if name in SYMMETRIC else len(node.args) - 1):
    a, b = node.args[i : i + 2]
    if not isinstance(a, ast.Starred) and not isinstance(b, ast.Starred):
      yield 'arguments', _with(node, args=[*node.args[:i], b, a, *node.args[i + 2 :]])
  stop = min(1, len(node.args) - 1)
  if name == 'range' and node.args and not _has_number(node.args[stop]):
    yield 'bound', _with(node, args=[*node.args[:stop], _moved(node.args[stop], ast.Sub()), *node.args[stop + 1 :]])


def _of_subscript(node: ast.Subscript) -> Iterator[tuple[str, ast.expr]]:
  """An index or bound that is one larger; one that holds a number is changed there already."""
  if isinstance(node.slice, ast.Slice):
    for field in ('lower', 'upper'):
      bound = getattr(node.slice, field)
      if bound is not None and not _has_number(bound):
        yield 'bound', _with(node, slice=_with(node.slice, **{field: _moved(bound, ast.Add())}))
  elif isinstance(node.slice, ast.Name) and isinstance(node.ctx, ast.Load):
    yield 'bound', _with(node, slice=_moved(node.slice, ast.Add()))


def _of_comprehension(node: Any) -> Iterator[tuple[str, ast.expr]]:
  for i, generator in enumerate(node.generators):
    for j, test in enumerate(generator.ifs):
      if not _has_operator(test):
        tests = [*generator.ifs[:j], ast.UnaryOp(ast.Not(), test), *generator.ifs[j + 1 :]]
        changed = [*node.generators[:i], _with(generator, ifs=tests), *node.generators[i + 1 :]]
        yield 'condition', _with(node, generators=changed)


def _moved(bound: ast.expr, op: ast.operator) -> ast.expr:
  return ast.BinOp(bound, op, ast.Constant(1))


def _has_number(node: ast.expr) -> bool:
  return any(isinstance(n, ast.Constant) and isinstance(n.value, int) for n in ast.walk(node))


def _other_values(value: Any) -> list:
  if isinstance(value, bool):
    return [not value]
  if isinstance(value, (int, float)):
    return [value + 1, value - 1]
  if isinstance(value, str):
    return [value[1:] if value else '#']
  return []


def _has_operator(test: ast.expr) -> bool:
  """Whether a test is changed already where its operator or its constant is."""
  return isinstance(test, (ast.Compare, ast.Constant)) or (
    isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
  )


def _is_none(node: ast.expr) -> bool:
  return isinstance(node, ast.Constant) and node.value is None


def _is_format(node: ast.BinOp) -> bool:
  """'%d' % x: another operator is a TypeError for every input, which tests nothing."""
  return isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)


def _with(node: Any, **fields: Any) -> Any:
  """A shallow copy with other fields."""
  new = copy.copy(node)
  for name, value in fields.items():
    setattr(new, name, value)
  return new
