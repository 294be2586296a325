"""Arguments that follow from others."""

import random

import plain

from acrl_jax.datagen.inputs import fits, proposal, relate
from acrl_jax.datagen.records import Type

TEXT, CHAR, BYTE = Type('str', source='String'), Type('char', source='char'), Type('int', source='byte')


def test_arguments_have_to_do_with_each_other():
  found = proposal.propose(plain.function([TEXT, TEXT, plain.JAVA_INT]), 400, 0)
  assert sum(b in a and 0 < len(b) < len(a) for a, b, _ in found) > 30
  assert sum(a == b for a, b, _ in found) > 8
  assert sum(k == len(a) for a, _, k in found) > 15
  lists = proposal.propose(plain.function([plain.INTS, plain.INTS, plain.JAVA_INT]), 400, 0)
  assert sum(len(a) == len(b) for a, b, _ in lists) > 60 and sum(k in a for a, _, k in lists) > 15
  assert sum(len(a) > 1 and len(set(a)) < len(a) for a, _, _ in lists) > 30
  assert sum(len(a) > 2 and a == sorted(a) for a, _, _ in lists) > 30


def becomes(a, b, x, y, tries=300):
  """All that the second argument may become, when the first is `x` and it was `y`."""
  r = random.Random(0)
  ways = [relation for i, j, relation in relate.relations([a, b]) if (i, j) == (0, 1)]
  return [way(r, x, y) for way in ways for _ in range(tries)]


def test_a_text_becomes_a_piece_of_the_other_or_a_variant_of_it():
  texts = set(becomes(TEXT, TEXT, 'abC', 'xy'))
  assert {'abC', 'b', 'bC', '', 'ABc', 'Cba', 'abCxy', 'xyx'} <= texts
  assert all(t in 'abC' or sorted(t.lower()) == sorted('abc') or t in ('abCxy', 'xyx') for t in texts)


def test_a_number_becomes_a_place_in_the_list_or_a_member_and_stays_within_its_type():
  assert set(becomes(plain.INTS, plain.JAVA_INT, [40, 50, 60, 70], 9)) == {0, 1, 2, 3, 4, 40, 50, 60, 70}
  assert all(fits.fits(x, BYTE) for x in becomes(plain.JAVA_INT, BYTE, 1000, 3))


def test_a_letter_is_one_of_the_text_and_of_an_empty_text_the_letter_that_it_was():
  assert set(becomes(TEXT, CHAR, 'abc', 'z')) == {'a', 'b', 'c'}
  assert set(becomes(TEXT, CHAR, '', 'z')) == {'z'}


def test_types_that_have_nothing_to_do_with_each_other_are_left_alone():
  assert relate.relations([plain.BOOL, plain.BOOL]) == []
  assert relate.relations([plain.BOOL, TEXT]) == []


def test_a_list_that_becomes_the_other_is_a_copy():
  x = [1, 2]
  (_, _, equal), *_ = relate.relations([plain.INTS, plain.INTS])
  y = equal(random.Random(0), x, [3])
  assert y == x and y is not x
