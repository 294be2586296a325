"""Javadoc becomes plain English in Python's words, with what it says of null and of errors."""

import pytest

from acrl_jax.datagen.documentation import markup
from acrl_jax.datagen.java import javadoc
from acrl_jax.datagen.records import Parameter, Reject, Type

INT, TEXT = Type('int', (), 'int'), Type('str', (), 'String')
LIST, BYTES = Type('list', (INT,), 'int[]'), Type('bytes', (), 'byte[]')


def read(comment, *parameters, returns=TEXT, name='cutOff', variadic=False, **constants):
  parameters = tuple(Parameter(n, t, t.source, t.source) for n, t in parameters)
  return javadoc.parse(f'/** {comment} */', javadoc.Documented(name, parameters, returns, variadic, constants))


def summary(comment, *parameters, **more):
  return read(comment, *parameters, **more).summary


def reason(comment, *parameters, **more):
  with pytest.raises(Reject) as caught:
    read(comment, *parameters, **more)
  assert caught.value.stage == 'extract'
  return caught.value.reason, caught.value.detail


# --- mark-up


@pytest.mark.parametrize(
  'html, due',
  [
    ('one\ntwo   three', 'one two three'),
    ('one<p>two</p>\n\n\nthree', 'one\n\ntwo\n\nthree'),
    ('one <b>two</b> <em>three</em><br/>four', 'one two three\nfour'),
    ('a <ul><li>one</li><li>two <i>x</i></li></ul> b', 'a\n\n- one\n- two x\n\nb'),
    ('a &lt; b &amp;&amp; c &#62; d', 'a < b && c > d'),
    ('{@code a < b} and {@literal x < y}', '`a < b` and x < y'),
    ('<code>a</code> <tt>b</tt> {@code List<String>}', '`a` `b` `List<String>`'),
    ('{@code null}, {@code true}, {@code 12}, {@code "x"}', 'null, true, 12, "x"'),
    ('{@link Tool#cut(int) the cut} {@link Tool#cut(int)} {@linkplain Tool}', 'the cut `cut` Tool'),
    ('{@code f({1}, {2})}', '`f({1}, {2})`'),
    ('<a href="http://x">label</a> <!-- no --> end', 'label end'),
    ('2<sup>n</sup> is “big” – ≥ 1…', '2^n is "big" - >= 1...'),
    ('<ul><li></li></ul>x', 'x'),
    ('{@code a -&gt; b}', '`a -> b`'),
    ('\\( k^e \\) of x<sub>1</sub>', '`k^e` of x_1'),
  ],
)
def test_mark_up_becomes_plain(html, due):
  assert markup.plain(html) == due


@pytest.mark.parametrize('html', ['a <table><tr>', '<img src="a"/>', '{@inheritDoc}', '{@unknown x}'])
def test_mark_up_with_no_plain_form_is_refused(html):
  with pytest.raises(Reject) as caught:
    markup.plain(html)
  assert caught.value.reason == 'doc_markup'


# --- words


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


def test_an_iterator_is_a_list_where_one_comes_back():
  iterator = Type('list', (INT,), 'Iterator')
  assert summary('Returns an iterator over all numbers.', returns=iterator) == 'Returns a list over all numbers.'


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


# --- parts


def test_tags_are_parts():
  doc = read(
    """Cuts the text at a place.
     * @param text  the text,
     *   of letters
     * @param <T>  no parameter
     * @param place where
     * @param gone not there any more
     * @return the
     *     cut text
     * @throws IllegalStateException   if it cannot
     * @exception java.lang.ArithmeticException
     * @since 3.0
     * @see Other#thingsLikeThis""",
    ('text', TEXT), ('place', INT),
  )  # fmt: skip
  assert doc.summary == 'Cuts the text at a place.'
  assert doc.parameters == (('text', 'The text, of letters'), ('place', 'Where'))
  assert doc.returns == 'The cut text'
  assert doc.raises == (('IllegalStateException', 'If it cannot'), ('ArithmeticException', ''))


