"""Messages show values in little text, and never ask the program."""

import collections

import pytest
from one_program import judge

from acrl_jax.harness.lane import proxies, show
from acrl_jax.records import Test


@pytest.mark.parametrize(
  'program, test, message',
  [
    ('def f(x): return x', Test(code='f(3)', expected='4'), '3, where 4 is due'),
    ('def f(x): return [x] * 9', Test(code='f(3)', expected='[]'), '[3, 3, 3, 3, 3, 3... (9 in all)], where [] is due'),
    ('def f(x): return f', Test(code='f(3)', expected='{1: "a"}'), "an object of the program, where {1: 'a'} is due"),
    ('def f(x): return 1 << 999', 'assert f(1) == 2', 'AssertionError; the last call returned an integer of 1000 bits'),
    ('def f(x): return x', 'assert f(1) == 2, "not two"', 'AssertionError: not two; the last call returned 1'),
    ('def f(x): return x', 'f(1) == 2', 'False; the last call returned 1'),
    ('def f(x): return {}[x]', 'f("a") == 2', "KeyError: 'a'"),
    ('def f(x): return object()', 'assert {}[f(1)]', 'KeyError: an object of the program'),
    ('def f(x): while', 'f(1) == 2', 'SyntaxError: invalid syntax (<program>, line 1)'),
    ('1 / 0', 'f(1) == 2', 'ZeroDivisionError: division by zero'),
    ('def g(x): return x', 'f(1) == 2', 'MissingEntryPoint'),
    ('import os\ndef f(x): os._exit(0)', 'f(1) == 2', 'Exit'),
    ('def f(x): return x', 'f(1) == 1', ''),
    ('print(3)', Test(stdin='', stdout='4'), "'3\\n' was printed, where '4' is due"),
  ],
)
def test_every_test_has_a_message(pool, program, test, message):
  assert judge(pool, program, test, test).messages == (message, message)


def test_the_judge_shows_what_holds_objects_of_the_program_without_asking_them(pool):
  program = """import os
from collections import *
class A:
  def __repr__(self): os._exit(0)
"""
  for value in ('Counter({1: A()})', '{1: A()}.values()', '{1: A()}.items()', 'OrderedDict({1: A()})'):
    report = judge(pool, f'{program}def f(): return {value}', Test(code='f()', expected='1'), 'assert f() == 1')
    assert report.error == '' and all('an object of the program' in m for m in report.messages), report


@pytest.mark.parametrize(
  'value, text',
  [
    ([1, 'a', None], "[1, 'a', None]"),
    (list(range(9)), '[0, 1, 2, 3, 4, 5... (9 in all)]'),
    ('x' * 99, repr('x' * 80) + '... (99 in all)'),
    ({'a': {1}}, "{'a': {1}}"),
    (frozenset({2}), 'frozenset({2})'),
    ([[[[1]]]], '[[[[...]]]]'),
    (1 << 600, 'an integer of 601 bits'),
    (collections.Counter('a'), "Counter({'a': 1})"),
    (collections.deque([1]), 'deque([1])'),
    ({1: 2}.items(), 'dict_items([(1, 2)])'),
    (proxies.Remote(None, {'object': 0}), 'an object of the program'),
  ],
)
def test_values_by_hand(value, text):
  assert show.show(value) == text


def test_the_text_of_an_exception_is_its_first_argument():
  assert show.exception_text(ValueError()) == '' and show.exception_text(ValueError('a\ud800')) == 'a\\ud800'
  assert show.exception_text(KeyError([1])) == '[1]' and len(show.exception_text(ValueError('x' * 999))) == 80
