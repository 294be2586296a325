"""Whatever a program is, prints or sends: no false pass, no exception, no lane lost, and the next one is judged."""

import builtins
import collections
import contextlib
import datetime
import decimal
import fractions
import itertools

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from random_messages import LOADED, Nursery, framed, said, values
from random_programs import modules, mutants, texts

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import judge as judge_lib
from acrl_jax.harness.lane import proxies
from acrl_jax.records import Job, Outcome, Test
from acrl_jax.sandbox import wire

SECRET = 6364136223846793005  # what no program below can know
TESTS = (
  Test(code=f'assert f(3) == {SECRET}'),
  Test(code='f(3)', expected=str(SECRET)),
  Test(code=f'f(4) == {SECRET}'),
  Test(code=f'assert abs(f(5) - {SECRET}) < 1e-3'),
  Test(code=f'assert list(map(f, [2, 3])) == [{SECRET}] * 2'),
  Test(code=f'assert f(lambda k: [k][k]) == {SECRET}'),
  Test(code=f'x = f(1)\nx[0] = 2\nassert list(x) == [2, {SECRET}]'),
  Test(code=f'x = [f(1)]\nassert len(x[0]) == {SECRET}'),
  Test(code=f'def check(candidate):\n  assert candidate(7) == {SECRET}'),
)
DUE = {0: [], 3: [1, 5], 5: [1, 5, 21, 16], 9: [1, 5, 21, 46, 95, 150]}
RIGHT_TESTS = tuple(Test(code=f'assert f({n}) == {due}') for n, due in DUE.items())
LIMITS = Limits(wall_s=2.0, memory_mb=256)
BUILTIN_TYPES = {type(None), bool, int, float, complex, str, bytes, bytearray, range, type, proxies.Remote}
BUILTIN_TYPES |= {datetime.date, datetime.datetime, datetime.timedelta, decimal.Decimal, fractions.Fraction}
BUILTIN_TYPES |= (DICTS := {dict, collections.OrderedDict, collections.Counter, collections.defaultdict})
VIEWS = {type({}.keys()), type({}.values()), type({}.items())}
BUILTIN_TYPES |= (CONTAINERS := {list, tuple, set, frozenset, collections.deque, *VIEWS})


def fuzz(examples):
  # The same examples in every run: a test that fails by chance tells nothing about a change.
  slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
  return settings(max_examples=examples, derandomize=True, deadline=None, suppress_health_check=slow)


@pytest.fixture(scope='module')
def pool():
  with Pool(1, LIMITS) as pool:
    yield pool


@pytest.fixture(scope='module')
def right():
  """Right programs, no two of which are the same: a verdict that is remembered would say nothing of the lane."""
  return (
    Job(program=f'def f(x): return x + {k}', tests=(Test(code='f(1)', expected=str(k + 1)),), entry_point='f')
    for k in itertools.count()
  )


def is_writable(texts):
  """Whether they can be printed, which half a surrogate pair cannot."""
  return all(text == text.encode('utf-8', 'replace').decode() for text in texts)


def judge(pool, right, program, tests=TESTS):
  """The report on any program, after which the same lane passes a right one."""
  lanes = [lane.process.pid for lane in pool._lanes]
  report, next_one = pool.run([Job(program=program, tests=tests, entry_point='f'), next(right)])
  assert next_one.outcome == Outcome.PASSED
  assert [lane.process.pid for lane in pool._lanes] == lanes
  assert report.outcome != Outcome.HARNESS_ERROR and len(report.passed) == len(report.messages) == len(tests)
  assert is_writable([report.error, *report.messages])
  return report


@fuzz(100)
@given(texts)
@example('def f(x): raise ValueError("\\ud800")')
def test_no_text_passes(pool, right, program):
  assert not any(judge(pool, right, program).passed)


@fuzz(100)
@given(modules)
def test_no_syntax_tree_passes(pool, right, program):
  assert not any(judge(pool, right, program).passed)


@fuzz(60)
@given(mutants)
def test_mutants_pass_exactly_the_tests_that_they_pass_in_plain_python(pool, right, program):
  def passes(test):
    scope = {}
    try:
      exec(program, scope)
      exec(test.code, scope)
    except Exception:
      return False
    return True

  assert judge(pool, right, program, RIGHT_TESTS).passed == tuple(map(passes, RIGHT_TESTS))


words = st.text('01.e-x \n', max_size=3)


