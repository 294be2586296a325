"""What kind of test a piece of code is, and whose names it reads."""

import pytest

from acrl_jax.harness.lane import script


@pytest.mark.parametrize(
  'code, kind',
  [
    ('f(1) == 2', 'condition'),
    ('  f(1)\n', 'condition'),
    ('assert f(1)', 'statements'),
    ('f(1)\nf(2)', 'statements'),
    ('def check(c): pass', 'check'),
    ('X = 1\ndef check(c): pass', 'check'),
    ('def check(c): pass\ncheck(f)', 'statements'),
    ('def verify(c): pass', 'statements'),
    ('if True:\n  def check(c): pass', 'statements'),
  ],
)
def test_kinds_by_hand(code, kind):
  assert script.parse(code).kind == kind
  assert script.parse('1', value=True).kind == 'value'


def test_names_that_are_read_called_and_defined():
  code = 'import math as m\nfrom os import path\nclass C: pass\ndef g(x):\n  return f(x) + y\nassert g(1) == m.pi'
  parsed = script.parse(code)
  assert parsed.names == {'f', 'x', 'y', 'g', 'm'} and parsed.called == {'f', 'g'}
  assert parsed.defined == {'m', 'path', 'C', 'g'}


@pytest.mark.parametrize('code, value', [('f(', False), ('assert f(1)', True), ('a = 1', True), ('\0', False)])
def test_code_that_is_none_is_refused(code, value):
  with pytest.raises((SyntaxError, ValueError)):
    script.parse(code, value)


@pytest.mark.parametrize(
  'name, source',
  [
    ('f', 'program'), ('helper', 'program'), ('abs', 'judge'), ('g', 'judge'), ('math', 'module'), ('copy', 'program'),
  ],
)  # fmt: skip
def test_who_gives_a_name_its_meaning(name, source):
  parsed = script.parse('def g(): pass\nassert math.pi and copy(f(1)) and helper and abs(g)')
  assert script.source_of(name, parsed, 'f') == source


def test_only_the_entry_point_may_shadow_a_builtin():
  parsed = script.parse('sum([1]) == max(2, 3)')
  assert script.source_of('sum', parsed, 'sum') == 'program' and script.source_of('max', parsed, 'sum') == 'judge'
