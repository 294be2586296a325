"""What a report says: per-test verdicts, outcomes, errors, lines."""

import pytest

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Outcome, Test


@pytest.fixture(scope='module')
def pool():
  with Pool(1, Limits(wall_s=4.0)) as pool:
    yield pool


def judge(pool, program, *tests, entry='f', setup=''):
  tests = tuple(t if isinstance(t, Test) else Test(code=t) for t in tests)
  return pool.run([Job(program=program, tests=tests, entry_point=entry, setup=setup)])[0]


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


@pytest.mark.parametrize(
  'value, expected, same',
  [
    ('1', '1', True),
    ('True', '1', False),
    ('1', 'True', False),
    ('1.0', '1', False),
    ('(1, 2)', '[1, 2]', False),
    ('[1, (2, 3)]', '[1, (2, 3)]', True),
    ('[1, [2, 3]]', '[1, (2, 3)]', False),
    ('float("nan")', 'nan', True),
    ('[float("-inf")]', '[-inf]', True),
    ('{1: 2, 3: 4}', '{3: 4, 1: 2}', True),
    ('{True: 2}', '{1: 2}', False),
    ('{1, 2}', '{2, 1}', True),
    ('{1}', '{1.0}', False),
    ('set()', 'set()', True),
    ('0.1 + 0.2', '0.3', False),
    ('None', 'None', True),
    ('"a"', 'b"a"', False),
    ('iter([1])', '[1]', False),
    ('__import__("collections").deque([True])', '__import__("collections").deque([1])', False),
    ('__import__("collections").deque([1])', '__import__("collections").deque([1])', True),
  ],
)
def test_expected_values_are_compared_with_their_types(pool, value, expected, same):
  assert judge(pool, f'def f(): return {value}', Test(code='f()', expected=expected)).passed == (same,)


def test_a_tolerance_is_given_by_the_limits():
  jobs = [Job(program='def f(x): return x', tests=(Test(code='f([0.1 + 0.2])', expected='[0.3]'),), entry_point='f')]
  with Pool(1, Limits(float_tolerance=1e-9)) as pool:
    assert pool.run(jobs)[0].outcome == Outcome.PASSED


@pytest.mark.parametrize(
  'value, expected, same',
  [
    ('0.1 + 0.2', 'approx(0.3)', True),
    ('0.3001', 'approx(0.3)', False),
    ('0.3001', 'approx(0.3, rel=1e-2)', True),
    ('1e-8', 'approx(0.0)', False),
    ('1e-8', 'approx(0.0, abs=1e-7)', True),
    ('[(1, 2.0000001)]', 'approx([(1, 2.0)])', True),
    ('[(1.0, 2.0)]', 'approx([(1, 2.0)])', False),
    ('{"a": float("nan")}', 'approx({"a": nan})', True),
    ('2', 'approx(2.0)', True),
    ('True', 'approx(1.0)', False),
    ('10 ** 400', 'approx(1e300)', False),
    ('(2.0,)', 'approx([2.0])', False),
    ('"approx(1)"', 'approx("approx(1)")', True),
  ],
)
def test_an_expected_value_may_say_how_far_its_floats_may_be_off(pool, value, expected, same):
  assert judge(pool, f'def f(): return {value}', Test(code='f()', expected=expected)).passed == (same,)


@pytest.mark.parametrize(
  'printed, due, same',
  [
    ('1 2', '1\n2\n', True),
    ('1', '1 2', False),
    ('1 2', '1', False),
    ('', '1', False),
    ('1.000001', '1', True),
    ('1.001', '1', False),
    ('100000000000', '100000000001', False),
    ('Yes', 'YES', False),
    ('1e2', '100.0', True),
    ('nan', '1.0', False),
  ],
)
def test_printed_output_is_compared_word_by_word(pool, printed, due, same):
  assert judge(pool, f'print({printed!r})', Test(stdin='', stdout=due)).passed == (same,)


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


def test_programs_start_in_an_empty_folder(pool):
  leave = 'import os\nos.makedirs("a/b")\nopen("c", "w").write("x")\nos.open("a/d", os.O_CREAT, 0)\ndef f(): pass'
  assert judge(pool, leave, 'f() is None').outcome == Outcome.PASSED
  assert judge(pool, 'import os\ndef f(): return os.listdir()', 'f() == []').outcome == Outcome.PASSED


