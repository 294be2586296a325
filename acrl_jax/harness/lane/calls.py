"""Tests of functions: their code runs here, in the judge, with proxies for the names of the program."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import math
import signal
import time
from typing import Any

from acrl_jax.harness.lane import equality, proxies, script, show
from acrl_jax.harness.lane.trial import OurFault, Trial
from acrl_jax.sandbox import clock, wire

_LINES_WAIT = 0.5  # seconds to wait for the executed lines, once all tests are done


class Calls:
  """The loaded program of a trial, as its tests see it."""

  def __init__(self, trial: Trial):
    self.trial = trial
    self.entry = trial.job['entry_point']
    self.names: dict[str, str] = {}  # of the program: function | class | value | module
    self.scope: dict = {}  # what the set-up code defines

  def load(self) -> None:
    """Starts the program, then the set-up code. Raises LoadFailed, OurFault."""
    trial = self.trial
    try:
      trial.session = proxies.Session(trial.nursery.spawn(trial.deadline))
      reply = trial.session.request({'do': 'load', 'source': trial.job['program']})
      if 'syntax' in reply:
        trial.fail_compile(reply['syntax'])
      self.names = reply.get('names')
      if type(self.names) is not dict:
        raise wire.Malformed('names must be an object')
      if self.entry and self.names.get(self.entry) not in ('function', 'class'):
        trial.fail_load('MissingEntryPoint')
      with _alarm(trial.deadline, trial.nursery.delay):
        self._set_up()
    except (Exception, wire.Gone, wire.TimeUp) as e:
      trial.handle_exception(e)
      trial.fail_load(trial.error, text=trial.message.partition(': ')[2])

  def test(self, code: str, expected: str | None, deadline: float) -> bool:
    """Whether the test holds; where it raises, it does not. Raises OurFault for code that is no test."""
    test = _parse(code, expected is not None)
    self.trial.session.channel.deadline = deadline
    with _alarm(deadline, self.trial.nursery.delay):
      scope = dict(self.scope)
      self._bind(test, scope)
      if test.kind == 'value':
        value, wanted = eval(test.code, scope), _expected_value(expected, scope)
        self.trial.message = f'{show.show(value)}, where {show.show(wanted)} is due'
        return equality.same(value, wanted, self.trial.limits.float_tolerance)
      if test.kind == 'condition':
        value = eval(test.code, scope)
        self.trial.message = f'{show.show(value)}; the last call returned {show.show(self.trial.session.returned)}'
        # A check function of the set-up returns None: that it does not raise is what counts.
        return bool(value) or (value is None and any(name in self.scope for name in test.called))
      exec(test.code, scope)
      if test.kind == 'check':
        if not self.entry:
          raise OurFault('a check function needs an entry point')
        scope['check'](scope[self.entry])
      return True

  def collect_lines(self) -> None:
    session = self.trial.session
    if session is not None and self.trial.limits.lines:
      session.channel.deadline = time.monotonic() + _LINES_WAIT
      session.callbacks.clear()  # no alarm would end them any more
      with contextlib.suppress(Exception, wire.TimeUp, wire.Gone):
        self.trial.add_lines(session.request({'do': 'lines'}).get('lines'))

  def _set_up(self) -> None:
    """Runs the job's own helpers and imports, in the judge: they are not the program's to redefine."""
    self.scope = {'__builtins__': builtins, '__name__': 'tests'}
    setup = _parse(self.trial.job['setup'] + '\npass', False)
    before = self.trial.session.answers
    self._bind(setup, self.scope)
    try:
      exec(setup.code, self.scope)
    except Exception as e:
      if self.trial.session.answers > before:  # it may have failed on an answer of the program
        raise
      raise OurFault(f'the set-up code raised {type(e).__name__}') from e

  def _bind(self, code: script.Script, scope: dict) -> None:
    """Gives the names that `code` reads their meaning in `scope`."""
    for name in code.names | ({self.entry} if code.kind == 'check' else set()):
      if name in scope and name != self.entry:
        continue
      source = script.source_of(name, code, self.entry)
      if source == 'module' and name in self.names:
        scope[name] = importlib.import_module(name)
      elif source == 'program' and name in self.names:
        if self.names[name] == 'function':
          scope[name] = proxies.Remote(self.trial.session, {'name': name})
        elif self.names[name] != 'module':
          scope[name] = self.trial.session.value({'do': 'get', 'name': name})


def _parse(code: str, value: bool) -> script.Script:
  try:
    return script.parse(code, value)
  except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
    raise OurFault(f'a test does not compile: {type(e).__name__}') from e


def _expected_value(text: str, scope: dict) -> Any:
  """The value of a literal, or of any expression of the set-up's names; `nan`, `inf` and `approx` are known too."""
  try:
    return eval(_parse(text, True).code, {'nan': math.nan, 'inf': math.inf, 'approx': equality.approx, **scope})
  except Exception as e:
    raise OurFault(f'an expected value is no literal: {type(e).__name__}') from e


@contextlib.contextmanager
def _alarm(deadline: float, delay: clock.Delay):
  """TimeUp in the judge's own code, a little after the deadline for answers, which moves on with the delay."""
  counted = delay.recent()

  def look(*_):
    try:
      left = deadline + delay.measure() - counted + clock.ALARM_GRACE - time.monotonic()
    except Exception:  # the code of the test has left no memory or no stack to ask with
      left = 0.0
    if left < clock.LEAST_DELAY:
      raise wire.TimeUp
    signal.setitimer(signal.ITIMER_REAL, left)

  signal.signal(signal.SIGALRM, look)
  signal.setitimer(signal.ITIMER_REAL, max(1e-3, deadline - time.monotonic() + clock.ALARM_GRACE))
  try:
    yield
  finally:
    signal.setitimer(signal.ITIMER_REAL, 0)
