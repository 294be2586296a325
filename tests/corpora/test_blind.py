"""Do the tests agree with the documentation? Solutions written from signature and docstring alone have to pass them.

The 40 problems were drawn at random from a build of configs/data_java.py. Needs the corpora, fetched where they are not
there, and a JDK.
"""

import pytest
from blind_solutions import SOLUTIONS

from acrl_jax.datagen.build import build, pipeline
from acrl_jax.datagen.build.languages import front
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.records import Reject
from acrl_jax.harness import Pool
from acrl_jax.records import Job, Outcome

LEAST_PASSED = 37


@pytest.fixture(scope='module')
def problems():
  """By symbol, the problems that are made of these functions today."""
  java, remade = front('java'), {}
  for corpus in sorted({corpus for corpus, _ in SOLUTIONS}):
    fetched = fetch.fetch(corpus, build.corpora_folder(''))
    oracles = java.oracles(fetched, 0)
    try:
      for candidate in java.functions(fetched):
        if candidate.function and (corpus, candidate.symbol) in SOLUTIONS:
          try:
            remade[corpus, candidate.symbol] = java.make(candidate.function, *oracles, pipeline.Settings())
          except Reject as reject:
            print(candidate.symbol, 'is no problem any more:', *reject.args)
    finally:
      for oracle in oracles:
        oracle.close()
  return remade


def test_what_the_documentation_says_is_what_the_tests_want(problems):
  jobs = [
    Job(program=SOLUTIONS[key], tests=tuple(t.test for t in problems[key].tests), entry_point=problems[key].entry_point)
    for key in problems
  ]
  with Pool(2) as pool:
    reports = dict(zip(problems, pool.run(jobs)))
  for key, report in reports.items():
    if report.outcome != Outcome.PASSED:
      print(key[1], report.outcome.name, *filter(None, report.messages), sep='\n  ')
  assert len(problems) >= LEAST_PASSED and all(r.outcome != Outcome.HARNESS_ERROR for r in reports.values())
  assert sum(r.outcome == Outcome.PASSED for r in reports.values()) >= LEAST_PASSED * len(problems) / len(SOLUTIONS)
