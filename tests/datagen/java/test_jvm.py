"""The Java oracle among programs that hang, die, fill the memory, and look for a way out."""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import threading
import time

import pytest
from javafixtures import jar, method, need_java

from acrl_jax.datagen.java import jvm
from acrl_jax.datagen.java.oracle import JavaOracle
from acrl_jax.datagen.records import Reject

need_java()


@pytest.fixture(scope='module')
def hostile(tmp_path_factory):
  return jar(tmp_path_factory)


@pytest.fixture(scope='module')
def oracle(hostile):
  running = JavaOracle([hostile], cpu_s=0.5)
  yield running
  running.close()


def _errors(oracle, function, *inputs):
  return [(o.kind, o.error) for o in oracle.run(function, list(inputs)).observations]


def test_an_endless_loop_ends_at_the_same_step(oracle):
  loop = method('Hostile', 'loop', 'int')
  assert _errors(oracle, loop, (-3,), (5,), (-3,)) == [('value', ''), ('limit', 'steps'), ('value', '')]


def test_what_ends_in_one_oracle_may_not_end_in_the_other(oracle, hostile):
  other = JavaOracle([hostile], reverse_sets=True, cpu_s=0.5)
  try:
    loop = method('Hostile', 'loopFromFirst', 'Set<Integer>')
    assert _errors(oracle, loop, ({-1, 5},), ({-2},)) == [('value', ''), ('value', '')]
    assert _errors(other, loop, ({-1, 5},), ({-2},)) == [('limit', 'steps'), ('value', '')]
  finally:
    other.close()


def test_a_program_that_catches_its_end_comes_to_one(oracle):
  assert _errors(oracle, method('Hostile', 'stubborn', 'int'), (5,)) == [('limit', 'steps')]


def test_an_endless_mutant_is_killed(oracle):
  mutants = oracle.mutate(method('Hostile', 'sum', 'int'), [(0,), (4,)], 60)
  endless = next(m for m in mutants if m.kind == 'increment')
  assert endless.covered and endless.killed_by == {1}
  assert oracle.restarts == 0


def test_memory_ends_before_the_machine_does(oracle):
  assert _errors(oracle, method('Hostile', 'allocate', 'int'), (3,), (2**31 - 1,), (100_000_000,)) == [
    ('value', ''), ('limit', 'memory'), ('limit', 'memory'),
  ]  # fmt: skip
  assert _errors(oracle, method('Hostile', 'square', 'int'), (2,), (60_000,)) == [('value', ''), ('limit', 'memory')]
  assert _errors(oracle, method('Hostile', 'twice', 'String'), ('abcd',)) == [('limit', 'memory')]
  assert oracle.restarts == 0


def test_deep_recursion_is_counted_in_steps_not_by_the_stack(oracle):
  deep = method('Hostile', 'deep', 'int')
  assert _errors(oracle, deep, (150_000,), (10**6,)) == [('value', ''), ('limit', 'steps')]


def test_ways_out_of_the_arguments_are_banned(oracle):
  assert _errors(oracle, method('Hostile', 'exit', 'int'), (0,), (1,)) == [
    ('value', ''), ('unusable', 'banned:java/lang/System.exit'),
  ]  # fmt: skip
  for name, banned in (
    ('exitQuietly', 'java/lang/System.exit'),
    ('thread', 'java/lang/Thread.<init>'),
    ('clock', 'java/lang/System.nanoTime'),
    ('chance', 'java/lang/Math.random'),
  ):
    assert _errors(oracle, method('Hostile', name, 'int'), (1,)) == [('unusable', f'banned:{banned}')]


def test_a_class_that_cannot_be_initialised_says_so_every_time(oracle):
  once = method('Hostile$Once', 'get', 'int')
  with pytest.raises(Reject) as e:
    oracle.run(once, [(1,)])
  with pytest.raises(Reject) as again:
    oracle.run(once, [(1,)])
  assert e.value.args == again.value.args and e.value.reason == 'no_method' and 'Initializer' in e.value.detail


