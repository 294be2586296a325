"""The process of a program: what it runs in, how deep it goes, what it answers."""

import subprocess
import sys

import pytest
from one_program import judge

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import worker
from acrl_jax.records import Job, Outcome, Test


def test_lines_run_while_a_test_is_called_back(pool):
  program = 'def g():\n  return 1\ndef f(y):\n  for v in y:\n    v = 1\n  return v\ndef h():\n  return 2'
  report = judge(pool, program, 'assert f(g() for _ in "ab") == 1')
  assert report.outcome == Outcome.PASSED and report.executed_lines == (1, 2, 3, 4, 5, 6, 7)


DEPTHS = {
  'one line': 'def f(n): return 0 if n == 0 else 1 + f(n-1)\n',
  'a line only at the end': 'def f(n):\n  if n == 0:\n    return 0\n  return 1 + f(n - 1)\n',
  'a function only at the end': 'def g():\n  return 0\ndef f(n):\n  if n == 0:\n    return g()\n  return f(n - 1)\n',
}
MOST = """n = 990
try:
  while True:
    f(n)
    n += 1
except RecursionError:
  pass
"""


@pytest.mark.parametrize('lines', [False, True])
@pytest.mark.parametrize('name', DEPTHS)
def test_programs_recurse_as_deep_as_in_plain_python(name, lines):
  source = DEPTHS[name]
  plain = subprocess.run([sys.executable, '-c', f'{source}{MOST}print(n - 1)'], capture_output=True, text=True)
  most = int(plain.stdout)
  script = Test(stdin='', stdout='')
  jobs = []
  for n in (most, most + 6):
    jobs.append(Job(program=source, tests=(Test(code=f'f({n}) or True'),), entry_point='f'))
    jobs.append(Job(program=f'{source}f({n})', tests=(script,)))
  with Pool(1, Limits(lines=lines)) as pool:
    reports = pool.run(jobs)
  assert [r.outcome for r in reports] == [Outcome.PASSED] * 2 + [Outcome.CRASHED] * 2
  assert [r.error for r in reports] == [''] * 2 + ['RecursionError'] * 2


def test_arguments_that_a_call_can_change_are_found_in_tuples_as_well():
  items, inner = [1], {2}
  sent = {'tuple': [3, [1], {'tuple': [{'set': [2]}]}]}
  found = list(worker._mutable((3, items, (inner,)), sent, ['a']))
  assert found == [(['a', 1], items, [1]), (['a', 2, 0], inner, {'set': [2]})]
  assert worker._differs([True], [1]) and worker._differs([1], [2]) and not worker._differs([1], [1])


def test_a_program_finds_its_own_module_and_an_argument_list_of_its_own(pool):
  program = (
    'import sys\ndef f():\n  module = sys.modules[__name__]\n'
    '  return __name__, sys.argv, module.f is f, sys.stdin.read(), "__file__" in globals()'
  )
  report = judge(pool, program, Test(code='f()', expected='("program", ["program"], True, "", False)'))
  assert report.outcome == Outcome.PASSED, report


def test_threads_and_exit_functions_of_a_script_end_before_it(pool):
  program = 'import atexit, threading\natexit.register(print, 2)\nthreading.Timer(0.1, print, [1]).start()'
  assert judge(pool, program, Test(stdin='', stdout='1 2')).outcome == Outcome.PASSED
