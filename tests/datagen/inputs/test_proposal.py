"""Proposed inputs: of the types, readable, the same everywhere, telling ones among them."""

from collections import Counter

import plain
import pytest

from acrl_jax.datagen.inputs import fits, proposal
from acrl_jax.datagen.records import Doc, Type
from acrl_jax.datagen.render import signature
from acrl_jax.datagen.values import literal, walk

BYTE, LONG, CHAR = Type('int', source='byte'), Type('int', source='long'), Type('char', source='char')
TEXT = Type('str', source='String')
MATRIX = Type('list', (plain.INTS,), 'int[][]')
TYPES = [
  [plain.JAVA_INT], [TEXT, TEXT, plain.JAVA_INT], [plain.INTS, plain.INTS], [MATRIX], [CHAR, TEXT], [BYTE, LONG],
  [Type('dict', (TEXT, plain.JAVA_INT)), TEXT], [Type('set', (TEXT,))], [Type('tuple', (plain.INT, TEXT))],
  [Type('float', source='double'), plain.BOOL], [Type('bytes', source='byte[]')], [Type('list', (TEXT,)), TEXT],
  [Type('list'), Type('dict'), Type('optional', (plain.INT,))], [Type('list', (TEXT,))] * 4,
]  # fmt: skip


def size(args):
  return max((len(x) for a in args for x in walk(a) if isinstance(x, (list, set, dict))), default=0)


@pytest.mark.parametrize('types', TYPES, ids=str)
@pytest.mark.parametrize('how', ['propose', 'vary'])
def test_inputs_are_of_their_types_short_and_readable(types, how):
  f = plain.function(types, constants=(7, 'key', ',', 2.5))
  found = proposal.propose(f, 300, 0)
  if how == 'vary':
    known = found
    found = proposal.vary(f, known[:40], known, 300, 0)
    assert not {literal(x) for x in found} & {literal(x) for x in known}
  assert len(found) > 40 and len({literal(x) for x in found}) == len(found)
  for args in found:
    text = f'f({", ".join(map(literal, args))})'
    assert len(text) <= 120 and text.isascii() and text.isprintable()
    assert all(map(fits.fits, args, types)) and len(args) == len(types)
    if how == 'propose':
      assert size(args) <= 6
      assert all(abs(x) <= 46_340 for a in args for x in walk(a) if type(x) is int)


def test_fewer_inputs_are_the_first_of_more():
  f = plain.function([TEXT, plain.INTS])
  assert proposal.propose(f, 40, 3) == proposal.propose(f, 200, 3)[:40] != proposal.propose(f, 40, 4)


def test_inputs_do_not_depend_on_the_hash_seed():
  code = (
    'import plain\nfrom acrl_jax.datagen.inputs import proposal\nfrom acrl_jax.datagen.records import Type\n'
    "from acrl_jax.datagen.values import literal\nt = Type('set', (Type('str'),))\n"
    "f = plain.function([t, Type('dict', (Type('str'), t))], constants=('x', 'yy', 3, 1.5))\n"
    'a = proposal.propose(f, 150, 0)\nprint(list(map(literal, a + proposal.vary(f, a, a, 150, 0))))'
  )
  texts = plain.printed(code, '12')
  assert len(texts) == 1 and len(texts.pop()) > 1000


def test_examples_come_first_and_only_if_they_fit():
  doc = Doc('Cuts.', examples=((('abc', 2), 'ab'), (('x', 'y'), 'z'), ((None, 1), None), (('b',), 'b')))
  f = plain.function([TEXT, plain.JAVA_INT], doc=doc)
  assert proposal.propose(f, 2, 0)[0] == ('abc', 2)
  assert not any(None in args for args in proposal.propose(f, 200, 0))
  half = plain.function([plain.FLOAT], doc=Doc('Halves.', examples=(((3,), 1.5),)))
  assert literal(proposal.propose(half, 1, 0)[0]) == '(3.0,)'


def test_none_only_where_the_documentation_or_a_hint_allows_it():
  f = plain.function([TEXT, TEXT, plain.JAVA_INT], doc=Doc('Joins.', nullable=('b', 'c')))
  found = proposal.propose(f, 300, 0)
  assert any(args[1] is None for args in found)
  assert not any(args[0] is None or args[2] is None for args in found)  # Java's int has no null
  assert any(None in x for x in proposal.vary(f, [('a', 'b', 1)], [], 200, 0))


def test_none_is_tried_where_the_documentation_says_that_it_raises():
  f = plain.function([TEXT, TEXT], doc=Doc('Joins.', raises=(('NullPointerException', 'if b is None'),)))
  found = proposal.propose(f, 200, 0)
  assert any(b is None for _, b in found) and not any(a is None for a, _ in found)


def test_optional_arguments_at_the_end_are_left_out_where_their_defaults_are_known():
  parameters = plain.function([TEXT, plain.INT, plain.INT]).parameters
  parameters = (parameters[0], *(p._replace(optional=True) for p in parameters[1:]))
  f = plain.function([], language='python', body='def f(a, b=len, c=3):\n  return a\n', parameters=parameters)
  assert signature.defaults(f) == ('3',)
  lengths = Counter(len(args) for args in proposal.propose(f, 100, 0))
  assert set(lengths) == {2, 3} and min(lengths.values()) > 20


def test_no_argument_holds_a_lone_surrogate():
  text = plain.function([plain.STR, plain.STR], plain.STR)
  assert all(ascii(x) == repr(x) for args in proposal.propose(text, 200, 0) for x in args)
