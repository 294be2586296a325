"""Python signatures and prompts of typed functions."""

import ast

import plain
import pytest

from acrl_jax.datagen.records import Case, Doc, Parameter, Reject, Type
from acrl_jax.datagen.render import signature


@pytest.mark.parametrize(
  'name, expected',
  [
    ('toCamelCase', 'to_camel_case'), ('parseURLString', 'parse_url_string'), ('isEmpty', 'is_empty'),
    ('in', 'in_'), ('str', 'str_'), ('lambda', 'lambda_'), ('abs', 'abs_'), ('None', 'none'), ('match', 'match_'),
    ('args', 'args_'), ('approx', 'approx_'), ('already_snake', 'already_snake'), ('x2y', 'x2y'), ('_', 'x'),
    ('HTML4Escape', 'html4_escape'), ('größe', 'gr__e'),
  ],
)  # fmt: skip
def test_names_are_snake_case_and_free(name, expected):
  assert signature.safe(name) == expected and expected.isidentifier()


def test_parameter_names_are_different():
  f = plain.function([plain.INT] * 4, names=('aB', 'a_b', 'in', 'AB'))
  assert signature.parameter_names(f) == ('a_b', 'a_b_2', 'in_', 'ab')


def test_a_type_is_widened_by_the_nones_of_cases():
  pair = Type('tuple', (plain.INT, plain.STR))
  f = plain.function([plain.STR, Type('list', (plain.STR,)), Type('dict', (plain.STR, pair))], Type('char'))
  cases = [
    Case((None, ['a', None], {'k': (1, None)}), 'value', 'x'),
    Case(('a', [], {}), 'value', None),
    Case(('a', [], {}), 'raises', 'ValueError'),
  ]
  found = signature.signature(f, cases)
  assert found.text == (
    'def f(a: str | None, b: list[str | None], c: dict[str, tuple[int, str | None]]) -> str | None:'
  )
  assert signature.signature(f).returns == 'str'
  assert signature.signature(plain.function([plain.INTS], plain.NONE), cases[1:]).returns == 'None'


def test_defaults_are_those_of_the_source():
  parameters = tuple(Parameter(n, plain.INT, optional=n != 'a') for n in 'abc')
  f = plain.function([], parameters=parameters, language='python', body='def f(a, b=-2, c=None):\n  pass\n')
  assert signature.signature(f).text == 'def f(a: int, b: int = -2, c: int | None = None) -> int:'
  assert signature.defaults(f._replace(body='def f(a, b=[], c=3):\n  pass\n')) == ('3',)
  broken = f._replace(body='x = 1')
  assert signature.signature(broken).text == 'def f(a: int, b: int, c: int) -> int:'


def test_the_docstring_has_sections_and_the_new_names():
  doc = Doc(
    'Finds searchChar in `s`; the list is not changed, nor is `list`.\n\nfindAll is slow.',
    (('searchChar', 'what to\n  look for'), ('list', 'where, with searchChar in it')), 'how many of searchChar',
    (('IllegalArgumentException', 'if list is empty'), ('NullPointerException', '')),
  )  # fmt: skip
  f = plain.function([Type('char'), plain.INTS], doc=doc, names=('searchChar', 'list'), name='findAll', variadic=True)
  text = signature.docstring(f, signature.signature(f))
  assert text == (
    'Finds search_char in `s`; the list is not changed, nor is `list_`.\n\nfind_all is slow.\n\n'
    'Args:\n    search_char: what to look for\n    list_: where, with search_char in it (given as one list)\n\n'
    'Returns:\n    how many of search_char\n\n'
    'Raises:\n    Exception: if list is empty'
  )
  python = signature.docstring(f._replace(language='python'), signature.signature(f))
  assert 'IllegalArgumentException: if list is empty' in python


@pytest.mark.parametrize(
  'text',
  [
    'Plain.', 'Ends in a "quote"', 'Three """ inside', "Three ''' too", 'A \\ and a \\n and a \\', '"', '""""""',
    'Two\n\nparagraphs with """ and \\', 'Tab\\t and {braces} and %s', 'Ends in \\"',
  ],
)  # fmt: skip
def test_any_docstring_survives_the_prompt(text):
  found = signature.signature(plain.function([plain.INT]))
  prompt = signature.prompt(found, text)
  assert ast.get_docstring(ast.parse(prompt + '    pass\n').body[0]) == text
  assert prompt.startswith('def f(a: int) -> int:\n    """') and prompt.endswith('"""\n')


def test_what_is_no_python_is_rejected():
  with pytest.raises(Reject):
    signature.prompt(signature.signature(plain.function([plain.INT])), 'a NUL \0 in it')
  with pytest.raises(Reject):
    signature.prompt(signature.Signature('f', ('a', 'a'), ('int', 'in t'), 'int'), 'Text.')


def test_long_lines_are_broken_between_words():
  doc = Doc('word ' * 60)
  f = plain.function([plain.INT], doc=doc)
  text = signature.docstring(f, signature.signature(f))
  assert text.split() == ['word'] * 60 and max(map(len, text.splitlines())) <= 96
