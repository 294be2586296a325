"""Calls of one function, in its own confined process: each on fresh arguments, counted in lines, sent as plain values.

Limits are counted where they can be: lines run by the function and all that it calls, so that the same call ends in the
same way on a busy machine. Behind them stands processor time: for long instructions an exception between two of them,
for one that does not end a signal that ends the process.
"""

from __future__ import annotations

import collections.abc
import importlib
import itertools
import random
import signal
import sys
from collections.abc import Callable
from typing import Any

from acrl_jax.datagen import values
from acrl_jax.datagen.python.lines import FILE, Decisions, Lines
from acrl_jax.sandbox import confinement, wire

STEPS = 30_000  # lines that a call may run
_LIMITED, _LESS = 10, 10  # after so many calls that hit a limit, the next may run 1 / _LESS of the lines
MUTANT_STEPS = lambda steps: min(20 * steps + 2000, 2 * STEPS)  # where the original ran so many
_GRACE = 0.5  # seconds from the exception to the signal that ends the process
CPU_S, MUTANT_CPU_S, LESS_CPU_S = 0.5, 0.2, 0.1  # seconds of a call
ITEMS = 1000  # of an iterator
SIZE = 4096  # characters of a result as a literal
_PLAIN = (bool, int, float, str, bytes, type(None), list, tuple, set, dict)
_ANNOTATIONS = annotations.compiler_flag  # a hint may name what is only there for type checkers
_LIMITS = {'RecursionError': 'depth', 'MemoryError': 'memory'}


class Limit(BaseException):
  """A call has used up what it may. No Exception: the function must not swallow it."""


class Unusable(Exception):
  """A value that no test can be written with."""


def serve(channel: wire.Channel) -> None:
  """Answers requests until the oracle closes the channel. Raises Gone."""
  signal.signal(signal.SIGPROF, _out_of_time)
  calls = None
  while True:
    message = channel.receive()
    try:
      if message['do'] == 'probe':
        channel.send({'reached': confinement.probe(message['outside'])})
      elif message['do'] == 'load':
        calls = Calls(message)
        channel.send({'error': ''})
      elif message['do'] == 'run':
        for args in message['inputs']:
          channel.send(calls.observe(args))
      else:
        calls.mutate(channel, message)
    except Exception as e:
      channel.send({'error': f'{type(e).__name__}: {e}'[:300]})