def test_examples_leave_the_text_and_their_announcement_with_them():
  java = """Cuts the text. For example:
   <pre>
   Tool.cutOff("ab&lt;", 1) = "a"
   Tool.other("ab", 1) = "a"
   </pre>
   <p>Then more.
   <p>Examples:
   <ul><li>Tool.cutOff("xy", 2) -&gt; "xy"</li>
   <li>{@code cutOff("xyz", 0) = ""}</li></ul>"""
  doc = read(java, ('text', TEXT), ('place', INT))
  assert doc.summary == 'Cuts the text.\n\nThen more.'
  assert doc.examples == ((('ab<', 1), 'a'), (('xy', 2), 'xy'), (('xyz', 0), ''))


# --- null


@pytest.mark.parametrize(
  'first, second, due',
  [
    ('the text, may be null', 'x', ('a',)),
    ('the text, must not be {@code null}', 'x', ()),
    ('never null', 'the other or null', ('b',)),
    ('a non-null text', 'cannot be null', ()),
  ],
)
def test_null_where_the_text_of_a_parameter_says_so(first, second, due):
  doc = read(f'Cuts both of the texts.\n * @param a {first}\n * @param b {second}', ('a', TEXT), ('b', TEXT))
  assert doc.nullable == due


def test_null_by_an_example_or_where_nothing_else_could_be_meant():
  assert read('Cuts.<pre>cutOff("a", null) = "a"</pre>', ('a', TEXT), ('b', TEXT)).nullable == ('b',)
  assert read('A null text is cut to nothing.', ('a', TEXT), ('b', INT)).nullable == ('a',)
  assert read('A null text is cut to nothing.', ('a', TEXT), ('b', TEXT)).nullable == ()
  assert read('A null text is cut.\n * @param a not null', ('a', TEXT)).nullable == ()
  assert read('Cuts.\n * @param b may be null', ('b', INT)).nullable == ()


@pytest.mark.parametrize(
  'said, due',
  [
    ('@return the text, null if there is none', True),
    ('@return null', True),
    ('@return the text, empty if null', False),
    ('@return the text, never null', False),
    ('Returns null for an empty text.', True),
    ('A null text is cut to nothing.', False),
  ],
)
def test_null_that_comes_back(said, due):
  assert read(f'Cuts a text.\n * {said}', ('a', TEXT)).returns_null is due
  assert not read(f'Cuts a text.\n * {said}', ('a', TEXT), returns=INT).returns_null


@pytest.mark.parametrize(
  'java, due',
  [
    ('Writes x, treated as unsigned, in tens.', 'Writes x, treated as unsigned (8-bit), in tens.'),
    ('Treats x as an unsigned 16-bit number.', 'Treats x as an unsigned 16-bit number.'),
    ('Writes x in tens.', 'Writes x in tens.'),
  ],
)
def test_unsigned_numbers_have_a_width(java, due):
  assert summary(java, ('x', Type('int', (), 'byte'))) == due


def test_what_an_iterator_supports_is_not_told():
  java = 'Joins all of them. The iterator supports {@code remove()} where theirs do. The inputs are not polled early.'
  assert summary(java) == 'Joins all of them.'


def test_what_a_lost_formula_or_page_leaves_behind_goes():
  text = 'Computes the value by the formula<p>where</p><p>are as defined <a href="x">here</a></p>Nothing is copied.'
  assert summary(text) == 'Computes the value by the formula\n\nNothing is copied.'
  text = 'Performs the test. Its validity depends on much, as discussed <a href="x">here</a>. It is slow.'
  assert summary(text) == 'Performs the test. It is slow.'


def test_a_backtick_without_a_partner_takes_the_others_with_it():
  comment = 'Wraps it in {@code mark}.\n@return the text, or {@code null} if {@code str==null}'
  text = read(comment, ('str', TEXT)).returns
  assert '`' not in text and 'str==None' in text


def test_lists_of_lists_are_told_as_such():
  text = summary('There are two double[] arrays in the collection.')
  assert text == 'There are two lists of floats in the collection.'
