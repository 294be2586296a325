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


def samples_file(folder: pathlib.Path, step: int) -> pathlib.Path:
  """Where the programs of a step are."""
  return folder / 'samples' / f'step_{step:06d}.jsonl'


def write_samples(folder: pathlib.Path, step: int, rows: list[dict]) -> pathlib.Path:
  """samples/step_N.jsonl."""
  file = samples_file(folder, step)
  file.parent.mkdir(parents=True, exist_ok=True)
  workdir.write_file(file, '\n'.join(json.dumps(row) for row in rows))
  return file


def read_samples(file: pathlib.Path) -> dict[str, list[dict]]:
  """The rows of a file by problem."""
  found: dict[str, list[dict]] = {}
  for line in filter(None, file.read_text().splitlines()):
    row = json.loads(line)
    found.setdefault(row['id'], []).append(row)
  return found


def pass_shares(problems: dict[str, list[dict]]) -> dict[str, float]:
  """The share of each problem's programs that passed. Those that could not be judged count for neither side."""
  judged = {ident: [r['outcome'] for r in rows if r['outcome'] != 'harness_error'] for ident, rows in problems.items()}
  return {ident: outcomes.count('passed') / len(outcomes) for ident, outcomes in judged.items() if outcomes}


def sample_table(rows: list[dict], width: int = 100) -> str:
  """A few lines for the screen: reward, verdict per test, the program's first lines."""
  lines = []
  for row in rows:
    verdicts = ''.join('.' if test['passed'] else 'x' for test in row['tests'])
    outcome = f'{row["outcome"]} {row["error"]}'.rstrip()
    lines.append(f'  {row["reward"]:+.2f}  [{verdicts}]  {outcome}  {row["id"]}')
    lines += [f'      | {line[:width]}' for line in row['program'].splitlines()[:8]]
  return '\n'.join(lines)