def test_every_batch_starts_from_fresh_classes_and_order_shows(oracle):
  count = method('Hostile', 'count', 'int')
  batches = [(5,), (7,)], [(5,), (7,)], [(7,), (5,)]
  results = [[o.value for o in oracle.run(count, list(batch)).observations] for batch in batches]
  assert results == [[5, 8], [5, 8], [7, 6]]


def test_a_hang_within_the_jdk_costs_one_request(hostile):
  oracle = JavaOracle([hostile], cpu_s=0.5)
  try:
    within = method('Hostile', 'within', 'long')
    with pytest.raises(Reject) as e:
      oracle.run(within, [(3,), (2**62,)])
    assert (e.value.stage, e.value.reason) == ('execute', 'hang')
    assert [o.value for o in oracle.run(within, [(3,), (4,)]).observations] == [3, 6]
    assert oracle.restarts == 1
  finally:
    oracle.close()


def _below(pid: int) -> list[int]:
  """The process and all that it started."""
  children = [int(p) for p in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]
  return [pid] + [q for child in children for q in _below(child)]


@pytest.mark.parametrize('which', [0, -1])
def test_a_machine_that_is_killed_costs_one_request(hostile, which):
  oracle = JavaOracle([hostile])
  try:
    process = oracle._jvm.process.pid
    victim = _below(process)[which]
    killer = threading.Timer(0.3, os.kill, (victim, signal.SIGKILL))
    killer.start()
    with pytest.raises(Reject) as e:
      oracle.run(method('Hostile', 'within', 'long'), [(2**62,)])
    killer.join()
    assert (e.value.stage, e.value.reason) == ('execute', 'crash')
    assert oracle.run(method('Hostile', 'sum', 'int'), [(4,)]).observations[0].value == 6
    assert oracle.restarts == 1
  finally:
    oracle.close()


def test_nothing_is_left_when_it_is_closed(hostile):
  oracle = JavaOracle([hostile])
  processes = _below(oracle._jvm.process.pid)
  oracle.close()
  oracle.close()
  for _ in range(100):
    alive = [p for p in processes if os.path.exists(f'/proc/{p}')]
    if not alive:
      break
    time.sleep(0.05)
  assert not alive


@pytest.fixture
def port():
  with socket.create_server(('127.0.0.1', 0)) as server:
    yield server.getsockname()[1]


def test_nothing_outside_is_in_reach(hostile, port):
  """Of a static initialiser, which no ban looks into."""
  machine = jvm.Jvm([hostile], options=[f'-Dsneak={port}'])
  try:
    assert _sneak(machine) == []
  finally:
    machine.close()


def test_without_namespaces_it_is_refused_unless_allowed(hostile, port, monkeypatch):
  monkeypatch.setattr(jvm, '_CONFINED', ('-c', 'import sys; sys.exit(70)'))
  with pytest.raises(ValueError, match='allow_unconfined=True'):
    jvm.Jvm([hostile])
  with pytest.warns(UserWarning, match='can read files'):
    machine = jvm.Jvm([hostile], options=[f'-Dsneak={port}', '-Duser.home=/nowhere'], allow_unconfined=True)
  try:
    assert {'read', 'process', 'network'} <= set(_sneak(machine))  # so that the test above means something
  finally:
    machine.close()
    pathlib.Path('/tmp/sneaked').unlink(missing_ok=True)


def _sneak(machine: jvm.Jvm) -> list[str]:
  request = dict(container='fixtures.Hostile.Sneak', name='done', erased=['int'], sources=['int'], instance=False)
  kind, value, *_ = machine.ask({'do': 'run', 'inputs': [[1]], **request})['runs'][0]
  assert kind == 0
  return value


def test_what_it_needs_and_does_not_find_is_named(hostile):
  with pytest.raises(ValueError, match=r'no-such-java was not found.*launch/java\.sh'):
    JavaOracle([hostile], java='no-such-java')
  with pytest.raises(ValueError, match=r'nowhere\.jar'):
    JavaOracle(['nowhere.jar'])
