"""What a test passes to a program, and a program back, is to either what it would be in one process."""

import contextlib

import pytest
from one_program import judge
from random_messages import Nursery, framed

from acrl_jax.harness.lane import proxies
from acrl_jax.records import Job, Outcome, Test
from acrl_jax.sandbox import wire

SUM = 'def f(*a, **k):\n  return sum(sum(y) for y in [*a, *k.values()])'
TAKE = 'def f(y, n):\n  y = iter(y)\n  return [next(y) for _ in range(n)]'
APPLY = 'def g(x): return 2 * x\ndef h(y): return map(g, y)\ndef f(*a): return a[0](*a[1:])'
WORKS = {  # name: program, test
  # --- builtins
  'a builtin type': ('def f(): return int', 'assert f() is int'),
  'a builtin in a list': ('def f(y): return y[0](-3)', 'y = [abs, int]\nassert f(y) == 3 and y == [abs, int]'),
  # --- dicts
  'counter': (
    'from collections import *\ndef f(s): return Counter(s)',
    'c = f("aab")\nassert c["x"] == 0 and c.most_common(1) == [("a", 2)] and c == {"a": 2, "b": 1}',
  ),
  'counter given': (
    'def f(c):\n  c["x"] += 1\n  return c.most_common()',
    'from collections import *\nc = Counter("a")\nassert f(c) == [("a", 1), ("x", 1)]\n'
    'assert type(c) is Counter and c == Counter("ax")',
  ),
  'ordered dict': (
    'from collections import *\ndef f(): return OrderedDict([(2, 1), (1, 2)])',
    'from collections import *\nassert f() == OrderedDict({2: 1, 1: 2}) != OrderedDict({1: 2, 2: 1})\n'
    'assert f() != OrderedDict({1: 2, 2: 1}) and f() == {1: 2, 2: 1}',
  ),
  'default dict': (
    'from collections import *\ndef f(): return defaultdict(list, a=[1])',
    'd = f()\nassert d == {"a": [1]} and d["b"] == []',
  ),
  'default dict given': (
    'def f(d, k): d[k] += 1',
    'from collections import *\nd = defaultdict(int)\nf(d, 3)\nassert d == {3: 1} and d[4] == 0',
  ),
  'factory of its own': (
    'from collections import *\ndef f(): return defaultdict(lambda: f(), a=1)',
    'try:\n  f()["b"]\n  assert False\nexcept KeyError:\n  assert f() == {"a": 1}',
  ),
  # --- views
  'keys': ('def f(d): return d.keys()', 'k = f({3: 1, 2: 0})\nassert k == {2, 3} and list(k) == [3, 2] and 3 in k'),
  'values': ('def f(d): return d.values()', 'v = f({3: 1, 2: 1})\nassert list(v) == [1, 1] and len(v) == 2'),
  'items': (
    'def f(d): return d.items()',
    'i = f({3: [], 2: 0})\nassert list(i) == [(3, []), (2, 0)] and dict(i)[2] == 0',
  ),
  'views given': (
    'def f(k, v, i): return [type(x).__name__ for x in (k, v, i)], k & {1}, sum(v), [*i]',
    'd = {1: 2, 3: 4}\nnames = ["dict_keys", "dict_values", "dict_items"]\n'
    'assert f(d.keys(), d.values(), d.items()) == (names, {1}, 6, [(1, 2), (3, 4)])',
  ),
  # --- iterators
  'iterator': (SUM, 'assert f(iter([1, 2]), iter((3,)), a=iter({4})) == 10'),
  'generator': (SUM, 'assert f(x * x for x in range(9)) == 204'),
  'zip, map, enumerate': (
    'def f(*a): return [[*y] for y in a]',
    'assert f(zip("a", "b"), map(abs, [-1])) == [[("a", "b")], [1]]',
  ),
  'endless': (TAKE, 'import itertools\nassert f(itertools.count(5), 3) == [5, 6, 7]'),
  'rest of it': (TAKE, 'y = iter([1, 2, 3])\nassert f(y, 1) == [1] and list(y) == [2, 3]'),
  'iterator in a list': (
    'def f(y): return next(y[0])',
    'y = [iter([1, 2])]\nassert f(y) == 1 and list(y[0]) == [2]',
  ),
  'iterator given back': (
    'def f(y): return y',
    'import itertools\ny = itertools.count()\nassert next(f(y)) == 0 == next(y) - 1',
  ),
  'an error in it': (
    'def f(y):\n  try: return sum(y)\n  except ZeroDivisionError: return "no"',
    'assert f(1 // x for x in [1, 0]) == "no"',
  ),
  'calls the program': (APPLY, 'assert f(sum, map(g, [1, 2])) == 6 and f(sum, (v for v in h([1]))) == 2'),
  'function of the program': (APPLY, 'assert f(g, 3) == 6 and f(lambda v: g(v) + g(1), 2) == 6'),
  'object of the program': (
    'class A:\n  def __next__(self): return 3\n  def __iter__(self): return self\nA = A()\ndef f(x): return x is A',
    'assert f(A)',
  ),
  # --- changes in place
  'keyword changed': (
    'def f(*, y, d): y.sort(); d.clear()',
    'y, d = [2, 1], {1: 2}\nf(d=d, y=y)\nassert (y, d) == ([1, 2], {})',
  ),
  'in a tuple': ('def f(t): t[0].append(3)', 'a, b = [1], [2]\nf((a, b))\nassert (a, b) == ([1, 3], [2])'),
  'deep in tuples': ('def f(*, t): t[1][0][0].add(3)', 'a = {1}\nf(t=(0, ((a, 1), 2)))\nassert a == {1, 3}'),
  'named tuple': (
    'def f(t): t[1].append(t[0])',
    'import collections\nt = collections.namedtuple("T", "x y")(1, [])\nf(t)\nassert t.y == [1] and t.x == 1',
  ),
  'deque': (
    'def f(q): q.rotate()',
    'import collections\nq = collections.deque([1, 2], 2)\nf(q)\nassert list(q) == [2, 1]',
  ),
  'a subclass changed': (
    'def f(y): y.append(1)',
    'class L(list): pass\ny = L()\nf(y)\nassert y == [1] and type(y) is L',
  ),
  'only the type changed': ('def f(y): y[0] = True', 'y = [1]\nf(y)\nassert y[0] is True'),
  'functions are no change': (
    'def f(y): return y[0](2)',
    'g = lambda x: x + 1\ny = [g]\nassert f(y) == 3 and y[0] is g',
  ),
}  # fmt: skip