@fuzz(40)
@given(words, st.sampled_from([1, 1000, 100_000]), words)
@example('1', 100_000, 'x')
def test_nothing_printed_passes_or_keeps_the_judge_busy(pool, right, word, times, end):
  tests = (Test(stdin='', stdout='3.5'), Test(stdin='', stdout=str(SECRET)))
  assert not any(judge(pool, right, f'print({word!r} * {times} + {end!r})', tests).passed)


SAYS = """import os, stat
LOADED, DATA = ...
def say(data):
  for d in range(64):
    try:
      if stat.S_ISSOCK(os.fstat(d).st_mode): os.write(d, data)
    except OSError: pass
"""
speakers = st.sampled_from(
  [
    'say(DATA)',
    'say(LOADED + DATA)',
    'say(LOADED + DATA)\nos._exit(0)',
    'def f(x): say(DATA)',
    'def f(x):\n  say(DATA)\n  os._exit(0)',
    'def f(x):\n  say(DATA)\n  raise KeyError(x)',
  ]
)


@fuzz(60)
@given(said, speakers)
def test_nothing_that_a_program_writes_to_the_judge_passes(pool, right, data, speaker):
  assert not any(judge(pool, right, SAYS.replace('...', repr((LOADED, data))) + speaker).passed)


def is_plain(x):
  if type(x) not in BUILTIN_TYPES or (type(x) is type and getattr(builtins, x.__name__, None) is not x):
    return False
  inner = [*x.keys(), *x.values()] if type(x) in DICTS else x if type(x) in CONTAINERS else ()
  return all(map(is_plain, inner))


@fuzz(100)
@given(st.lists(values.map(framed), max_size=3).map(b''.join) | said)
def test_messages_are_plain_or_malformed(data):
  with contextlib.closing(Nursery(data)) as nursery, pytest.raises((wire.Malformed, wire.Gone)):
    session = nursery.session()
    while True:
      message = session.channel.receive()
      with contextlib.suppress(wire.Malformed):
        value = session.decode(message)
        assert is_plain(value)
        session.encode(value)  # or a test that passes it on would be at fault


USES = (
  lambda f, args: f(*args),
  lambda f, args: f(a=args),
  lambda f, args: f((args[0], (args[1], args[2])), a=(args[3],)),
  lambda f, args: f(iter(args)),
  lambda f, args: list(itertools.islice(iter(f), 20)),
  lambda f, args: len(f),
  lambda f, args: bool(f),
  lambda f, args: str(f),
  lambda f, args: f[0],
  lambda f, args: f.x,
  lambda f, args: setattr(f, 'x', 1),
)


@fuzz(200)
@given(said)
@example(framed({'value': -1}))
@example(framed({'value': 2**200}))
@example(framed({'value': 1, 'changed': [[[0, 1, 0], {'defaultdict': ['int', [2, {'keys': [3]}]]}]]}))
@example(framed({'callback': 0, 'args': [], 'kwargs': {}}) + framed({'value': 1, 'changed': [[['a', 0], []]]}))
@example(framed({'callback': 0, 'args': [{'int': '0x' + 'f' * 5000}], 'kwargs': {}}))
def test_answers_give_plain_values_or_exceptions_of_the_wire_or_the_program(data):
  for use in USES:
    args = [[1], {2: {3}}, {4}, bytearray(b'5'), (6,), lambda k: {}[k]]
    with contextlib.closing(Nursery(data)) as nursery:
      session = nursery.session()
      try:
        result = use(proxies.Remote(session, {'object': 0}), args)
      except (wire.Malformed, wire.Gone):
        result = None
      except Exception as e:
        assert e is session.raised, repr(e)
        result = None
    assert is_plain([result, args[:-1]])


@fuzz(100)
@given(st.booleans(), said, st.sampled_from(['import math', 'y = f(1) + 1']))
@example(False, framed({'error': ['\ud800', '\ud801', 1]}), '')
def test_the_judge_reports_whatever_a_worker_says(loads, data, setup):
  tests = [[t.code, t.expected, t.stdin, t.stdout] for t in (*TESTS, Test(stdin='', stdout='1'))]
  job = {'program': 'x = 1\n' * 5, 'tests': tests, 'entry_point': 'f', 'setup': setup}
  with contextlib.closing(Nursery(LOADED * loads + data)) as nursery:
    report = judge_lib.judge(job, nursery, LIMITS)
  assert report['outcome'] in ('NO_COMPILE', 'CRASHED', 'FAILED') and not any(report['passed'])
  assert is_writable([report['error'], *report['messages']])
