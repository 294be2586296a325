"""Texts that are tasks pass, others are refused by code."""

import pytest

from acrl_jax.datagen.documentation import docs
from acrl_jax.datagen.records import Doc, Reject

GOOD = 'Returns the sum of the numbers that are even.'


def reason(f, *arguments):
  try:
    f(*arguments)
  except Reject as reject:
    assert reject.stage == 'screen'
    return reject.reason
  return 'ok'


@pytest.mark.parametrize(
  'text, due',
  [
    (GOOD, 'ok'),
    ('Whether a < b and b > c for all the numbers.', 'ok'),
    ('Use `a[i]` and "x" as in {1: 2}, 50% of it.', 'ok'),
    ('Returns the sum.', 'doc_short'),
    ('', 'doc_short'),
    ('12 34 56 78 90 12 34', 'doc_short'),
    ('Liefert Summe gerader Zahlen zwischen Grenzen.', 'doc_not_english'),
    ('Возвращает the sum of the numbers that are even', 'doc_not_english'),
    ('Returns the <b>sum</b> of the numbers.', 'doc_markup'),
    ('Returns the sum of {@code x} and y.', 'doc_markup'),
    ('Returns the sum &lt; 3 of the numbers.', 'doc_markup'),
    ('Returns the sum of :func:`x` and y.', 'doc_markup'),
    ('Returns the sum. @since 3 of the numbers', 'doc_markup'),
    ('Returns \\(D_n\\) of the given numbers.', 'doc_markup'),
    ('Returns the CharSequence of the given numbers.', 'doc_java_names'),
    ('Raises an IllegalArgumentException for the numbers.', 'doc_java_names'),
    ('Same as Tool#sum for the numbers.', 'doc_java_names'),
    ('See the other function for more.', 'doc_see_only'),
    ('This function is equivalent to the other one.', 'doc_see_only'),
    ('See below. Returns the sum of the numbers.', 'ok'),
  ],
)
def test_a_text(text, due):
  assert reason(docs.check_text, text) == due


def test_what_comes_back_counts_as_words_but_does_not_replace_them():
  assert reason(docs.check_text, 'Hyperbolic cosine.', 'The hyperbolic cosine of x') == 'ok'
  assert reason(docs.check_text, '', 'The hyperbolic cosine of x') == 'doc_short'
  assert reason(docs.check_text, 'Cosine.', 'The hyperbolic cosine of x') == 'doc_short'


def test_every_part_is_looked_at():
  good = Doc(GOOD, (('x', 'a number'),), 'it', (('ValueError', 'if not'),))
  assert reason(docs.check_doc, good) == 'ok'
  assert reason(docs.check_doc, good._replace(summary='See it.')) == 'doc_short'
  assert reason(docs.check_doc, good._replace(parameters=(('x', '<b>'),))) == 'doc_markup'
  assert reason(docs.check_doc, good._replace(returns='{@code x}')) == 'doc_markup'
  assert reason(docs.check_doc, good._replace(raises=(('E', 'a StringBuilder'),))) == 'doc_java_names'
