"""The stages in a row, on callables whose mutants are written by hand."""

import math
import random

import plain
import pytest

from acrl_jax.datagen.build import pipeline
from acrl_jax.datagen.cases import bars
from acrl_jax.datagen.records import Doc, Reject, Type

SETTINGS = pipeline.Settings()


def problem_of(f, call, second=None, settings=SETTINGS, trace=lambda *_: None):
  return pipeline.make_problem(f, call, second or call, settings, trace)


def clamp(x, low, high):
  if low > high:
    raise ValueError
  return low if x < low else high if x > high else x


CLAMP = plain.Call(
  clamp,
  (
    lambda x, low, high: x,
    lambda x, low, high: clamp(x, low, high) + 1,
    lambda x, low, high: low if x < low else clamp(x, low, high + 1),
    lambda x, low, high: high if x > high else x,
    lambda x, low, high: low if x < low else x,
    lambda x, low, high: low if x < low else high if x > high else x,  # no check
  ),
  branch=lambda x, low, high: {1} if low > high else {2, 3 if x < low else 4 if x > high else 5},
  branches=5,
)
CLAMP_DOC = Doc('Moves a number into a range.', (('lowEnd', 'the least'),), 'the number nearest to x',
                (('IllegalArgumentException', 'if lowEnd is above high'),))  # fmt: skip


def clamp_function(**changes):
  types = [plain.JAVA_INT] * 3
  return plain.function(types, plain.JAVA_INT, 'clampTo', ('x', 'lowEnd', 'high'), CLAMP_DOC, **changes)


def java(call):
  """Its exceptions by Java's names."""
  names = {'ValueError': 'IllegalArgumentException'}

  class Java(plain.Call):
    def _observe(self, f, args):
      seen = super()._observe(f, args)
      return seen._replace(error=names.get(seen.error, seen.error))

  return Java(*call)


def test_a_function_becomes_a_problem_that_kills_every_mutant():
  stages = []
  problem = problem_of(clamp_function(), java(CLAMP), trace=lambda stage, found: stages.append(stage))
  assert problem.signature == 'def clamp_to(x: int, low_end: int, high: int) -> int:'
  assert '    low_end: the least' in problem.docstring and 'if low_end is above high' in problem.docstring
  assert problem.strength.mutation_score == 1.0 and problem.strength.branch_coverage == 1.0
  assert 5 <= len(problem.tests) <= 12 and not problem.strength.easy
  kinds = [t.kind for t in problem.tests]
  assert kinds.count('raises') >= 1 and kinds.count('raises') <= len(kinds) / 3
  assert stages[:4] == ['propose', 'execute', 'execute', 'filter'] and stages[-3:] == ['select', 'judge', 'render']
  namespace = {'clamp_to': clamp}
  for t in problem.tests:
    exec(t.assertion, namespace)


def test_the_same_function_and_settings_make_the_same_problem():
  f, call = clamp_function(), java(CLAMP)
  assert problem_of(f, call) == problem_of(f, call) != problem_of(f, call, settings=SETTINGS._replace(seed=1))


def test_a_problem_does_not_depend_on_the_hash_seed():
  code = (
    'import plain\nfrom acrl_jax.datagen.build import pipeline\nfrom acrl_jax.datagen.records import Type\n'
    "words = Type('set', (Type('str'),))\nf = plain.function([words, Type('str')], words)\n"
    'call = plain.Call(lambda a, b: a - {b}, (lambda a, b: a, lambda a, b: {b}, lambda a, b: a | {b}, '
    'lambda a, b: set(), lambda a, b: {x for x in a if len(x) > 1 and x != b}))\n'
    'made = pipeline.make_problem(f, call, call, pipeline.Settings())\nprint(made.tests, made.strength, made.prompt)'
  )
  texts = plain.printed(code, '123')
  assert len(texts) == 1 and 'set[str]' in texts.pop()


def rejected(f, call, second=None, settings=SETTINGS):
  with pytest.raises(Reject) as caught:
    problem_of(f, call, second, settings)
  return caught.value.stage, caught.value.reason


def test_random_results_are_found_by_the_second_oracle():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  draw = random.Random(3)
  assert rejected(f, plain.Call(lambda a: a + draw.randrange(2))) == ('confirm', 'nondeterministic')


def test_state_that_calls_leave_behind_is_found_by_the_other_order():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)

  def counting():
    most = [0]

    def run(a):
      most[0] = max(most[0], a)
      return most[0]

    return plain.Call(run)

  assert rejected(f, counting(), counting()) == ('confirm', 'nondeterministic')


def test_a_constant_function_is_rejected_before_any_mutant_is_made():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  assert rejected(f, plain.Call(lambda a: 7, mutants=None)) == ('filter', 'constant')


def test_a_look_at_a_few_inputs_turns_a_useless_function_away():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  seen = []
  call = plain.Call(lambda a: seen.append(a), flag=lambda a: ['OVF'])
  assert rejected(f, call) == ('filter', 'none_clean')
  assert len(seen) == 2 * SETTINGS.first_inputs


def test_where_few_inputs_are_usable_more_are_made_from_those(monkeypatch):
  f = plain.function([plain.JAVA_INT] * 3, plain.JAVA_INT)

  def usable():
    good = []

    def picky(a, b, c):
      if a * b != c:
        raise ValueError('none of those')
      good.append(a)
      return a + b

    rejected(f, plain.Call(picky))  # at the mutants, of which there are none
    return len(good)

  many = usable()
  monkeypatch.setattr(pipeline, '_SELDOM', 0.0)
  assert many > 1.5 * usable() > 0


