"""Types of Java as those of Python values, and what stands in for type parameters."""

import pytest

from acrl_jax.datagen.java import types
from acrl_jax.datagen.values import annotation


def python(text, back=False):
  t = (types.return_type if back else types.parameter_type)(types.normal(text))
  return t and annotation(t)


@pytest.mark.parametrize(
  'java, due',
  [
    ('byte', 'int'), ('long', 'int'), ('Short', 'int'), ('java.math.BigInteger', 'int'), ('float', 'float'),
    ('Double', 'float'), ('Boolean', 'bool'), ('char', 'str'), ('CharSequence', 'str'), ('final String', 'str'),
    ('int[]', 'list[int]'), ('int [] []', 'list[list[int]]'), ('char[]', 'list[str]'), ('String...', 'list[str]'),
    ('byte[]', 'bytes'), ('Byte[]', 'list[int]'), ('byte[][]', 'list[bytes]'),
    ('List<String>', 'list[str]'), ('java.util.Map<String, java.lang.Integer>', 'dict[str, int]'),
    ('@Nullable String', 'str'), ('List<@Size(min = 1) String>', 'list[str]'), ('Set<Character>', 'set[str]'),
    ('Iterable<? extends Number[]>', None), ('Collection<? extends CharSequence>', 'list[str]'),
    ('List<? super Integer>', 'list[int]'), ('List<List<Long>>', 'list[list[int]]'),
    ('List<Map<String, List<Integer>>>', None), ('int[][][]', None), ('Set<int[]>', None), ('Set<Set<String>>', None),
    ('Map<List<String>, Integer>', None), ('Map<String, List<Integer>>', 'dict[str, list[int]]'),
    ('Object', None), ('List', None), ('Locale', None), ('List<?>', None), ('Iterator<String>', None), ('void', None),
    ('Function<String, String>', None), ('Map<String>', None), ('List<String, String>', None), ('Outer.Inner', None),
  ],
)  # fmt: skip
def test_a_parameter(java, due):
  assert python(java) == due


@pytest.mark.parametrize(
  'java, due',
  [
    ('void', 'None'), ('int', 'int'), ('Iterator<String>', 'list[str]'), ('Stream<List<Integer>>', 'list[list[int]]'),
    ('IntStream', 'list[int]'), ('Optional<String>', 'str | None'), ('OptionalDouble', 'float | None'),
    ('Optional<List<List<String>>>', 'list[list[str]] | None'), ('List<Optional<String>>', None),
    ('ImmutableList<Long>', 'list[int]'), ('Sets.SetView<String>', 'set[str]'),
    ('ImmutableMap<String, Integer>', 'dict[str, int]'), ('Predicate<String>', None),
  ],
)  # fmt: skip
def test_a_result(java, due):
  assert python(java, back=True) == due


def test_a_type_says_what_java_calls_it():
  t = types.parameter_type('Map<Short,float[]>')
  assert t.source == 'Map' and [a.source for a in t.args] == ['Short', 'float[]']
  assert t.args[1].args[0] == ('float', (), 'float')
  assert types.return_type('void') == ('none', (), 'void')


@pytest.mark.parametrize(
  'declared, due',
  [
    ('', [{}]),
    ('T', [{'T': 'Integer'}, {'T': 'String'}]),
    ('T extends Comparable<? super T>', [{'T': 'Integer'}, {'T': 'String'}]),
    ('T extends Number & Comparable<T>', [{'T': 'Integer'}]),
    ('T extends java.lang.CharSequence', [{'T': 'String'}]),
    ('K, V extends CharSequence', [{'K': 'Integer', 'V': 'String'}, {'K': 'String', 'V': 'String'}]),
    ('T extends @Nullable Object', [{'T': 'Integer'}, {'T': 'String'}]),
    ('A extends CharSequence, B extends A', [{'A': 'String', 'B': 'String'}]),
    ('T extends Throwable', []),
    ('K, E extends Enum<E>', []),
    ('T extends Iterable<Integer>', []),
    ('A extends B, B extends A', []),
  ],
)
def test_stand_ins_are_within_their_bounds(declared, due):
  assert types.substitutions(declared) == due


def test_substitution_replaces_whole_names():
  assert types.substitute('Map<T,List<TT>>', {'T': 'Integer'}) == 'Map<Integer,List<TT>>'


@pytest.mark.parametrize(
  'text, due',
  [
    ('T', 'Comparable'), ('T[]', 'Comparable[]'), ('U', 'Object'), ('V', 'Comparable'), ('List<T>', 'List'),
    ('List<T>[]', 'List[]'), ('Map.Entry<T,U>', 'Entry'), ('int[][]', 'int[][]'), ('String', 'String'),
  ],
)  # fmt: skip
def test_erasure_is_of_the_declaration(text, due):
  assert types.erased(text, types.bounds('T extends Comparable<T>, U, V extends T')) == due
