"""The program's functions and objects as test code sees them: proxies for what lives in the confined process.

A call ships plain arguments and brings a plain value back. Objects of no plain type stay where they are, behind a
`Remote` that can be called, indexed, iterated and passed on, but neither compared nor computed with: the answer would
be the program's word.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

from acrl_jax.harness import wire

_ITEMS = 256  # of an iterator, fetched at a time
_LONGEST = 5_000_000  # items of one iterator
_NAME, _MESSAGE = 80, 300  # characters of an exception's


class ProgramError(Exception):
  """The program raised what no test may take for its own: an assertion, a StopIteration, a class that it made up."""


class Unsendable(Exception):
  """A test passed to the program what cannot leave the judge: a fault of the test, not of the program."""


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
    self.answers = 0  # that were asked for, whatever became of them

  def encode(self, x: Any) -> Any:
    return wire.encode(x, self._refer)

  def decode(self, message: Any) -> Any:
    return wire.decode(message, self._resolve)

  def _refer(self, x: Any) -> list:
    if isinstance(x, Remote):
      return ['object', x._where['object']] if 'object' in x._where else self._callback(x)
    if isinstance(x, (type, types.BuiltinFunctionType)) and getattr(builtins, x.__name__, None) is x:
      return ['builtin', x.__name__]
    if callable(x):
      return self._callback(x)
    raise Unsendable(type(x).__name__)

  def _callback(self, x: Callable) -> list:
    self.callbacks.append(x)
    return ['callback', len(self.callbacks) - 1]

  def _resolve(self, reference: Any) -> Any:
    kind, which = reference
    if kind == 'builtin' and type(which) is str and isinstance(getattr(builtins, which, None), type):
      return getattr(builtins, which)  # a type such as int; never a function such as eval
    if kind == 'object' and type(which) is int:
      return Remote(self, {'object': which})
    raise wire.Malformed('a reference to nothing')

  def ask(self, message: dict) -> dict:
    """The program's answer; its exceptions are raised here. Raises Malformed, Gone, TimeUp too."""
    self.answers += 1
    self.channel.send(message)
    while True:
      reply = self.channel.receive()
      if type(reply) is not dict:
        raise wire.Malformed('an answer that is no object')
      if 'callback' in reply:
        self.channel.send(self._call_back(reply))
      elif 'error' in reply:
        self.throw(reply['error'])
      else:
        return reply

  def _call_back(self, request: dict) -> dict:
    """Calls what a test passed to the program, with arguments from the program."""
    try:
      function = self.callbacks[request['callback']]
      args = [self.decode(a) for a in request['args']]
      kwargs = {k: self.decode(v) for k, v in request['kwargs'].items()}
      return {'value': self.encode(function(*args, **kwargs))}
    except Exception as e:
      known = getattr(builtins, type(e).__name__, None) is type(e)
      return {'error': [type(e).__name__ if known else 'RuntimeError', _message(e)]}

  def throw(self, error: Any) -> None:
    """Raises here what the program raised there."""
    name, message, self.line = check_error(error)
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
    reply = self.ask(message)
    if 'value' not in reply:
      raise wire.Malformed('an answer without a value')
    return self.decode(reply['value'])

  def call(self, where: dict, args: tuple, kwargs: dict) -> Any:
    """What the program's function returns; arguments that it changed in place are changed here too."""
    sent = {'args': [self.encode(a) for a in args], 'kwargs': {k: self.encode(v) for k, v in kwargs.items()}}
    reply = self.ask({'do': 'call', **where, **sent})
    if 'value' not in reply:
      raise wire.Malformed('an answer without a value')
    result = self.decode(reply['value'])
    self._mirror(args, reply.get('changed', []))
    self.answered, self.returned = True, result
    return result

  def _mirror(self, args: tuple, changes: Any) -> None:
    """Does to arguments here what the call did to them there."""
    try:
      changed = [(args[place], self.decode(content)) for place, content in changes]
    except (TypeError, ValueError, IndexError):
      raise wire.Malformed('changes that are none') from None
    for ours, theirs in changed:
      _overwrite(ours, theirs)


def check_error(error: Any) -> tuple[str, str, int]:
  """Type, message and line, of text that can be printed and written anywhere. Raises Malformed."""
  if type(error) is not list or [type(e) for e in error] != [str, str, int]:
    raise wire.Malformed('an error that is none')
  name, message, line = error
  name = name[:_NAME]
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


def _overwrite(ours: Any, theirs: Any) -> None:
  if type(ours) is not type(theirs):
    raise wire.Malformed('an argument that changed its type')
  if isinstance(ours, (list, bytearray)):
    ours[:] = theirs
  elif isinstance(ours, (dict, set)):
    ours.clear()
    ours.update(theirs)


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
    self._session.ask({'do': 'set', 'attribute': name, 'value': self._session.encode(value), **self._where})

  def _builtin(self, function: str, kind: type):
    value = self._session.value({'do': 'builtin', 'function': function, **self._where})
    if type(value) is not kind:
      raise wire.Malformed(f'{function} of an object is no {kind.__name__}')
    return value

  def __len__(self):
    length = self._builtin('len', int)
    if not 0 <= length <= sys.maxsize:
      raise wire.Malformed('a length that is none')
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
      raise wire.Malformed('an iterator that is none')
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
    reply = self._session.ask({'do': 'next', 'count': count, **self._where})
    items, end = reply.get('items'), reply.get('end')
    if type(items) is not list or type(end) is not bool or len(items) > count or not (items or end):
      raise wire.Malformed('items that are none')
    return [self._session.decode(item) for item in items], end

  def __eq__(self, other):
    return isinstance(other, Remote) and other._where == self._where and other._session is self._session

  def __hash__(self):
    return hash(tuple(self._where.items()))
