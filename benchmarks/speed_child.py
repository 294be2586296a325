"""Programs that are timed each live in a process of their own: `Child` asks one to do something, `serve` answers in it.

A question is a line of JSON, (method, arguments); the answer is what the method returns, with the seconds that it took
and the CPU seconds that it used. Only the standard library is imported, as a peer's Python may have no more.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


class Child:
  """A program that runs `serve`, under the Python `interpreter`; `facts` is what it says of itself once it is up."""

  def __init__(self, script: str, interpreter: str, options: dict[str, Any], threads: int):
    # Two libraries may share an accelerator, so that neither takes most of its memory at once.
    more = dict(OMP_NUM_THREADS=str(threads), XLA_PYTHON_CLIENT_MEM_FRACTION='0.45', TOKENIZERS_PARALLELISM='false')
    command = [interpreter, str(pathlib.Path(__file__).with_name(script)), json.dumps(options)]
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    self.script = script
    self.process = subprocess.Popen(command, env={**os.environ, **more}, **pipes)
    self.facts = self._answer()

  def ask(self, method: str, **arguments) -> dict:
    """What the program's method returns, as a dict, with `seconds` and `cpu` seconds; RuntimeError when it fails."""
    self.process.stdin.write(json.dumps([method, arguments]) + '\n')
    self.process.stdin.flush()
    return self._answer()

  def _answer(self) -> dict:
    line = self.process.stdout.readline()
    if not line:
      raise RuntimeError(f'{self.script} ended with status {self.process.wait()}; its error stands above')
    return json.loads(line)

  def close(self) -> None:
    self.process.stdin.close()
    self.process.wait()


def serve(make: Callable[..., Any]) -> None:
  """The life of a program: made of the options on the command line, it answers until nobody asks any more."""
  answers = os.fdopen(os.dup(1), 'w')
  os.dup2(2, 1)  # whatever a library prints is no answer
  program = make(**json.loads(sys.argv[1]))
  answer = lambda value: print(json.dumps(value), file=answers, flush=True)
  answer(program.facts)
  for line in sys.stdin:
    method, arguments = json.loads(line)
    cpu, start = time.process_time(), time.perf_counter()
    found = getattr(program, method)(**arguments)
    answer(dict(seconds=time.perf_counter() - start, cpu=time.process_time() - cpu, **(found or {})))
