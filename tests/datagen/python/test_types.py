"""Hints, values and words to types."""

import ast

import pytest

from acrl_jax.datagen.python import types
from acrl_jax.datagen.python.types import Hints, concrete, of_value, of_values, of_words
from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import annotation

MODULE = ast.parse('''
T = TypeVar('T')
U = typing.TypeVar('U')
N = TypeVar('N', float, Decimal)
S = TypeVar('S', bound='SupportsLessThan')
F = TypeVar('F', bound=Callable[..., int])
''')


def read(text):
  return Hints(MODULE).to_type(ast.parse(text, mode='eval').body)


def show(t):
  return None if t is None else annotation(t)


@pytest.mark.parametrize(
  ('hint', 'due'),
  [
    ('int', 'int'),
    ('None', 'None'),
    ('typing.List[str]', 'list[str]'),
    ('collections.abc.Sequence[float]', 'list[float]'),
    ('list', 'list'),
    ('"list[int]"', 'list[int]'),
    ('frozenset[int]', 'set[int]'),
    ('set[list[int]]', None),
    ('dict[tuple[int, str], bytes]', 'dict[tuple[int, str], bytes]'),
    ('dict[list[int], int]', None),
    ('tuple[int, ...]', 'tuple'),
    ('tuple[()]', 'tuple'),
    ('int | None', 'int | None'),
    ('Optional[list[int]]', 'list[int] | None'),
    ('Union[Graph, str, int]', 'str'),
    ('Union[None, Graph]', 'None'),
    ('int | str | None', 'int | None'),
    ('Literal["a", "b"]', 'str'),
    ('Iterable[T]', 'list[int]'),
    ('dict[T, U]', 'dict[int, str]'),
    ('dict[T, T]', 'dict[int, int]'),
    ('N', 'float'),
    ('S', 'int'),
    ('F', None),
    ('Callable[[int], int]', None),
    ('Any', None),
    ('Graph', None),
    ('list[Graph]', None),
    ('"1 +"', None),
  ],
)
def test_hints(hint, due):
  assert show(read(hint)) == due


def test_iterators_are_told_from_lists():
  assert read('Iterator[int]') == Type('list', (Type('int'),), 'iterator')
  assert read('Generator[int, None, None]').source == 'iterator'
  assert read('Iterable[int]').source == 'Iterable' and read('list[int]').source == ''


def test_variables_are_those_of_one_function():
  hints = Hints(MODULE)
  assert [show(hints.to_type(ast.Name(n))) for n in 'UTU'] == ['int', 'str', 'int']
  assert show(hints.fresh().to_type(ast.Name('T'))) == 'int'


@pytest.mark.parametrize(
  ('hint', 'due'),
  [
    ('list', 'list[int]'), ('dict', 'dict[str, int]'), ('set | None', 'set[int] | None'),
    ('list[list]', 'list[list[int]]'), ('tuple', None),
    ('list[tuple]', None), ('Iterator[int]', None), ('None', None), ('Iterable[int]', 'list[int]'),
  ],
)  # fmt: skip
def test_parameters_need_members(hint, due):
  assert show(concrete(read(hint))) == due


@pytest.mark.parametrize(
  ('values', 'due'),
  [
    ([1, 2], 'int'), ([True], 'bool'), ([1, True], None), ([1, 2.0], None), ([None, 1], 'int | None'), ([None], 'None'),
    ([[], [1]], 'list[int]'), ([[]], 'list'), ([[1, 'a']], None), ([[1, None]], 'list[int | None]'),
    ([{'a': 1}, {}], 'dict[str, int]'), ([(1, 'a')], 'tuple[int, str]'), ([(1,), (1, 2)], 'tuple'),
    ([{1}], 'set[int]'), ([1j], None), ([[None, 1], None], 'list[int | None] | None'),
  ],
)  # fmt: skip
def test_values(values, due):
  assert show(of_values(values)) == due


def test_no_values_and_subclasses_have_no_type():
  assert of_values([]) is None and of_value(type('Odd', (int,), {})(3)) is None
  assert types.join(None, Type('int')) is None


@pytest.mark.parametrize(
  ('words', 'due'),
  [
    ('int', 'int'), ('Integer', 'int'), ('str, optional', 'str'), ('`float`', 'float'), ('list of ints', 'list[int]'),
    ('Sequence of str', 'list[str]'), ('dict[str, int]', 'dict[str, int]'), ('a number', None), ('callable', None),
    ('int, default 3', 'int'), ('', None),
  ],
)  # fmt: skip
def test_words(words, due):
  assert show(of_words(words)) == due
