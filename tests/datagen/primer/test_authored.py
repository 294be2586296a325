"""What is out of form in a source file is named with its place; literals are the same in every process."""

import ast

import pytest

from acrl_jax.datagen.primer import authored
from acrl_jax.harness.lane import equality


@pytest.mark.parametrize(
  ('text', 'complaint'),
  [
    ('def f(a: int) -> int:\n  """A."""\n  return a\n', 'f is not followed by cases'),
    ('def f(a) -> int:\n  """A."""\n  return a\ncases = [(1,)]\n', 'each argument and the result must have a type'),
    ('def f(a: int) -> int:\n  return a\ncases = [(1,)]\n', 'must have a docstring and a body'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(1, 2)]\n', 'no tuple of 1 arguments'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(1,), (1,)]\n', 'stands there twice'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(b,)]\n', 'is no literal'),
    ('x = 1\n', 'must be a function'),
    ('def f(:\n', 'topic.py:2'),
  ],
)
def test_what_is_out_of_form_is_named_with_its_place(text, complaint):
  found, errors = authored.parse('"""Topic."""\n' + text, 'topic')
  assert not found and len(errors) == 1
  assert errors[0].startswith('topic.py:') and complaint in errors[0]


def test_literals_do_not_depend_on_the_order_of_sets():
  value = [{'b', 'a', 'c'}, {'k': (1,)}, set(), (2.5, None), {(2, 'x'), (1, 'y')}]
  assert authored.literal(value) == "[{'a', 'b', 'c'}, {'k': (1,)}, set(), (2.5, None), {(1, 'y'), (2, 'x')}]"
  assert equality.same(ast.literal_eval(authored.literal(value)), value)
  for bad in (float('nan'), float('inf'), object(), frozenset(), [1, {2: range(3)}]):
    with pytest.raises(ValueError, match='is no plain data'):
      authored.literal(bad)
