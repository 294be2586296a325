"""Where Java and Python disagree, an execution is flagged, or raises: expressions run in both."""

from __future__ import annotations

import functools
import math
import re

import pytest
from javafixtures import jar, method, need_java

from acrl_jax.datagen import values
from acrl_jax.datagen.java.oracle import JavaOracle

need_java()
_MIN, _MAX = -(2**31), 2**31 - 1
_II, _DD, _S, _SS = ('int', 'int'), ('double', 'double'), ('String',), ('String', 'String')


def _compare(a, b):
  return (a > b) - (a < b)


def _put(a, k):
  a[k] = 1
  return a


def _salted(*_):
  raise NotImplementedError('differs from process to process')


# name of the Java method, types, arguments, the natural Python of it
TABLE = [
  ('add', _II, (_MAX, 1), lambda a, b: a + b),
  ('increment', ('int',), (_MAX,), lambda a: a + 1),
  ('multiply', _II, (46341, 46341), lambda a, b: a * b),
  ('multiply', _II, (46340, 46340), lambda a, b: a * b),
  ('multiply', ('long', 'long'), (3037000500, 3037000500), lambda a, b: a * b),
  ('negate', ('int',), (_MIN,), lambda a: -a),
  ('absolute', ('int',), (_MIN,), abs),
  ('divide', _II, (-7, 2), lambda a, b: a // b),
  ('remainder', _II, (-7, 2), lambda a, b: a % b),
  ('remainder', _II, (7, -3), lambda a, b: a % b),
  ('remainder', _DD, (-7.5, 2.0), lambda a, b: a % b),
  ('divide', _DD, (5.0, 0.0), lambda a, b: a / b),
  ('divide', _DD, (0.0, 0.0), lambda a, b: a / b),
  ('left', _II, (1, 33), lambda a, n: a << n),
  ('left', _II, (1, 31), lambda a, n: a << n),
  ('unsigned', _II, (-8, 1), lambda a, n: a >> n),
  ('toByte', ('int',), (200,), lambda a: a),
  ('toInt', ('double',), (3e10,), int),
  ('toInt', ('double',), (math.nan,), int),
  ('toInt', ('double',), (-2.7,), int),
  ('toLong', ('double',), (1e19,), int),
  ('round', ('double',), (2.5,), round),
  ('round', ('double',), (-2.5,), round),
  ('rint', ('double',), (2.5,), lambda a: float(round(a))),
  ('round', ('double',), (0.49999999999999994,), round),
  ('next', ('char',), ('a',), lambda c: ord(c) + 1),
  ('nextChar', ('char',), ('a',), lambda c: chr(ord(c) + 1)),
  ('nextChar', ('char',), ('\uffff',), lambda c: chr(ord(c) + 1)),
  ('joined', ('char', 'int'), ('a', 1), lambda c, n: f'{c}{n}'),
  ('sumOfTenths', (), (), lambda: 0.1 + 0.2),
  ('add', ('float', 'float'), (16777216.0, 1.0), lambda a, b: a + b),
  ('widened', (), (), lambda: 0.1),
  ('shown', ('double',), (1e7,), str),
  ('shown', ('double',), (100.0,), str),
  ('shown', ('double',), (1e-4,), str),
  ('shown', ('double',), (2e-3,), str),
  ('shown', (), (), lambda: str(1.1)),
  ('shown', ('float',), (0.5,), str),
  ('shown', ('boolean',), (True,), str),
  ('concatenated', ('String', 'String'), ('x', None), lambda a, b: f'{a}{b}'),
  ('concatenated', ('String', 'double'), ('x', 1e7), lambda a, b: f'{a}{b}'),
  ('concatenated', ('String', 'float'), ('x', 1e7), lambda a, b: f'{a}{b}'),
  ('concatenated', ('String', 'boolean'), ('x', True), lambda a, b: f'{a}{b}'),
  ('concatenated', ('String', 'Object'), ('x', True), lambda a, b: f'{a}{b}'),
  ('concatenated', ('String', 'Object'), ('x', ['a']), lambda a, b: f'{a}{b}'),
  ('built', ('String', 'double'), ('x', 1e-5), lambda a, b: f'{a}{b}'),
  ('built', ('String', 'boolean'), ('x', False), lambda a, b: f'{a}{b}'),
  ('built', _SS, ('x', None), lambda a, b: f'{a}{b}'),
  ('listed', ('List<Integer>',), ([1, 2],), str),
  ('listedText', ('List<String>',), (['a'],), str),
  ('trimmed', _S, ('\xa0x\xa0',), lambda a: len(a.strip())),
  ('trimmed', _S, ('\0x',), lambda a: len(a.strip())),
  ('stripped', _S, ('\xa0x\x85',), lambda a: len(a.strip())),
  ('white', ('char',), ('\xa0',), str.isspace),
  ('white', ('char',), ('\x1c',), str.isspace),
  ('digit', ('char',), ('\u0663',), str.isdigit),
  ('digit', ('char',), ('\xb2',), str.isdigit),
  ('letter', ('char',), ('\xb2',), str.isalpha),
  ('letter', ('char',), ('\xaa',), str.isalpha),
  ('length', _S, ('\U0001f600',), len),
  ('literalLength', (), (), lambda: len('\U0001f600')),
  ('reversed', _S, ('a\U0001f600b',), lambda a: a[::-1]),
  ('split', _SS, ('a,b,,', ','), lambda a, b: a.split(b)),
  ('split', _SS, ('', ','), lambda a, b: a.split(b)),
  ('split', _SS, (' a b', ' '), lambda a, b: a.split(b)),
  ('split', _SS, ('a.b', '.'), lambda a, b: a.split(b)),
  ('split', _SS, ('abc', ''), lambda a, b: re.split(b, a)),
  ('split', _SS, ('a1b22', '[0-9]+'), lambda a, b: re.split(b, a)),
  ('find', _SS, ('abc', ''), lambda a, b: a.find(b)),
  ('find', ('String', 'String', 'int'), ('abc', '', 10), lambda a, b, k: a.find(b, k)),
  ('find', ('String', 'String', 'int'), ('abca', 'a', -1), lambda a, b, k: a.find(b, k)),
  ('part', ('String', 'int', 'int'), ('abc', 1, 1), lambda a, k, n: a[k:n]),
  ('part', ('String', 'int', 'int'), ('abc', 1, 5), lambda a, k, n: a[k:n]),
  ('compare', _SS, ('apple', 'b'), _compare),
  ('compare', _SS, ('abc', 'abcde'), _compare),
  ('compare', _SS, ('apple', 'cherry'), _compare),
  ('same', _SS, ('\xdf', 'SS'), lambda a, b: a.casefold() == b.casefold()),
  ('upper', _S, ('\xdf',), str.upper),
  ('lower', _S, ('\u0130',), lambda a: len(a.lower())),
  ('equal', _DD, (-0.0, 0.0), lambda a, b: a == b),
  ('boxedEqual', _DD, (-0.0, 0.0), lambda a, b: a == b),
  ('boxedEqual', _DD, (math.nan, math.nan), lambda a, b: a == b),
  ('least', _DD, (0.0, -0.0), min),
  ('equal', _DD, (math.nan, math.nan), lambda a, b: a == b),
  ('most', _DD, (math.nan, 1.0), max),
  ('hash', _S, ('polygenelubricants',), lambda s: functools.reduce(lambda h, c: 31 * h + ord(c), s, 0)),
  ('hashCodeOf', _S, ('hello',), _salted),
  ('hashCodeOf', ('int[]',), ([1, 2],), _salted),
  ('hashed', ('List<String>',), (['banana', 'apple', 'cherry', 'fig'],), _salted),
  ('first', ('List<String>',), (['banana', 'apple', 'cherry', 'fig'],), _salted),
  ('at', ('String', 'int'), ('abc', -1), lambda a, k: a[k]),
  ('put', ('int[]', 'int'), ([0, 0], -1), _put),
  ('get', ('List<Integer>', 'int'), ([1, 2], -1), lambda a, k: a[k]),
  ('divide', _II, (1, 0), lambda a, b: a // b),
  ('parse', _S, (' 1',), int),
  ('parse', _S, ('+1',), int),
  ('parse', _S, ('1_0',), int),
  ('parse', _S, ('2147483648',), int),
  ('parseReal', _S, ('1.5f',), float),
  ('parseReal', _S, ('1_0.5',), float),
  ('parseReal', _S, ('inf',), float),
  ('length', _S, (None,), len),
  ('formatted', ('String', 'double'), ('%.2f', 2.675), lambda a, b: a % b),
  ('formatted', ('String', 'double'), ('%.0f', 0.5), lambda a, b: a % b),
  ('formatted', ('String', 'double'), ('%.1f', 0.25), lambda a, b: a % b),
  ('formatted', ('String', 'double'), ('%e', 12345.678), lambda a, b: a % b),
  ('identical', ('Integer', 'Integer'), (1000, 1000), lambda a, b: a == b),
  ('trueIsOne', ('Object', 'Object'), (True, 1), lambda a, b: a == b),
  ('trueIsOne', ('Object', 'Object'), (1, 1.0), lambda a, b: a == b),
  ('power', _DD, (0.0, 0.0), math.pow),
  ('power', _DD, (-8.0, 1 / 3), lambda a, b: a**b),
  ('root', ('double',), (-1.0,), math.sqrt),
  ('logarithm', ('double',), (0.0,), math.log),
  ('floorDivide', _II, (-7, 2), lambda a, b: a // b),
  ('binary', ('int',), (-5,), lambda a: format(a, 'b')),
  ('hexadecimal', ('int',), (255,), lambda a: format(a, 'x')),
  ('hexadecimal', ('int',), (-1,), lambda a: format(a, 'x')),
  ('replaced', ('String', 'String', 'String'), ('a.b', '.', 'x'), lambda a, b, c: a.replace(b, c)),
  ('replaced', ('String', 'String', 'String'), ('aab', 'a', '$0!'), lambda a, b, c: a.replace(b, c)),
  ('matched', _SS, ('ab', 'a.'), lambda a, b: a == b),
]
# the same where there is nothing to flag
PLAIN = [
  ('add', _II, (-5, 3)),
  ('multiply', _II, (46340, 46340)),
  ('divide', _II, (-8, 2)),
  ('remainder', _II, (7, 3)),
  ('left', _II, (3, 5)),
  ('toByte', ('int',), (-128,)),
  ('toInt', ('double',), (-2.7,)),
  ('round', ('double',), (2.4,)),
  ('shown', ('double',), (100.25,)),
  ('concatenated', ('String', 'double'), ('x', 0.5)),
  ('built', _SS, ('x', 'y')),
  ('listed', ('List<Integer>',), ([1, 2],)),
  ('trimmed', _S, (' \tx\n',)),
  ('white', ('char',), ('\t',)),
  ('digit', ('char',), ('7',)),
  ('split', _SS, ('a,b', ',')),
  ('find', ('String', 'String', 'int'), ('abca', 'a', 1)),
  ('compare', _SS, ('abc', 'abd')),
  ('upper', _S, ('abc',)),
  ('hash', _S, ('abc',)),
  ('hashed', ('List<String>',), (['a'],)),
  ('parse', _S, ('-12',)),
  ('parse', _S, ('x',)),
  ('at', ('String', 'int'), ('abc', 3)),
  ('divide', _II, (1, 0)),
  ('identical', ('Integer', 'Integer'), (1000, 1001)),
  ('hexadecimal', ('int',), (255,)),
  ('replaced', ('String', 'String', 'String'), ('a,b', ',', 'x')),
]


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  running = JavaOracle([jar(tmp_path_factory)])
  yield running
  running.close()


def _ids(rows):
  return [f'{name}{values.literal(args)}' for name, _, args, *_ in rows]


@pytest.mark.parametrize(('name', 'types', 'args', 'python'), TABLE, ids=_ids(TABLE))
def test_flagged_where_the_languages_differ(oracle, name, types, args, python):
  seen = oracle.run(method('Divergence', name, *types), [args]).observations[0]
  assert seen.kind in ('value', 'raises'), seen
  try:
    due = python(*args)
  except Exception as e:
    due = e
  if seen.kind == 'raises':  # a test of it takes any exception
    agree = isinstance(due, Exception)
  else:
    agree = not isinstance(due, Exception) and values.close(due, seen.value)
  assert agree or seen.flags


@pytest.mark.parametrize(('name', 'types', 'args'), PLAIN, ids=_ids(PLAIN))
def test_not_flagged_where_they_agree(oracle, name, types, args):
  assert not oracle.run(method('Divergence', name, *types), [args]).observations[0].flags
