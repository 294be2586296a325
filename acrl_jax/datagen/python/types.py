"""Types of Python functions: from hints, from stub files, from values written in documentation, from its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

from acrl_jax.datagen.records import Type

INT, FLOAT, STR, NONE = Type('int'), Type('float'), Type('str'), Type('none')
_SCALARS = {
  'int': INT, 'float': FLOAT, 'str': STR, 'bool': Type('bool'), 'bytes': Type('bytes'), 'None': NONE,
  'SupportsIndex': INT, 'SupportsInt': INT, 'SupportsFloat': FLOAT, 'Number': FLOAT, 'Real': FLOAT, 'Integral': INT,
  'object': INT, 'Hashable': INT, 'AnyStr': STR, 'integer': INT, 'string': STR, 'boolean': Type('bool'),
}  # fmt: skip
_LISTS = ('list', 'List', 'Sequence', 'MutableSequence', 'Iterable', 'Collection', 'Reversible', 'Container')
_ITERATORS = ('Iterator', 'Generator')
_SETS = ('set', 'Set', 'frozenset', 'FrozenSet', 'AbstractSet', 'MutableSet')
_DICTS = ('dict', 'Dict', 'Mapping', 'MutableMapping')
_TUPLES = ('tuple', 'Tuple')
_HASHABLE = ('int', 'float', 'str', 'bool', 'bytes', 'tuple')
_DEFAULTS = {'list': (INT,), 'set': (INT,), 'dict': (STR, INT)}
_MODULES = re.compile(r'\b(?:typing|typing_extensions|collections\.abc|abc|t)\.')
_TITLES = ('Int', 'Integer', 'Float', 'String', 'Bool', 'Boolean')
_WORDS = re.compile(r'(?:list|sequence|iterable|array)s? of (int|integer|str|string|float|bool)s?')


class Hints:
  """Types that the hints of one module stand for; a type variable is int, a second one str, and so on in turn.

  Containers whose members no hint names have no arguments here: see `concrete`.
  """

  def __init__(self, module: ast.Module | None = None):
    self.variables: dict[str, ast.Call] = {}
    self.given: dict[str, Type | None] = {}
    for node in module.body if module else ():
      if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
        if ast.unparse(node.value.func).endswith('TypeVar'):
          self.variables[node.targets[0].id] = node.value

  def fresh(self) -> Hints:
    """The same module for another function, whose variables are its own."""
    other = Hints()
    other.variables = self.variables
    return other

  def to_type(self, hint: ast.expr | None) -> Type | None:
    """The type, None for one that is not supported."""
    try:
      return self._to_type(ast.parse(_MODULES.sub('', ast.unparse(hint)), mode='eval').body) if hint else None
    except SyntaxError:
      return None

  def _to_type(self, e: ast.expr) -> Type | None:
    if isinstance(e, ast.Constant):
      if isinstance(e.value, str):
        return self._to_type(ast.parse(e.value, mode='eval').body)
      return NONE if e.value is None else None
    if isinstance(e, ast.BinOp) and isinstance(e.op, ast.BitOr):
      return self._union([e.left, e.right])
    if isinstance(e, ast.Name):
      return self._variable(e.id) if e.id in self.variables else _SCALARS.get(e.id) or self._container(e.id, [])
    if isinstance(e, ast.Subscript) and isinstance(e.value, ast.Name):
      members = list(e.slice.elts) if isinstance(e.slice, ast.Tuple) else [e.slice]
      if e.value.id in ('Union', 'Optional'):
        return self._union(members + [ast.Constant(None)] * (e.value.id == 'Optional'))
      if e.value.id == 'Literal':
        return of_value(members[0].value) if isinstance(members[0], ast.Constant) else None
      if e.value.id in ('Final', 'Annotated'):
        return self._to_type(members[0])
      return self._container(e.value.id, members)
    return None

  def _union(self, members: list[ast.expr]) -> Type | None:
    """The type of the first member that is supported; optional where None is another."""
    types = [t for t in map(self._to_type, members) if t]
    others = [t for t in types if t.kind != 'none']
    if not others:
      return NONE if types else None
    optional = len(others) < len(types) and others[0].kind != 'optional'
    return Type('optional', (others[0],)) if optional else others[0]

  def _container(self, name: str, members: list[ast.expr]) -> Type | None:
    if name in _TUPLES:
      if not members or any(isinstance(m, ast.Constant) and m.value is Ellipsis for m in members):
        return Type('tuple')  # of any length
      types = [self._to_type(m) for m in members]
      return None if None in types else Type('tuple', tuple(types))
    for kind, names, many in (('list', _LISTS + _ITERATORS, 1), ('set', _SETS, 1), ('dict', _DICTS, 2)):
      if name in names:
        types = [self._to_type(m) for m in members[:many]]
        if None in types or len(types) not in (0, many) or (kind != 'list' and types and not _hashable(types[0])):
          return None
        return Type(kind, tuple(types), 'iterator' if name in _ITERATORS else name if name == 'Iterable' else '')
    return None

  def _variable(self, name: str) -> Type | None:
    if name not in self.given:
      call = self.variables[name]
      bound = next((k.value for k in call.keywords if k.arg == 'bound'), None)
      free = (INT, STR)[len(self.given) % 2]
      if len(call.args) > 1:
        self.given[name] = self.to_type(call.args[1])
      elif bound is None:
        self.given[name] = free
      else:  # a protocol, such as having an order: numbers have them all
        self.given[name] = INT if 'Supports' in ast.unparse(bound) else self.to_type(bound)
    return self.given[name]


def _hashable(t: Type) -> bool:
  return t.kind in _HASHABLE and all(map(_hashable, t.args))


def concrete(t: Type | None) -> Type | None:
  """The type of a parameter: members nobody names are int (keys: str); None where values cannot be made."""
  if t is None or t.kind == 'none' or t.source == 'iterator' or (t.kind == 'tuple' and not t.args):
    return None
  args = [concrete(a) for a in t.args or _DEFAULTS.get(t.kind, ())]
  return None if None in args else Type(t.kind, tuple(args))


def of_value(x: Any) -> Type | None:
  """The type of a plain value; containers with nothing in them have no arguments."""
  if x is None:
    return NONE
  kind = type(x).__name__
  if kind in ('int', 'float', 'str', 'bool', 'bytes'):
    return Type(kind)
  if kind == 'tuple':
    types = [of_value(y) for y in x]
    return None if None in types else Type(kind, tuple(types))
  if kind in ('list', 'set'):
    return _of_members(kind, [x])
  return _of_members(kind, [x.keys(), x.values()]) if kind == 'dict' else None


def _of_members(kind: str, members: list[Iterable]) -> Type | None:
  types = [of_values(m) for m in members if len(m)]
  return None if None in types else Type(kind, tuple(types))


def of_values(xs: Iterable) -> Type | None:
  """The type that all of these plain values have, None if there is none."""
  joined: Type | None = None
  for i, x in enumerate(xs):
    joined = of_value(x) if i == 0 else join(joined, of_value(x))
  return joined


def join(a: Type | None, b: Type | None) -> Type | None:
  """The type of either."""
  if a is None or b is None or a == b:
    return a if a == b else None
  for one, other in ((a, b), (b, a)):
    if one.kind == 'none':
      return other if other.kind == 'optional' else Type('optional', (other,))
    if one.kind == 'optional':
      inner = join(one.args[0], other.args[0] if other.kind == 'optional' else other)
      return inner and Type('optional', (inner,))
  if a.kind != b.kind:
    return None
  if a.kind == 'tuple' and len(a.args) != len(b.args):
    return Type('tuple')
  if not a.args or not b.args:
    return b if not a.args else a
  args = [join(x, y) for x, y in zip(a.args, b.args)]
  return None if None in args else Type(a.kind, tuple(args))


def of_words(text: str) -> Type | None:
  """The type that documentation names, such as `int`, `list of str`, `str, optional`."""
  text = re.sub(r'\s*(?:,?\s*optional|\(optional\)|,?\s*default.*)$', '', text.strip().strip('`'))
  if members := _WORDS.fullmatch(text.lower()):
    return Type('list', (_SCALARS[members[1]],))
  try:
    return Hints().to_type(ast.parse(text.lower() if text in _TITLES else text, mode='eval').body)
  except (SyntaxError, ValueError):
    return None
