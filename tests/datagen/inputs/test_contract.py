"""What the documentation promises, against what was seen."""

import math

import plain
import pytest

from acrl_jax.datagen.inputs import contract
from acrl_jax.datagen.records import Doc, Type


@pytest.mark.parametrize(
  'text, args, expected',
  [
    ('if the array is empty', ([], 1), True), ('if the array is empty', ([1], 1), False),
    ('if index is negative', ([1], -1), True), ('if index is negative', ([-1], 1), False),
    ('if index < 0', ([1], -1), True),
    ('if the index is out of bounds', ([1], 2), True), ('if the index is out of bounds', ([1], 1), False),
    ('if index is zero', ([1], 0), True), ('if array is null', (None, 1), True), ('if array is null', ([], 1), False),
    ('if it cannot be done', ([], -1), False),
    ('if array is not sorted in strictly increasing order', ([2, 1], 1), True),
    ('if array is not sorted', ([1, 2], 1), False),
  ],
)  # fmt: skip
def test_a_value_where_an_exception_is_promised_is_a_contradiction(text, args, expected):
  doc = Doc('Takes one.', raises=(('IllegalArgumentException', text),))
  f = plain.function([plain.INTS, plain.JAVA_INT], names=('array', 'index'), doc=doc)
  assert contract.contradicted(f, args, 7) == expected


def test_a_promise_about_one_argument_says_nothing_about_another():
  doc = Doc('Takes some.', raises=(('IllegalArgumentException', 'if count is negative'),))
  f = plain.function([plain.JAVA_INT] * 2, names=('index', 'count'), doc=doc)
  assert contract.contradicted(f, (1, -1), 7) and not contract.contradicted(f, (-1, 1), 7)


def test_a_value_where_nan_is_promised_is_a_contradiction():
  f = plain.function([Type('list', (plain.FLOAT,))], plain.FLOAT, doc='Sums squares. NaN if the list is empty.')
  assert contract.contradicted(f, ([],), 0.0) and not contract.contradicted(f, ([],), math.nan)
  assert not contract.contradicted(f, ([1.0],), 1.0)
