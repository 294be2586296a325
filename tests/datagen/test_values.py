"""Texts of values, which are the same for the same values; comparison by type, with a tolerance for floats."""

import math

import plain
import pytest

from acrl_jax.datagen import values
from acrl_jax.datagen.records import Type

NAMES = {'nan': math.nan, 'inf': math.inf}


@pytest.mark.parametrize(
  ('x', 'text'),
  [
    (1, '1'), (True, 'True'), (1.0, '1.0'), (-0.0, '-0.0'), (math.nan, 'nan'), (-math.inf, '-inf'), (None, 'None'),
    ('a\n\'"', repr('a\n\'"')), (b'\x00', "b'\\x00'"), ([], '[]'), ([1, [2]], '[1, [2]]'), ((), '()'), ((1,), '(1,)'),
    ((1, 2), '(1, 2)'), (set(), 'set()'), ({2, 10, 1}, '{1, 10, 2}'), (frozenset(), 'frozenset()'),
    (frozenset({1}), 'frozenset({1})'), ({}, '{}'), ({'b': 1, 'a': math.inf}, "{'b': 1, 'a': inf}"),
  ],
  ids=repr,
)  # fmt: skip
def test_the_text_of_a_value_reads_back_as_it(x, text):
  assert values.literal(x) == text
  assert values.close(eval(text, dict(NAMES)), x)


def test_equal_sets_have_one_text_in_every_process():
  code = "from acrl_jax.datagen.values import key, literal\n"
  code += "print(literal({'a', 'b', 'cc', 'd'}), key({'x': {'p', 'q', 'r'}}))"
  assert plain.printed(code, '123') == {"{'a', 'b', 'cc', 'd'} {'x': {'p', 'q', 'r'}}\n"}


def test_the_key_of_dicts_has_no_order_and_that_of_lists_has():
  assert values.key({'a': 1, 'b': [2]}) == values.key({'b': [2], 'a': 1})
  assert values.literal({'a': 1, 'b': 2}) != values.literal({'b': 2, 'a': 1})
  assert values.key([{'a': 1, 'b': 2}]) == values.key([{'b': 2, 'a': 1}])
  assert values.key(({'a': 1, 'b': 2},)) == values.key(({'b': 2, 'a': 1},))
  assert values.key([1, 2]) != values.key([2, 1])
  assert len({values.key(x) for x in (1, 1.0, True, '1', [1], (1,), {1})}) == 7


@pytest.mark.parametrize(
  ('a', 'b', 'near'),
  [
    (1.0, 1.0 + 5e-7, True), (1.0, 1.0 + 5e-6, False), (0.0, 5e-10, True), (0.0, 5e-9, False), (1e9, 1e9 + 500, True),
    (math.nan, math.nan, True), (math.nan, 1.0, False), (math.inf, math.inf, True), (math.inf, -math.inf, False),
    (1, 1.0, False), (True, 1, False), ([1.0], [1.0 + 1e-9], True), ([1.0], (1.0,), False), ([1.0], [1.0, 1.0], False),
    ({'a': 1.0}, {'a': 1.0 + 1e-9}, True), ({'a': 1.0}, {'b': 1.0}, False), ({1}, {1}, True), ('a', 'a', True),
  ],
)  # fmt: skip
def test_a_test_takes_what_is_of_the_type_and_within_the_tolerance(a, b, near):
  assert values.close(a, b) is values.close(b, a) is near


def test_a_walk_meets_the_value_and_all_that_is_in_it():
  assert list(values.walk([1, {'k': (2.0,)}])) == [[1, {'k': (2.0,)}], 1, {'k': (2.0,)}, 'k', (2.0,), 2.0]
  assert values.has_float([1, {'k': (2.0,)}]) and values.has_float({2.5: 1}) and not values.has_float([1, '2.0'])


@pytest.mark.parametrize(
  ('t', 'text'),
  [
    (Type('int'), 'int'), (Type('char'), 'str'), (Type('none'), 'None'), (Type('list'), 'list'),
    (Type('dict', (Type('str'), Type('list', (Type('float'),)))), 'dict[str, list[float]]'),
    (Type('optional', (Type('tuple', (Type('int'), Type('char'))),)), 'tuple[int, str] | None'),
  ],
  ids=str,
)  # fmt: skip
def test_annotations_are_those_of_python(t, text):
  assert values.annotation(t) == text


def test_a_bare_type_has_no_none():
  assert values.bare(Type('optional', (plain.INTS,))) == values.bare(plain.INTS) == plain.INTS
