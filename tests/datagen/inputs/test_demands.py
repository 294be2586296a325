"""What the documentation asks of arguments."""

import plain
import pytest

from acrl_jax.datagen.inputs import demands
from acrl_jax.datagen.records import Doc


@pytest.mark.parametrize(
  'text, good, bad, repaired',
  [
    ('A positive integer.', 3, 0, 1), ('a non-negative number', 0, -2, 2), ('the base (2-36)', 36, 37, 4),
    ('between 1 and 3', 2, 0, 1), ('a sorted list', [1, 2], [2, 1], [1, 2]), ('distinct values', [1], [1, 1], [1]),
    ('A non-empty list', [1], [], []), ('numbers > 0', [1, 2], [1, -2], [1, 2]),
    ('the list to be sorted', [2, 1], None, 0), ('positive or negative', -1, None, 0),
    ('at least one element', [0], [], []),
  ],
)  # fmt: skip
def test_arguments_are_as_the_documentation_asks(text, good, bad, repaired):
  f = plain.function([plain.INT], doc=Doc('Does it.', (('a', text),)))
  assert demands.met(f, (good,)) and demands.repaired(f, [good]) == [good]
  if bad is not None:
    assert not demands.met(f, (bad,)) and demands.repaired(f, [bad]) == [repaired]


def test_the_summary_may_ask_for_a_sorted_argument_too():
  f = plain.function([plain.INTS], names=['arr'], doc='Finds the target in sorted arr.')
  assert demands.met(f, ([1, 2],)) and not demands.met(f, ([2, 1],))
  assert demands.met(f._replace(doc=Doc('Returns a sorted list.')), ([2, 1],))
