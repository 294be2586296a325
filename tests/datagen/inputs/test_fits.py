"""Which values a type has."""

import plain
import pytest

from acrl_jax.datagen.inputs import fits
from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import literal

TEXT, BYTE, CHAR = Type('str', source='String'), Type('int', source='byte'), Type('char', source='char')
BOXED = Type('int', source='Integer')


@pytest.mark.parametrize(
  'x, t, holds',
  [
    (1, plain.INT, True), (True, plain.INT, False), (1, plain.FLOAT, False), (1.0, plain.INT, False),
    (1, plain.BOOL, False), (127, BYTE, True), (128, BYTE, False), (-129, BYTE, False), (2**70, plain.INT, True),
    ('a', CHAR, True), ('ab', CHAR, False), ('', CHAR, False), ('', TEXT, True), (b'', Type('bytes'), True),
    ([1], plain.INTS, True), ([1.0], plain.INTS, False), ((1,), plain.INTS, False), ([], Type('list'), True),
    ({1: 'a'}, Type('dict', (plain.INT, TEXT)), True), ({'a': 1}, Type('dict', (plain.INT, TEXT)), False),
    ((1, 'a'), Type('tuple', (plain.INT, TEXT)), True), ((1,), Type('tuple', (plain.INT, TEXT)), False),
    ({1}, Type('set', (plain.INT,)), True), ({True}, Type('set', (plain.INT,)), False),
    (None, Type('optional', (plain.INT,)), True), (3, Type('optional', (plain.INT,)), True),
    (None, plain.INT, False), (None, plain.NONE, True), ([None], Type('list', (TEXT,)), False),
  ],
  ids=literal,
)  # fmt: skip
def test_a_value_is_of_a_type_exactly(x, t, holds):
  assert fits.fits(x, t) is holds


def test_none_may_stand_for_objects_and_for_no_number_of_java():
  assert fits.fits([None], Type('list', (TEXT,)), none=True) and fits.fits(None, BOXED, none=True)
  assert not fits.fits([None], plain.INTS, none=True) and not fits.fits(None, BYTE, none=True)


def test_bounds_are_those_of_java_and_of_64_bits_without_a_source():
  assert fits.bounds(BYTE) == (-128, 127) and fits.bounds(BOXED) == (-(2**31), 2**31 - 1)
  assert fits.bounds(plain.INT) == (-(2**63), 2**63 - 1)


@pytest.mark.parametrize(
  'x, t, becomes',
  [
    (2, plain.FLOAT, 2.0), (2, plain.INT, 2), (2**53, plain.FLOAT, 2**53), (True, plain.FLOAT, True),
    ([1, 2.5], Type('list', (plain.FLOAT,)), [1.0, 2.5]), ({1: 2}, Type('dict', (plain.FLOAT, plain.INT)), {1.0: 2}),
    ((1, 1), Type('tuple', (plain.INT, plain.FLOAT)), (1, 1.0)), (3, Type('optional', (plain.FLOAT,)), 3.0),
    (None, Type('optional', (plain.FLOAT,)), None), ('2', plain.FLOAT, '2'),
  ],
)  # fmt: skip
def test_whole_numbers_become_floats_where_the_type_says_so(x, t, becomes):
  assert literal(fits.declared(x, t)) == literal(becomes)
