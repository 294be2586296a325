"""Which values and texts are the same as expected ones, by a judge and by hand."""

import collections
import math

import pytest
from one_program import judge

from acrl_jax.harness import Limits, Pool
from acrl_jax.harness.lane import equality
from acrl_jax.harness.lane.equality import approx
from acrl_jax.records import Job, Outcome, Test


@pytest.mark.parametrize(
  'value, expected, same',
  [
    ('1', '1', True),
    ('True', '1', False),
    ('1', 'True', False),
    ('1.0', '1', False),
    ('(1, 2)', '[1, 2]', False),
    ('[1, (2, 3)]', '[1, (2, 3)]', True),
    ('[1, [2, 3]]', '[1, (2, 3)]', False),
    ('float("nan")', 'nan', True),
    ('[float("-inf")]', '[-inf]', True),
    ('{1: 2, 3: 4}', '{3: 4, 1: 2}', True),
    ('{True: 2}', '{1: 2}', False),
    ('{1, 2}', '{2, 1}', True),
    ('{1}', '{1.0}', False),
    ('set()', 'set()', True),
    ('0.1 + 0.2', '0.3', False),
    ('None', 'None', True),
    ('"a"', 'b"a"', False),
    ('iter([1])', '[1]', False),
    ('__import__("collections").deque([True])', '__import__("collections").deque([1])', False),
    ('__import__("collections").deque([1])', '__import__("collections").deque([1])', True),
  ],
)
def test_expected_values_are_compared_with_their_types(pool, value, expected, same):
  assert judge(pool, f'def f(): return {value}', Test(code='f()', expected=expected)).passed == (same,)


def test_a_tolerance_is_given_by_the_limits():
  jobs = [Job(program='def f(x): return x', tests=(Test(code='f([0.1 + 0.2])', expected='[0.3]'),), entry_point='f')]
  with Pool(1, Limits(float_tolerance=1e-9)) as pool:
    assert pool.run(jobs)[0].outcome == Outcome.PASSED


@pytest.mark.parametrize(
  'value, expected, same',
  [
    ('0.1 + 0.2', 'approx(0.3)', True),
    ('0.3001', 'approx(0.3)', False),
    ('0.3001', 'approx(0.3, rel=1e-2)', True),
    ('1e-8', 'approx(0.0)', False),
    ('1e-8', 'approx(0.0, abs=1e-7)', True),
    ('[(1, 2.0000001)]', 'approx([(1, 2.0)])', True),
    ('[(1.0, 2.0)]', 'approx([(1, 2.0)])', False),
    ('{"a": float("nan")}', 'approx({"a": nan})', True),
    ('2', 'approx(2.0)', True),
    ('True', 'approx(1.0)', False),
    ('10 ** 400', 'approx(1e300)', False),
    ('(2.0,)', 'approx([2.0])', False),
    ('"approx(1)"', 'approx("approx(1)")', True),
  ],
)
def test_an_expected_value_may_say_how_far_its_floats_may_be_off(pool, value, expected, same):
  assert judge(pool, f'def f(): return {value}', Test(code='f()', expected=expected)).passed == (same,)


@pytest.mark.parametrize(
  'printed, expected, same',
  [
    ('1 2', '1\n2\n', True),
    ('1', '1 2', False),
    ('1 2', '1', False),
    ('', '1', False),
    ('1.000001', '1', True),
    ('1.001', '1', False),
    ('100000000000', '100000000001', False),
    ('Yes', 'YES', False),
    ('1e2', '100.0', True),
    ('nan', '1.0', False),
  ],
)
def test_printed_output_is_compared_word_by_word(pool, printed, expected, same):
  assert judge(pool, f'print({printed!r})', Test(stdin='', stdout=expected)).passed == (same,)


@pytest.mark.parametrize(
  'value, expected, same',
  [
    ('Counter("ab")', '{"a": 1, "b": 1}', True),
    ('OrderedDict(a=1)', '{"a": 1}', True),
    ('[defaultdict(int, a=True)]', '[{"a": 1}]', False),
    ('defaultdict(int, a=1)', '{"a": 1}', True),
    ('{1: 2}.keys()', '{1}', True),
    ('{True: 2}.keys()', '{1}', False),
    ('{1: 2}.keys()', '[1]', False),
    ('{"a": 1}', 'Counter("a")', False),
    ('Counter("a")', 'Counter("a")', True),
    ('Counter("a")', 'OrderedDict(a=1)', False),
    ('OrderedDict([(1, 2), (3, 4)])', 'OrderedDict([(3, 4), (1, 2)])', False),
    ('OrderedDict([(1, 2), (3, 4)])', 'OrderedDict([(1, 2), (3, 4)])', True),
    ('OrderedDict([(1, 2), (3, 4)])', '{3: 4, 1: 2}', True),
    ('{1: 2, 3: 4}.values()', '{0: 2, 1: 4}.values()', True),
    ('{1: 2}.values()', '{1: 3}.values()', False),
    ('{1: 2, 3: 4}.items()', '{3: 4, 1: 2}.items()', True),
    ('{1: 2}.items()', '{1: 2}.keys()', False),
  ],
)
def test_expected_values_of_more_kinds(pool, value, expected, same):
  program = f'from collections import *\ndef f(): return {value}'
  report = judge(pool, program, Test(code='f()', expected=expected), setup='from collections import *')
  assert report.passed == (same,), report


def test_types_count_all_the_way_down():
  assert equality.same({'a': [1, (2.0, None)]}, {'a': [1, (2.0, None)]})
  assert not equality.same({'a': [1, (2, None)]}, {'a': [1, (2.0, None)]})
  assert not equality.same({(1, True)}, {(1, 1)}) and equality.same({(1, math.nan)}, {(1, math.nan)})
  assert equality.same(complex(math.nan, 1), complex(math.nan, 1)) and not equality.same(1 + 0j, 1.0)
  counter = collections.Counter('aab')
  assert equality.same(counter, {'b': 1, 'a': 2}) and not equality.same({'b': 1, 'a': 2}, counter)


def test_a_tolerance_is_relative_and_absolute_and_lets_whole_numbers_stand_for_floats():
  assert not equality.same(1.0 + 1e-9, 1.0) and equality.same(1.0 + 1e-9, 1.0, 1e-8)
  assert equality.same(1e12 + 1, 1e12, 1e-8) and equality.same(1e-9, 0.0, 1e-8) and not equality.same(2, 2.0)
  assert equality.same(2, 2.0, 1e-8) and not equality.same(2.0, 2, 1e-8) and not equality.same(True, 1.0, 1e-8)
  assert equality.same([0.1], approx([0.1000001], rel=1e-3)) and not equality.same([0.1], approx([0.2], rel=1e-3))


def test_words_are_compared_as_numbers_where_both_are_and_one_is_no_whole_one():
  assert equality.same_text('1.0  x\n', '1 x') and equality.same_text('', ' \n')
  assert equality.same_text('inf -inf nan', 'Inf -INF NaN') and not equality.same_text('inf', '-inf')
  assert not equality.same_text('12', '12.1') and not equality.same_text('07', '7') and equality.same_text('7.0', '07')
  assert not equality.same_text('1' + '0' * 5000, '1' + '0' * 4999 + '1')
