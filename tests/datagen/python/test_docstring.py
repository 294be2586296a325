"""Docstrings to plain text, section by section."""

import textwrap

import pytest

from acrl_jax.datagen.python import docstring
from acrl_jax.datagen.records import Reject


def read(text, *names):
  return docstring.parse(textwrap.dedent(text), names)


@pytest.mark.parametrize(
  ('text', 'due'),
  [
    ('Says ``x`` and :func:`pack.mod.f` of *x*, **y**.', 'Says `x` and `f` of x, y.'),
    ('A `link <http://a.b>`_ to [1]_. See [2]_.', 'A link to.'),
    ('a * b * c and 2**3**2 and *args', 'a * b * c and 2**3**2 and *args'),
    ('If `x \\le 1`', 'If `x <= 1`'),
    ('Two\n   lines', 'Two lines'),
    ('Quoted “so” – and so on…', 'Quoted "so" - and so on...'),
  ],
)
def test_plain(text, due):
  assert docstring.plain(text.translate(docstring._LETTERS)) == due


@pytest.mark.parametrize(
  'text', [':math:`x^2`', 'for $x > 1$ only', 'a \\equiv b', 'Table::\n\n=== ===\n a   b\n=== ===\n']
)
def test_formulas_and_tables_are_refused(text):
  with pytest.raises(Reject, match='doc_markup'):
    read(text)


def test_google():
  parsed = read('''
    Do it
    well.

    Args:
        a (int): First one,
            on two lines.
        *b: Second: with a colon.
        other: No parameter.

    Returns:
        int: The sum.

    Raises:
        pack.OddError: When odd.

    Note that it is so.

    Example:
        >>> f(1)
        2
  ''', 'a', 'b')  # fmt: skip
  assert parsed.doc.summary == 'Do it well.\n\nNote that it is so.'
  assert dict(parsed.doc.parameters)['a'] == 'First one, on two lines.' and parsed.types == {'a': 'int'}
  assert dict(parsed.doc.parameters)['b'].startswith('Second: with a colon.')
  assert (parsed.doc.returns, parsed.returns) == ('The sum.', 'int')
  assert parsed.doc.raises == (('OddError', 'When odd.'),)


def test_numpy():
  parsed = read('''
    Do it well.

    Parameters
    ----------
    a, b : int
        Both of them.
    c : str, optional

    Returns
    -------
    list[int]
        The parts.

    Notes
    -----
    More of it.

    See Also
    --------
    other
  ''', 'a', 'b', 'c')  # fmt: skip
  assert parsed.doc.summary == 'Do it well.\n\nMore of it.'
  assert parsed.doc.parameters == (('a', 'Both of them.'), ('b', 'Both of them.'))
  assert parsed.types == {'a': 'int', 'b': 'int', 'c': 'str, optional'}
  assert (parsed.doc.returns, parsed.returns) == ('The parts.', 'list[int]')


def test_rest():
  parsed = read('''
    Do it well.

    :param int a: First one,
        on two lines.
    :param b: Second.
    :type b: list of str
    :returns: The sum.
    :rtype: int
    :raises ValueError: When odd.
  ''', 'a', 'b')  # fmt: skip
  assert parsed.doc.summary == 'Do it well.'
  assert parsed.doc.parameters == (('a', 'First one, on two lines.'), ('b', 'Second.'))
  assert parsed.types == {'a': 'int', 'b': 'list of str'} and parsed.returns == 'int'
  assert parsed.doc.returns == 'The sum.' and parsed.doc.raises == (('ValueError', 'When odd.'),)


def test_examples_are_no_part_of_the_summary():
  parsed = read('''
    Do it well. For example:

        >>> f(1)
        2

    Where it is odd, nothing is done:

    >>> f(2)

    Items:

    * one,
      or so
    * two

    As code::

        f(3) == 4

    .. note:: Remember this.

    .. versionadded:: 2.0
       Or so.
  ''')
  assert parsed.doc.summary == (
    'Do it well.\n\nWhere it is odd, nothing is done.\n\nItems:\n\n- one, or so\n\n- two\n\nAs code:\n\nRemember this.'
  )
