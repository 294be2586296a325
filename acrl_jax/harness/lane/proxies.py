"""The program's functions and objects as test code sees them: proxies for what lives in the confined process.

A call ships plain arguments and brings a plain value back. Objects of no plain type stay where they are, behind a
`Remote` that can be called, indexed, iterated and passed on, but neither compared nor computed with: the program
itself would give the answer.
"""

from __future__ import annotations

import builtins
import collections
import io
import itertools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from acrl_jax.sandbox import wire

_ITEMS = 256  # of an iterator, fetched at a time
_LONGEST = 5_000_000  # items of one iterator
_NAME, _MESSAGE = 80, 300  # characters of an exception's
# What reports say of a program that did not raise an exception; no exception class of a program may pass for one.
_OUR_ERRORS = {'Timeout', 'Memory', 'Killed', 'Sandbox', 'Exit', 'Malformed', 'MissingEntryPoint', 'Output'}


class ProgramError(Exception):
  """The program raised what no test may take for its own: an assertion, a StopIteration, a class that it made up."""


class Unsendable(Exception):
  """A test passed to the program what cannot leave the judge: a fault of the test, not of the program."""


class _Rest:
  """What an iterator of a test still has; the program calls for one item at a time, so that the test finds the rest."""

  def __init__(self, iterator: Iterator):
    self.iterator = iterator

  def __call__(self) -> list:
    return list(itertools.islice(self.iterator, 1))


class Session:
  """One running program."""

  def __init__(self, channel: wire.Channel):
    self.channel = channel
    self.callbacks: list[Callable] = []
    self.raised: BaseException | None = None  # the last exception that came from the program
    self.error = ''  # its type's name
    self.text = ''  # its message
    self.line = 0  # where in the program
    self.returned: Any = None  # what the last call brought back
    self.answered = False  # some call has returned a value
    self.answers = 0  # that were requested, whether they came or not

  def encode(self, x: Any) -> Any:
    return wire.encode(x, self._refer)

  def decode(self, message: Any) -> Any:
    return wire.decode(message, self._resolve)

  def _refer(self, x: Any) -> list:
    if isinstance(x, Remote):
      return list(*x._where.items())
    if isinstance(x, (type, types.BuiltinFunctionType)) and getattr(builtins, x.__name__, None) is x:
      return ['builtin', x.__name__]
    if callable(x):
      return ['callback', self._keep(x)]
    if isinstance(x, Iterator) and not isinstance(x, io.IOBase):
      return ['iterator', self._keep(_Rest(x))]
    raise Unsendable(type(x).__name__)

  def _keep(self, x: Callable) -> int:
    self.callbacks.append(x)
    return len(self.callbacks) - 1

  def _kept(self, which: Any) -> Callable:
    if type(which) is not int or not 0 <= which < len(self.callbacks):
      raise wire.Malformed('a call of what was never passed')
    return self.callbacks[which]

  def _resolve(self, reference: Any) -> Any:
    kind, which = reference
    if kind == 'builtin':
      return wire.named_type(which)  # such as int; never a function such as eval
    if kind == 'object' and type(which) is int:
      return Remote(self, {'object': which})
    raise wire.Malformed('a reference to what was never passed')

  def request(self, message: dict) -> dict:
    """The program's answer; its exceptions are raised here. Raises Malformed, Gone, TimeUp too."""
    self.answers += 1
    self.channel.send(message)
    while True:
      reply = self.channel.receive()
      if type(reply) is not dict:
        raise wire.Malformed('an answer must be an object')
      if 'callback' in reply:
        self.channel.send(self._call_back(reply))
      elif 'error' in reply:
        self.throw(reply['error'])
      else:
        return reply

  def _call_back(self, request: dict) -> dict:
    """Calls what a test passed to the program, with arguments from the program. Raises Malformed, Unsendable."""
    try:
      function = self._kept(request['callback'])
      args = [self.decode(a) for a in request['args']]
      kwargs = {k: self.decode(v) for k, v in request['kwargs'].items()}
    except (TypeError, LookupError, AttributeError):
      raise wire.Malformed('a call must have callback, args and kwargs') from None
    try:
      return {'value': self.encode(function(*args, **kwargs))}
    except wire.Malformed:
      raise
    except Exception as e:
      if isinstance(e, Unsendable) and isinstance(function, _Rest):
        raise  # as an item of a list would; what a function returns may be the program's doing
      known = getattr(builtins, type(e).__name__, None) is type(e)
      return {'error': [type(e).__name__ if known else 'RuntimeError', _message(e)]}

  def throw(self, error: Any) -> None:
    """Raises here what the program raised there."""
    name, message, self.line = parse_error(error)
    self.error, self.text = name, message
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, _OWN):
      kind = ProgramError
    try:
      self.raised = kind(message)
    except TypeError:  # a few want more than a message
      self.raised = ProgramError(message)
    raise self.raised

  def value(self, message: dict) -> Any:
    reply = self.request(message)
    if 'value' not in reply:
      raise wire.Malformed('an answer without a value')
    return self.decode(reply['value'])

  def call(self, where: dict, args: tuple, kwargs: dict) -> Any:
    """What the program's function returns; arguments that it changed in place are changed here too."""
    sent = {'args': [self.encode(a) for a in args], 'kwargs': {k: self.encode(v) for k, v in kwargs.items()}}
    reply = self.request({'do': 'call', **where, **sent})
    if 'value' not in reply:
      raise wire.Malformed('an answer without a value')
    result = self.decode(reply['value'])
    self._mirror(args, kwargs, reply.get('changed', []))
    self.answered, self.returned = True, result
    return result

  def _mirror(self, args: tuple, kwargs: dict, changes: Any) -> None:
    """Does to arguments here what the call did to them there."""
    try:
      changed = [(_argument(args, kwargs, *path), self.decode(content)) for path, content in changes]
    except (TypeError, ValueError, LookupError):
      raise wire.Malformed('changes must be pairs of an argument and its content') from None
    for ours, theirs in changed:
      _overwrite(ours, theirs)


