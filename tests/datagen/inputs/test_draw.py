"""Random values: of their type, short, and near what the function's own text names."""

import math
import random

import plain
import pytest

from acrl_jax.datagen.inputs import draw, fits, proposal
from acrl_jax.datagen.records import Doc, Reject, Type
from acrl_jax.datagen.values import literal

BYTE, LONG = Type('int', source='byte'), Type('int', source='long')
TEXT = Type('str', source='String')
MATRIX = Type('list', (plain.INTS,), 'int[][]')


@pytest.mark.parametrize('bits, text', [(32, 'unless it overflows a signed integer of 32 bits'), (64, 'or 2**63 - 1')])
def test_the_extremes_are_tried_where_the_documentation_speaks_of_a_width(bits, text):
  found = {x for args in proposal.propose(plain.function([LONG, LONG], doc=f'Adds, {text}.'), 160, 0) for x in args}
  assert {2 ** (bits - 1) - 1, -(2 ** (bits - 1))} <= found


def test_words_are_names_where_the_documentation_speaks_of_sounds():
  found = {a for a, in proposal.propose(plain.function([TEXT], doc='Encodes a text as its Soundex code.'), 160, 0)}
  assert {'Knight', 'Schmidt'} & found and 'racecar' not in found


def test_constants_of_the_body_and_their_neighbours_are_tried():
  f = plain.function([plain.JAVA_INT], constants=(77, 123_456, 2**40))
  found = {args[0] for args in proposal.propose(f, 300, 0)}
  assert {76, 77, 78, 123_455, 123_456, 123_457} <= found and max(found) <= 123_457
  assert all(abs(x) <= 128 for x, in proposal.propose(plain.function([BYTE], constants=(500,)), 200, 0))


def test_nan_is_tried_only_where_the_documentation_speaks_of_it():
  found = proposal.propose(plain.function([plain.FLOAT], doc='The root; NaN for a NaN.'), 60, 0)
  assert any(math.isnan(x) for x, in found)
  assert all(math.isfinite(x) for x, in proposal.propose(plain.function([plain.FLOAT]), 200, 0))


def test_types_without_values_are_rejected():
  for t in (Type('set', (plain.INTS,)), Type('none'), Type('dict', (Type('set', (TEXT,)), TEXT))):
    with pytest.raises(Reject) as caught:
      proposal.propose(plain.function([t]), 5, 0)
    assert caught.value.stage == 'propose'


def test_matrices_are_rectangular_and_often_square():
  found = [m for m, in proposal.propose(plain.function([MATRIX]), 200, 0)[20:] if m]
  widths = [{len(row) for row in m} for m in found]
  assert sum(len(w) == 1 for w in widths) > 0.8 * len(found)
  assert sum(w == {len(m)} for w, m in zip(widths, found)) > 0.25 * len(found)
  assert sum(len(set(row)) > 1 for m in found for row in m if len(row) > 2) > 100  # not one number over and over


@pytest.mark.parametrize('kind', ['int', 'float', 'bool', 'char', 'str', 'bytes', 'list', 'set', 'dict', 'tuple'])
def test_values_and_edges_are_of_their_type(kind):
  t, hints = Type(kind), draw.Hints(ints=(7,), floats=(2.5,), strings=('key',), chars=('k',))
  one = draw.drawer(t, 'x', hints, random.Random(0))
  values = [one() for _ in range(200)]
  assert all(fits.fits(x, t) for x in [*values, *draw.edges(t, hints)])
  assert len({literal(x) for x in values}) > 1


def test_hints_are_the_numbers_and_texts_of_the_body_and_of_examples_in_a_fixed_order():
  doc = Doc('Cuts.', examples=((('b', 12), 'ab'),))
  constants = (7, -7, 10**10, 2.5, 'sep', 'caf\xe9', 'b' * 21)
  hints = draw.hints(plain.function([TEXT, plain.INT], doc=doc, constants=constants))
  assert (hints.ints, hints.floats, hints.strings, hints.chars) == ((-7, 7, 12), (2.5,), ('b', 'sep'), ('b',))
  assert not hints.nan and draw.hints(plain.function([TEXT], doc='NaN for none.')).nan


def test_edges_hold_the_ends_of_narrow_types_and_none_of_optional_ones():
  assert draw.edges(BYTE, draw.Hints(ints=(127, 500))) == [0, 1, -1, 2, 3, 10, 127, 126, 100]
  assert draw.edges(Type('optional', (plain.BOOL,)), draw.Hints()) == [True, False, None]
  assert draw.edges(Type('set', (plain.BOOL,)), draw.Hints())[0] == set()


def test_a_number_is_limited_to_its_type():
  assert [draw.limited(x, BYTE) for x in (-200, -128, 5, 128)] == [-128, -128, 5, 127]


def test_a_set_has_an_order_of_its_own():
  assert draw.in_order({'b', 'a', 'c'}) == ['a', 'b', 'c']
