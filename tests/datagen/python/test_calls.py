"""What a call is told as: a value or what went wrong; and which inputs kill which mutants, worked by hand."""

import math

import pytest
from wild import INT, TOOLS, corpus, function, observe

from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Type


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  running = PythonOracle(corpus(tmp_path_factory.mktemp('corpus'), tools=TOOLS), 0)
  yield running
  running.close()


@pytest.mark.parametrize(
  'value', [True, None, -(10**30), 1.5, 'a\x00\ud800"\n', b'\xff', [1, [2]], (1,), {1, 2}, {'a': [None], 2: ()}, -0.0]
)
def test_plain_values_come_back_as_they_went_in(oracle, value):
  seen = observe(oracle, 'def same(x):\n    return x', value)
  assert repr(seen.value) == repr(value) and seen.args == (value,) and seen.kind == 'value'


def test_not_a_number_is_a_value(oracle):
  assert math.isnan(observe(oracle, 'def f(x):\n    return x * 0', math.inf).value)


@pytest.mark.parametrize(
  ('body', 'kind', 'error'),
  [
    ('def f(x):\n    while True:\n        x += 1', 'limit', 'steps'),
    ('def f(x):\n    try:\n        while True:\n            x += 1\n    except:\n        return 1', 'limit', 'steps'),
    ('def f(x):\n    return sum(range(10**12))', 'limit', 'time'),
    ('def f(x):\n    return f(x)', 'limit', 'depth'),
    ('def f(x):\n    return len([0] * 10**10)', 'limit', 'memory'),
    ('def f(x):\n    raise KeyError(x)', 'raises', 'KeyError'),
    ('def f(x):\n    return 1 // (x - 3)', 'raises', 'ZeroDivisionError'),
    ('def f(x):\n    sys.exit(0)', 'unusable', 'SystemExit'),
    ('def f(x):\n    return Thing()', 'unusable', 'Thing'),
    ('def f(x):\n    return [x, {(): Thing()}]', 'unusable', 'Thing'),
    ('def f(x):\n    return {frozenset([x])}', 'unusable', 'frozenset'),
    ('def f(x):\n    return (y for y in [x])', 'unusable', 'generator'),
    ('def f(x):\n    return range(x)', 'unusable', 'range'),
    ('def f(x):\n    return "a" * 5000', 'unusable', 'size'),
    ('def f(x):\n    return 10**5000', 'unusable', 'size'),
    ('def f(x):\n    y = []\n    y.append(y)\n    return y', 'unusable', 'depth'),
    ('def f(x):\n    return {[x]}', 'raises', 'TypeError'),
  ],
)
def test_what_is_no_value(oracle, body, kind, error):
  seen = observe(oracle, body, 3)
  assert (seen.kind, seen.error) == (kind, error)


def test_plain_subclasses_count_as_what_they_are_made_of(oracle):
  seen = observe(oracle, 'def f(x):\n    import collections\n    return collections.Counter([x, x])', 3)
  assert type(seen.value) is dict and seen.value == {3: 2}


def test_an_iterator_is_told_as_a_list_and_not_for_ever(oracle):
  lazy = Type('list', (INT,), 'iterator')
  count = 'def count(x):\n    for i in range(x):\n        yield i % 10'
  assert observe(oracle, count, 3, returns=lazy).value == [0, 1, 2]
  assert observe(oracle, count, 1000, returns=lazy).value == list(range(10)) * 100
  assert observe(oracle, count, 1001, returns=lazy).error == 'endless'
  assert observe(oracle, 'def f(x):\n    return map(str, [x])', 3, returns=lazy).value == ['3']
  assert observe(oracle, 'def f(x):\n    return {x}', 3, returns=lazy).kind == 'unusable'
  late = 'def late(x):\n    yield x\n    raise ValueError'
  assert observe(oracle, late, 3, returns=lazy).error == 'ValueError'


# --- mutants


def test_the_kill_matrix(oracle):
  """By hand: what each change does to -1, 0, 6."""
  subject = function('def f(x):\n    if x > 0:\n        return x + 2\n    return 7')
  mutants = {(m.kind, m.number): m for m in oracle.mutate(subject, [(-1,), (0,), (6,)], 50)}
  found = {}
  for (kind, _), m in mutants.items():
    assert m.covered
    found.setdefault(kind, set()).add(m.killed_by)
  assert found == {
    'comparison': {frozenset([1]), frozenset([0, 1, 2])},  # >=: 0 gives 2; <=: all differ
    'constant': {frozenset(), frozenset([1]), frozenset([2]), frozenset([0, 1])},  # x > 1, x > -1, x + 3, 8
    'arithmetic': {frozenset([2])},
    'result': {frozenset([2]), frozenset([0, 1])},
  }


def test_mutants_keep_their_numbers(oracle):
  subject = function('def f(x):\n    y = 3 * x + 1\n    return y - 4 if y > 7 else -y')
  inputs = [(i,) for i in range(6)]
  every = oracle.mutate(subject, inputs, 100)
  few = oracle.mutate(subject, inputs, 4)
  assert few == every[:4] and len(every) > 8 and len({m.number for m in every}) == len(every)
  some = frozenset([every[1].number, every[5].number])
  assert oracle.mutate(subject, inputs, 100, some) == [every[1], every[5]]
  assert [m.number for m in oracle.mutate(subject, [], 100)] == [m.number for m in every]
  assert not any(m.covered for m in oracle.mutate(subject, [], 100))


def test_mutants_that_hang_grow_or_exit_are_killed(oracle):
  subject = function('''
    def f(x):
        i, y = 0, []
        while i < x:
            i += 1
            y.append(i)
        if x == 100:
            os._exit(1)
        return len(y)
  ''')
  mutants = oracle.mutate(subject, [(0,), (3,)], 100)
  assert mutants and [o.value for o in oracle.run(subject, [(0,), (3,)]).observations] == [0, 3]
  endless = [m for m in mutants if m.kind == 'arithmetic']  # i -= 1
  assert [m.killed_by for m in endless] == [frozenset([1])]
  removals = {m.covered: m.killed_by for m in mutants if m.kind == 'removal'}
  assert removals == {True: frozenset([1]), False: frozenset()}  # y.append, and os._exit that no input reaches


def test_a_mutant_that_ends_its_process_does_not_count(oracle):
  subject = function('def f(x):\n    if x == 1:\n        os._exit(1)\n    return x')
  mutants = oracle.mutate(subject, [(0,), (2,)], 100)
  fatal = [m for m in mutants if not m.covered]
  # x == 0 and x == 2 and x != 1 exit; what is in the branch is reached by nothing.
  assert len([m for m in fatal if m.kind in ('constant', 'comparison')]) >= 3
  assert [m.killed_by for m in mutants if m.kind == 'result'] == [frozenset([0, 1])]


def test_a_void_function_is_judged_by_its_arguments(oracle):
  subject = function('def f(x):\n    x.append(1)\n    x.append(len(x))', Type('none'))
  removals = [m for m in oracle.mutate(subject, [([],), ([5],)], 50) if m.kind == 'removal']
  assert [m.killed_by for m in removals] == [frozenset([0, 1])] * 2


def test_other_exceptions_and_small_differences_kill_nothing(oracle):
  subject = function('def f(x):\n    if x < 0:\n        raise ValueError("a")\n    return x + 0.5e-12')
  for m in oracle.mutate(subject, [(-1,), (4.0,)], 50):
    if m.kind == 'arithmetic':
      assert not m.killed_by  # - for +: nothing that a test with a tolerance sees