class Calls:
  """One function, made from its own source text in the namespace of its module."""

  def __init__(self, message: dict):
    module = importlib.import_module(message['module'])
    self.scope = vars(module)
    self.source, self.name, self.seed = message['source'], message['name'], message['seed']
    self.iterator = message['iterator']
    self.lines = Lines()
    self.limited = 0
    self.function = self.define(self.source)
    self.decisions = Decisions(self.source)
    cached = getattr(module, self.name, None)
    self.forget: Callable[[], Any] = getattr(cached, 'cache_clear', lambda: None)

  def define(self, source: str) -> Callable:
    """The function of `source`; it calls itself by its name, and all else of the module is the module's."""
    scope = dict(self.scope)
    exec(compile(source, FILE, 'exec', flags=_ANNOTATIONS, dont_inherit=True), scope)
    return scope[self.name]

  def call(self, function: Callable, args: list, steps: int, look: bool) -> tuple[str, Any]:
    """(value, it) or (raises, name) or (limit, which) or (unusable, why)."""
    seconds = MUTANT_CPU_S if not look else CPU_S if steps == STEPS else LESS_CPU_S
    random.seed(f'{self.seed} {args!r}'[:1000])
    self.forget()
    try:
      try:
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.1)  # again and again: it may be swallowed
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds + _GRACE)
        self.lines.start(steps, look, Limit)
        value = function(*args)
        value = items(value) if self.iterator else value
        if self.lines.count > steps:  # it has swallowed the exception
          raise Limit('steps')
        return 'value', value
      finally:
        sys.settrace(None)
        _stop_clocks()
    except Limit as e:
      _stop_clocks()
      return 'limit', str(e)
    except Unusable as e:
      return 'unusable', str(e)
    except Exception as e:
      name = type(e).__name__
      return ('limit', _LIMITS[name]) if name in _LIMITS else ('raises', name)
    except BaseException as e:  # SystemExit and the like, which no test can be made of
      return 'unusable', type(e).__name__

  def observe(self, encoded: list) -> dict:
    """One call, as it is sent to the oracle."""
    args = [wire.decode(a, _no_reference) for a in encoded]
    # A function that is slow for most inputs is of no use, and must not be slow a hundred times.
    kind, it = self.call(self.function, args, STEPS if self.limited < _LIMITED else STEPS // _LESS, True)
    self.limited += kind == 'limit'
    reply = {'kind': kind, 'branches': self.decisions.outcomes(self.lines.arcs)}
    if kind != 'value':
      return {**reply, 'error': it}
    try:
      after = [plain(a) for a in args]
      return {**reply, 'value': plain(it), 'args': None if after == encoded else after}
    except Unusable as e:
      return {**reply, 'kind': 'unusable', 'error': str(e)}

  def mutate(self, channel: wire.Channel, message: dict) -> None:
    """Sends the lines of the original that each input reaches, then for each mutant the inputs that kill it."""
    originals, steps = [], []
    for encoded in message['inputs']:
      args = [wire.decode(a, _no_reference) for a in encoded]
      kind, it = self.call(self.function, args, STEPS, True)
      originals.append(_seen(kind, it, args) if kind in ('value', 'raises') else None)
      steps.append(self.lines.count)
      channel.send({'lines': self.lines.seen})
    order = channel.receive()
    while order:  # one at a time, so that the oracle knows which one was fatal
      channel.send({'killed_by': self.killers(order, message['inputs'], originals, steps)})
      order = channel.receive()

  def killers(self, order: dict, inputs: list, originals: list, steps: list[int]) -> list[int]:
    """Places in the inputs, of those that reach the change, that kill the mutant."""
    try:
      function = self.define(order['source'])
    except Exception:  # a default value that cannot be computed any more
      return [i for i in order['reach'] if originals[i] is not None]
    killed_by = []
    for i in order['reach']:
      if originals[i] is None:
        continue
      args = [wire.decode(a, _no_reference) for a in inputs[i]]
      kind, it = self.call(function, args, MUTANT_STEPS(steps[i]), False)
      if not same(originals[i], _seen(kind, it, args)):
        killed_by.append(i)
      if kind == 'limit':  # once is enough: where a mutant runs for ever, it often does
        break
    return killed_by


def _seen(kind: str, it: Any, args: list) -> tuple[str, Any]:
  """What a test sees of a call: the result; where that is None, the arguments; of an exception, that there was one."""
  if kind == 'value':
    return kind, args if it is None else it
  return kind, None


def same(a: tuple[str, Any], b: tuple[str, Any]) -> bool:
  """Whether a test that was made of the first takes the second."""
  try:
    return a[0] == b[0] and values.close(b[1], a[1])
  except Exception:  # a value of a mutant can be anything
    return False


def items(value: Any) -> list:
  """The items of an iterator, or of a list or a tuple. Raises Unusable for more than `ITEMS`, or for other values."""
  if not isinstance(value, (collections.abc.Iterator, list, tuple, range)):
    raise Unusable(f'{type(value).__name__} for an iterator')
  members = list(itertools.islice(value, ITEMS + 1))
  if len(members) > ITEMS:
    raise Unusable('endless')
  return members


def plain(x: Any) -> Any:
  """The value as it travels. Raises Unusable for one that is no plain data or far too large."""
  try:
    value = exact(x, [SIZE])
    if len(values.literal(value)) > SIZE:
      raise Unusable('size')
    return wire.encode(value, _no_reference)
  except RecursionError:
    raise Unusable('depth') from None


def exact(x: Any, left: list[int]) -> Any:
  """The value in builtin types, subclasses as what they are made of; `left` characters at least will be needed."""
  left[0] -= x.bit_length() // 4 if isinstance(x, int) else len(x) if isinstance(x, (str, bytes)) else 1
  if left[0] < 0:
    raise Unusable('size')
  kind = next((k for k in _PLAIN if isinstance(x, k)), None)
  if kind is None:
    raise Unusable(type(x).__name__)
  if kind is dict:
    return {exact(k, left): exact(v, left) for k, v in dict.items(x)}
  if kind in (list, tuple, set):
    return kind([exact(y, left) for y in kind.__iter__(x)])
  return x if kind in (bool, type(None)) else kind.__new__(kind, x)


def _no_reference(x: Any) -> Any:
  raise Unusable(type(x).__name__)


def _stop_clocks() -> None:
  signal.setitimer(signal.ITIMER_PROF, 0)
  signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _out_of_time(*_) -> None:
  raise Limit('time')
