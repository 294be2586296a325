"""When are two programs the same? When their trees are, but for local names, comments, docstrings and type hints."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterable


def program_key(program: str) -> str | None:
  """A hash that programs share when they differ in layout, comments, docstrings, type hints or local names alone.

  None if the program does not parse. Constants, called names, attributes, keyword names and imports count: they change
  what a program does.
  """
  try:
    with warnings.catch_warnings():
      warnings.simplefilter('ignore')  # invalid escapes of generated strings
      tree = ast.parse(program)
    return hashlib.sha256(ast.dump(Normal().visit(tree)).encode()).hexdigest()[:32]
  except (SyntaxError, ValueError, RecursionError, MemoryError):
    return None


class Scope:
  """The names that a function, comprehension or class binds, and what each is called instead ('' until it is used)."""

  def __init__(self, names: Iterable[str], kept: Iterable[str] = (), is_class: bool = False):
    self.names = dict.fromkeys(names, '') | {name: name for name in kept}
    self.is_class = is_class


class Normal(ast.NodeTransformer):
  """Renames what each function binds in the order of first use, and drops what does not run."""

  def __init__(self):
    self.scopes: list[Scope] = []
    self.count = 0

  def visit_Module(self, node):
    node.body = self._body(node.body)
    return node

  def visit_ClassDef(self, node):
    node.name = self._renamed(node.name)
    for field in ('decorator_list', 'bases', 'keywords'):
      setattr(node, field, [self.visit(n) for n in getattr(node, field)])
    _drop_type_parameters(node)
    # What a class body binds is an attribute, reached by its name from outside.
    self.scopes.append(Scope((), kept=_bound(node.body)[0], is_class=True))
    node.body = self._body(node.body)
    self.scopes.pop()
    return node

  def visit_FunctionDef(self, node):
    node.decorator_list = [self.visit(d) for d in node.decorator_list]
    self._defaults(node.args)
    node.name = self._renamed(node.name)  # a nested function's own name is a local of the one around it
    node.returns = None
    _drop_type_parameters(node)
    bound, outer = _bound(node.body)
    self.scopes.append(Scope(_argument_names(node.args) | bound, kept=outer))
    self._rename_arguments(node.args)
    node.body = self._body(node.body)
    self.scopes.pop()
    return node

  visit_AsyncFunctionDef = visit_FunctionDef

  def visit_Lambda(self, node):
    self._defaults(node.args)
    self.scopes.append(Scope(_argument_names(node.args)))
    self._rename_arguments(node.args)
    node.body = self.visit(node.body)
    self.scopes.pop()
    return node

  def _comprehension(self, node):
    first = node.generators[0]
    first.iter = self.visit(first.iter)  # Python evaluates the first iterable outside of the comprehension
    targets = [name.id for g in node.generators for name in ast.walk(g.target) if isinstance(name, ast.Name)]
    self.scopes.append(Scope(targets))
    for generator in node.generators:
      generator.target = self.visit(generator.target)
      if generator is not first:
        generator.iter = self.visit(generator.iter)
      generator.ifs = [self.visit(test) for test in generator.ifs]
    for field in ('elt', 'key', 'value'):
      if field in node._fields:
        setattr(node, field, self.visit(getattr(node, field)))
    self.scopes.pop()
    return node

  visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

  def visit_AnnAssign(self, node):
    if self.scopes and self.scopes[-1].is_class:  # a field of a dataclass or a named tuple
      node.annotation = ast.Constant(None)
      return self.generic_visit(node)
    if node.value is None:
      return None
    return self.visit(ast.Assign(targets=[node.target], value=node.value))

  def visit_Name(self, node):
    node.id = self._renamed(node.id)
    return node

  def visit_Nonlocal(self, node):
    node.names = [self._renamed(name) for name in node.names]
    return node

  def visit_ExceptHandler(self, node):
    return self._named(node, 'name')

  def visit_MatchAs(self, node):
    return self._named(node, 'name')

  def visit_MatchStar(self, node):
    return self._named(node, 'name')

  def visit_MatchMapping(self, node):
    return self._named(node, 'rest')

  def _named(self, node, field: str):
    """A node that binds the name in one of its fields."""
    if getattr(node, field):
      setattr(node, field, self._renamed(getattr(node, field)))
    return self.generic_visit(node)

  def _body(self, body) -> list:
    """The statements of a function, class or module less its docstring and bare annotations; `pass` for nothing."""
    if not body:
      return [ast.Pass()]
    first = body[0].value if isinstance(body[0], ast.Expr) else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
      body = body[1:]
    return [new for new in map(self.visit, body) if new is not None] or [ast.Pass()]

  def _defaults(self, args) -> None:
    args.defaults = [self.visit(d) for d in args.defaults]
    args.kw_defaults = [d and self.visit(d) for d in args.kw_defaults]

  def _rename_arguments(self, args) -> None:
    for arg in _arguments(args):
      arg.annotation = None
      arg.arg = self._renamed(arg.arg)

  def _renamed(self, name: str) -> str:
    for scope in reversed(self.scopes):
      # The names of a class body are not seen from the functions in it.
      if name in scope.names and not (scope.is_class and scope is not self.scopes[-1]):
        if not scope.names[name]:
          scope.names[name] = f'{self.count}'  # a number is no name that a program could use
          self.count += 1
        return scope.names[name]
    return name


def _drop_type_parameters(node) -> None:
  if 'type_params' in node._fields:  # Python 3.12
    node.type_params = []


def _arguments(args) -> list:
  return [*args.posonlyargs, *args.args, *filter(None, [args.vararg]), *args.kwonlyargs, *filter(None, [args.kwarg])]


def _argument_names(args) -> set[str]:
  return {a.arg for a in _arguments(args)}


def _bound(body) -> tuple[set[str], set[str]]:
  """(names that a body binds itself: not in nested functions, not by import; names that it declares global)."""
  names, outer, elsewhere, stack = set(), set(), set(), list(body)
  while stack:
    node = stack.pop()
    if isinstance(node, ast.Global):
      outer |= set(node.names)
    elif isinstance(node, ast.Nonlocal):
      elsewhere |= set(node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
      names.add(node.id)
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
      names.add(node.name)
    elif isinstance(node, ast.MatchMapping) and node.rest:
      names.add(node.rest)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
      names.add(node.name)
    elif isinstance(node, ast.comprehension):  # its targets are its own, but := in it binds here
      stack += [node.iter, *node.ifs]
    elif not isinstance(node, ast.Lambda):
      stack += ast.iter_child_nodes(node)
  return names - outer - elsewhere, outer
