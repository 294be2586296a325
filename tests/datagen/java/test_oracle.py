"""Values through Java and back, branches, and which inputs kill which mutants; worked by hand."""

from __future__ import annotations

import math

import pytest
from javafixtures import jar, method, need_java

from acrl_jax.datagen.java.oracle import pair
from acrl_jax.datagen.records import Reject
from acrl_jax.datagen.values import key

need_java()


@pytest.fixture(scope='module')
def oracles(tmp_path_factory):
  both = pair([jar(tmp_path_factory)])
  yield both
  for oracle in both:
    oracle.close()


@pytest.fixture
def oracle(oracles):
  return oracles[0]


def _see(oracle, function, *args):
  return oracle.run(function, [args]).observations[0]


_TEXT = 'a"b\'c\\d\ne\tf"}\0null{\x7f\xe9'
SAME = [
  ('long', 2**63 - 1),
  ('long', -(2**63)),
  ('byte', -128),
  ('BigInteger', 2**63),
  ('BigInteger', -(10**400)),
  ('double', 0.1),
  ('double', -1.5e300),
  ('double', math.inf),
  ('double', -math.inf),
  ('double', math.nan),
  ('float', 0.125),
  ('boolean', True),
  ('char', 'x'),
  ('String', _TEXT),
  ('String', ''),
  ('String', 'null'),
  ('String', '\U0001f600'),
  ('String', None),
  ('CharSequence', 'abc'),
  ('Integer', None),
  ('Integer', 5),
  ('byte[]', b'\x00\x7f'),
  ('int[][]', [[1, 2], [], [3]]),
  ('char[]', ['a', '"']),
  ('List<Integer>', [3, None, 1]),
  ('List<List<String>>', [['a'], [], [_TEXT]]),
  ('List<int[]>', [[1], [2, 3]]),
  ('List', [1, 'a', True, 2.5, [None]]),
  ('Set<String>', {'a', 'b', 'c'}),
  ('Set<Integer>', set()),
  ('Map<String,Integer>', {'b': 1, 'a': 2}),
  ('Map<Integer, List<String>>', {1: ['x'], 2: []}),
]


@pytest.mark.parametrize(('source', 'value'), SAME, ids=[f'{n} {s}' for n, (s, _) in enumerate(SAME)])
def test_values_come_back_as_they_went(oracle, source, value):
  seen = _see(oracle, method('Values', 'same', source), value)
  assert seen.kind == 'value'
  assert key(seen.value) == key(value) and key(seen.args) == key((value,))


def test_dicts_keep_their_order(oracle):
  assert list(_see(oracle, method('Values', 'same', 'Map<String,Integer>'), {'b': 1, 'a': 2}).value) == ['b', 'a']


def test_inputs_that_do_not_fit_are_told_apart_from_errors(oracle):
  for source, value in (('byte', 128), ('long', 2**63), ('char', 'ab'), ('boolean', 1), ('long', None)):
    seen = _see(oracle, method('Values', 'same', source), value)
    assert seen.kind == 'unusable' and seen.error.startswith('input:')


def test_type_parameters_are_what_the_source_says(oracle):
  largest = method('Values', 'largest', 'Integer[]', erased=('Comparable[]',), variadic=True)
  assert _see(oracle, largest, [3, 9, 2]).value == 9
  assert _see(oracle, method('Values', 'largest', 'String...', erased=('Comparable...',)), ['b', 'a']).value == 'b'
  assert _see(oracle, method('Values', 'array', 'String[]', erased=('Object[]',)), ['b']).value == ['b']
  assert _see(oracle, method('Values', 'kindOf', 'Long', erased=('Object',)), 3).value == 'Long'


def test_lazy_results_are_lists_up_to_a_size(oracle):
  assert _see(oracle, method('Values', 'iterator', 'List<Integer>'), [1, 2]).value == [1, 2]
  assert _see(oracle, method('Values', 'iterable', 'List<Integer>'), [1, 2]).value == [1, 2]
  assert _see(oracle, method('Values', 'stream', 'List<String>'), ['a']).value == ['a!']
  assert _see(oracle, method('Values', 'endless', 'int'), 1)[:1] == ('unusable',)
  assert _see(oracle, method('Values', 'some', 'String'), 'x').value == 'x'
  absent = _see(oracle, method('Values', 'some', 'String'), None)
  assert absent.kind == 'value' and absent.value is None
  assert _see(oracle, method('Values', 'failing', 'int'), 1).error == 'IllegalArgumentException'


def test_results_that_are_no_plain_data_are_unusable(oracle):
  for name, source, value, error in (
    ('half', 'String', '\U0001f600', 'surrogate'),
    ('many', 'int', 5000, 'large'),
    ('nested', 'List<Integer>', [1], 'unhashable'),
    ('kind', 'Object', 1, 'java.lang.Class'),
  ):
    seen = _see(oracle, method('Values', name, source), value)
    assert (seen.kind, seen.error, seen.value) == ('unusable', error, None)
  assert _see(oracle, method('Values', 'many', 'int'), 4000).value == 'x' * 4000


