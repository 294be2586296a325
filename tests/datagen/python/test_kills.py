"""Which inputs kill which mutants of a Python function; worked by hand."""

import pytest
from wild import TOOLS, corpus, function

from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Type


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  made = PythonOracle(corpus(tmp_path_factory.mktemp('corpus'), tools=TOOLS), 0)
  yield made
  made.close()


def test_the_kill_matrix(oracle):
  """By hand: what each change does to -1, 0, 6."""
  made = function('def f(x):\n    if x > 0:\n        return x + 2\n    return 7')
  mutants = {(m.kind, m.number): m for m in oracle.mutate(made, [(-1,), (0,), (6,)], 50)}
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
  made = function('def f(x):\n    y = 3 * x + 1\n    return y - 4 if y > 7 else -y')
  inputs = [(i,) for i in range(6)]
  every = oracle.mutate(made, inputs, 100)
  few = oracle.mutate(made, inputs, 4)
  assert few == every[:4] and len(every) > 8 and len({m.number for m in every}) == len(every)
  some = frozenset([every[1].number, every[5].number])
  assert oracle.mutate(made, inputs, 100, some) == [every[1], every[5]]
  assert [m.number for m in oracle.mutate(made, [], 100)] == [m.number for m in every]
  assert not any(m.covered for m in oracle.mutate(made, [], 100))


def test_mutants_that_hang_grow_or_exit_are_killed(oracle):
  made = function('''
    def f(x):
        i, y = 0, []
        while i < x:
            i += 1
            y.append(i)
        if x == 100:
            os._exit(1)
        return len(y)
  ''')
  mutants = oracle.mutate(made, [(0,), (3,)], 100)
  assert mutants and [o.value for o in oracle.run(made, [(0,), (3,)]).observations] == [0, 3]
  endless = [m for m in mutants if m.kind == 'arithmetic']  # i -= 1
  assert [m.killed_by for m in endless] == [frozenset([1])]
  removals = {m.covered: m.killed_by for m in mutants if m.kind == 'removal'}
  assert removals == {True: frozenset([1]), False: frozenset()}  # y.append, and os._exit that no input reaches


def test_a_mutant_that_ends_its_process_does_not_count(oracle):
  made = function('def f(x):\n    if x == 1:\n        os._exit(1)\n    return x')
  mutants = oracle.mutate(made, [(0,), (2,)], 100)
  fatal = [m for m in mutants if not m.covered]
  # x == 0 and x == 2 and x != 1 exit; what is in the branch is reached by nothing.
  assert len([m for m in fatal if m.kind in ('constant', 'comparison')]) >= 3
  assert [m.killed_by for m in mutants if m.kind == 'result'] == [frozenset([0, 1])]


def test_a_void_function_is_judged_by_its_arguments(oracle):
  made = function('def f(x):\n    x.append(1)\n    x.append(len(x))', Type('none'))
  removals = [m for m in oracle.mutate(made, [([],), ([5],)], 50) if m.kind == 'removal']
  assert [m.killed_by for m in removals] == [frozenset([0, 1])] * 2


def test_other_exceptions_and_small_differences_kill_nothing(oracle):
  made = function('def f(x):\n    if x < 0:\n        raise ValueError("a")\n    return x + 0.5e-12')
  for m in oracle.mutate(made, [(-1,), (4.0,)], 50):
    if m.kind == 'arithmetic':
      assert not m.killed_by  # - for +: nothing that a test with a tolerance sees
