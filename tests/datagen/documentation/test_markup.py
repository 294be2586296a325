"""Javadoc's mark-up and HTML become plain text, or are refused."""

import pytest

from acrl_jax.datagen.documentation import markup
from acrl_jax.datagen.records import Reject


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
