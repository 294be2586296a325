"""Tables of programs: what people want to see of a run, in files and on the screen."""

from __future__ import annotations

import json
import pathlib

from acrl_jax.records import Problem, TestReport
from acrl_jax.run import workdir


def sample_row(problem: Problem, program: str, report: TestReport, reward: float) -> dict:
  """What people want to see of one program."""
  return {
    'id': problem.id,
    'prompt': problem.prompt,
    'program': program,
    'outcome': report.outcome.name.lower(),
    'error': report.error,
    'reward': round(float(reward), 4),
    'tests': [
      {'code': test.code or test.stdin, 'expected': test.expected or test.stdout, 'passed': passed}
      for test, passed in zip(problem.tests, report.passed)
    ],
  }


def write_samples(folder: pathlib.Path, step: int, rows: list[dict]) -> pathlib.Path:
  """samples/step_N.jsonl."""
  (folder / 'samples').mkdir(parents=True, exist_ok=True)
  file = folder / 'samples' / f'step_{step:06d}.jsonl'
  workdir.write_file(file, '\n'.join(json.dumps(row) for row in rows))
  return file


def sample_table(rows: list[dict], width: int = 100) -> str:
  """A few lines for the screen: reward, verdict per test, the program's first lines."""
  lines = []
  for row in rows:
    verdicts = ''.join('.' if test['passed'] else 'x' for test in row['tests'])
    outcome = f'{row["outcome"]} {row["error"]}'.rstrip()
    lines.append(f'  {row["reward"]:+.2f}  [{verdicts}]  {outcome}  {row["id"]}')
    lines += [f'      | {line[:width]}' for line in row['program'].splitlines()[:8]]
  return '\n'.join(lines)
