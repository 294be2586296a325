"""The confined process of one program: runs it, calls its functions when asked, sends back what they return.

Nothing in here is trusted. It holds no test and no expected value, and no message of its own means "passed".
"""

from __future__ import annotations

import atexit
import builtins
import io
import operator
import socket
import sys
import threading
import types
from typing import Any

from acrl_jax.harness import confine, executed, wire
from acrl_jax.harness.executed import FILE

READY = 'confined'  # the first message, and the only one that no program can have sent
CHANNEL = 3  # the descriptor that the judge listens on
_STACK = 60  # frames of ours that the program does not know of


def main(limits, layers: list[str]) -> None:
  """Serves the judge until it hangs up. Never returns."""
  confine.confine_program(limits, layers)
  sys.setrecursionlimit(sys.getrecursionlimit() + _STACK)
  worker = Worker(limits.lines)
  worker.channel.send(READY)
  worker.serve()


class Worker:
  """One program and the objects of it that the judge holds references to."""

  def __init__(self, trace: bool):
    self.channel = wire.Channel(socket.socket(fileno=CHANNEL))
    self.lines = executed.Lines() if trace else None
    self.source = ''
    self.objects: list[Any] = []
    self.numbers: dict[int, int] = {}  # id of an object to its place in the list

  def serve(self) -> None:
    while True:
      message = self.channel.receive()
      try:
        reply = getattr(self, 'do_' + message['do'])(message)
      except BaseException as e:  # also SystemExit and what programs invent: it has to be reported
        reply = {'error': self.describe(e)}
      try:
        self.channel.send(reply)
      except wire.Malformed:
        self.channel.send({'error': ['OverflowError', 'a value too large', 0]})

  def encode(self, x: Any) -> Any:
    return wire.encode(x, self.refer)

  def decode(self, message: Any) -> Any:
    return wire.decode(message, self.resolve)

  def refer(self, x: Any) -> list:
    if isinstance(x, (type, types.BuiltinFunctionType)) and getattr(builtins, x.__name__, None) is x:
      return ['builtin', x.__name__]
    if id(x) not in self.numbers:
      self.numbers[id(x)] = len(self.objects)
      self.objects.append(x)
    return ['object', self.numbers[id(x)]]

  def resolve(self, reference: list) -> Any:
    kind, which = reference
    if kind == 'object':
      return self.objects[which]
    if kind == 'builtin':
      return getattr(builtins, which)

    def callback(*args, **kwargs):
      named = {k: self.encode(v) for k, v in kwargs.items()}
      self.channel.send({'callback': which, 'args': [self.encode(v) for v in args], 'kwargs': named})
      answer = self.channel.receive()
      if 'error' in answer:
        raise getattr(builtins, answer['error'][0])(answer['error'][1])
      return self.decode(answer['value'])

    return callback

  def describe(self, e: BaseException) -> list:
    """Type, message, and the innermost line of the program; 0 for none."""
    line, at = 0, e.__traceback__
    while at is not None:
      if at.tb_frame.f_code.co_filename == FILE:
        line = at.tb_lineno
      at = at.tb_next
    if isinstance(e, SyntaxError):
      line = e.lineno or 0
    try:
      message = str(e)[:300]
    except BaseException:
      message = ''
    return [type(e).__name__[:80], message, line]

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
    return executed.statements(self.source, self.lines.seen) if self.lines else []

  def do_load(self, message: dict) -> dict:
    """Runs the program's top level; answers with what its names are."""
    try:
      code = self.compile(message['source'])
    except BaseException as e:
      return {'syntax': self.describe(e)}
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
    reply = {'value': self.encode(self.traced(self.target(message), *args, **kwargs))}
    changed = [[i, self.encode(a)] for i, a in enumerate(args) if isinstance(a, (list, dict, set, bytearray))]
    changed = [[i, a] for i, a in changed if a != message['args'][i]]
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
    ask = {'iter': iter, 'len': len, 'str': str, 'repr': repr, 'bool': bool}[message['function']]
    return {'value': self.encode(self.traced(ask, self.target(message)))}

  def do_item(self, message: dict) -> dict:
    return {'value': self.encode(self.traced(operator.getitem, self.target(message), self.decode(message['key'])))}

  def do_probe(self, message: dict) -> dict:
    return {'reached': confine.probe(message['outside'])}

  def do_lines(self, message: dict) -> dict:
    return {'lines': self.executed()}

  def do_run(self, message: dict) -> dict:
    """Runs the program as a script on descriptors 0 and 1, as the interpreter would."""
    try:
      code = self.compile(message['source'])
    except BaseException as e:
      return {'syntax': self.describe(e)}
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), 'utf-8')
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, 'w', closefd=False)), 'utf-8')
    sys.__stdin__, sys.__stdout__ = sys.stdin, sys.stdout
    exited: Any = None
    try:
      self.traced(exec, code, self.namespace('__main__'))
    except SystemExit as e:
      exited = e.code
    for thread in threading.enumerate():
      if thread is not threading.current_thread() and not thread.daemon:
        thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    code = exited if isinstance(exited, int) else 0 if exited is None else 1
    return {'exit': code, 'lines': self.executed()}
