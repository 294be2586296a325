"""Javadoc becomes plain English, with what it says of parameters, null and errors."""

import pytest
from javadocs import INT, TEXT, read, summary

from acrl_jax.datagen.records import Type


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
  'java, summary, returns',
  [
    ('@return the text, null if there is none', 'Cuts a text.', 'The text, None if there is none'),
    ('@return null', 'Cuts a text.', 'None'),
    ('@return the text, empty if null', 'Cuts a text.', 'The text, empty if None'),
    ('@return the text, never null', 'Cuts a text.', 'The text, never None'),
    ('Returns null for an empty text.', 'Cuts a text. Returns None for an empty text.', ''),
    ('A null text is cut to nothing.', 'Cuts a text. A None text is cut to nothing.', ''),
  ],
)
def test_null_that_comes_back_is_told_as_none(java, summary, returns):
  doc = read(f'Cuts a text.\n * {java}', ('a', TEXT))
  assert (doc.summary, doc.returns) == (summary, returns)


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


def test_an_iterator_is_a_list_where_one_comes_back():
  iterator = Type('list', (INT,), 'Iterator')
  assert summary('Returns an iterator over all numbers.', returns=iterator) == 'Returns a list over all numbers.'