def test_tests_do_not_see_each_others_names(pool):
  report = judge(pool, 'def f(x): return x', 'y = f(1)\nassert y == 1', 'assert y == 1')
  assert report.passed == (True, False)


@pytest.mark.parametrize('test', ['assert f(', Test(code='f(1)', expected='1 +'), Test(code='f(1)', expected='name')])
def test_a_broken_test_is_our_fault(pool, test):
  report = judge(pool, 'def f(x): return x', test)
  assert report.outcome == Outcome.HARNESS_ERROR and report.error


def test_a_test_that_hangs_in_the_judges_own_code_times_out():
  with Pool(1, Limits(wall_s=1.5)) as pool:
    report = judge(pool, 'def f(): return range(10 ** 13)', 'assert sum(f()) == 1', 'f() == 1')
    assert report.error == 'Timeout' and not any(report.passed)
    assert judge(pool, 'def f(): return 1', 'assert f() == 1').outcome == Outcome.PASSED


def test_a_test_that_takes_all_memory_fails(pool):
  assert judge(pool, 'def f(): return range(10 ** 13)', 'assert list(f()) == 1').error == 'Memory'


def test_a_time_limit_for_each_test():
  program = 'import time\ndef f(x):\n  time.sleep(x)\n  return x'
  tests = (Test(code='f(9) == 9'), Test(code='f(0) == 0'), Test(code='f(9) == 9'), Test(code='f(0) == 0'))
  with Pool(1, Limits(wall_s=10.0, per_test_s=0.3)) as pool:
    report = pool.run([Job(program=program, tests=tests, entry_point='f')])[0]
  assert report.passed == (False, True, False, True) and report.seconds < 3.0


def test_lines_that_the_program_does_not_have_are_not_reported(pool):
  write = 'os.write(3, struct.pack("<I", len(s)) + s)'
  forged = '{"error": ["E" * 999, "", 10 ** 30]}'
  program = f'import json, os, struct\ns = json.dumps({forged}).encode()\ndef f(): {write}'
  report = judge(pool, program, 'f() == 1', 'f() == 1')
  assert report.error_lines == () and report.error == 'E' * 80


@pytest.mark.parametrize(
  'program, test, message',
  [
    ('def f(x): return x', Test(code='f(3)', expected='4'), '3, where 4 is due'),
    ('def f(x): return [x] * 9', Test(code='f(3)', expected='[]'), '[3, 3, 3, 3, 3, 3... (9 in all)], where [] is due'),
    ('def f(x): return f', Test(code='f(3)', expected='{1: "a"}'), "an object of the program, where {1: 'a'} is due"),
    ('def f(x): return 1 << 999', 'assert f(1) == 2', 'AssertionError; the last call returned an integer of 1000 bits'),
    ('def f(x): return x', 'assert f(1) == 2, "not two"', 'AssertionError: not two; the last call returned 1'),
    ('def f(x): return x', 'f(1) == 2', 'False; the last call returned 1'),
    ('def f(x): return {}[x]', 'f("a") == 2', "KeyError: 'a'"),
    ('def f(x): return object()', 'assert {}[f(1)]', 'KeyError: an object of the program'),
    ('def f(x): while', 'f(1) == 2', 'SyntaxError: invalid syntax (<program>, line 1)'),
    ('1 / 0', 'f(1) == 2', 'ZeroDivisionError: division by zero'),
    ('def g(x): return x', 'f(1) == 2', 'MissingEntryPoint'),
    ('import os\ndef f(x): os._exit(0)', 'f(1) == 2', 'Exit'),
    ('def f(x): return x', 'f(1) == 1', ''),
    ('print(3)', Test(stdin='', stdout='4'), "'3\\n' was printed, where '4' is due"),
  ],
)
def test_every_test_has_a_message(pool, program, test, message):
  assert judge(pool, program, test, test).messages == (message, message)


def test_memory_is_the_most_that_was_held(pool):
  small = judge(pool, 'def f(): return 1', 'f() == 1').memory_mb
  program = 'def f():\n  x = bytearray(99 << 20)\n  x[::4096] = bytes(len(x[::4096]))'
  large = judge(pool, program, 'f() == None').memory_mb
  assert 1 < small < 60 and small + 95 < large < small + 130
  assert judge(pool, 'def f(): return 2', 'f() == 2').memory_mb < small + 20
