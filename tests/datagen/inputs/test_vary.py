"""Small changes of values: of the same type, near, and the value itself is left alone."""

import copy
import random

import plain
import pytest

from acrl_jax.datagen.inputs import fits, proposal
from acrl_jax.datagen.inputs.vary import changed
from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import literal

TEXT, BYTE, CHAR = Type('str', source='String'), Type('int', source='byte'), Type('char', source='char')
EMPTY = {int: [], float: [], str: []}


def test_varied_lists_grow():
  seeds = [([1, 2, 3],)]
  assert any(len(a) > 4 for a, in proposal.vary(plain.function([plain.INTS]), seeds, seeds, 100, 0))


def test_varied_inputs_leave_their_seeds_alone():
  seeds = [([3, 1, 2], {'a': 1}), ([], {})]
  f = plain.function([plain.INTS, Type('dict', (TEXT, plain.INT))])
  before = literal(seeds)
  proposal.vary(f, seeds, seeds, 200, 0)
  assert literal(seeds) == before


def changes(x, t, pool=EMPTY, tries=300):
  r = random.Random(0)
  return [changed(x, t, r, pool) for _ in range(tries)]


@pytest.mark.parametrize(
  'x, t',
  [
    (5, plain.INT), (127, BYTE), (2.5, plain.FLOAT), (True, plain.BOOL), ('k', CHAR), ('abc', TEXT),
    (b'abc', Type('bytes')), ([1, 2, 3], plain.INTS), ({'a', 'b'}, Type('set', (TEXT,))),
    ({'a': 1, 'b': 2}, Type('dict', (TEXT, plain.INT))),
    ((1, 'a'), Type('tuple', (plain.INT, TEXT))),
  ],
)  # fmt: skip
def test_changes_are_of_the_type_and_leave_the_value_alone(x, t):
  before, seen = copy.deepcopy(x), changes(x, t)
  assert all(fits.fits(y, t) for y in seen) and x == before
  assert any(y != x for y in seen)


def test_a_number_changes_by_one_in_sign_or_by_half_or_to_one_of_the_pool():
  assert set(changes(40, plain.INT, {**EMPTY, int: [70]})) == {41, 39, -40, 80, 20, 0, 1, 70, 71, 69}
  assert set(changes(40, plain.INT)) == {41, 39, -40, 80, 20, 0, 1, 2, 3}


def test_a_text_takes_what_the_pool_has():
  assert {'Xab', 'aXb', 'X'} <= set(changes('ab', TEXT, {**EMPTY, str: ['X']}))
  assert all(y.isprintable() and y.isascii() for y in changes('~', CHAR))


def test_none_and_what_is_empty_stay_as_they_are():
  assert changes(None, TEXT, tries=1) == [None] and changes([], plain.INTS, tries=1) == [[]]
  assert changes({}, Type('dict'), tries=1) == [{}] and changes((), Type('tuple'), tries=1) == [()]