def test_inputs_that_raise_do_not_end_the_search_at_the_first_look():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  seen = []

  def shy(a):
    seen.append(a)
    if len(seen) <= 2 * SETTINGS.first_inputs:
      raise ValueError('not yet')
    return a

  with pytest.raises(Reject):
    problem_of(f, plain.Call(shy))
  assert len(seen) > 2 * SETTINGS.first_inputs


def test_inputs_as_large_as_what_came_to_no_end_are_left_out():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  tried = []

  class Slow(plain.Call):
    def _observe(self, run_one, args):
      tried.append(args[0])
      seen = super()._observe(run_one, args)
      return seen._replace(kind='limit', value=None, error='steps') if abs(args[0]) > 15 else seen

  others = (lambda a: a, lambda a: -a, lambda a: a * a + 1, lambda a: a + 5, lambda a: 7)
  problem = problem_of(f, Slow(lambda a: a * a, others))
  large = [abs(a) > 1000 for a in tried]
  assert any(large[:40]) and not any(large[80:])
  assert all(abs(c.args[0]) <= 15 for c in problem.cases)
  assert rejected(f, Slow(lambda a: a * a), settings=SETTINGS._replace(most_stuck=0.01)) == ('execute', 'limits')


def test_weak_tests_are_rejected_by_their_figure():
  f = plain.function([plain.JAVA_INT], plain.JAVA_INT)
  same = lambda a: a * a  # an equivalent mutant
  call = plain.Call(same, (same, same, same, same, lambda a: a))
  with pytest.raises(Reject) as caught:
    problem_of(f, call)
  assert (caught.value.stage, caught.value.reason) == ('judge', 'mutation_score')
  assert caught.value.detail == '0.2, must be at least 0.8'


def test_the_second_round_kills_what_the_first_could_not():
  """Only a text with a doubled b tells the last mutant: the first round is cut down to edge cases, which have none."""
  f = plain.function([plain.STR], plain.STR)
  right = lambda a: a.replace('b', '').upper()
  odd = lambda a: 'X' if 'bb' in a else right(a)
  others = (str.upper, str.lower, lambda a: a, lambda a: right(a)[1:], lambda a: right(a) + ' ')
  call = plain.Call(right, (*others, odd))
  few = SETTINGS._replace(most_inputs=7, first_inputs=7)
  found = {}
  problem = problem_of(f, call, settings=few, trace=lambda stage, x: found.setdefault(stage, x))
  cases, mutants = found['vary']
  assert not found['mutate'][5].killed_by and mutants[5].killed_by
  for m in mutants:
    told = {i for i, c in enumerate(cases) if call.mutants[m.number](*c.args) != c.expected}
    assert m.killed_by <= told and bool(m.killed_by) == bool(told)
  assert problem.strength.mutants_killed == 6 and any(odd(*c.args) != c.expected for c in problem.cases)


def test_a_void_function_is_tested_by_its_arguments():
  f = plain.function([plain.INTS], plain.NONE, 'sortDown')

  def sort_down(a):
    a.sort(reverse=True)

  others = (list.sort, list.reverse, list.clear, lambda a: None, lambda a: a.append(0))
  problem = problem_of(f, plain.Call(sort_down, others))
  assert problem.signature == 'def sort_down(a: list[int]) -> None:'
  assert {t.kind for t in problem.tests} == {'mutates'}
  assert all(t.test.code.startswith('(args := [') for t in problem.tests)


def test_floats_sets_and_nones_show_in_comparator_and_signature():
  f = plain.function([plain.FLOAT], plain.FLOAT, doc='The root, NaN below nought.')
  half = plain.Call(lambda a: math.sqrt(a) if a >= 0 else math.nan, (
    lambda a: abs(a), lambda a: math.sqrt(abs(a)), lambda a: 1.0, lambda a: math.nan, lambda a: a * a))  # fmt: skip
  problem = problem_of(f, half)
  assert problem.comparator == 'float' and any(t.test.expected == 'approx(nan)' for t in problem.tests)
  f = plain.function([plain.INTS], Type('set', (plain.INT,)))
  some = lambda a: {x for x in a if x > 0} or None
  others = (set, lambda a: {0}, lambda a: set(), lambda a: None, lambda a: {x for x in a if x > 1} or None)
  problem = problem_of(f, plain.Call(some, others))
  assert problem.comparator == 'unordered' and problem.returns == 'set[int] | None'


def test_bars_can_be_set():
  easy = SETTINGS._replace(bars=bars.Bars(mutants=7))
  assert rejected(clamp_function(), java(CLAMP), settings=easy) == ('mutate', 'few_mutants')


class Stuck(plain.Call):
  """An oracle that is given up, as the one that hangs within the JDK is."""

  def run(self, function, inputs):
    raise Reject('execute', 'hang', function.symbol)


@pytest.mark.parametrize('which', [0, 1])
def test_a_hang_of_either_oracle_is_a_rejection(which):
  oracles = [plain.Call(lambda a: a * a), plain.Call(lambda a: a * a)]
  oracles[which] = Stuck(None)
  with pytest.raises(Reject) as caught:
    pipeline.make_problem(plain.function([plain.JAVA_INT], plain.JAVA_INT), *oracles, pipeline.Settings())
  assert (caught.value.stage, caught.value.reason) == ('execute', 'hang')
