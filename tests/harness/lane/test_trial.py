"""What the tests of one program add up to: time, errors, lines."""

import signal
import time

import pytest
from one_program import judge
from random_messages import Nursery

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import trial
from acrl_jax.records import Job, Outcome, Test
from acrl_jax.sandbox import wire


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


@pytest.mark.parametrize('name', ['Timeout', 'Memory', 'Killed', 'Sandbox', 'Exit', 'Malformed', 'MissingEntryPoint'])
def test_no_class_of_a_program_passes_for_what_has_happened_to_it(pool, name):
  report = judge(pool, f'class {name}(Exception): pass\ndef f(): raise {name}("x")', 'f() == 1')
  assert (report.error, report.messages) == (f'program.{name}', (f'program.{name}: x',))
  assert (report.outcome, report.error_lines) == (Outcome.CRASHED, (2,))


@pytest.mark.parametrize(
  'program, lines',
  [
    ('def f():\n  x = 1\n  return eval("(")', (3,)),
    ('def f():\n  raise SyntaxError("x")', (2,)),
    ('x = 1\nexec("(")\ndef f(): pass', (2,)),
    ('def f():\n  return (\n', (2,)),
  ],
)
def test_syntax_errors_have_the_programs_line(pool, program, lines):
  report = judge(pool, program, 'f() == 1')
  assert (report.error, report.error_lines) == ('SyntaxError', lines)


class Dying(Nursery):
  """A nursery whose workers end with this status."""

  def __init__(self, status):
    super().__init__(b'')
    self.status = status

  def settle(self):
    return self.status


def made(tests=2, nursery=None, **limits):
  job = {'program': 'a\nb\n', 'tests': [None] * tests, 'entry_point': 'f', 'setup': ''}
  return trial.Trial(job, nursery or Dying(0), Limits(**limits))


def test_the_first_error_counts_and_the_lines_of_all():
  t = made()
  t.note('ValueError', 2, 'text')
  assert (t.error, t.message) == ('ValueError', 'ValueError: text')
  t.note('MemoryError', 1)
  t.note('KeyError', 9)
  t.note('KeyError', 2)
  assert (t.error, t.message, t.error_lines) == ('ValueError', 'KeyError', [2, 1])
  assert made().error == ''


def test_executed_lines_are_numbers_of_lines_that_there_are():
  t = made()
  t.add_lines([1, 3, 4, 0, -1, True, '2', 2.0])
  t.add_lines({1: 2})
  assert t.lines == {1, 3}


@pytest.mark.parametrize(
  'status, error',
  [(0, 'Exit'), (3 << 8, 'Exit'), (signal.SIGXCPU, 'Timeout'), (signal.SIGSYS, 'Sandbox'), (9, 'Killed')],
)
def test_why_a_worker_hung_up(status, error):
  t = made(nursery=Dying(int(status)))
  t.handle_exception(wire.Gone())
  assert t.error == error and t.session is None


def test_half_of_the_time_that_is_left_is_a_tests_share_and_all_of_it_the_lasts():
  t = made(wall_s=8.0)
  now = time.monotonic()
  assert t.share(3) - now == pytest.approx(4.0, abs=0.2) and t.share(1) - now == pytest.approx(8.0, abs=0.2)
  t = made(wall_s=8.0, per_test_s=1.0)
  assert t.share(3) - time.monotonic() == pytest.approx(1.0, abs=0.2)


def test_what_is_our_fault_is_not_noted_but_raised():
  for fault in (trial.OurFault('x'), trial.LoadFailed()):
    t = made()
    with pytest.raises(type(fault)):
      t.handle_exception(fault)
    assert t.error == ''
