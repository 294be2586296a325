"""Values and example calls written in Java are read, and constants found; anything else is refused."""

import pytest

from acrl_jax.datagen.java import literals
from acrl_jax.datagen.records import Parameter, Type


@pytest.mark.parametrize(
  'text, due',
  [
    ('1, -2L, 0x1f, 017, 1_000, 0b11', [1, -2, 31, 15, 1000, 3]),
    ('1.5, -.5f, 2d, 1e3, 3.', [1.5, -0.5, 2.0, 1000.0, 3.0]),
    (r'''"a\n\"b\"", 'c', '\'', "\u0041\101"''', ['a\n"b"', 'c', "'", 'AA']),
    ('null, true, false', [None, True, False]),
    ('[1, [2]], {3}, new int[] {4, 5}, new int[0][] {}', [[1, [2]], [3], [4, 5], []]),
    ('Arrays.asList("a", "b"), ImmutableList.of(), List.of(1)', [['a', 'b'], [], [1]]),
    ('(byte) 3, (int) \'a\'', [3, 'a']),
    ('"a, b", "c)"', ['a, b', 'c)']),
    ('new Foo(1)', ValueError), ('x', ValueError), ('1 2', ValueError), ('"a" + "b"', ValueError), ('*', ValueError),
    ('[1, 2', ValueError), ('1,', [1]), ('', []), (r'"\ud800"', ValueError),
  ],
)  # fmt: skip
def test_values(text, due):
  if isinstance(due, list):
    assert literals.values(text) == due
  else:
    with pytest.raises(due):
      literals.values(text)


def parameter(kind, source, *args):
  return Parameter('p', Type(kind, args, source), source, source)


INT, TEXT = parameter('int', 'int'), parameter('str', 'String')
TEXTS = parameter('list', 'String[]', TEXT.type)


@pytest.mark.parametrize(
  'line, parameters, variadic, due',
  [
    ('A.f("a", 1) = "b"', (TEXT, INT), False, (('a', 1), 'b')),
    ('f("a=b)", 1) -> "c"', (TEXT, INT), False, (('a=b)', 1), 'c')),
    ('A.f("a", 1); // returns "b"', (TEXT, INT), False, (('a', 1), 'b')),
    ('A.f("a", 1) = IllegalArgumentException', (TEXT, INT), False, (('a', 1), None)),
    ('A.f("a", "b", "c") = "b"', (TEXT, TEXTS), True, (('a', ['b', 'c']), 'b')),
    ('A.f("a") = "b"', (TEXT, TEXTS), True, (('a', []), 'b')),
    ('A.f("a", null) = "b"', (TEXT, TEXTS), True, (('a', None), 'b')),
    ('A.f("a", ["b"]) = "b"', (TEXT, TEXTS), True, (('a', ['b']), 'b')),
    ('A.f("a", *) = "b"', (TEXT, INT), False, None),
    ('A.f("a", null) = "b"', (TEXT, INT), False, None),
    ('A.f("a", 1.5) = "b"', (TEXT, INT), False, None),
    ('A.f("a") = "b"', (TEXT, INT), False, None),
    ('A.g("a", 1) = "b"', (TEXT, INT), False, None),
    ('A.f(3, 1) = "b"', (TEXT, INT), False, None),
  ],
)
def test_examples(line, parameters, variadic, due):
  calls = literals.examples(line, 'f', parameters, TEXT.type, variadic)
  assert calls == ([due] if due else [])


def test_an_example_has_the_types_of_the_parameters():
  data = (parameter('float', 'double'), parameter('char', 'char'), parameter('bytes', 'byte[]'))
  ((args, result),) = literals.examples("f(1, 'c', {1, 127}) = true", 'f', data, Type('bool'), False)
  assert args == (1.0, 'c', b'\x01\x7f') and type(args[0]) is float and result is True
  assert not literals.examples('f(1, "cd", {1}) = true', 'f', data, Type('bool'), False)
  assert not literals.examples("f(1, 'c', {-1}) = true", 'f', data, Type('bool'), False)
  assert not literals.examples("f(1, 'c', {128}) = true", 'f', data, Type('bool'), False)


def test_constants_are_those_of_the_code_and_not_of_its_comments_or_messages():
  body = r'''{ // 1
    /* 2 */ int a = 3 - 4; String s = "5"; checkNotNull(s, "sixth"); char c = 'c';
    if (a > MAX) throw new IllegalStateException("seven" + 8);
    return Util.name2 + x9 + "%s is bad" + 3 + NAMED + "\ud800"; }'''
  assert literals.constants(body, {'NAMED': -1}) == (3, 4, '5', 'c', -1)
  assert literals.constants('{ return 1 == 1.0 ? "1" : true; }', {}) == (1, 1.0, '1')
  assert len(literals.constants(' '.join(map(str, range(99))), {})) == 40
