"""Values and messages between processes that do not trust each other.

A value travels as tagged JSON and is rebuilt as an exact builtin type: a subclass arrives as its content, anything else
as an opaque reference. Nothing that arrives is evaluated or unpickled, and no method of it is called.
"""

from __future__ import annotations

import builtins
import collections
import datetime
import decimal
import fractions
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

MAX_FRAME = 8 << 20  # bytes of one message from an untrusted process
MAX_DEPTH = 150  # of nested containers
_WORD = 1 << 62
_KEYS, _VALUES, _ITEMS = type({}.keys()), type({}.values()), type({}.items())
_TYPES = {name: x for name, x in vars(builtins).items() if type(x) is type and name[0] != '_'}
_NAMES = {x: name for name, x in _TYPES.items()}
# Those whose empty values cross, so that no test can be left with something in its hands that it cannot pass on.
_EMPTY = (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)
_FACTORIES = {None: None, **{x.__name__: x for x in _EMPTY}}


class Malformed(Exception):
  """The other side sent what no honest process sends, or too much of it."""


class Gone(BaseException):
  """The other side hung up. No Exception: the code of a test must not swallow it."""


class TimeUp(BaseException):
  """The deadline has passed. No Exception: the code of a test must not swallow it."""


def builtin_type(x: Any) -> str | None:
  """The name of a builtin type; None for anything else."""
  return _NAMES.get(x) if type(x) is type else None


def named_type(name: Any) -> type:
  """The builtin type of this name. Raises Malformed."""
  if type(name) is not str or name not in _TYPES:
    raise Malformed('a reference must name a builtin type')
  return _TYPES[name]


def encode(x: Any, refer: Callable[[Any], list], depth: int = 0) -> Any:
  """What json.dumps takes; `refer(x)` makes the reference of what is no plain data. RecursionError where too deep."""
  kind = type(x)
  if x is None or kind is bool or kind is str or kind is float:
    return x
  if kind is int:
    return x if -_WORD < x < _WORD else {'int': hex(x)}
  if depth > MAX_DEPTH:
    raise RecursionError('value nested too deeply')
  encode_all = lambda items: [encode(item, refer, depth + 1) for item in items]
  if kind is list:
    return encode_all(x)
  if kind in _EXACT:
    return _EXACT[kind](x, encode_all)
  # A subclass: its content as the base class has it, so that no method of the program has a say.
  for base, content in _CONTENT.items():
    if isinstance(x, base):
      return encode(content(x), refer, depth)
  return {'ref': refer(x)}


def _flat(items, encode_all) -> list:
  return encode_all(y for pair in items for y in pair)


def _default(x: collections.defaultdict, encode_all) -> dict:
  """Without a factory that is somebody's own: the other side must not have to call it."""
  pairs, name = _flat(x.items(), encode_all), builtin_type(x.default_factory)
  return {'defaultdict': [name, pairs]} if _FACTORIES.get(name) is x.default_factory else {'dict': pairs}


_EXACT = {
  tuple: lambda x, encode_all: {'tuple': encode_all(x)},
  dict: lambda x, encode_all: {'dict': _flat(x.items(), encode_all)},
  collections.OrderedDict: lambda x, encode_all: {'ordered': _flat(x.items(), encode_all)},
  collections.Counter: lambda x, encode_all: {'counter': _flat(x.items(), encode_all)},
  collections.defaultdict: _default,
  _KEYS: lambda x, encode_all: {'keys': encode_all(x)},
  _VALUES: lambda x, encode_all: {'values': encode_all(x)},
  _ITEMS: lambda x, encode_all: {'items': _flat(x, encode_all)},
  set: lambda x, encode_all: {'set': encode_all(x)},
  frozenset: lambda x, encode_all: {'frozenset': encode_all(x)},
  collections.deque: lambda x, encode_all: {'deque': [encode_all(x), x.maxlen]},
  bytes: lambda x, encode_all: {'bytes': x.decode('latin1')},
  bytearray: lambda x, encode_all: {'bytearray': x.decode('latin1')},
  complex: lambda x, encode_all: {'complex': [x.real, x.imag]},
  range: lambda x, encode_all: {'range': encode_all([x.start, x.stop, x.step])},
  fractions.Fraction: lambda x, encode_all: {'fraction': [hex(x.numerator), hex(x.denominator)]},
  decimal.Decimal: lambda x, encode_all: {'decimal': str(x)},
  datetime.date: lambda x, encode_all: {'date': x.isoformat()},
  datetime.timedelta: lambda x, encode_all: {'timedelta': [x.days, x.seconds, x.microseconds]},
}
_FACTORY = collections.defaultdict.default_factory.__get__
_CONTENT = {
  int: int.__index__,
  float: float.__float__,
  str: str.__str__,
  list: lambda x: list(list.__iter__(x)),
  tuple: lambda x: tuple(tuple.__iter__(x)),
  collections.OrderedDict: lambda x: collections.OrderedDict(collections.OrderedDict.items(x)),
  collections.Counter: lambda x: _counter(dict.items(x)),
  collections.defaultdict: lambda x: collections.defaultdict(_FACTORY(x), dict.items(x)),
  dict: lambda x: dict(dict.items(x)),
  _KEYS: lambda x: dict.fromkeys(x).keys(),  # those of an OrderedDict are of a type of their own
  _VALUES: lambda x: dict(enumerate(x)).values(),
  _ITEMS: lambda x: dict(x).items(),
  set: lambda x: set(set.__iter__(x)),
  frozenset: lambda x: frozenset(frozenset.__iter__(x)),
  datetime.datetime: lambda x: _Moment(x.isoformat()),
}


