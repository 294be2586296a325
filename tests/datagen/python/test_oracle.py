"""Functions that misbehave in every way that a library's could; what they did must be told, and the oracle go on."""


import pytest
from wild import TOOLS, corpus, function, observe

from acrl_jax.datagen.python import source
from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Reject, Type


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  running = PythonOracle(corpus(tmp_path_factory.mktemp('corpus'), tools=TOOLS), 0)
  yield running
  running.close()


def test_values_arguments_and_branches(oracle):
  clamp = function('''
    def clamp(x):
        if x < 0:
            return 0
        while x > 9:
            x = x // 10
        return _more(x)
  ''')
  run = oracle.run(clamp, [(-5,), (7,), (123,)])
  assert [o.value for o in run.observations] == [0, 8, 2]
  assert [o.kind for o in run.observations] == ['value'] * 3
  assert run.branches == 4
  # if, while: past it is 0 and 2, into it 1 and 3.
  assert [set(o.branches) for o in run.observations] == [{1}, {0, 2}, {0, 2, 3}]


def test_a_mutated_argument_is_told_and_the_next_call_gets_its_own(oracle):
  push = function('def push(x):\n    x.append(len(x))\n    return x', Type('list'))
  same = [1]
  first, second = oracle.run(push, [(same,), (same,)]).observations
  assert first.value == second.value == [1, 1] and first.args == second.args == ([1, 1],)
  assert same == [1]
  assert first.value is not first.args[0]


def test_a_process_that_ends_costs_one_input(oracle):
  fatal = function('def fatal(x):\n    if x == 2:\n        os._exit(7)\n    return x')
  seen = oracle.run(fatal, [(1,), (2,), (3,)]).observations
  assert [(o.kind, o.value, o.error) for o in seen] == [('value', 1, ''), ('limit', None, 'died'), ('value', 3, '')]
  crash = function('def crash(x):\n    if x == 2:\n        ctypes.string_at(0)\n    return x')
  assert [o.kind for o in oracle.run(crash, [(1,), (2,), (3,)]).observations] == ['value', 'limit', 'value']


def test_a_function_that_always_ends_its_process_is_given_up(oracle):
  with pytest.raises(Reject) as e:
    oracle.run(function('def gone(x):\n    os._exit(0)'), [(i,) for i in range(9)])
  assert (e.value.stage, e.value.reason) == ('execute', 'crash')


def test_processor_time_is_bounded_within_a_call_and_over_all_calls(oracle, monkeypatch):
  subject = function('def f(x):\n    if x > 9:\n        while x:\n            x = x**2 % 10**5000\n    return x')
  seen = oracle.run(subject, [(12,), (3,)]).observations
  assert [(o.error, o.value) for o in seen] == [('time', None), ('', 3)]
  monkeypatch.setattr('acrl_jax.datagen.python.oracle._SLOW', 2)
  with pytest.raises(Reject) as e:
    oracle.run(subject, [(12 + i,) for i in range(30)])
  assert (e.value.stage, e.value.reason) == ('execute', 'slow')


def test_one_instruction_that_does_not_end(oracle):
  subject = function('def f(x):\n    return sum(range(x))')
  seen = oracle.run(subject, [(4,), (10**12,), (5,)]).observations
  assert [(o.error, o.value) for o in seen] == [('', 6), ('time', None), ('', 10)]


def test_what_sleeps_is_cut_off(oracle, monkeypatch):
  monkeypatch.setattr('acrl_jax.datagen.python.oracle._CALL_WAIT', 2.0)
  stuck = function('def stuck(x):\n    if x == 2:\n        time.sleep(1e6)\n    return x')
  assert [o.error for o in oracle.run(stuck, [(1,), (2,), (3,)]).observations] == ['', 'time', '']


def test_addresses_are_flagged(oracle):
  assert observe(oracle, 'def f(x):\n    return [repr(Thing())]', 1).flags == {'NONDET'}
  assert not observe(oracle, 'def f(x):\n    return hex(x) + " 0xff"', 1).flags


def test_two_seeds_disagree_on_set_order_and_on_random_numbers(oracle):
  with PythonOracleOf(oracle, 1) as other, PythonOracleOf(oracle, 0) as twin:
    for body in ('def f(x):\n    return list(set("abcdefghij"))', 'def f(x):\n    return random.random()'):
      made = function(body, Type('list'))
      mine = [o.value for o in oracle.run(made, [(1,), (2,)]).observations]
      assert mine == [o.value for o in twin.run(made, [(1,), (2,)]).observations]
      assert mine != [o.value for o in other.run(made, [(1,), (2,)]).observations]


class PythonOracleOf:
  """Another oracle for the same corpus."""

  def __init__(self, oracle, seed):
    self.oracle = PythonOracle(oracle.fetched, seed)

  def __enter__(self):
    return self.oracle

  def __exit__(self, *_):
    self.oracle.close()


def test_a_small_corpus_from_source_to_kills(tmp_path):
  fetched = corpus(tmp_path, mod='''
    def triple(x: int, by: int = 3) -> int:
        """Multiply an integer by three, or by another number.

        >>> triple(2)
        6
        """
        return x * by
  ''')
  (found,) = source.functions(fetched)
  oracle = PythonOracle(fetched, 0)
  assert [o.value for o in oracle.run(found.function, [(2,), (2, 5)]).observations] == [6, 10]
  assert {m.kind for m in oracle.mutate(found.function, [(2,)], 9) if m.killed_by} >= {'arithmetic', 'result'}
  oracle.close()
