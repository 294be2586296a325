"""A problem is kept where its reference passes its tests and these are not all vacuous; else it goes, with a reason."""

import pytest

from acrl_jax.data import validate
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome, Problem, Test, TestReport

PROMPT = 'def g(x):\n    return x + 1\n\ndef f(x):\n    """Doc."""\n'
TESTS = (Test(code='f(1)', expected='2'), Test(code='f(g(1))', expected='3'))


def problem(ident, body='return g(x)', tests=TESTS):
  solution = body and f'{PROMPT}    {body}\n'
  return Problem(id=ident, prompt=PROMPT, entry_point='f', tests=tests, solution=solution)


@pytest.fixture(scope='module')
def pool():
  with Pool(workers=1, limits=Limits(wall_s=2.0)) as pool:
    yield pool


def test_references_that_fail_their_own_tests_are_dropped_with_the_reason(pool):
  check = Test(code='def check(f):\n  assert f(1) == 2\n  assert f(2) == 4\n\ncheck(f)')
  problems = [
    problem('right'), problem('wrong', 'return 2'), problem('unknown', ''),
    problem('raises', 'return x[0]'), problem('no tests', tests=()), problem('no program', 'return ('),
    problem('check', tests=(check,)), problem('right'),
  ]  # fmt: skip
  kept, dropped = validate.validate(problems, pool)
  assert kept == [problems[0], problems[2], problems[7]]
  reasons = dict(dropped)
  assert list(reasons) == ['wrong', 'raises', 'no tests', 'no program', 'check']
  assert reasons['wrong'] == 'its own reference fails 1 of 2 tests: f(g(1))'
  assert reasons['raises'] == 'its own reference fails 2 of 2 tests (TypeError): f(1)'
  assert reasons['no tests'] == 'no tests'
  assert 'fails 2 of 2 tests (SyntaxError)' in reasons['no program']
  assert reasons['check'].endswith(': def check(f): assert f(1) == 2 assert f(2) == 4 check(f)')
  assert not any('\n' in reason for reason in reasons.values())


def test_problems_of_one_name_are_judged_each(pool):
  kept, dropped = validate.validate([problem('same', 'return 0'), problem('same')], pool)
  assert kept == [problem('same')] and [ident for ident, _ in dropped] == ['same']


def test_nothing_to_judge_is_no_error(pool):
  assert validate.validate([], pool) == ([], [])
  assert validate.validate([problem('unknown', '')], pool) == ([problem('unknown', '')], [])


def test_what_the_harness_did_is_not_laid_to_the_reference():
  report = TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False, False), error='LaneLost')
  assert validate.reason(problem('p'), report) == 'its reference could not be judged: LaneLost'
