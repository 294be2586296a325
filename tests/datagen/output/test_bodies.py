"""Code that is the same but for names, layout and widths of numbers has the same text."""

import fakes
import pytest

from acrl_jax.datagen.output import bodies
from acrl_jax.datagen.records import Parameter, Type

JAVA = 'public static int abs(int value) { // no sign\n  return value < 0L ? -value : value; /* done */ }'


@pytest.mark.parametrize(
  ('body', 'same'),
  [
    ('public static long abs(final long v) {\n return v < 0 ? -v : v;\n}', False),  # final is a word of its own
    ('public static long abs(long v) {\n return v < 0 ? -v : v;\n}', True),
    ('public static long abs(long v) {\n return v < 1 ? -v : v;\n}', False),
    ('public static long abs(long v) {\n return v < 0 ? -w : v;\n}', False),
  ],
)
def test_a_java_body_is_compared_without_layout_and_widths_of_numbers(body, same):
  assert (bodies.java(body, ['v']) == bodies.java(JAVA, ['value'])) is same


def test_java_texts_are_kept_as_they_are():
  assert bodies.java('return "// a" + \'"\' + a + "int b\\"";', ['a']) == 'return "// a" + \'"\' + #0 + "int b\\"" ;'
  function = fakes.function('f', language='java', body='{ return a; }')
  assert bodies.normal(function._replace(parameters=(Parameter('a', Type('int')),))) == '{ return #0 ; }'


def test_a_text_of_python_has_a_key_for_each_function_at_its_top():
  one, two = bodies.python('def f(a):\n  def g(b):\n    return b\n  return g(a)\n\nX = 1\n\nasync def h(): return X\n')
  assert one != two
  assert bodies.python('  def k(c):\n    def g(b):\n      return b\n    return g(c)\n') == [one]
  assert bodies.python('def broken(') == bodies.python('x = 1') == []


def test_a_python_body_that_cannot_be_read_is_its_own_key():
  assert bodies.normal(fakes.function('f', body='def broken(')) == 'def broken('


def test_recursion_is_the_same_under_any_name_and_another_call_is_not():
  call = 'def {0}(n):\n  return {1}(n - 1)\n'
  assert bodies.python(call.format('f', 'f')) == bodies.python(call.format('g', 'g'))
  assert bodies.python(call.format('f', 'f')) != bodies.python(call.format('f', 'g'))
