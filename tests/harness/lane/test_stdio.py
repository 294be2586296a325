"""Whole programs: what they read, print and end with."""

from one_program import judge

from acrl_jax.records import Outcome, Test


def test_a_script_must_end_well(pool):
  one = Test(stdin='', stdout='1')
  assert judge(pool, 'print(1)\n1 / 0', one).error == 'ZeroDivisionError'
  assert judge(pool, 'import sys\nprint(1)\nsys.exit(1)', one).error == 'Exit'
  assert judge(pool, 'import os\nprint(1, flush=True)\nos._exit(1)', one).error == 'Exit'
  assert judge(pool, 'print(1', one).outcome == Outcome.NO_COMPILE
  assert judge(pool, 'print(1, flush=True)\nwhile True: pass', one).error == 'Timeout'
  assert judge(pool, 'while True: print(1)', one).error == 'Output'


def test_a_hanging_script_leaves_time_for_the_other_tests(pool):
  report = judge(pool, 'x = int(input())\nwhile x: pass\nprint(x)', *(Test(stdin=s, stdout='0') for s in '0100'))
  assert report.passed == (True, False, True, True)


def test_lines_of_a_script_that_raises(pool):
  script = Test(stdin='', stdout='1')
  report = judge(pool, 'def f(x):\n  if x:\n    return 1 / x\n  return [][0]\nf(1)\nf(0)\nf(2)', script)
  assert report.error_lines == (4,) and report.executed_lines == (1, 2, 3, 4, 5, 6)
  assert judge(pool, 'x = 1\nraise SystemExit(x)\nx = 2', script).executed_lines == (1, 2)


def test_a_script_reads_its_own_input_and_each_test_starts_it_anew(pool):
  program = 'import os\nprint(input(), os.path.exists("seen"))\nopen("seen", "w")'
  report = judge(pool, program, Test(stdin='a\n', stdout='a False'), Test(stdin='b\n', stdout='b False'))
  assert report.outcome == Outcome.PASSED, report
  assert judge(pool, 'print(1)', Test(stdout='1')).outcome == Outcome.PASSED  # what is not given is nothing
  assert judge(pool, 'pass', Test(stdin='1')).outcome == Outcome.PASSED


def test_bytes_that_are_no_text_are_printed_all_the_same(pool):
  program = 'import sys\nsys.stdout.buffer.write(b"\\xff 1")'
  assert judge(pool, program, Test(stdin='', stdout='\ufffd 1')).outcome == Outcome.PASSED