def test_bytes_from_128_are_flagged_but_in_a_result_of_bytes(oracle):
  for number, flags in ((127, set()), (200, set()), (-1, {'NARROW'}), (256, {'NARROW'}), (-129, {'NARROW'})):
    seen = _see(oracle, method('Values', 'bytes', 'int'), number)
    assert (seen.value, seen.flags) == (bytes([number & 255]), flags)
  assert _see(oracle, method('Values', 'bytes', 'Byte[]'), [-1]).flags == {'NARROW'}  # bytes([-1]) is an error
  seen = _see(oracle, method('Values', 'fetched', 'String'), '\xe9')
  assert seen.value == b'\xe9' and not seen.flags
  seen = _see(oracle, method('Values', 'signed', 'int'), 200)
  assert seen.value == -56 and seen.flags == {'NARROW'}
  seen = _see(oracle, method('Values', 'put', 'byte[]', 'int'), [1], -1)
  assert seen.args[0] == [255] and seen.flags == {'NARROW'}


def test_arguments_are_told_as_they_are_after_the_call(oracle):
  seen = _see(oracle, method('Values', 'sorted', 'int[]'), [3, 1, 2])
  assert seen.value == [1, 2, 3] and seen.args == ([1, 2, 3],)
  seen = _see(oracle, method('Values', 'reverse', 'List<Integer>'), [3, 1])
  assert seen.value is None and seen.args == ([1, 3],)
  assert _see(oracle, method('Values', 'fill', 'byte[]'), b'abc').args == (b'\1\1\1',)
  assert _see(oracle, method('Values', 'fill', 'byte[]'), [5, 6]).args == ([1, 1],)


def test_a_result_that_shares_with_its_argument_is_seen_at_the_end(oracle):
  seen = _see(oracle, method('Values', 'twice', 'List<Integer>'), [0])
  assert seen.value == [[0, 1, 2], [0, 1, 2]] and seen.args == ([0, 1, 2],)


def test_the_second_oracle_sees_sets_in_another_order(oracles):
  ordered, size = method('Values', 'ordered', 'Set<Integer>'), method('Values', 'size', 'Set<Integer>')
  assert [_see(o, ordered, {1, 2, 3}).value for o in oracles] == [1, 3]
  assert [_see(o, size, {1, 2, 3}).value for o in oracles] == [3, 3]


def test_every_call_has_an_object_of_its_own(oracle):
  run = oracle.run(method('Values', 'call', 'int', instance=True), [(1,), (1,)])
  assert [o.value for o in run.observations] == [2, 2]


def test_a_method_that_is_not_there_is_rejected(oracle):
  for function in (
    method('Values', 'missing', 'int'),
    method('Values', 'clamp', 'long'),
    method('Nowhere', 'clamp', 'int'),
    method('Values', 'call', 'int'),
    method('Values', 'same', 'Locale', erased=('String',)),
  ):
    with pytest.raises(Reject) as e:
      oracle.run(function, [(1,)])
    assert (e.value.stage, e.value.reason) == ('execute', 'no_method') and e.value.detail


def test_branches_are_those_of_the_method_and_of_its_switches(oracle):
  run = oracle.run(method('Values', 'kind', 'int'), [(1,), (2,), (-5,), (5,)])
  assert run.branches == 5  # three ways through the switch, two of the condition
  taken = [o.branches for o in run.observations]
  assert [len(b) for b in taken] == [1, 1, 2, 2] and frozenset().union(*taken) == set(range(5))
  run = oracle.run(method('Values', 'clampTwice', 'int'), [(1,)])
  assert run.branches == 0


def _by_kind(mutants):
  return {(m.kind, m.number): m for m in mutants}


def test_mutants_of_a_method_worked_by_hand(oracle):
  # if (x < 0) return 0; return x;
  mutants = oracle.mutate(method('Values', 'clamp', 'int'), [(-2,), (0,), (3,)], 60)
  assert [(m.kind, m.covered, m.killed_by) for m in mutants] == [
    ('negate', True, {0, 2}),  # x >= 0: -2 comes back, 3 becomes 0
    ('boundary', True, set()),  # x <= 0: nothing else comes of 0
    ('constant', True, {0}),  # return 1
    ('return', True, {0}),  # return 1, as 0 is returned already
    ('return', True, {2}),  # return 0
  ]


@pytest.mark.parametrize('name, returns', [('blank', [{0}, {1}]), ('floor', [{0}, {1}]), ('label', [{1}])])
def test_a_mutant_returns_something_else_than_is_returned_already(oracle, name, returns):
  # of `return null` there is none; "" and 0 become something, "some" and 5 become "" and 0
  mutants = oracle.mutate(method('Values', name, 'int'), [(0,), (1,), (-1,)][: 2 if name != 'label' else 3], 60)
  assert [m.killed_by for m in mutants if m.kind == 'return'] == returns


