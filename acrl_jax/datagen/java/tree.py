"""Methods of Java source text, as they are declared; a class is followed down to those nested in it."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from acrl_jax.datagen.java import literals, types

_CLASSES = ('class_declaration', 'interface_declaration', 'enum_declaration', 'record_declaration')
_ANNOTATION = re.compile(r'@[\w.]+(\([^()]*\))?')


class Class(NamedTuple):
  """What a method needs to know of the class around it."""

  package: str
  name: str  # with the classes around it: Outer$Inner
  public: bool  # and so are all classes around it
  static: bool  # made without an object of the class around it
  interface: bool
  constructible: bool  # anybody can make one without arguments
  type_parameters: str
  constants: dict[str, Any]  # static final fields with a plain value

  @property
  def symbol(self) -> str:
    return f'{self.package}.{self.name}' if self.package else self.name


class Method(NamedTuple):
  """A method as declared; types are in the form of `types.normal`, with type parameters not yet replaced."""

  owner: Class
  name: str
  modifiers: frozenset[str]
  annotations: str
  type_parameters: str
  parameters: tuple[tuple[str, str], ...]  # type, name
  variadic: bool
  returns: str
  throws: str
  comment: str  # its Javadoc with the stars; '' if there is none
  body: str  # '' if there is none
  line: int

  @property
  def symbol(self) -> str:
    return f'{self.owner.symbol}#{self.name}({",".join(t for t, _ in self.parameters)})'

  @property
  def public(self) -> bool:
    implied = self.owner.interface and 'private' not in self.modifiers
    return self.owner.public and ('public' in self.modifiers or implied)

  @property
  def static(self) -> bool:
    return 'static' in self.modifiers


@functools.cache
def _parser():
  try:
    import tree_sitter
    import tree_sitter_java
  except ImportError as error:
    raise ValueError('Java sources are read by tree-sitter: pip install acrl_jax[datagen]') from error
  return tree_sitter.Parser(tree_sitter.Language(tree_sitter_java.language()))


def methods(source: bytes) -> Iterator[Method]:
  """All methods that are declared in a source file, in their order."""
  root = _parser().parse(source).root_node
  package = ''
  for node in root.children:
    if node.type == 'package_declaration':
      package = ''.join(_text(node).rstrip('; \n').split()[1:])
    elif node.type in _CLASSES:
      yield from _class(node, Class(package, '', True, True, False, False, '', {}))


def _class(node, around: Class) -> Iterator[Method]:
  modifiers, _ = _modifiers(node)
  name, body = _text(node.child_by_field_name('name')), node.child_by_field_name('body')
  members = list(body.children)
  for member in body.children:  # an enum's methods come after its constants, one level down
    members += member.children if member.type == 'enum_body_declarations' else []
  constructors = [m for m in members if m.type == 'constructor_declaration']
  interface = node.type == 'interface_declaration'
  owner = Class(
    package=around.package,
    name=f'{around.name}${name}' if around.name else name,
    public=around.public and ('public' in modifiers or around.interface),
    static=not around.name or interface or around.interface or 'static' in modifiers,
    interface=interface,
    constructible=node.type == 'class_declaration' and 'abstract' not in modifiers and _no_arguments(constructors),
    type_parameters=_field(node, 'type_parameters'),
    constants=around.constants | _constants(members, interface),
  )
  members = [m for m in members if m.type != 'line_comment']  # one may stand between a method and its Javadoc
  for before, member in zip((None, *members), members):
    if member.type == 'method_declaration':
      yield _method(member, before, owner)
    elif member.type in _CLASSES:
      yield from _class(member, owner)


def _no_arguments(constructors: list) -> bool:
  """A class that declares no constructor has one without arguments."""
  return not constructors or any(
    'public' in _modifiers(c)[0] and not c.child_by_field_name('parameters').named_children for c in constructors
  )


def _constants(members: list, interface: bool) -> dict[str, Any]:
  constants = {}
  for member in members:
    if member.type in ('field_declaration', 'constant_declaration') and (
      interface or {'static', 'final'} <= _modifiers(member)[0]
    ):
      for part in member.children_by_field_name('declarator'):
        value = part.child_by_field_name('value')
        with contextlib.suppress(ValueError):
          (constant,) = literals.values(_text(value)) if value else ()
          if isinstance(constant, (int, float, str)):
            constants[_text(part.child_by_field_name('name'))] = constant
  return constants


def _method(node, before, owner: Class) -> Method:
  modifiers, annotations = _modifiers(node)
  parameters, variadic = [], False
  for child in node.child_by_field_name('parameters').named_children:
    if child.type == 'formal_parameter':
      kind = _text(child.child_by_field_name('type')) + _field(child, 'dimensions')
      parameters.append((types.normal(kind), _text(child.child_by_field_name('name'))))
    elif child.type == 'spread_parameter':
      variadic = True
      kind, name = (c for c in child.named_children if c.type not in ('modifiers', 'line_comment', 'block_comment'))
      parameters.append((types.normal(_text(kind) + '[]'), _text(name)))
  comment = _text(before) if before is not None and before.type == 'block_comment' else ''
  return Method(
    owner=owner,
    name=_text(node.child_by_field_name('name')),
    modifiers=modifiers,
    annotations=annotations,
    type_parameters=_field(node, 'type_parameters'),
    parameters=tuple(parameters),
    variadic=variadic,
    returns=types.normal(_text(node.child_by_field_name('type')) + _field(node, 'dimensions')),
    throws=next((_text(c)[6:].strip() for c in node.children if c.type == 'throws'), ''),
    comment=comment if comment.startswith('/**') else '',
    body=_field(node, 'body'),
    line=node.start_point[0] + 1,
  )


def _modifiers(node) -> tuple[frozenset[str], str]:
  """Words such as public, and annotations."""
  text = next((_text(c) for c in node.children if c.type == 'modifiers'), '')
  return frozenset(_ANNOTATION.sub(' ', text).split()), ' '.join(m[0] for m in _ANNOTATION.finditer(text))


def _field(node, name: str) -> str:
  child = node.child_by_field_name(name)
  return '' if child is None else _text(child)


def _text(node) -> str:
  return node.text.decode('utf-8', 'replace')
