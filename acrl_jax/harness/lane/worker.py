"""The confined process of one program: runs it, calls its functions when asked, sends back what they return.

Nothing in here is trusted. It holds no test and no expected value, and no message of its own means "passed".
"""

from __future__ import annotations

import atexit
import builtins
import collections
import io
import operator
import socket
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

from acrl_jax.harness.lane import coverage
from acrl_jax.harness.lane.coverage import FILE
from acrl_jax.sandbox import confinement, wire

READY = 'confined'  # the first message, and the only one that no program can have sent
CHANNEL = 3  # the descriptor that the judge listens on
# Frames that the program does not know of, which must take nothing of its recursion limit: those from `main` to its top
# level, and those that the trace function needs above any of its own.
_SERVING, _TRACING = 5, 7
_MUTABLE = (list, dict, set, bytearray, collections.deque)


def main(limits, layers: list[str]) -> None:
  """Serves the judge until it hangs up. Never returns."""
  confinement.confine_program(limits, layers)
  ours = _depth() + _SERVING + (_TRACING if limits.lines else 0)
  sys.setrecursionlimit(sys.getrecursionlimit() + ours)
  worker = Worker(limits.lines)
  worker.channel.send(READY)
  worker.serve()


def _depth() -> int:
  """Frames below the caller, and its own."""
  frame, depth = sys._getframe(1), 0
  while frame is not None:
    frame, depth = frame.f_back, depth + 1
  return depth


def _mutable(x: Any, sent: Any, path: list) -> Iterator[tuple[list, Any, Any]]:
  """What a call may change in place of an argument: where it is, itself, and how it came."""
  if type(x) is tuple:
    for i, (item, of_item) in enumerate(zip(x, sent['tuple'])):
      yield from _mutable(item, of_item, [*path, i])
  elif isinstance(x, _MUTABLE):
    yield path, x, sent


def _differs(now: Any, sent: Any) -> bool:
  """Whether two values differ, or their texts do: True equals 1, and is not the same."""
  return now != sent or repr(now) != repr(sent)