def test_mutants_of_what_a_method_calls_come_after_its_own(oracle):
  function = method('Values', 'clampTwice', 'int')
  mutants = oracle.mutate(function, [(3,), (4,)], 60)
  assert [m.kind for m in mutants] == ['operator', 'return', 'negate', 'boundary', 'constant', 'return', 'return']
  assert [m.covered for m in mutants] == [True] * 4 + [False] * 2 + [True]
  assert mutants[2].killed_by == {0, 1} and mutants[3].killed_by == set()
  assert oracle.mutate(function, [(3,), (4,)], 2) == mutants[:2]
  assert oracle.mutate(function, [(3,), (4,)], 60, frozenset({2, 6})) == [mutants[2], mutants[6]]
  assert oracle.mutate(function, [(3,), (4,)], 2, frozenset({2, 6})) == []
  few = oracle.mutate(function, [(3,), (4,)], 4)
  assert few == oracle.mutate(function, [(3,), (4,)], 4) and set(few) <= set(mutants) and len(few) == 4


def test_mutants_that_change_static_state_get_classes_of_their_own(oracle):
  # last = last == 0 ? x : last: what a mutant leaves there would be seen by all after it
  mutants = oracle.mutate(method('Values', 'remember', 'int'), [(5,), (7,)], 60)
  kinds = {m.kind: m for m in mutants}
  assert kinds['return'].killed_by == {0, 1}
  assert kinds['negate'].killed_by == {0, 1}  # last stays 0


def test_an_error_is_told_from_a_value_but_not_from_another_error(oracle):
  mutants = oracle.mutate(method('Values', 'longer', 'String', 'int'), [(None, 1), ('abc', 1), ('abc', 5)], 60)
  first = mutants[0]
  assert first.kind == 'negate' and first.killed_by == {1, 2}  # null then fails at length()


def test_what_only_makes_an_exception_is_not_changed(oracle):
  for name, sources, args, kinds in (
    ('refused', ('int', 'int'), (-1, 2), ['negate', 'boundary', 'return']),
    ('longer', ('String', 'int'), (None, 1), ['negate', 'negate', 'boundary', 'constant', 'constant', 'return']),
  ):
    assert [m.kind for m in oracle.mutate(method('Values', name, *sources), [args], 60)] == kinds


def test_mutants_of_other_classes_join_those_of_a_class_with_few(oracle):
  # return Others.twice(x); and of what it calls, the method that is four calls away is left out
  function = method('Values', 'delegated', 'int')
  mutants = oracle.mutate(function, [(7,), (100,), (101,)], 60)
  twice = ['constant', 'negate', 'boundary', 'return', 'constant', 'operator', 'return']
  assert [m.kind for m in mutants] == ['return', *twice, *['constant', 'operator', 'return'] * 2]
  assert [m.killed_by for m in mutants[:4]] == [{0, 1, 2}, {2}, {0, 1, 2}, {1}]
  assert [m.killed_by for m in mutants[8:]] == [{2}] * 6 and all(m.covered for m in mutants)
  assert oracle.mutate(function, [(7,), (100,), (101,)], 8) == mutants[:8]  # nearest first
  assert oracle.mutate(function, [(7,), (100,), (101,)], 60, frozenset({0, 9})) == [mutants[0], mutants[9]]
  few = oracle.mutate(function, [(7,), (100,), (101,)], 3)
  assert len(few) == 3 and few[0] == mutants[0] and set(few) <= set(mutants[:8])
  above = oracle.mutate(method('Values', 'throughObjects', 'int'), [(7,)], 60)
  assert [(m.kind, m.killed_by) for m in above] == [(k, {0}) for k in ('return', 'constant', 'operator', 'return')]
  assert len(oracle.mutate(method('Values', 'busy', 'int'), [(7,)], 60)) == 22


def test_what_differs_by_less_than_tests_tell_is_not_covered(oracle):
  # x + x * 1e-12: minus instead of plus is told from it by no test, though no bit need be the same
  function = method('Values', 'almost', 'double')
  mutants = oracle.mutate(function, [(3.0,), (0.0,)], 60)
  assert [(m.kind, m.covered, m.killed_by) for m in mutants] == [
    ('constant', True, {0}),
    ('operator', True, {0}),
    ('operator', False, set()),
    ('return', True, {0}),
  ]
  number = mutants[2].number
  assert oracle.mutate(function, [(0.0,)], 60, frozenset({number})) == [mutants[2]]  # nor by another call
  assert oracle.mutate(function, [(0.0,)], 60)[2].covered


def test_what_one_call_does_not_tell_another_may(oracle):
  function = method('Values', 'sum', 'double', 'double')
  first = oracle.mutate(function, [(5.0, 1e-12)], 60)[0]
  assert (first.kind, first.covered) == ('operator', False)
  (again,) = oracle.mutate(function, [(5.0, 1e-12), (5.0, 1.0)], 60, frozenset({first.number}))
  assert again.covered and again.killed_by == {1}
