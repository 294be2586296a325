"""Where documentation leaves a result open no test is made."""

import pytest

from acrl_jax.datagen.cases import acceptance
from acrl_jax.datagen.documentation import screen, unspoken
from acrl_jax.datagen.records import Doc, Function, Observation, Parameter, Reject, Run, Type

TEXT, LIST = Type('str', (), 'String'), Type('list', (Type('str', (), 'String'),), 'List')
TOLD = 'Tells whether the text holds any of the words.'


def function(summary=TOLD, raises=(), examples=()):
  return Function(
    id='java/0', language='java', corpus='c', version='1', license='MIT', symbol='p.A#f(String,List)', container='p.A',
    name='f', parameters=(Parameter('text', TEXT, 'String', 'String'), Parameter('words', LIST, 'List', 'List')),
    returns=Type('bool', (), 'boolean'), returns_source='boolean', doc=Doc(summary, raises=raises, examples=examples),
    body='{ return true; }', path='p/A.java', line=1,
  )  # fmt: skip


@pytest.mark.parametrize(
  'args, summary, is_open',
  [
    (('a', ['b']), TOLD, False),
    (('', ['b']), TOLD, False),
    (('a', []), TOLD, False),
    (('', []), TOLD, True),
    (('a', ['b', '']), TOLD, True),
    (('a', ['b', '']), TOLD + ' An empty word is in every text.', False),
    (('a', ['b', '']), TOLD + ' The word "" is in every text.', False),
    (('a', ['', '']), TOLD + ' An empty word is in every text.', True),
    (('', ['']), TOLD + ' An empty word is in every text.', True),
  ],
)
def test_little_is_written_of_what_is_empty_twice_or_holds_something_empty(args, summary, is_open):
  assert unspoken.open_result(function(summary), args) is is_open
  seen = Run((Observation('value', True, args),), 0)
  assert (acceptance.clean(function(summary), [args], seen, seen) == []) is is_open


@pytest.mark.parametrize(
  'language, args, summary, is_open',
  [
    ('java', ('ab', ''), TOLD, True),
    ('java', ('', 'ab'), TOLD, True),
    ('java', ('ab', ''), TOLD + ' An empty word is in every text.', False),
    ('java', ('', 7), TOLD, False),
    ('python', ('ab', ''), TOLD, False),
  ],
)
def test_an_empty_text_is_sought_elsewhere_in_java(language, args, summary, is_open):
  assert unspoken.open_result(function(summary)._replace(language=language), args) is is_open


def test_what_an_example_shows_is_not_open():
  assert not unspoken.open_result(function(examples=((('', []), False),)), ('', []))


@pytest.mark.parametrize(
  'text, is_vague',
  [
    ('If the parameters are not valid', True),
    ('if any of the arguments is invalid.', True),
    ('when the input is illegal', True),
    ('If the parameters are not of one length', False),
    ('If `text` is empty', False),
    ('If the list indices are invalid', False),
  ],
)
def test_an_error_is_due_only_where_the_text_says_when(text, is_vague):
  assert unspoken.vague(text) is is_vague
  raised = function(raises=(('IllegalArgumentException', text),))
  seen = Run((Observation('raises', error='IllegalArgumentException', args=('a', ['b'])),), 0)
  assert (acceptance.clean(raised, [('a', ['b'])], seen, seen) == []) is is_vague


def test_tests_of_hypotheses_follow_conventions_that_no_summary_tells():
  assert screen.screen(function()) == function()
  with pytest.raises(Reject) as caught:
    screen.screen(function('Computes the p-value of a test whether both samples have the same mean.'))
  assert caught.value.reason == 'conventions' and caught.value.detail == 'p-value'
