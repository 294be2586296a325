"""Java's words become Python's, in comments as they are written."""

import pytest
from javadocs import BYTES, INT, LIST, reason, summary

from acrl_jax.datagen.java import words
from acrl_jax.datagen.records import Type


@pytest.mark.parametrize(
  'java, due',
  [
    ('Returns {@code null} if it is <code>true</code>, else false.', 'Returns None if it is True, else False.'),
    ('Tests the null hypothesis of a number.', 'Tests the null hypothesis of a number.'),
    ('Cuts the String.', 'Cuts the string.'),
    ('Strings are cut. CharSequence is one.', 'Strings are cut. String is one.'),
    ('Cuts the CharSequence to an array of chars.', 'Cuts the string to a list of characters.'),
    ('Cuts an int[] or a String[].', 'Cuts a list of integers or a list of strings.'),
    ('Cuts an array of primitive ints.', 'Cuts a list of integers.'),
    ('Gives a double value, the double of it.', 'Gives a float value, the double of it.'),
    ('Uses the Double Metaphone method.', 'Uses the Double Metaphone function.'),
    ('Returns Double.NaN or Float.NaN for it.', 'Returns NaN or NaN for it.'),
    ('Throws an IllegalArgumentException for it.', 'Raises an error for it.'),
    ('A {@link java.io.IOException} is thrown then.', 'An error is raised then.'),
    ('Gets a long value of an Integer from the Map.', 'Gets an integer value of an integer from the dict.'),
    ('How long is it in a short time?', 'How long is it in a short time?'),
    ('Returns an immutable view of all.', 'Returns a view of all.'),
    ('Returns an immutable element of it.', 'Returns an element of it.'),
    ('Cuts the text as per {@link #cut(int)}.', 'Cuts the text.'),
    ('See that {@code cutOff(0L, 5)} is five.', 'See that `cut_off(0, 5)` is five.'),
  ],
)
def test_java_words_become_python_words(java, due):
  assert summary(java) == due


def test_parameters_keep_their_names_in_code():
  doc = summary('Finds it in the array, in {@code array} before {@code array.length - 1}.', ('array', LIST))
  assert doc == 'Finds it in the list, in `array` before `len(array) - 1`.'


def test_an_array_of_bytes_is_bytes():
  assert summary('Reads an array of bytes. The array may be empty.', ('data', BYTES)) == (
    'Reads bytes. The bytes may be empty.'
  )
  assert summary('Reads a byte array into a list.', ('data', BYTES), returns=LIST) == 'Reads bytes into a list.'


def test_constants_are_their_values():
  due = 'Returns -1 for none, -1 if there is no such one, or -1.'
  java = 'Returns {@code NOT_FOUND} (-1) for none, -1 ({@code NOT_FOUND}) if there is no such one, or Tool.NOT_FOUND.'
  assert summary(java, NOT_FOUND=-1) == due
  assert summary('Calls {@code cutOff(0, 0)} and (1, 1).', NOT_FOUND=-1) == 'Calls `cut_off(0, 0)` and (1, 1).'


def test_the_beginning_of_a_parameter_is_the_parameter():
  due = 'Cuts off after endIndexExclusive letters.'
  assert summary('Cuts off after endIndex letters.', ('endIndexExclusive', INT)) == due


@pytest.mark.parametrize(
  'java, python',
  [
    ('Caps at {@link Integer#MAX_VALUE} or {@code Long.MIN_VALUE}.', 'Caps at 2**31 - 1 or -2**63.'),
    ('Caps at Byte.MAX_VALUE.', 'Caps at 2**7 - 1.'),
    ('A base from {@link Character#MIN_RADIX} on.', 'A base from 2 on.'),
    ('An empty String ("") or one (length() == 0) is none.', 'An empty string ("") or one is none.'),
    ('As in {@code cut(new int[] {1, 2}, 3)} it is.', 'As in `cut([1, 2], 3)` it is.'),
    ('Returns the the sum, if if is it.', 'Returns the sum, if if is it.'),
  ],
)
def test_values_of_java_are_those_of_python(java, python):
  assert summary(java) == python


@pytest.mark.parametrize(
  'java, due',
  [
    ('Fails if the sum overflows an int.', 'Fails if the sum overflows a signed integer of 64 bits.'),
    ('Fails if it overflows in signed {@code long} arithmetic.', 'Fails if it overflows a signed integer of 64 bits.'),
    ('Fails if it would overflow.', 'Fails if it would overflow a signed integer of 64 bits.'),
    ('Adds, checking for overflow.', 'Adds, checking for overflow.'),
    ('The number is represented as text.', 'The number is represented as text.'),
  ],
)
def test_an_overflow_names_the_width_of_the_result(java, due):
  assert summary(java, returns=Type('int', source='long')) == due


@pytest.mark.parametrize(
  'java, name',
  [
    ('Returns it as Double.MAX_VALUE does.', 'Double.MAX_VALUE'),
    ('Cuts as {@link Other#cutMore(int)} does.', 'cutMore'),
    ('Cuts in the given Locale only.', 'Locale'),
    ('Cuts the StringBuffer in two.', 'StringBuffer'),
    ('Does what Java does there.', 'Java'),
    ('Gives a new Foo(1) for it.', 'new Foo'),
  ],
)
def test_names_of_java_are_refused(java, name):
  assert reason(java) == ('doc_java_names', name)


def test_asides_about_java_go_and_the_rest_stays():
  java = """Cuts the text, ignoring case.

   <p>Whitespace is defined by {@link Character#isWhitespace(char)}. It is cut <i>twice</i> (see {@code x.Foo#barBaz}).
   See {@link Other}. This method is thread-safe, of course.

   Unlike {@code String.cutIt}, the text may be empty. Note that {@link Foo#barIt} differs."""
  assert summary(java) == 'Cuts the text, ignoring case.\n\nIt is cut twice.\n\nThe text may be empty.'


@pytest.mark.parametrize(
  'text, bits, due',
  [
    ('Fails if it would overflow.', 32, 'Fails if it would overflow a signed integer of 32 bits.'),
    ('Whether it fits in an int.', 64, 'Whether it fits in a signed integer of 64 bits.'),
    ('Whether it fits in a box.', 64, 'Whether it fits in a box.'),
    ('It is represented as `long`.', 32, 'It is represented as `long`.'),  # no article: not the type that it overflows
  ],
)
def test_a_width_is_given_where_an_integer_is_meant(text, bits, due):
  assert words.with_width(text, bits) == due


def test_what_is_left_of_java_is_named_unless_it_is_a_parameter():
  assert words.left_over('Cuts the text with subSequence or charAt.', frozenset()) == 'subSequence'
  assert words.left_over('Cuts the text with subSequence or charAt.', frozenset(['subSequence'])) == 'charAt'
  assert words.left_over('Cuts the text, NaN and McDonald.', frozenset()) == ''


def test_the_first_sentence_stays_whatever_it_is():
  text = 'See the other one. See also this. Cuts the text.'
  assert words.translated(text, {}, frozenset()) == 'See the other one. Cuts the text.'
