"""A reward is given what it asks for by name, and nothing else."""

import numpy as np

from acrl_jax.records import Outcome, Problem, TestReport
from acrl_jax.rewards import context
from acrl_jax.rewards.context import Context

PROBLEM = Problem(id='p', prompt='', entry_point='f', tests=(), trivial=0.25)
CONTEXT = Context(problem=PROBLEM, program='text', ended=False)
REPORT, LINES = TestReport(outcome=Outcome.FAILED, passed=(False,)), np.array([1])


def test_each_is_given_what_it_names():
  assert context.ask(lambda report, lines: (report, lines), REPORT, LINES, CONTEXT) == (REPORT, LINES)
  two = lambda report, lines, *, ended, trivial=9: (ended, trivial)
  assert context.ask(two, REPORT, LINES, CONTEXT) == (False, 0.25)
  told = context.ask(lambda report, lines, **more: more, REPORT, LINES, CONTEXT)
  assert told == dict(problem=PROBLEM, program='text', ended=False, trivial=0.25)


def test_a_problem_that_was_not_measured_has_nothing_trivial():
  assert CONTEXT._replace(problem=PROBLEM._replace(trivial=None)).trivial == 0.0
