"""When are two programs the same? When their syntax trees are, but for names of locals, comments, docstrings and type hints."""

from __future__ import annotations

import ast
import hashlib
import warnings


def ast_key(program: str) -> str | None:
  """A hash that programs share when they differ in layout, comments, docstrings, annotations or local names; None if unparsable.

  Constants, called names, attributes, keyword names and imports count: they change what a program does.
  """
  try:
    with warnings.catch_warnings():
      warnings.simplefilter('ignore')  # invalid escapes of generated strings
      tree = ast.parse(program)
    return hashlib.sha256(ast.dump(Normal().visit(tree)).encode()).hexdigest()[:32]
  except (SyntaxError, ValueError, RecursionError, MemoryError):
    return None


class Normal(ast.NodeTransformer):
  """Renames what each function binds in the order of first use, and drops what does not run."""

  def __init__(self):
    self.scopes: list[dict[str, str]] = []
    self.count = 0

  def visit_Module(self, node):
    node.body = [self.visit(n) for n in _without_docstring(node.body)]
    return node

  def visit_ClassDef(self, node):
    self.generic_visit(node)
    node.body = _without_docstring(node.body) or [ast.Pass()]
    return node

  def visit_FunctionDef(self, node):
    node.decorator_list = [self.visit(d) for d in node.decorator_list]
    node.args.defaults = [self.visit(d) for d in node.args.defaults]
    node.args.kw_defaults = [d and self.visit(d) for d in node.args.kw_defaults]
    if self.scopes:  # a nested function's own name is a local of the one around it
      node.name = self._renamed(node.name)
    node.returns = None
    node.type_comment = None
    self._function(node.args, node.body, node)
    return node

  visit_AsyncFunctionDef = visit_FunctionDef

  def visit_Lambda(self, node):
    node.args.defaults = [self.visit(d) for d in node.args.defaults]
    self._enter(_argument_names(node.args))
    self._rename_arguments(node.args)
    node.body = self.visit(node.body)
    self.scopes.pop()
    return node

  def _function(self, args, body, node):
    body = _without_docstring(body)
    bound = _argument_names(args) | _bound(body)
    self._enter(bound)
    self._rename_arguments(args)
    node.body = [self.visit(n) for n in body] or [ast.Pass()]
    self.scopes.pop()

  def _rename_arguments(self, args):
    for arg in _arguments(args):
      arg.annotation = None
      arg.type_comment = None
      arg.arg = self._renamed(arg.arg)

  def _comprehension(self, node):
    names = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
    self._enter(names)
    node.generators = [self.visit(g) for g in node.generators]
    for field in ('elt', 'key', 'value'):
      if hasattr(node, field):
        setattr(node, field, self.visit(getattr(node, field)))
    self.scopes.pop()
    return node

  visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

  def visit_AnnAssign(self, node):
    if node.value is None:
      return None
    return self.visit(ast.Assign(targets=[node.target], value=node.value))

  def visit_Name(self, node):
    node.id = self._renamed(node.id)
    return node

  def visit_ExceptHandler(self, node):
    if node.name:
      node.name = self._renamed(node.name)
    return self.generic_visit(node)

  def _enter(self, names):
    self.scopes.append(dict.fromkeys(names, ''))

  def _renamed(self, name: str) -> str:
    for scope in reversed(self.scopes):
      if name in scope:
        if not scope[name]:
          scope[name] = f'_{self.count}'
          self.count += 1
        return scope[name]
    return name


def _without_docstring(body):
  first = body[0] if body else None
  if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
    return body[1:]
  return body


def _arguments(args):
  return [*args.posonlyargs, *args.args, *filter(None, [args.vararg]), *args.kwonlyargs, *filter(None, [args.kwarg])]


def _argument_names(args) -> set[str]:
  return {a.arg for a in _arguments(args)}


def _bound(body) -> set[str]:
  """Names that a function's body binds itself (not its nested functions' bodies), less what it declares global."""
  names, outer, stack = set(), set(), list(body)
  while stack:
    node = stack.pop()
    if isinstance(node, ast.Global | ast.Nonlocal):
      outer |= set(node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
      names.add(node.id)
    elif isinstance(node, ast.ExceptHandler) and node.name:
      names.add(node.name)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
      names.add(node.name)
    elif not isinstance(node, ast.Lambda | ast.ClassDef):
      stack += ast.iter_child_nodes(node)
  return names - outer
