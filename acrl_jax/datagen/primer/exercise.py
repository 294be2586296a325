"""Runs authored functions and variants of them in processes of their own. The programs are ours: no sandbox is needed.

`python -m acrl_jax.datagen.primer.exercise` reads one request as JSON and prints a line for each answer.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
from typing import Any

from acrl_jax.datagen.primer import authored
from acrl_jax.harness.lane import equality

CPU_SECONDS = 0.25  # of one program on all its cases; the right ones take a thousandth of it
MEMORY_BYTES = 1 << 30
READY = 'ready'  # the first line of an answer
STALL_SECONDS = 20.0  # a variant that holds the interpreter for so long is killed from outside


class OutOfTime(BaseException):
  """Raised by the timer; no `except Exception` of a program catches it."""


def reference_values(problems: list[authored.Authored], hash_seed: int) -> list[list[str] | str]:
  """For each problem the literal of its value on each case, or one line that says what went wrong."""
  rows = [{'name': p.name, 'program': p.solution, 'cases': p.cases} for p in problems]
  return [json.loads(line) for line in _ask({'references': rows}, hash_seed, 10 * STALL_SECONDS)]


def first_failures(problem: authored.Authored, expected: list[str], variants: list[str]) -> list[int]:
  """For each variant the index of the first case that it fails, or -1 when it passes them all."""
  failed: list[int] = []
  while len(failed) < len(variants):
    request = {'name': problem.name, 'cases': problem.cases, 'expected': expected, 'variants': variants[len(failed) :]}
    failed += [json.loads(line) for line in _ask(request, 0, STALL_SECONDS)]
    if len(failed) < len(variants):
      failed.append(0)  # the one that stalled or took the process down
  return failed


def _ask(request: dict, hash_seed: int, seconds: float) -> list[str]:
  """The answers, fewer than asked for if the process is stopped or dies. ValueError if it does not even start."""
  command = [sys.executable, '-m', 'acrl_jax.datagen.primer.exercise']
  environment = os.environ | {'PYTHONHASHSEED': str(hash_seed)}
  try:
    done = subprocess.run(
      command, input=json.dumps(request).encode(), capture_output=True, timeout=seconds, env=environment
    )  # fmt: skip
    output, errors = done.stdout, done.stderr
  except subprocess.TimeoutExpired as stalled:
    output, errors = stalled.stdout or b'', stalled.stderr or b''
  ready, *answers = output.decode().split('\n')
  if ready != READY:
    raise ValueError(f'{" ".join(command)} does not start: {errors.decode()[-500:]}')
  return answers[:-1]


def _function(program: str, name: str) -> Any:
  scope = {'__name__': 'program'}
  exec(compile(program, f'<{name}>', 'exec'), scope)
  return scope[name]


def _reference(name: str, program: str, cases: list[str]) -> list[str] | str:
  printed = io.StringIO()
  answers = []
  case = ''
  try:
    with contextlib.redirect_stdout(printed):
      function = _function(program, name)
      for case in cases:
        answers.append(authored.literal(function(*ast.literal_eval(case))))
  except OutOfTime:
    return f'{name}{case} takes more than {CPU_SECONDS} s'
  except Exception as error:
    return f'{name}{case} raises {type(error).__name__}: {error}'
  return answers if not printed.getvalue() else f'{name} prints'


def _first_failure(name: str, program: str, cases: list[str], expected: list[Any]) -> int:
  place = 0
  try:
    function = _function(program, name)
    for place, (case, value) in enumerate(zip(cases, expected)):
      if not equality.same(function(*ast.literal_eval(case)), value):
        return place
  except (Exception, OutOfTime):
    return place
  return -1


def _out_of_time(*_: Any) -> None:
  raise OutOfTime


def _timed(function: Any, *arguments: Any) -> Any:
  signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS, CPU_SECONDS)
  try:
    return function(*arguments)
  finally:
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> None:
  """Answers one request from standard input, a line at once so that a stall costs one variant alone."""
  request = json.load(sys.stdin)
  signal.signal(signal.SIGVTALRM, _out_of_time)
  resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
  answers = sys.stdout
  sys.stdout = io.StringIO()
  print(READY, file=answers, flush=True)
  for row in request.get('references', ()):
    print(json.dumps(_timed(_reference, row['name'], row['program'], row['cases'])), file=answers, flush=True)
  expected = [ast.literal_eval(text) for text in request.get('expected', ())]
  for variant in request.get('variants', ()):
    arguments = request['name'], variant, request['cases'], expected
    print(json.dumps(_timed(_first_failure, *arguments)), file=answers, flush=True)


if __name__ == '__main__':
  main()
