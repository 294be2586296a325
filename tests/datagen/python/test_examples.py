"""The calls that docstrings show."""

import textwrap

from acrl_jax.datagen.python.examples import Example, examples


def shown(text, *parameters):
  return examples(textwrap.dedent(text), 'f', parameters)


def test_calls_with_literals():
  calls = shown('''
    >>> x = [1, 2]; y = 'a'
    >>> f(x, y)
    {'a': [1, 2]}
    >>> m.f(range(3), b=-1)
    >>> list(f({1}))
    [1]
    >>> f(x, 'b')[0]
    7
    >>> print(f(x, 'c'))
    some text
    >>> f(x, 'd')
    <object>
    >>> f(x, y)
    {}
    >>> f(c=1, a=2)
    3
    >>> f(a=1, b=2)
    3
    >>> x = g()
    >>> f(x, 'e')
    >>> f(z), f(*x), f(g(1)), f(1, 2, 3, 4)
    ...
  ''', 'a', 'b', 'c')  # fmt: skip
  assert calls == [
    Example(([1, 2], 'a'), {'a': [1, 2]}, False),
    Example(([0, 1, 2], -1), None, False),
    Example(({1},), [1], True),
    Example(([1, 2], 'b'), ..., False),
    Example(([1, 2], 'c'), 'some text', False),
    Example(([1, 2], 'd'), ..., False),
    Example((1, 2), 3, False),
  ]


def test_no_more_than_can_be_read():
  assert shown('>>> f(range(100))\n1\n', 'a') == []
  assert shown('>>> f(1\n1\n>>> def\n', 'a') == []
  assert shown('>>>f(1)\n', 'a') == []
