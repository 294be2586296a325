"""Java's types as types of Python values, and stand-ins for its type parameters."""

from __future__ import annotations

import re

from acrl_jax.datagen.records import Type

_INTS = ('byte', 'short', 'int', 'long', 'Byte', 'Short', 'Integer', 'Long', 'BigInteger')
_SIMPLE = {name: 'int' for name in _INTS} | {
  'float': 'float', 'double': 'float', 'Float': 'float', 'Double': 'float', 'boolean': 'bool', 'Boolean': 'bool',
  'char': 'char', 'Character': 'char', 'String': 'str', 'CharSequence': 'str',
}  # fmt: skip
_LISTS = ('List', 'ArrayList', 'LinkedList', 'Collection', 'Iterable')
_SETS = ('Set', 'HashSet', 'LinkedHashSet', 'TreeSet', 'SortedSet')
_MAPS = ('Map', 'HashMap', 'LinkedHashMap', 'TreeMap', 'SortedMap')
# What only comes back: it is turned into a list, a set, a dict, or a value that may be None.
_LISTS_BACK = ('Iterator', 'ListIterator', 'Stream', 'ImmutableList', 'ImmutableCollection', 'FluentIterable', 'Queue')
_SETS_BACK = ('ImmutableSet', 'ImmutableSortedSet', 'SetView', 'NavigableSet')
_MAPS_BACK = ('ImmutableMap', 'ImmutableSortedMap', 'NavigableMap')
_SPECIAL_BACK = {
  'IntStream': ('list', 'int'), 'LongStream': ('list', 'long'), 'DoubleStream': ('list', 'double'),
  'OptionalInt': ('optional', 'int'), 'OptionalLong': ('optional', 'long'), 'OptionalDouble': ('optional', 'double'),
}  # fmt: skip
_PRIMITIVES = {'byte', 'short', 'int', 'long', 'float', 'double', 'boolean', 'char'}
_DEEPEST = 2  # containers in one another

_ANNOTATION = re.compile(r'@[\w.]+(\([^()]*\))?\s*')
_PACKAGE = re.compile(r'\b(?:[a-z]\w*\.)+(?=[A-Z])')
_WILDCARD = re.compile(r'\?\s*(?:extends|super)\b\s*')
_BARE_WILDCARD = re.compile(r'\?(?!\s*(?:extends|super)\b)')
_INTEGER_BOUNDS = {'Object', 'Comparable', 'Number', 'Serializable', 'Integer'}
_STRING_BOUNDS = {'Object', 'Comparable', 'CharSequence', 'Serializable', 'String'}


def normal(text: str) -> str:
  """A type without annotations, packages and spaces; a wildcard with a bound is its bound, one without is Object."""
  text = _ANNOTATION.sub('', text).replace('final ', '')
  text = _BARE_WILDCARD.sub('Object', _PACKAGE.sub('', text))
  return re.sub(r'\s+', '', _WILDCARD.sub('', text).replace('...', '[]'))


def parameter_type(text: str) -> Type | None:
  """The type of the Python values that stand for a normal Java type; None if none do."""
  return _type(text, 0, back=False)


def return_type(text: str) -> Type | None:
  """As `parameter_type`, and for what is returned only: iterators and streams (lists), optionals; void is none."""
  return Type('none', source='void') if text == 'void' else _type(text, 0, back=True)


def _type(text: str, depth: int, back: bool) -> Type | None:
  if text in _SIMPLE:
    return Type(_SIMPLE[text], source=text)
  if back and text in _SPECIAL_BACK:
    kind, inner = _SPECIAL_BACK[text]
    return Type(kind, (Type(_SIMPLE[inner], source=inner),), text)
  if depth == _DEEPEST:
    return None
  if text.endswith('[]'):
    if text == 'byte[]':
      return Type('bytes', source=text)
    element = _type(text[:-2], depth + 1, back=False)
    return element and Type('list', (element,), text)
  head, _, inner = text.partition('<')
  if not inner.endswith('>'):
    return None
  args = [_type(a, depth + (head != 'Optional'), back) for a in split(inner[:-1])]
  if None in args:
    return None
  head = head.rpartition('.')[2]
  hashable = args[0].kind not in ('list', 'set', 'dict', 'optional')
  if head in _LISTS or (back and head in _LISTS_BACK):
    return Type('list', tuple(args), head) if len(args) == 1 else None
  if (head in _SETS or (back and head in _SETS_BACK)) and hashable:
    return Type('set', tuple(args), head) if len(args) == 1 else None
  if (head in _MAPS or (back and head in _MAPS_BACK)) and hashable:
    return Type('dict', tuple(args), head) if len(args) == 2 else None
  if back and head == 'Optional' and not depth and len(args) == 1:
    return Type('optional', tuple(args), head)
  return None


def split(text: str) -> list[str]:
  """Parts between the commas that are in no angle brackets."""
  parts, depth, start = [], 0, 0
  for place, c in enumerate(text):
    depth += (c == '<') - (c == '>')
    if c == ',' and depth == 0:
      parts.append(text[start:place].strip())
      start = place + 1
  return [p for p in (*parts, text[start:].strip()) if p]


def bounds(type_parameters: str) -> dict[str, tuple[str, ...]]:
  """The names declared in `T extends A & B, U` with the heads of their bounds."""
  heads = {}
  for part in split(type_parameters):
    name, _, bound = _PACKAGE.sub('', _ANNOTATION.sub('', part)).partition(' extends ')
    heads[name.strip()] = tuple(b.split('<')[0].strip() for b in bound.split('&')) if bound else ('Object',)
  return heads


def substitutions(type_parameters: str) -> list[dict[str, str]]:
  """Stand-ins for all the names of `T extends Comparable<T>, U`: Integer where bounds allow it, then String.

  None at all if one of them can be neither.
  """
  declared = bounds(type_parameters)
  stand_ins = []
  for order in (('Integer', 'String'), ('String', 'Integer')):
    chosen = {name: next((s for s in order if _allowed(s, name, declared)), '') for name in declared}
    if all(chosen.values()) and chosen not in stand_ins:
      stand_ins.append(chosen)
  return stand_ins


def _allowed(stand_in: str, name: str, declared: dict, seen: frozenset[str] = frozenset()) -> bool:
  """Whether a class is within the bounds of a name; a bound may be another of the names."""
  known = _INTEGER_BOUNDS if stand_in == 'Integer' else _STRING_BOUNDS
  return all(
    _allowed(stand_in, b, declared, seen | {name}) if b in declared and b not in seen | {name} else b in known
    for b in declared[name]
  )


def substitute(text: str, stand_ins: dict[str, str]) -> str:
  """A normal type with its type parameters replaced."""
  return re.sub(r'\w+', lambda m: stand_ins.get(m[0], m[0]), text) if stand_ins else text


def erased(text: str, declared: dict[str, tuple[str, ...]]) -> str:
  """The simple name of a normal type's erasure: what reflection calls it."""
  head = re.sub(r'<.*>', '', text)
  name, brackets = head.rstrip('[]'), '[]' * head.count('[]')
  seen: set[str] = set()
  while name in declared and name not in seen:
    seen.add(name)
    name = declared[name][0]
  return name.rpartition('.')[2] + brackets


def mutable(t: Type) -> bool:
  """Whether a function can change a value of this type so that its caller sees it."""
  return t.kind in ('list', 'set', 'dict')


def nullable(text: str) -> bool:
  """Whether a variable of a normal type can be null."""
  return text not in _PRIMITIVES