class Worker:
  """One program and the objects of it that the judge holds references to."""

  def __init__(self, trace: bool):
    self.channel = wire.Channel(socket.socket(fileno=CHANNEL))
    self.lines = coverage.Lines() if trace else None
    self.source = ''
    self.objects: list[Any] = []
    self.numbers: dict[int, int] = {}  # id of an object to its place in the list
    self.given: dict[int, tuple[Any, list]] = {}  # id of an object to itself and the reference that it came by

  def serve(self) -> dict:
    """Answers requests until a message is an answer, to a request of our own, which is returned."""
    while 'do' in (message := self.channel.receive()):
      try:
        reply = getattr(self, 'do_' + message['do'])(message)
      except BaseException as e:  # also SystemExit and what programs invent: it has to be reported
        reply = {'error': self.describe(e)}
      try:
        self.channel.send(reply)
      except wire.Malformed:
        self.channel.send({'error': ['OverflowError', 'a value too large', 0]})
    return message

  def encode(self, x: Any) -> Any:
    return wire.encode(x, self.refer)

  def decode(self, message: Any) -> Any:
    return wire.decode(message, self.resolve)

  def refer(self, x: Any) -> list:
    if name := wire.builtin_type(x):
      return ['builtin', name]
    if id(x) not in self.numbers:
      self.numbers[id(x)] = len(self.objects)
      self.objects.append(x)
    return ['object', self.numbers[id(x)]]

  def resolve(self, reference: list) -> Any:
    kind, which = reference
    if kind == 'object':
      x = self.objects[which]
    elif kind == 'name':
      x = self.names[which]
    elif kind == 'builtin':
      x = getattr(builtins, which)
    else:
      x = self.callback(which) if kind == 'callback' else self.items(which)
    self.given[id(x)] = x, reference
    return x

  def recall(self, x: Any) -> list:
    """The reference that an object came by, or else a new one: an object that is still in its place is no change."""
    return self.given[id(x)][1] if id(x) in self.given else self.refer(x)

  def callback(self, which: int) -> Callable:
    """A function of a test: it runs in the judge, and what it calls of the program is called meanwhile."""

    def callback(*args, **kwargs):
      named = {k: self.encode(v) for k, v in kwargs.items()}
      self.channel.send({'callback': which, 'args': [self.encode(v) for v in args], 'kwargs': named})
      answer = self.serve()
      if 'error' in answer:
        raise getattr(builtins, answer['error'][0])(answer['error'][1])
      return self.decode(answer['value'])

    return callback

  def items(self, which: int) -> Iterator:
    """What an iterator of a test still has, fetched when it is asked for."""
    fetch = self.callback(which)
    while item := fetch():
      yield item[0]

  def describe(self, e: BaseException) -> list:
    """Type, message, and the innermost line of the program; 0 for none."""
    line, at = 0, e.__traceback__
    while at is not None:
      if at.tb_frame.f_code.co_filename == FILE:
        line = at.tb_lineno
      at = at.tb_next
    try:
      message = str(e)[:300]
    except BaseException:
      message = ''
    return [type(e).__name__[:80], message, line]

  def refused(self, e: BaseException) -> dict:
    """The answer for a program that does not compile: its line is the one that the compiler stopped at."""
    name, message, _ = self.describe(e)
    return {'syntax': [name, message, getattr(e, 'lineno', None) or 0]}

  def namespace(self, name: str) -> dict:
    module = types.ModuleType(name)
    module.__builtins__ = builtins
    sys.modules[name] = module
    return module.__dict__

  def traced(self, function: Any, *args, **kwargs) -> Any:
    """The function's result; lines of the program that run meanwhile are noted."""
    return self.lines.run(function, *args, **kwargs) if self.lines else function(*args, **kwargs)

  def compile(self, source: str) -> Any:
    self.source = source
    return compile(source, FILE, 'exec', dont_inherit=True)

  def executed(self) -> list[int]:
    return coverage.statements(self.source, self.lines.seen) if self.lines else []

  def do_load(self, message: dict) -> dict:
    """Runs the program's top level; answers with what its names are."""
    try:
      code = self.compile(message['source'])
    except BaseException as e:
      return self.refused(e)
    self.names = self.namespace('program')
    self.traced(exec, code, self.names)
    return {'names': {k: self.sort(v) for k, v in list(self.names.items()) if k[:2] != '__'}}

  def sort(self, x: Any) -> str:
    if isinstance(x, type):
      return 'class'
    return 'module' if isinstance(x, types.ModuleType) else 'function' if callable(x) else 'value'

  def target(self, message: dict) -> Any:
    return self.names[message['name']] if 'name' in message else self.objects[message['object']]

  def do_get(self, message: dict) -> dict:
    x = self.target(message)
    return {'value': self.encode(self.traced(getattr, x, message['attribute']) if 'attribute' in message else x)}

  def do_set(self, message: dict) -> dict:
    self.traced(setattr, self.target(message), message['attribute'], self.decode(message['value']))
    return {'value': None}

  def do_call(self, message: dict) -> dict:
    """Calls; the answer also carries arguments that the call has changed."""
    args = [self.decode(a) for a in message['args']]
    kwargs = {k: self.decode(v) for k, v in message['kwargs'].items()}
    given = [m for i, a in enumerate(args) for m in _mutable(a, message['args'][i], [i])]
    given += [m for k, a in kwargs.items() for m in _mutable(a, message['kwargs'][k], [k])]
    reply = {'value': self.encode(self.traced(self.target(message), *args, **kwargs))}
    changed = [[path, self.encode(x)] for path, x, sent in given if _differs(wire.encode(x, self.recall), sent)]
    return {**reply, 'changed': changed} if changed else reply

  def do_next(self, message: dict) -> dict:
    """Up to `count` further items of an iterator, and whether it ended."""
    items: list = []
    iterator = self.target(message)
    for _ in range(message['count']):
      try:
        items.append(self.encode(self.traced(next, iterator)))
      except StopIteration:
        return {'items': items, 'end': True}
    return {'items': items, 'end': False}

  def do_builtin(self, message: dict) -> dict:
    """One of the few questions that only the object itself can answer."""
    function = {'iter': iter, 'len': len, 'str': str, 'repr': repr, 'bool': bool}[message['function']]
    return {'value': self.encode(self.traced(function, self.target(message)))}

  def do_item(self, message: dict) -> dict:
    return {'value': self.encode(self.traced(operator.getitem, self.target(message), self.decode(message['key'])))}

  def do_probe(self, message: dict) -> dict:
    return {'reached': confinement.probe(message['outside'])}

  def do_lines(self, message: dict) -> dict:
    return {'lines': self.executed()}

  def do_run(self, message: dict) -> dict:
    """Runs the program as a script on descriptors 0 and 1, as the interpreter would."""
    try:
      code = self.compile(message['source'])
    except BaseException as e:
      return self.refused(e)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), 'utf-8')
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, 'w', closefd=False)), 'utf-8')
    sys.__stdin__, sys.__stdout__ = sys.stdin, sys.stdout
    exited: Any = None
    try:
      self.traced(exec, code, self.namespace('__main__'))
    except SystemExit as e:
      exited = e.code
    except BaseException as e:
      return {'error': self.describe(e), 'lines': self.executed()}
    for thread in threading.enumerate():
      if thread is not threading.current_thread() and not thread.daemon:
        thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    code = exited if isinstance(exited, int) else 0 if exited is None else 1
    return {'exit': code, 'lines': self.executed()}
