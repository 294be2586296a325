"""The verdict on one program: tests are evaluated here, next to their expected values; the program runs elsewhere.

`judge` answers with plain data, the fields of a report: a lane starts without installed packages and knows no records.
"""

from __future__ import annotations

import signal
import time
from typing import Any

from acrl_jax.harness.lane import calls, proxies, stdio
from acrl_jax.harness.lane.trial import LoadFailed, OurFault, Trial
from acrl_jax.sandbox import wire
from acrl_jax.sandbox.limits import Limits

_OWN_CPU = 2.0  # seconds of processor, on top of wall_s, that a lane may spend on one job


def judge(job: dict, nursery: Any, limits: Limits) -> dict:
  """The report on `{program, tests: [[code, expected, stdin, stdout]], entry_point, setup}`."""
  # No Python code can stop what hangs inside a C function (say, the sum of a huge range that a program returned). The
  # kernel can: this signal ends the lane, and the pool takes that for the program's time-out.
  signal.setitimer(signal.ITIMER_VIRTUAL, limits.wall_s + _OWN_CPU)
  started = time.monotonic()
  trial = Trial(job, nursery, limits)
  try:
    outcome = _run(trial)
  except (OurFault, proxies.Unsendable) as e:
    outcome = 'HARNESS_ERROR'
    trial.error = str(e) if isinstance(e, OurFault) else f'a test passes on what cannot be sent: {e}'
  trial.end()
  signal.setitimer(signal.ITIMER_VIRTUAL, 0)
  seconds = time.monotonic() - started - nursery.delay.recent()  # as limits count them, without waits for a processor
  well = outcome == 'PASSED'
  return {
    'outcome': outcome,
    'passed': trial.passed,
    'error': '' if well else trial.error,
    'error_lines': [] if well else trial.error_lines,
    'executed_lines': sorted(trial.lines),
    'seconds': seconds,
    'messages': trial.messages,
    'memory_mb': nursery.memory_mb(),
  }


def _run(trial: Trial) -> str:
  """Runs all tests, noting in the trial what they show; the name of the outcome."""
  if not _is_text(trial.job['program']):
    trial.note('ValueError')
    trial.messages = [trial.message] * len(trial.passed)
    return 'NO_COMPILE'
  functions = calls.Calls(trial)
  try:
    for i, test in enumerate(trial.job['tests']):
      trial.message = ''
      trial.passed[i] = _judge_test(trial, functions, test, len(trial.passed) - i)
      trial.messages[i] = '' if trial.passed[i] else trial.message
  except LoadFailed:
    trial.messages[i:] = [trial.message] * (len(trial.passed) - i)
  functions.collect_lines()
  trial.end()
  if all(trial.passed):
    return 'PASSED'
  if trial.answered or any(trial.passed):
    return 'FAILED'
  return 'CRASHED' if trial.compiles else 'NO_COMPILE'


def _is_text(program: str) -> bool:
  try:
    return b'\0' not in program.encode()
  except UnicodeEncodeError:
    return False


def _judge_test(trial: Trial, functions: calls.Calls, test: list, tests_left: int) -> bool:
  """Whether one test passes. Raises LoadFailed, OurFault, Unsendable."""
  code, expected, stdin, stdout = test
  is_script = stdin is not None or stdout is not None
  if time.monotonic() >= trial.deadline:
    trial.note('Timeout')
    return False
  if not is_script and trial.session is None:
    functions.load()
  try:
    if is_script:
      return stdio.test(trial, stdin or '', stdout or '', trial.share(tests_left))
    return functions.test(code, expected, trial.share(tests_left))
  except (Exception, wire.Gone, wire.TimeUp) as e:
    if isinstance(e, NameError) and not (trial.session is not None and trial.session.raised is e):
      trial.note('MissingEntryPoint')
    trial.handle_exception(e)
    return False
  finally:
    if is_script:
      trial.end()
