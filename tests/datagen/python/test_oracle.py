"""Functions that misbehave in every way that a library's could; what they did must be told, and the oracle go on."""

import math
import os
import signal
import threading

import pytest
from wild import INT, TOOLS, corpus, function, observe

from acrl_jax.datagen.python import source
from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Reject, Type


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  fetched = corpus(tmp_path_factory.mktemp('corpus'), tools=TOOLS, broken='import no_such_module\n')
  made = PythonOracle(fetched, 0)
  yield made
  made.close()


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


@pytest.mark.parametrize(
  'value', [True, None, -(10**30), 1.5, 'a\x00\ud800"\n', b'\xff', [1, [2]], (1,), {1, 2}, {'a': [None], 2: ()}, -0.0]
)
def test_plain_values_come_back_as_they_went_in(oracle, value):
  seen = observe(oracle, 'def same(x):\n    return x', value)
  assert repr(seen.value) == repr(value) and seen.args == (value,) and seen.kind == 'value'


def test_not_a_number_is_a_value(oracle):
  assert math.isnan(observe(oracle, 'def f(x):\n    return x * 0', math.inf).value)


def test_a_mutated_argument_is_told_and_the_next_call_gets_its_own(oracle):
  push = function('def push(x):\n    x.append(len(x))\n    return x', Type('list'))
  same = [1]
  first, second = oracle.run(push, [(same,), (same,)]).observations
  assert first.value == second.value == [1, 1] and first.args == second.args == ([1, 1],)
  assert same == [1]
  assert first.value is not first.args[0]


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
  made = function('def f(x):\n    if x > 9:\n        while x:\n            x = x**2 % 10**5000\n    return x')
  seen = oracle.run(made, [(12,), (3,)]).observations
  assert [(o.error, o.value) for o in seen] == [('time', None), ('', 3)]
  monkeypatch.setattr('acrl_jax.datagen.python.oracle._SLOW', 2)
  with pytest.raises(Reject) as e:
    oracle.run(made, [(12 + i,) for i in range(30)])
  assert (e.value.stage, e.value.reason) == ('execute', 'slow')


def test_one_instruction_that_does_not_end(oracle):
  made = function('def f(x):\n    return sum(range(x))')
  seen = oracle.run(made, [(4,), (10**12,), (5,)]).observations
  assert [(o.error, o.value) for o in seen] == [('', 6), ('time', None), ('', 10)]


def test_what_sleeps_is_cut_off(oracle, monkeypatch):
  monkeypatch.setattr('acrl_jax.datagen.python.oracle._CALL_WAIT', 2.0)
  stuck = function('def stuck(x):\n    if x == 2:\n        time.sleep(1e6)\n    return x')
  assert [o.error for o in oracle.run(stuck, [(1,), (2,), (3,)]).observations] == ['', 'time', '']


def test_threads_left_behind_and_state_reach_no_other_function(oracle):
  body = '''
    def leave(x):
        threading.Thread(target=time.sleep, args=(1e6,)).start()
        CALLS.append(x)
        return len(CALLS)
  '''
  assert [o.value for o in oracle.run(function(body), [(1,), (1,)]).observations] == [1, 2]
  assert observe(oracle, 'def fresh(x):\n    return [len(CALLS), threading.active_count()]', 0).value == [0, 1]


def test_no_files_no_network_no_processes(oracle, tmp_path):
  secret = tmp_path / 'secret'
  secret.write_text('s')
  assert observe(oracle, 'def read(x):\n    return open(x).read()', str(secret)).error in (
    'FileNotFoundError', 'PermissionError',
  )  # fmt: skip
  write = 'def write(x):\n    try:\n        open(x, "w").close()\n    except OSError:\n        return "no"'
  assert observe(oracle, write, os.path.abspath(__file__) + '.new').value == 'no'
  for attempt in ('socket.create_connection(("127.0.0.1", 9))', 'os.fork()', 'os.kill(os.getppid(), 9)'):
    body = f'def f(x):\n    try:\n        {attempt}\n    except OSError as e:\n        return type(e).__name__'
    assert observe(oracle, body, 1).value in ('OSError', 'PermissionError', 'ProcessLookupError'), attempt


def test_nothing_is_printed(oracle, capfd):
  assert observe(oracle, 'def loud(x):\n    print("x" * 10**6)\n    sys.stderr.write("y")\n    return x', 1).value == 1
  assert capfd.readouterr() == ('', '')


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


def test_a_module_that_cannot_be_imported(oracle):
  with pytest.raises(Reject) as e:
    oracle.run(function('def f(x):\n    return x', module='wild.broken'), [(1,)])
  assert (e.value.stage, e.value.reason) == ('execute', 'import') and 'no_such_module' in e.value.detail


def children(pid: int) -> list[int]:
  with open(f'/proc/{pid}/task/{pid}/children') as f:
    return [int(p) for p in f.read().split()]


def test_a_killed_worker_changes_nothing(tmp_path):
  """Killed before a request, and in the middle of one."""
  oracle = PythonOracle(corpus(tmp_path, tools=TOOLS), 0)
  slow = function('def slow(x):\n    time.sleep(0.02)\n    return x')
  inputs = [(i,) for i in range(40)]
  due = oracle.run(slow, inputs)
  os.killpg(oracle._process.pid, signal.SIGKILL)
  assert oracle.run(slow, inputs) == due and oracle.restarts == 1
  kill = threading.Timer(0.3, os.killpg, (oracle._process.pid, signal.SIGKILL))
  kill.start()
  assert oracle.run(slow, inputs) == due and oracle.restarts == 2
  kill.join()
  oracle.close()
  oracle.close()
  assert not children(os.getpid()) or oracle._process is None


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
