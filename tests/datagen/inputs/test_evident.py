"""What names and types make evident of arguments: held mostly by proposed inputs, and by every value that is kept."""

import plain
import pytest

from acrl_jax.datagen.inputs import evident, proposal
from acrl_jax.datagen.records import Doc, Parameter, Type

DOUBLE, LONG = Type('float', source='double'), Type('int', source='long')
DOUBLES, LONGS = Type('list', (DOUBLE,), 'double[]'), Type('list', (LONG,), 'long[]')
TEXT = Type('str', source='String')
MATRIX = Type('list', (DOUBLES,), 'double[][]')
INT = plain.JAVA_INT


def function(doc='Works out what is asked for.', **types):
  f = plain.function(list(types.values()), doc=doc)
  return f._replace(parameters=tuple(Parameter(name, t) for name, t in types.items()))


def share(f, holds):
  found = proposal.propose(f, 160, 0)[30:]  # after the edge cases
  return sum(holds(*args) for args in found) / len(found)


@pytest.mark.parametrize(
  'types, holds',
  [
    (dict(values=DOUBLES, begin=INT, length=INT), lambda x, i, n: i >= 0 and n >= 0 and i + n <= len(x)),
    (dict(array=LONGS, fromIndex=INT, toIndex=INT), lambda x, i, j: 0 <= i <= j <= len(x)),
    (dict(array=LONGS, index=INT), lambda x, i: 0 <= i <= len(x)),
    (dict(src=LONGS, srcPos=INT, nBytes=INT), lambda x, i, n: i >= 0 and n >= 0 and i + n <= len(x)),
    (dict(sample1=DOUBLES, sample2=DOUBLES), lambda x, y: len(x) == len(y)),
    (dict(expected=DOUBLES, observed=LONGS), lambda x, y: len(x) == len(y) and min([*x, *y], default=1) > 0),
    (dict(x=MATRIX), lambda x: len({len(row) for row in x}) <= 1),
    (dict(min=INT, max=INT), lambda a, b: a <= b),
    (dict(lowerBound=DOUBLE, upperBound=DOUBLE), lambda a, b: a <= b),
    (dict(epsilon=DOUBLE, x=DOUBLE), lambda a, x: 0 < a <= 1),
    (dict(sd=DOUBLE), lambda a: a > 0),
    (dict(maxIterations=INT, x=INT), lambda n, x: n >= 20),
  ],
  ids=lambda x: ', '.join(x) if isinstance(x, dict) else '',
)
def test_most_inputs_are_as_the_names_ask_for_but_not_all(types, holds):
  assert 0.75 <= share(function(**types), holds) < 1


def test_what_the_documentation_says_of_lengths_counts_for_lists_that_may_differ():
  alike = lambda a, b: len(a) == len(b)
  said = function('Adds them up. The lists must have the same length.', a=LONGS, b=LONGS)
  assert share(function(a=LONGS, b=LONGS), alike) + 0.05 < share(said, alike)


def test_a_chance_is_often_one_and_other_floats_are_left_alone():
  between = lambda x, y: 0 < x <= 0.5
  assert share(function(alpha=DOUBLE, y=DOUBLE), between) > 0.5 > share(function(x=DOUBLE, y=DOUBLE), between)


def test_lists_of_one_length_do_not_repeat_a_single_member():
  pairs = [(x, y) for x, y in proposal.propose(function(x=DOUBLES, y=DOUBLES), 160, 0) if len(x) == len(y) > 2]
  assert len(pairs) > 20 and sum(len(set(y)) > 1 for _, y in pairs) > 0.9 * len(pairs)


@pytest.mark.parametrize(
  'args, astray',
  [(([1, 2], 0, 2), False), (([1, 2], 2, 0), False), (([1, 2], -1, 1), True), (([1, 2], 3, 0), True),
   (([1, 2], 0, -1), True), ((None, -1, 0), False)],
)  # fmt: skip
def test_positions_outside_of_the_list_are_astray_unless_the_documentation_speaks_of_them(args, astray):
  types = dict(values=LONGS, start=INT, length=INT)
  assert evident.astray(function(**types), args) == astray
  for said in ('Sums a part. A negative start counts as zero.', Doc('Sums.', raises=(('E', 'if out of range'),))):
    assert not evident.astray(function(said, **types), args)


def test_a_place_behind_a_text_is_nothing_odd():
  assert not evident.astray(function(text=TEXT, start=INT), ('ab', 7))
  assert evident.astray(function(text=TEXT, start=INT), ('ab', -1))