def _counter(items) -> collections.Counter:
  """Not by its own methods, which would count the pairs."""
  counter = collections.Counter()
  dict.update(counter, items)
  return counter


class _Moment:
  """A date with a time, on its way; datetime itself would be taken for a date."""

  def __init__(self, text: str):
    self.text = text


_EXACT[_Moment] = lambda x, encode_all: {'datetime': x.text}


def _dict(v: list, plain) -> dict:
  return {plain(a): plain(b) for a, b in zip(v[::2], v[1::2], strict=True)}


_DECODE = {
  'int': lambda v, plain: int(v, 16),
  'tuple': lambda v, plain: tuple([plain(y) for y in v]),
  'dict': _dict,
  'ordered': lambda v, plain: collections.OrderedDict(_dict(v, plain)),
  'counter': lambda v, plain: _counter(_dict(v, plain)),
  'defaultdict': lambda v, plain: collections.defaultdict(_FACTORIES[v[0]], _dict(v[1], plain)),
  'keys': lambda v, plain: dict.fromkeys([plain(y) for y in v]).keys(),
  'values': lambda v, plain: dict(enumerate([plain(y) for y in v])).values(),
  'items': lambda v, plain: _dict(v, plain).items(),
  'set': lambda v, plain: {plain(y) for y in v},
  'frozenset': lambda v, plain: frozenset([plain(y) for y in v]),
  'deque': lambda v, plain: collections.deque([plain(y) for y in v[0]], v[1]),
  'bytes': lambda v, plain: v.encode('latin1'),
  'bytearray': lambda v, plain: bytearray(v.encode('latin1')),
  'complex': lambda v, plain: complex(float(v[0]), float(v[1])),
  'range': lambda v, plain: range(*[plain(y) for y in v]),
  'fraction': lambda v, plain: fractions.Fraction(int(v[0], 16), int(v[1], 16)),
  'decimal': lambda v, plain: decimal.Decimal(v),
  'date': lambda v, plain: datetime.date.fromisoformat(v),
  'datetime': lambda v, plain: datetime.datetime.fromisoformat(v),
  'timedelta': lambda v, plain: datetime.timedelta(*[int(y) for y in v]),
}


def decode(message: Any, resolve: Callable[[list], Any]) -> Any:
  """The value of `message`, of exact builtin types; `resolve` makes something of references. Raises Malformed."""

  def plain(o):
    kind = type(o)
    if kind is list:
      return [plain(y) for y in o]
    if kind is not dict:
      return o
    ((tag, v),) = o.items()
    return resolve(v) if tag == 'ref' else _DECODE[tag](v, plain)

  try:
    return plain(message)
  except Exception as e:  # a message can be wrong in every way there is
    raise Malformed(f'{type(e).__name__} in a value') from e


class Channel:
  """Messages over a stream socket; reading and writing stop at `deadline` (of time.monotonic), if there is one."""

  def __init__(self, sock: socket.socket, deadline: float | None = None, max_frame: int = MAX_FRAME):
    self.sock, self.deadline, self.max_frame = sock, deadline, max_frame

  def left(self) -> float | None:
    """Seconds until the deadline, above 0; None where there is none. Raises TimeUp."""
    if self.deadline is None:
      return None
    left = self.deadline - time.monotonic()
    if left <= 0:
      raise TimeUp
    return left

  def _wait(self) -> None:
    self.sock.settimeout(self.left())

  def _read(self, size: int) -> bytearray:
    data = bytearray()
    while len(data) < size:
      self._wait()
      try:
        chunk = self.sock.recv(min(size - len(data), 1 << 20))
      except TimeoutError:  # `left` knows whether that was the deadline
        continue
      except OSError:
        raise Gone from None
      if not chunk:
        raise Gone
      data += chunk
    return data

  def receive(self) -> Any:
    """The next message. Raises Malformed, Gone, TimeUp."""
    (size,) = struct.unpack('<I', self._read(4))
    if size > self.max_frame:
      raise Malformed(f'a message of {size} bytes; {self.max_frame} are allowed')
    data = self._read(size)
    try:
      return json.loads(data)
    except (ValueError, RecursionError):
      raise Malformed('a message must be JSON') from None

  def send(self, message: Any) -> None:
    """Raises Malformed (too large), Gone, TimeUp."""
    data = json.dumps(message).encode()
    if len(data) > self.max_frame:
      raise Malformed(f'a message of {len(data)} bytes; {self.max_frame} are allowed')
    self._wait()
    try:
      self.sock.sendall(struct.pack('<I', len(data)) + data)
    except TimeoutError:
      raise TimeUp from None
    except OSError:
      raise Gone from None

  def close(self) -> None:
    self.sock.close()
