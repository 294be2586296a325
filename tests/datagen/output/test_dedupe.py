"""Copies of a problem are found by name and words, by body or by tests; the strongest stays."""

import itertools

import fakes

from acrl_jax.datagen.output import dedupe


def row(ident, score, name='n', body='b', tests='t'):
  return dict(id=ident, mutation_score=score, dedupe_key=name, body_key=body, tests_key=tests)


def dropped(found):
  return {ident: (r.stage, r.reason, r.detail) for ident, r in found[1].items()}


def test_of_copies_the_strongest_stays_then_the_first_by_id():
  rows = [row('c', 0.9), row('a', 0.8), row('b', 0.9)]
  for order in itertools.permutations(rows):
    found = dedupe.dedupe(order)
    assert found[0] == ['b']
    assert dropped(found) == {'a': ('dedupe', 'same_name', 'b'), 'c': ('dedupe', 'same_name', 'b')}


def test_each_key_alone_is_enough_and_none_is_none():
  rows = [
    row('a', 1.0), row('b', 0.9, 'n2', 'b', 't2'), row('c', 0.9, 'n3', 'b3', 't'), row('d', 0.8, 'n4', 'b4', 't4'),
    row('e', 0.7, 'n2', 'b5', 't5'),  # like b, which is gone itself
  ]  # fmt: skip
  found = dedupe.dedupe(rows)
  assert found[0] == ['a', 'd', 'e']
  assert dropped(found) == {'b': ('dedupe', 'same_body', 'a'), 'c': ('dedupe', 'same_tests', 'a')}


def keys(name='f', doc='Adds two ints.', body='def f(a):\n  return a', types=('int',), tests=((1, 2),)):
  function = fakes.function(name, body=body)
  made = [dict(kind='value', args=f'({a},)', expected=str(b), call=f'{name}({a})') for a, b in tests]
  return dedupe.keys(function, name, doc, types, 'int', made)


def test_overloads_share_the_key_of_names_and_other_types_do_not():
  assert keys()['dedupe_key'] == keys(doc='Adds two long values')['dedupe_key']
  assert keys()['dedupe_key'] != keys(doc='Adds three ints.')['dedupe_key']
  assert keys()['dedupe_key'] != keys(types=('float',))['dedupe_key'] != keys('g', types=('float',))['dedupe_key']


def test_tests_are_compared_without_name_and_order():
  one, two = keys(tests=((1, 2), (3, 4))), keys('g', tests=((3, 4), (1, 2)))
  assert one['tests_key'] == two['tests_key'] != keys(tests=((1, 2), (3, 5)))['tests_key']


def test_a_python_body_is_compared_without_its_names_and_documentation():
  one = keys(body='def f(a):\n  """Text."""\n  b = a + 1\n  return f(b)')
  two = keys('g', body='@cache\ndef g(x: int) -> int:\n  # of course\n  y = x + 1\n  return g(y)')
  assert one['body_key'] == two['body_key'] != keys(body='def f(a):\n  b = a + 2\n  return f(b)')['body_key']
  assert keys(body='not Python')['body_key'] != keys(body='nor this')['body_key']
