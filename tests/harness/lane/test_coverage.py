"""Executed lines are whole statements, also behind hot loops; compared with a plain record of every line event."""

import sys
import threading

import pytest

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import coverage
from acrl_jax.records import Job, Outcome, Test

WHOLE = {
  'a statement of several lines': (
    'def f():\n  y = [\n    1,\n    2,\n  ]\n  return (\n    y\n  )',
    [1, 2, 3, 4, 5, 6, 7, 8],
  ),
  'a decorator': (
    'import functools\n@functools.lru_cache(\n  None\n)\ndef f():\n  return 1\n',
    [1, 2, 3, 4, 5, 6],
  ),
  'a header': (
    'def f(\n  x=1,\n):\n  if (x or\n      2):\n    return 3\n  else:\n    return 4',
    [1, 2, 3, 4, 5, 6],
  ),
  'one line': ('def f(): return 1', [1]),
  'not entered': ('def f():\n  return 1\ndef g(\n  x\n):\n  return (\n    2)', [1, 2, 3, 4, 5]),
  'a comprehension': (
    'def f():\n  return [\n    v\n    for v in range(3)\n    if v\n  ]',
    [1, 2, 3, 4, 5, 6],
  ),
  'a class': (
    'class A(\n  object\n):\n  x = 1\n  def g(self):\n    return 0\ndef f(): return A',
    [1, 2, 3, 4, 5, 7],
  ),
  'handlers': (
    'def f():\n  try:\n    1 / 0\n  except (ValueError,\n    KeyError):\n    return 1\n'
    '  except ZeroDivisionError:\n    return 2',
    [1, 2, 3, 4, 5, 7, 8],
  ),
  'text': ('def f():\n  x = """a\n  b\n  """\n  return x', [1, 2, 3, 4, 5]),
  'warm': (
    'def f():\n  n = 0\n  for k in range(9000):\n    n += k\n  if n < 0:\n    n = 1\n  return n',
    [1, 2, 3, 4, 5, 7],
  ),
  'hot': (  # given up in the loop: what may have run counts
    'def f():\n  n = 0\n  for k in range(90000):\n    n += k\n  if n < 0:\n    n = 1\n  return n',
    [1, 2, 3, 4, 5, 6, 7],
  ),
  'hot with a dead branch': (
    'def g(n):\n  for k in range(n):\n    if k < 0:\n      k = 1\n  return n\ndef f():\n  g(90000)\n  return 3',
    [1, 2, 3, 4, 5, 6, 7, 8],
  ),
  'called often': (
    'def g(n): return n < 2 or g(n - 1) and g(n - 2)\ndef f():\n  g(20)\n  return 1\ndef h():\n  return 1',
    [1, 2, 3, 4, 5],
  ),
  'called too often': (  # no call is traced any more: what may have run counts
    'def g(n): return n < 2 or g(n - 1) and g(n - 2)\ndef h():\n  return 1\ndef f():\n  g(26)\n  return h()',
    [1, 2, 3, 4, 5, 6],
  ),
  'no stack left': (  # nor is there for the trace function, which is off from there on
    'def g(): return g()\ndef f():\n  try:\n    g()\n  except RecursionError:\n    return h()\ndef h():\n  return 1',
    [1, 2, 3, 4, 5, 6, 7, 8],
  ),
  'a thread': (
    'import threading as t\ndef g():\n  x = 1\n  return x\ndef f():\n  x = t.Thread(target=g)\n  x.start()\n  x.join()',
    [1, 2, 3, 4, 5, 6, 7, 8],
  ),
}  # fmt: skip
GIVEN_UP = 'hot', 'hot with a dead branch', 'called too often', 'no stack left'


@pytest.fixture(scope='module')
def reports():
  jobs = [Job(program=program, tests=(Test(code='f() or True'),), entry_point='f') for program, _ in WHOLE.values()]
  with Pool(2, Limits(wall_s=10.0)) as pool:
    return dict(zip(WHOLE, pool.run(jobs)))


@pytest.mark.parametrize('name', WHOLE)
def test_lines_are_whole_statements(reports, name):
  assert reports[name].outcome == Outcome.PASSED, reports[name]
  assert list(reports[name].executed_lines) == WHOLE[name][1]


def test_lines_cost_nothing_unless_asked_for():
  job = Job(program='def f(): return 1', tests=(Test(code='f() == 1'),), entry_point='f')
  with Pool(1, Limits(lines=False)) as pool:
    assert pool.run([job])[0].executed_lines == ()


def test_lines_of_what_tests_do_with_an_object():
  program = """class A:
  @property
  def p(self):
    return 1
  def __getitem__(self, i):
    return i
  def __setattr__(self, name, value):
    object.__setattr__(self, name, value)
  def unused(self):
    return 2
def f(): return A()"""
  tests = Test(code='assert f().p == 1'), Test(code='assert f()[2] == 2'), Test(code='f().q = 3')
  with Pool(1) as pool:
    report = pool.run([Job(program=program, tests=tests, entry_point='f')])[0]
  assert report.outcome == Outcome.PASSED, report
  assert report.executed_lines == (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)


def run(source):
  names = {}
  try:
    exec(compile(source, coverage.FILE, 'exec'), names)
    names['f']()
  except ZeroDivisionError:
    pass


def plain_record(source):
  """Every line of the program that the interpreter tells of."""
  every = set()

  def trace(frame, event, argument):
    if frame.f_code.co_filename != coverage.FILE:
      return None
    if event == 'line':
      every.add(frame.f_lineno)
    return trace

  threading.settrace(trace)
  sys.settrace(trace)
  run(source)
  sys.settrace(None)
  threading.settrace(None)
  return every


@pytest.mark.parametrize('name', WHOLE)
def test_the_same_lines_as_a_plain_record(name):
  before = sys.gettrace()
  lines = coverage.Lines()
  lines.run(run, WHOLE[name][0])
  every = plain_record(WHOLE[name][0])
  sys.settrace(before)
  assert every <= lines.seen
  assert every == lines.seen or name in GIVEN_UP
