"""The state of judging one program: verdicts, errors and lines so far, and the process that it runs in."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from acrl_jax.harness.lane import proxies, show
from acrl_jax.sandbox import wire
from acrl_jax.sandbox.limits import Limits

_SHORT = {'MemoryError': 'Memory', 'SystemExit': 'Exit'}  # as reports call the same where the kernel brings it about
_SIGNALS = {signal.SIGXCPU: 'Timeout', signal.SIGSYS: 'Sandbox'}


class OurFault(Exception):
  """Not the program is at fault, but its tests, its set-up code or the machine; the report is a HARNESS_ERROR."""


class LoadFailed(Exception):
  """The program has no functions to test, and will not have them if started again."""


class Trial:
  """One program under test."""

  def __init__(self, job: dict, nursery: Any, limits: Limits):
    self.job, self.nursery, self.limits = job, nursery, limits
    self.length = job['program'].count('\n') + 1  # in lines
    self.passed = [False] * len(job['tests'])
    self.error = ''
    self.messages = [''] * len(job['tests'])
    self.message = ''  # on the test at hand
    self.error_lines: list[int] = []
    self.lines: set[int] = set()
    self.answered = False  # something came back: a value, or the output of a script that ended well
    self.compiles = True
    self.session: proxies.Session | None = None  # with the program, while it is loaded
    self.started = time.monotonic()
    nursery.delay.begin()

  @property
  def deadline(self) -> float:
    """When the program's time is over, unless it has to wait for a processor from now on."""
    return self.started + self.limits.wall_s + self.nursery.delay.recent()

  def share(self, tests_left: int) -> float:
    """When the next test has to be done by: one that hangs must leave time for the others."""
    now = time.monotonic()
    left = self.deadline - now
    if self.limits.per_test_s is not None:
      return now + min(left, self.limits.per_test_s)
    return now + (left if tests_left == 1 else left / 2)

  def note(self, error: str, line: int = 0, text: str = '') -> None:
    """Keeps the first error, and every line; `text` is the exception's own message."""
    error = _SHORT.get(error, error)
    self.error = self.error or error
    self.message = f'{error}: {text}' if text else error
    if 0 < line <= self.length and line not in self.error_lines:
      self.error_lines.append(line)

  def note_exception(self, e: BaseException) -> None:
    """Notes an exception: of the program, by the name that it has there; of the test's code, by its own."""
    if self.session is not None and self.session.raised is e:
      self.note(self.session.error, self.session.line, self.session.text)
    else:
      self.note(type(e).__name__, text=show.exception_text(e))

  def fail_load(self, error: str, line: int = 0, text: str = '') -> None:
    self.note(error, line, text)
    self.end()
    raise LoadFailed

  def fail_compile(self, error: Any) -> None:
    """The same, for `[type, message, line]` of a compiler."""
    name, text, line = proxies.parse_error(error)
    self.compiles = self.answered
    self.fail_load(name, line, text)

  def add_lines(self, lines: Any) -> None:
    """Notes executed lines. The program itself reports them: they may mask tokens, they never reward."""
    if type(lines) is list:
      self.lines.update(n for n in lines if type(n) is int and 0 < n <= self.length)

  def death(self) -> str:
    """Why the worker hung up."""
    self.end()
    status = self.nursery.settle()
    return 'Exit' if os.WIFEXITED(status) else _SIGNALS.get(os.WTERMSIG(status), 'Killed')

  def end(self) -> None:
    """Ends the running program, if any, at once: no finaliser of it runs."""
    if self.session is not None:
      self.answered |= self.session.answered
      self.session.channel.close()
      self.session = None
    self.nursery.kill()

  def handle_exception(self, e: BaseException) -> None:
    """Notes what stopped a test, and ends the program where it cannot go on. Raises what is not the program's fault."""
    if isinstance(e, (LoadFailed, OurFault, proxies.Unsendable)):
      raise e
    if isinstance(e, wire.Gone):
      self.note(self.death())
    elif isinstance(e, (wire.TimeUp, wire.Malformed)):
      self.note('Timeout' if isinstance(e, wire.TimeUp) else 'Malformed')
      self.end()
    elif isinstance(e, AssertionError):
      self.message = ': '.join(filter(None, ['AssertionError', show.exception_text(e)]))
      if self.session is not None and self.session.answered:
        self.message += f'; the last call returned {show.show(self.session.returned)}'
    else:
      self.note_exception(e)