def parse_error(error: Any) -> tuple[str, str, int]:
  """Type, message and line, as text that can be printed and written anywhere. Raises Malformed."""
  if type(error) is not list or [type(e) for e in error] != [str, str, int]:
    raise wire.Malformed('an error must be [type, message, line]')
  name, message, line = error
  name = f'program.{name}' if name in _OUR_ERRORS else name[:_NAME]
  return name if name.isidentifier() else ascii(name)[1:-1], writable(message[:_MESSAGE]), line


def writable(text: str) -> str:
  """The same, with halves of surrogate pairs spelled out: no file and no terminal takes them."""
  return text.encode('utf-8', 'backslashreplace').decode()


def _message(e: Exception) -> str:
  try:
    return str(e)[:_MESSAGE]
  except ValueError:  # an integer of too many digits
    return ''


_OWN = (AssertionError, StopIteration, StopAsyncIteration)  # these mean something to the code of a test


def _argument(args: tuple, kwargs: dict, which: Any, *places: Any) -> Any:
  """An argument or, by its place in each of them, what lies in tuples. Raises TypeError, LookupError for none."""
  x = kwargs[which] if type(which) is str else args[which]
  for place in places:
    x = tuple.__getitem__(x, place)
  return x


def _overwrite(ours: Any, theirs: Any) -> None:
  if not isinstance(ours, type(theirs)):  # ours may be of a subclass: it was sent as its content
    raise wire.Malformed('an argument that changed its type')
  if isinstance(ours, (list, bytearray)):
    ours[:] = theirs
  elif isinstance(ours, (dict, set)):
    ours.clear()
    ours.update(theirs)
  elif isinstance(ours, collections.deque):
    ours.clear()
    ours.extend(theirs)
  else:
    raise wire.Malformed('an argument that cannot change')


class Remote:
  """A function or object of the program; the same one compares equal to itself and to nothing else."""

  __slots__ = ('_session', '_where')

  def __init__(self, session: Session, where: dict):
    object.__setattr__(self, '_session', session)
    object.__setattr__(self, '_where', where)

  def __call__(self, *args, **kwargs):
    return self._session.call(self._where, args, kwargs)

  def __getattr__(self, name: str):
    if name.startswith('__'):
      raise AttributeError(name)
    return self._session.value({'do': 'get', 'attribute': name, **self._where})

  def __setattr__(self, name: str, value):
    self._session.request({'do': 'set', 'attribute': name, 'value': self._session.encode(value), **self._where})

  def _builtin(self, function: str, kind: type):
    value = self._session.value({'do': 'builtin', 'function': function, **self._where})
    if type(value) is not kind:
      raise wire.Malformed(f'{function} of an object is no {kind.__name__}')
    return value

  def __len__(self):
    length = self._builtin('len', int)
    if not 0 <= length <= sys.maxsize:
      raise wire.Malformed(f'a length must be 0 to {sys.maxsize}')
    return length

  def __bool__(self):
    return self._builtin('bool', bool)

  def __str__(self):
    return self._builtin('str', str)

  def __repr__(self):
    return self._builtin('repr', str)

  def __getitem__(self, key):
    return self._session.value({'do': 'item', 'key': self._session.encode(key), **self._where})

  def __iter__(self):
    iterator = self._session.value({'do': 'builtin', 'function': 'iter', **self._where})
    if not isinstance(iterator, Remote):
      raise wire.Malformed('iter() must answer with a reference')
    count, total = 1, 0
    while total < _LONGEST:
      items, end = iterator._next(count)
      yield from items
      if end:
        return
      total += len(items)
      count = min(2 * count, _ITEMS)
    raise wire.Malformed(f'an iterator of more than {_LONGEST} items')

  def __next__(self):
    items, end = self._next(1)
    if end:
      raise StopIteration
    return items[0]

  def _next(self, count: int) -> tuple[list, bool]:
    reply = self._session.request({'do': 'next', 'count': count, **self._where})
    items, end = reply.get('items'), reply.get('end')
    if type(items) is not list or type(end) is not bool or len(items) > count or not (items or end):
      raise wire.Malformed(f'items must be a list of 1 to {count}, or end')
    return [self._session.decode(item) for item in items], end

  def __eq__(self, other):
    return isinstance(other, Remote) and other._where == self._where and other._session is self._session

  def __hash__(self):
    return hash(tuple(self._where.items()))
