"""How fast Java methods are run and mutated, where the time goes, and how fast problems come out at the end.

  bash launch/java.sh && pip install -e .[datagen]
  python benchmarks/datagen_java.py [--corpus commons-lang3] [--methods 200] [--workers 2]

First one process: run and mutate over the same inputs, twice, and of what parts their time is made. Then the whole
pipeline, in as many processes as there are workers; the bar is 8 methods a second on two.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import time
import types
from collections import Counter

from acrl_jax.datagen.build import build, pipeline
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.inputs import proposal
from acrl_jax.datagen.java import jvm
from acrl_jax.datagen.java import oracle as java_oracle
from acrl_jax.datagen.java import source as java_source
from acrl_jax.datagen.records import Function, Reject

INPUTS, CASES, MUTANTS = 160, 96, 60  # of a method, as the pipeline's settings have them
BAR = 8.0  # methods per second, on two workers


def timed(spent: Counter, name: str, function):
  """The same function, whose time is added up."""

  def call(*args, **more):
    started = time.perf_counter()
    try:
      return function(*args, **more)
    finally:
      spent[name] += time.perf_counter() - started

  return call


def measure(oracle: java_oracle.JavaOracle, work: list[tuple[Function, list[tuple]]]) -> None:
  """One round: methods, inputs and mutants per second, and the parts of the time."""
  spent, count = Counter(), Counter()
  jvm.json = types.SimpleNamespace(dumps=timed(spent, 'JSON', json.dumps), loads=timed(spent, 'JSON', json.loads))
  machine = oracle._jvm
  machine._start = timed(spent, 'restart', type(machine)._start.__get__(machine))
  machine._read = timed(spent, 'machine', type(machine)._read.__get__(machine))
  run, mutate = timed(spent, 'run', oracle.run), timed(spent, 'mutate', oracle.mutate)
  before = oracle.restarts
  for function, proposed in work:
    try:
      observations = run(function, proposed).observations
      count['inputs'] += len(proposed)
      values = [row for row, o in zip(proposed, observations) if o.kind == 'value' and not o.flags][:CASES]
      mutants = mutate(function, values, MUTANTS)
      count['mutants'] += len(mutants)
      count['mutants x inputs'] += len(mutants) * len(values)
    except Reject as e:
      count[f'rejected: {e.reason}'] += 1
  total = spent['run'] + spent['mutate']
  other = total - spent['JSON'] - spent['restart'] - spent['machine']
  print(f'{len(work) / total:8.1f} methods/s   {dict(count)}   restarts {oracle.restarts - before}')
  for do, what in (('run', 'inputs'), ('mutate', 'mutants x inputs')):
    print(f'{len(work) / spent[do]:8.1f} methods/s   {do}, {count[what] / spent[do]:.0f} {what}/s')
  parts = [('run', spent['run']), ('mutate', spent['mutate'])]
  parts += [(name, spent[name]) for name in ('machine', 'JSON', 'restart')] + [('values', other)]
  print('         ' + ', '.join(f'{name} {seconds:.2f} s ({seconds / total:.0%})' for name, seconds in parts))


def start(jars: tuple[pathlib.Path, ...]) -> None:
  global pair
  pair = java_oracle.pair(jars)


def make(function: Function) -> str:
  """How it ended."""
  try:
    pipeline.make_problem(function, *pair, pipeline.Settings())
    return 'made'
  except Reject as e:
    return f'{e.stage}: {e.reason}'


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--corpus', default='commons-lang3')
  parser.add_argument('--methods', type=int, default=200)
  parser.add_argument('--workers', type=int, default=2)
  args = parser.parse_args()
  fetched = fetch.fetch(args.corpus, build.corpora_folder(''))
  functions = [found.function for found in java_source.functions(fetched) if found.function]
  functions = random.Random(0).sample(functions, min(args.methods, len(functions)))
  print(f'{args.corpus}: {len(functions)} methods, load average {os.getloadavg()[0]:.1f}')
  work = [(function, proposal.propose(function, INPUTS, 0)) for function in functions]
  started = time.perf_counter()
  oracle = java_oracle.JavaOracle(fetched.jars)
  print(f'ready in {time.perf_counter() - started:.2f} s')
  for _ in range(2):
    measure(oracle, work)
  oracle.close()
  with concurrent.futures.ProcessPoolExecutor(args.workers, initializer=start, initargs=(fetched.jars,)) as workers:
    list(workers.map(time.sleep, [0.5] * args.workers))  # ready, all of them
    started = time.perf_counter()
    ends = Counter(workers.map(make, functions, chunksize=4))
    rate = len(functions) / (time.perf_counter() - started)
  print(f'{rate:8.1f} methods/s   whole pipeline, {args.workers} workers; must be at least {BAR}')
  print('         ' + ', '.join(f'{end} {n}' for end, n in ends.most_common()))


if __name__ == '__main__':
  main()
