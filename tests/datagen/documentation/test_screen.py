"""Functions that cannot become problems are told by their text alone."""

import pytest

from acrl_jax.datagen.documentation import screen
from acrl_jax.datagen.records import Doc, Function, Parameter, Reject, Type

INT = Type('int', (), 'int')


def function(**more):
  made = Function(
    id='java/0', language='java', corpus='c', version='1', license='MIT', symbol='p.A#f(int)', container='p.A',
    name='f', parameters=(Parameter('x', INT, 'int', 'int'),), returns=INT, returns_source='int',
    doc=Doc('Returns the number that comes after it.'), body='{ return x + 1; }', path='p/A.java', line=1,
  )  # fmt: skip
  return made._replace(**more)


def reason(**more):
  try:
    return screen.screen(function(**more)) and 'ok'
  except Reject as reject:
    assert reject.stage == 'screen' and reject.detail
    return reject.reason


def test_a_good_function_comes_back_as_it_is():
  assert screen.screen(function()) == function()
  assert reason(doc=Doc('Next.')) == 'doc_short'


@pytest.mark.parametrize(
  'language, body, due',
  [
    ('java', '{ return System.nanoTime(); }', 'impure_body'),
    ('java', '{ return Math.random(); }', 'impure_body'),
    ('java', '{ synchronized (x) { return 1; } }', 'impure_body'),
    ('java', '{ return new Random().nextInt(); }', 'impure_body'),
    ('java', '{ return isSystem + Math.abs(randomized); }', 'ok'),
    ('java', '{ return open(1); }', 'ok'),
  ],
)
def test_impure_bodies(language, body, due):
  assert reason(language=language, body=body) == due


@pytest.mark.parametrize(
  'text, due',
  [
    ('Compares them. Returns a negative value, zero or a positive value.', 'sign_only_contract'),
    ('Compares the two and returns a number less than zero, zero, or greater than zero.', 'sign_only_contract'),
    ('Compares two numbers and gives x < 0 for less and x > 0 for more.', 'sign_only_contract'),
    ('Compares the two numbers and returns -1, 0 or 1.', 'ok'),
    ('Returns the number of positive numbers in a list of numbers.', 'ok'),
  ],
)
def test_contracts_of_a_sign_only(text, due):
  assert reason(doc=Doc(text)) == due
  assert reason(doc=Doc('Compares the one with the other.', returns=text)) == due
  assert reason(doc=Doc(text), returns=Type('bool')) == 'ok'


def test_a_sign_that_is_no_comparison_is_a_task():
  assert reason(doc=Doc('Gives a negative number if it is odd and a positive number if not.')) == 'ok'


@pytest.mark.parametrize(
  'text, due',
  [
    ('Adds the number to the current value of it.', 'needs_state'),
    ('Checks if the string builder contains it.', 'needs_state'),
    ("Increments this instance's value by it.", 'needs_state'),
    ('Returns the number of this map that is largest.', 'needs_state'),
    ('Encodes this number by the algorithm of Soundex.', 'ok'),
  ],
)
def test_what_an_object_would_have_to_hold(text, due):
  assert reason(doc=Doc(text), instance=True) == due
  assert reason(doc=Doc(text)) == 'ok'


def test_found_functions_are_screened_and_rejects_stay():
  good, bad = function(), function(doc=Doc(summary=''))
  assert screen.screened(screen.Candidate('a', good, None)) == ('a', good, None)
  lost = screen.screened(screen.Candidate('b', bad, None))
  assert lost.function is None and (lost.reject.stage, lost.reject.reason) == ('screen', 'doc_short')
  out = screen.Candidate('c', None, lost.reject)
  assert screen.screened(out) is out
