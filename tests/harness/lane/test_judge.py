"""What a report says: per-test verdicts, outcomes, errors, lines."""

import pytest
from one_program import judge

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome, Test


def test_all_tests_run_and_each_has_its_own_verdict(pool):
  report = judge(pool, 'def f(x): return x', 'assert f(1) == 2', 'assert f(1) == 1', 'assert f(2) == 3', 'f(4) == 4')
  assert report.passed == (False, True, False, True)
  assert report.outcome == Outcome.FAILED and report.error == ''


@pytest.mark.parametrize(
  'program, outcome, error, lines',
  [
    ('def f(x) return', Outcome.NO_COMPILE, 'SyntaxError', (1,)),
    ('def f(x):\n  if x:\n return 1', Outcome.NO_COMPILE, 'IndentationError', (3,)),
    ('def f(x): return 1\n\0', Outcome.NO_COMPILE, 'ValueError', ()),
    ('def g(x): return 1', Outcome.CRASHED, 'MissingEntryPoint', ()),
    ('f = 3', Outcome.CRASHED, 'MissingEntryPoint', ()),
    ('import nothing_like_it\ndef f(x): return 1', Outcome.CRASHED, 'ModuleNotFoundError', (1,)),
    ('def f(x):\n  y = 0\n  return x / y', Outcome.CRASHED, 'ZeroDivisionError', (3,)),
    ('def f(x): return y', Outcome.CRASHED, 'NameError', (1,)),
    ('def f(x):\n  class Odd(Exception): pass\n  raise Odd', Outcome.CRASHED, 'Odd', (3,)),
    ('def f(x): return bytearray(9 << 30)', Outcome.CRASHED, 'Memory', (1,)),
    ('import sys\ndef f(x): sys.exit()', Outcome.CRASHED, 'Exit', (2,)),
    ('import os\ndef f(x): os._exit(3)', Outcome.CRASHED, 'Exit', ()),
    ('import os\ndef f(x): os.abort()', Outcome.CRASHED, 'Killed', ()),
    ('def f(x): return None', Outcome.FAILED, '', ()),
    ('def f(x): return 1', Outcome.PASSED, '', ()),
  ],
)
def test_outcome_and_error(pool, program, outcome, error, lines):
  report = judge(pool, program, 'assert f(1) == 1')
  assert (report.outcome, report.error, report.error_lines) == (outcome, error, lines)


def test_a_test_that_hangs_is_a_failed_test(pool):
  program = 'def f(x):\n  while x == 1: pass\n  return x'
  report = judge(pool, program, 'f(0) == 0', 'f(1) == 1', 'f(2) == 2', 'f(3) == 3')
  assert report.passed == (True, False, True, True)
  assert (report.outcome, report.error) == (Outcome.FAILED, 'Timeout')


def test_a_test_that_ends_the_process_is_a_failed_test(pool):
  report = judge(pool, 'import os\ndef f(x): return x or os._exit(0)', 'f(1) == 1', 'f(0) == 0', 'f(2) == 2')
  assert report.passed == (True, False, True)
  assert (report.outcome, report.error) == (Outcome.FAILED, 'Exit')


def test_only_errors_everywhere_is_a_crash_and_one_answer_is_not(pool):
  assert judge(pool, 'def f(x): return 1 // x', 'f(0) == 0', 'f(0) == 1').outcome == Outcome.CRASHED
  assert judge(pool, 'def f(x): return 1 // x', 'f(0) == 0', 'f(1) == 7').outcome == Outcome.FAILED


def test_lines_of_all_errors_are_reported(pool):
  program = 'def f(x):\n  if x:\n    return 1 / 0\n  return [][0]'
  assert judge(pool, program, 'f(1) == 1', 'f(0) == 1').error_lines == (3, 4)


def test_executed_lines_are_those_of_the_program(pool):
  program = 'import math\ndef f(x):\n  if x:\n    y = 1\n  else:\n    y = 2\n  return y\n'
  assert judge(pool, program, 'f(1) == 1').executed_lines == (1, 2, 3, 4, 7)
  assert judge(pool, program, 'f(0) == 1').executed_lines == (1, 2, 3, 6, 7)
  assert judge(pool, 'x = int(input())\nif x:\n  x = 2', Test(stdin='0', stdout='')).executed_lines == (1, 2)


def test_a_test_that_hangs_in_the_judges_own_code_times_out():
  with Pool(1, Limits(wall_s=1.5)) as pool:
    report = judge(pool, 'def f(): return range(10 ** 13)', 'assert sum(f()) == 1', 'f() == 1')
    assert report.error == 'Timeout' and not any(report.passed)
    assert judge(pool, 'def f(): return 1', 'assert f() == 1').outcome == Outcome.PASSED


def test_a_test_that_takes_all_memory_fails(pool):
  assert judge(pool, 'def f(): return range(10 ** 13)', 'assert list(f()) == 1').error == 'Memory'


def test_memory_is_the_most_that_was_held(pool):
  small = judge(pool, 'def f(): return 1', 'f() == 1').memory_mb
  program = 'def f():\n  x = bytearray(99 << 20)\n  x[::4096] = bytes(len(x[::4096]))'
  large = judge(pool, program, 'f() == None').memory_mb
  assert 1 < small < 60 and small + 95 < large < small + 130
  assert judge(pool, 'def f(): return 2', 'f() == 2').memory_mb < small + 20