@pytest.fixture(scope='module')
def reports(pool):
  jobs = [Job(program=program, tests=(Test(code=test),), entry_point='f') for program, test in WORKS.values()]
  return dict(zip(WORKS, pool.run(jobs)))


@pytest.mark.parametrize('name', WORKS)
def test_values_are_what_they_are_in_plain_python(reports, name):
  program, test = WORKS[name]
  scope = {}
  exec(program, scope)
  if name != 'factory of its own':  # which only the program can call
    exec(test, scope)
  assert reports[name].outcome == Outcome.PASSED, reports[name]


def test_a_builtin_function_is_an_answer_like_any_other(pool):
  report = judge(pool, 'def f(): return len', 'assert f() == 1')
  assert (report.outcome, report.error) == (Outcome.FAILED, '')
  assert judge(pool, 'def f(): return len', 'assert f()([1, 2]) == 2').outcome == Outcome.PASSED


def test_what_cannot_be_sent_is_the_tests_fault_in_an_iterator_too(pool):
  for test in ('f([object()])', 'f(iter([object()]))', 'import io\nf(io.StringIO())'):
    assert judge(pool, 'def f(y): return list(y)', test).outcome == Outcome.HARNESS_ERROR


@pytest.mark.parametrize(
  'change',
  [
    *([[0], content] for content in (1, None, {'tuple': []}, {'dict': []}, {'set': [[]]}, {'ref': ['object', 0]})),
    *([path, []] for path in ([], 0, '', [1], [9], [1.5], [[]], [0, 0], [2, 0], [2, 9], ['a'], ['b', 0], {}, None)),
    [['c', 0], {'ordered': []}],
    [],
    3,
  ],
  ids=str,
)
def test_no_change_gives_an_argument_another_type(change):
  args, kwargs = ([1], 2, ({3: 4},)), {'b': {5}, 'c': ({6: 7},)}
  with contextlib.closing(Nursery(framed({'value': 1, 'changed': [change]}))) as nursery:
    with pytest.raises(wire.Malformed):
      proxies.Remote(nursery.session(), {'name': 'f'})(*args, **kwargs)
  assert (args, kwargs) == (([1], 2, ({3: 4},)), {'b': {5}, 'c': ({6: 7},)})


@pytest.mark.parametrize('which', [-1, 2, True, None, '0', 0.0, []], ids=str)
def test_a_program_calls_only_what_a_test_has_given_to_it(which):
  request = {'callback': which, 'args': [], 'kwargs': {}}
  with contextlib.closing(Nursery(framed(request) + framed({'value': 1}))) as nursery:
    with pytest.raises(wire.Malformed):
      proxies.Remote(nursery.session(), {'name': 'f'})(iter([1]), lambda: 1)


def test_a_malformed_answer_within_a_call_ends_all_of_it():
  said = {'callback': 0, 'args': [], 'kwargs': {}}, {'value': {'eval': 1}}, {'value': 1}
  with contextlib.closing(Nursery(b''.join(map(framed, said)))) as nursery:
    f = proxies.Remote(nursery.session(), {'name': 'f'})
    with pytest.raises(wire.Malformed):
      f(map(f, [1]))


def test_a_proxy_equals_itself_alone():
  session = proxies.Session(None)
  one, same, other = (proxies.Remote(session, {'object': k}) for k in (0, 0, 1))
  assert one == same and hash(one) == hash(same) and one != other and one != 0
  assert one != proxies.Remote(proxies.Session(None), {'object': 0})


def test_an_error_is_text_that_can_be_printed_and_no_name_of_ours():
  assert proxies.parse_error(['KeyError', 'x', 3]) == ('KeyError', 'x', 3)
  assert proxies.parse_error(['Timeout', '\ud800', 0]) == ('program.Timeout', '\\ud800', 0)
  assert proxies.parse_error(['a b', 'x' * 999, 1]) == ('a b', 'x' * 300, 1)
  for error in (None, ['E'], ['E', 'x', True], [1, 'x', 2]):
    with pytest.raises(wire.Malformed, match='an error must be'):
      proxies.parse_error(error)
