"""Values written in Java: the constants of a body, and the example calls of a comment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from acrl_jax.datagen.java import types
from acrl_jax.datagen.records import Parameter, Type

_TOKEN = re.compile(
  r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:[^"\\\n]|\\.)*" )
  | (?P<char> '(?:[^'\\\n]|\\.[^']*)' )
  | (?P<number> (?<![\w.]) -? (?: 0[xX][\da-fA-F_]+ | 0[bB][01_]+ | (?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d+)?
      | \d[\d_]*\.?(?:[eE][+-]?\d+)? ) [lLfFdD]? )
  | (?P<name> [A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)* )
  | (?P<mark> \S )
  """,
  re.VERBOSE | re.DOTALL,
)
_ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', '0': '\0', 's': ' '}
_ESCAPE = re.compile(r'\\(u+[\da-fA-F]{4}|[0-7]{1,3}|.)', re.DOTALL)
_WORDS = {'null': None, 'true': True, 'false': False, 'Double.NaN': float('nan'), 'Float.NaN': float('nan')}
_LIST_MAKERS = re.compile(r'(Arrays\.asList|(?:\w*List|\w*Set|Stream)\.(?:of|copyOf|newArrayList)|newArrayList)$')
_SURROGATE = re.compile('[\ud800-\udfff]')
_MOST_CONSTANTS = 40
_MESSAGE = re.compile(r'\bthrow\s+new\b[^;]*;|\bcheckNotNull\([^;]*;')  # its texts are for people
_CALL = re.compile(r'(?:\w+\.)*(\w+)\((.*)\)\s*;?\s*(?:(?:=|==|-+>|=+>|→)\s*|//\s*(?:=+>?|-+>|returns|->)\s*)(\S.*)')


def constants(body: str, named: Mapping[str, Any]) -> tuple[Any, ...]:
  """Numbers, characters and strings of a body in their order, each once; `named` has the values of names."""
  distinct: dict[tuple, Any] = {}
  for match in _TOKEN.finditer(_MESSAGE.sub('', body)):
    kind, text = match.lastgroup, match[0]
    if kind == 'string' or kind == 'char':
      value = _unescaped(text[1:-1])
    elif kind == 'number':
      value = _number(text.lstrip('-'))  # a minus sign may be an operator
    elif kind == 'name' and text in named:
      value = named[text]
    else:
      continue
    if isinstance(value, str) and ('%s' in value or _SURROGATE.search(value)):
      continue
    distinct.setdefault((type(value), value), value)
    if len(distinct) == _MOST_CONSTANTS:
      break
  return tuple(distinct.values())


def examples(text: str, name: str, parameters: tuple[Parameter, ...], returns: Type, variadic: bool) -> list[tuple]:
  """Arguments and result of lines such as `Tools.left("abc", 2) = "ab"`; a result that is no value is None."""
  calls = []
  for line in text.splitlines():
    match = _CALL.search(line)
    if match and match[1] == name:
      try:
        args = fit_arguments(values(match[2]), parameters, variadic)
      except ValueError:
        continue
      try:
        result = fit(_Reader(match[3]).value(), returns)
      except ValueError:
        result = None
      calls.append((args, result))
  return calls


def values(text: str) -> list[Any]:
  """All values of a text that is a list of them; ValueError for anything else."""
  return _Reader(text).values()


def fit_arguments(args: list, parameters: tuple[Parameter, ...], variadic: bool) -> tuple:
  """Arguments as their types have them, those for a variadic parameter in a list. ValueError if they do not fit."""
  fixed = len(parameters) - variadic
  if variadic and not (len(args) == len(parameters) and (args[-1] is None or isinstance(args[-1], list))):
    args = [*args[:fixed], args[fixed:]]
  if len(args) != len(parameters):
    raise ValueError('another method of that name')
  for value, parameter in zip(args, parameters):
    if value is None and not types.nullable(parameter.source):
      raise ValueError(f'{parameter.source} is never null')
  return tuple(fit(value, p.type) for value, p in zip(args, parameters))


def fit(value: Any, t: Type) -> Any:
  """The value as one of the type; ValueError if it is of another."""
  if value is None:
    return None
  kind = type(value)
  if t.kind == 'optional':
    return fit(value, t.args[0])
  if t.kind == 'float' and kind in (int, float):
    return float(value)
  if t.kind == 'bytes' and kind is list and all(type(x) is int and 0 <= x < 128 for x in value):
    return bytes(value)
  if t.kind in ('list', 'set') and kind is list:
    inner = [fit(x, t.args[0]) for x in value]
    return inner if t.kind == 'list' else set(inner)
  if kind is {'int': int, 'bool': bool, 'str': str, 'char': str}.get(t.kind) and (t.kind != 'char' or len(value) == 1):
    return value
  raise ValueError(f'{value!r} is no {t.kind}')


class _Reader:
  """Reads values off a text; ValueError where it holds something else."""

  def __init__(self, text: str):
    self._tokens = [(m.lastgroup, m[0]) for m in _TOKEN.finditer(text) if m.lastgroup != 'comment']
    self._place = 0

  def values(self) -> list:
    """All values of a text that is a list of them."""
    members = self._until('')
    if self._place < len(self._tokens):
      raise ValueError('more than values')
    return members

  def value(self) -> Any:
    kind, text = self._take()
    if kind in ('string', 'char'):
      value = _unescaped(text[1:-1])
      if _SURROGATE.search(value):
        raise ValueError('half a character')
      return value
    if kind == 'number':
      return _number(text)
    if text in ('[', '{'):
      return self._until({'[': ']', '{': '}'}[text])
    if text == '(':  # a cast
      self._skip_past(')')
      return self.value()
    if kind == 'name' and text in _WORDS:
      return _WORDS[text]
    if kind == 'name' and text == 'new':
      self._skip_past('{')
      return self._until('}')
    if kind == 'name' and _LIST_MAKERS.search(text) and self._next() == '(':
      self._place += 1
      return self._until(')')
    raise ValueError(f'no value: {text}')

  def _until(self, end: str) -> list:
    members: list = []
    while self._next() != end:
      members.append(self.value())
      if self._next() == ',':
        self._place += 1
      elif self._next() != end:
        raise ValueError('no comma')
    self._place += bool(end)
    return members

  def _take(self) -> tuple[str, str]:
    if self._place == len(self._tokens):
      raise ValueError('it ends too early')
    self._place += 1
    return self._tokens[self._place - 1]

  def _next(self) -> str:
    return self._tokens[self._place][1] if self._place < len(self._tokens) else ''

  def _skip_past(self, mark: str) -> None:
    while self._take()[1] != mark:
      pass


def _unescaped(text: str) -> str:
  def character(m: re.Match) -> str:
    c = m[1]
    if c[0] == 'u' and len(c) > 4:
      return chr(int(c[-4:], 16))
    return chr(int(c, 8)) if c[0] in '01234567' else _ESCAPES.get(c, c)

  return _ESCAPE.sub(character, text)


def _number(text: str) -> int | float:
  sign, digits = (-1, text[1:]) if text.startswith('-') else (1, text)
  digits = digits.replace('_', '').lower()
  if digits.startswith(('0x', '0b')):
    return sign * int(digits.rstrip('l'), 0)
  if re.fullmatch(r'\d+l?', digits):
    whole = digits.rstrip('l')
    octal = len(whole) > 1 and whole[0] == '0' and set(whole) <= set('01234567')
    return sign * int(whole, 8 if octal else 10)
  return sign * float(digits.rstrip('fdl'))
