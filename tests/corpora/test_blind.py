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

DUE = 37


@pytest.fixture(scope='module')
def made():
  """By symbol, the problems that are made of these functions today."""
  java, found = front('java'), {}
  for corpus in sorted({corpus for corpus, _ in SOLUTIONS}):
    fetched = fetch.fetch(corpus, build.corpora_folder(''))
    oracles = java.oracles(fetched, 0)
    try:
      for one in java.functions(fetched):
        if one.function and (corpus, one.symbol) in SOLUTIONS:
          try:
            found[corpus, one.symbol] = java.make(one.function, *oracles, pipeline.Settings())
          except Reject as reject:
            print(one.symbol, 'is no problem any more:', *reject.args)
    finally:
      for oracle in oracles:
        oracle.close()
  return found


def test_what_the_documentation_says_is_what_the_tests_want(made):
  jobs = [
    Job(program=SOLUTIONS[key], tests=tuple(t.test for t in made[key].tests), entry_point=made[key].entry_point)
    for key in made
  ]
  with Pool(2) as pool:
    reports = dict(zip(made, pool.run(jobs)))
  for key, report in reports.items():
    if report.outcome != Outcome.PASSED:
      print(key[1], report.outcome.name, *filter(None, report.messages), sep='\n  ')
  assert len(made) >= DUE and all(r.outcome != Outcome.HARNESS_ERROR for r in reports.values())
  assert sum(r.outcome == Outcome.PASSED for r in reports.values()) >= DUE * len(made) / len(SOLUTIONS)
