"""Executed lines are whole statements, also behind hot loops; compared with a plain record of every line event."""

import sys

import pytest

from acrl_jax.harness import Limits, Pool, executed
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
}  # fmt: skip


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


def run(source, trace):
  code = compile(source, executed.FILE, 'exec')
  names = {}
  before = sys.gettrace()
  sys.settrace(trace)
  try:
    exec(code, names)
    names['f']()
  except ZeroDivisionError:
    pass
  finally:
    sys.settrace(before)


def test_the_same_lines_as_a_plain_record_on_all_programs_of_this_file():
  for source, _ in WHOLE.values():
    lines, every = executed.Lines(), set()

    def plain(frame, event, argument, every=every):
      if frame.f_code.co_filename != executed.FILE:
        return None
      if event == 'line':
        every.add(frame.f_lineno)
      return plain

    run(source, lines)
    run(source, plain)
    assert every <= lines.seen
    assert every == lines.seen or '90000' in source
