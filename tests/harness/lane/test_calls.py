"""Tests of functions: the set-up's names, the program's names, and what is a test at all."""

import pytest
from one_program import judge

from acrl_jax.records import Outcome, Test


def test_setup_helpers_are_not_the_programs_to_redefine(pool):
  setup = 'import math\ndef encode(x):\n  return x + 1'
  program = 'def encode(x): return 0\ndef f(x): return 0'
  assert not any(judge(pool, program, 'assert encode(f(0)) == encode(3)', setup=setup).passed)
  honest = 'def encode(x): return x + 1\ndef f(x): return x'
  assert judge(pool, honest, 'assert encode(f(3)) == 4 and math.floor(1.5) == 1', setup=setup).outcome == Outcome.PASSED


def test_setup_code_may_use_the_programs_classes(pool):
  program = 'class Node:\n  def __init__(self, x): self.x = x\ndef f(n): return n.x'
  assert judge(pool, program, 'assert f(root) == 4', setup='root = Node(4)').outcome == Outcome.PASSED


def test_a_check_function_is_one_test_of_the_entry_point(pool):
  check = 'METADATA = {}\n\ndef check(candidate):\n  assert candidate(2) == 4\n  assert candidate(3) == 9\n'
  assert judge(pool, 'def f(x): return x * x', check).passed == (True,)
  assert judge(pool, 'def f(x): return 2 * x', check).passed == (False,)
  assert judge(pool, 'def f(x): return 2 * x', check + 'check(f)').passed == (False,)


def test_modules_in_tests_are_the_judges_own(pool):
  test = 'assert math.isclose(f(4), 16)'
  assert judge(pool, 'import math\ndef f(x): return x * x', test).outcome == Outcome.PASSED
  forged = 'class math:\n  isclose = staticmethod(lambda *a: True)\ndef f(x): return 0'
  assert judge(pool, forged, test).outcome == Outcome.FAILED


def test_tests_do_not_see_each_others_names(pool):
  report = judge(pool, 'def f(x): return x', 'y = f(1)\nassert y == 1', 'assert y == 1')
  assert report.passed == (True, False)


@pytest.mark.parametrize('test', ['assert f(', Test(code='f(1)', expected='1 +'), Test(code='f(1)', expected='name')])
def test_a_broken_test_is_our_fault(pool, test):
  report = judge(pool, 'def f(x): return x', test)
  assert report.outcome == Outcome.HARNESS_ERROR and report.error


def test_set_up_code_that_raises_is_our_fault_unless_it_had_an_answer_of_the_program(pool):
  report = judge(pool, 'def f(x): return x', 'f(1) == 1', setup='1 / 0')
  assert (report.outcome, report.error) == (Outcome.HARNESS_ERROR, 'the set-up code raised ZeroDivisionError')
  report = judge(pool, 'def f(x): return 0', 'f(1) == 1', setup='y = 1 / f(1)')
  assert (report.outcome, report.error) == (Outcome.FAILED, 'ZeroDivisionError')


def test_a_check_function_needs_an_entry_point(pool):
  report = judge(pool, 'def f(x): return x', 'def check(candidate): pass', entry='')
  assert (report.outcome, report.error) == (Outcome.HARNESS_ERROR, 'a check function needs an entry point')


def test_a_call_of_a_check_function_of_the_set_up_holds_unless_it_raises(pool):
  setup = 'def verify(x):\n  assert x == 2'
  assert judge(pool, 'def f(x): return x', 'verify(f(2))', 'verify(f(3))', setup=setup).passed == (True, False)
  assert judge(pool, 'def f(x): return None', 'f(2)').passed == (False,)
