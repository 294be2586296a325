"""Which executions become cases, and which functions none of this is worth."""

import math

import plain
import pytest
import wild
from plain import observed, run

from acrl_jax.datagen.cases import acceptance
from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Doc, Reject, Type

LONG = Type('int', source='long')
THROWS = Doc('Takes the root.', raises=(('IllegalArgumentException', 'if something is wrong'),))


def cases(f, inputs, *observations, second=None):
  first = run(*observations)
  return acceptance.cases(f, inputs, first, run(*(second or observations)))


def kept(f, *pairs):
  """Arguments that are left of (arguments, observation) pairs, filled up with good ones."""
  good = [((1_000 + i,) + (0,) * (len(f.parameters) - 1), i) for i in range(20)]
  pairs = [*pairs, *((args, observed(i, args)) for args, i in good)]
  found = cases(f, [args for args, _ in pairs], *(o for _, o in pairs))
  return [c for c in found if c.args not in [args for args, _ in good]]


ONE = plain.function([LONG], LONG, doc=THROWS)


def test_a_clean_value_becomes_a_case():
  case, = kept(ONE, ((5,), observed(25, (5,), branches=(1, 2))))
  assert case == ((5,), 'value', 25, frozenset({1, 2}))


@pytest.mark.parametrize(
  'seen',
  [
    observed(25, (5,), flags=['OVF']),
    observed(None, (5,), 'limit', 'steps'),
    observed(None, (5,), 'unusable', 'java.lang.Object'),
    observed(None, (5,), 'raises', 'ArithmeticException'),
    observed(None, (5,), 'raises', 'StackOverflowError'),
    observed(None, (5,), 'raises', 'IllegalArgumentException', flags=['NARROW']),
    observed(2**31 - 1, (5,)), observed(2**63, (5,)), observed(-(2**63), (5,)),
    observed(2**70, (5,)), observed(True, (5,)), observed(25.0, (5,)), observed('25', (5,)), observed([25], (5,)),
  ],
  ids=str,
)  # fmt: skip
def test_what_a_right_program_might_not_repeat_is_left_out(seen):
  assert kept(ONE, ((5,), seen)) == []


@pytest.mark.parametrize(
  'value, stays',
  [
    ('plain', True), ('tab\tand\nline', True), ('caf\xe9', True), ('"}" null \\ \'', True), ('\u0416', False),
    ('\ud800', False), ('\x00', False), ('\x85', False), ('x' * 298, True), ('x' * 299, False),
  ],
  ids=ascii,
)  # fmt: skip
def test_texts_are_latin_and_not_too_long(value, stays):
  f = plain.function([plain.STR], plain.STR)
  values = {'a': 'x', 'b': 'y', 'c': value, 'd': 'z'}
  found = cases(f, [(a,) for a in values], *(observed(v, (a,)) for a, v in values.items()))
  assert (len(found) == 4) == stays


def test_a_documented_exception_is_due():
  seen = observed(None, (-1,), 'raises', 'IllegalArgumentException')
  case, = kept(ONE, ((-1,), seen))
  assert (case.kind, case.expected) == ('raises', 'IllegalArgumentException')
  assert kept(ONE._replace(doc=Doc('Takes the root.')), ((-1,), seen)) == []


def test_a_flag_of_the_message_does_not_matter():
  seen = observed(None, (-1,), 'raises', 'IllegalArgumentException', flags=['FORMAT', 'FTOSTR'])
  assert [c.kind for c in kept(ONE, ((-1,), seen))] == ['raises']
  assert kept(ONE, ((-1,), seen._replace(flags=frozenset(['FORMAT', 'OVF'])))) == []
  assert kept(ONE, ((5,), observed(25, (5,), flags=['FORMAT']))) == []


def test_nothing_is_due_for_none():
  f = plain.function([plain.STR], LONG, doc=THROWS)
  seen = observed(None, (None,), 'raises', 'IllegalArgumentException')
  good = [((x,), observed(i, (x,))) for i, x in enumerate('abc')]
  assert len(cases(f, [a for a, _ in good] + [(None,)], *(o for _, o in good), seen)) == 3


@pytest.mark.parametrize(
  'language, names, error, expected',
  [
    ('java', ['IndexOutOfBoundsException'], 'StringIndexOutOfBoundsException', True),
    ('java', ['IllegalArgumentException'], 'NumberFormatException', True),
    ('java', ['java.lang.ArithmeticException'], 'ArithmeticException', True),
    ('java', ['Exception'], 'ArithmeticException', False),
    ('python', ['LookupError'], 'KeyError', True),
    ('python', ['ValueError'], 'UnicodeDecodeError', True),
    ('python', ['ValueError'], 'KeyError', False),
    ('python', [], 'KeyError', False),
  ],
)  # fmt: skip
def test_exceptions_are_documented_by_their_name_or_a_more_general_one(language, names, error, expected):
  f = plain.function([LONG], language=language, doc=Doc('x', raises=tuple((n, '') for n in names)))
  assert acceptance.documented(f, error) == expected


def rejected(call, *args, **kwargs):
  with pytest.raises(Reject) as caught:
    call(*args, **kwargs)
  return caught.value.stage, caught.value.reason


FOUR = [(i,) for i in range(4)]


@pytest.mark.parametrize(
  'value, other, agree',
  [
    (math.nan, math.nan, True), (1, 1, True), (1, 2, False), (1, True, False), (1, 1.0, False), (0.0, -0.0, False),
    ([1, 2], [2, 1], False), ({1, 2}, {2, 1}, True), ({'a': 1, 'b': 2}, {'b': 2, 'a': 1}, True), (None, 0, False),
    ([math.nan], [math.nan], True),
  ],
)  # fmt: skip
def test_two_runs_must_agree(value, other, agree):
  f = plain.function([LONG], LONG)
  inputs, good = [(i,) for i in range(9)], [observed(i, (i,)) for i in range(8)]
  first, second = run(*good, observed(value, (8,))), run(*good, observed(other, (8,)))
  if agree:
    assert [c.args for c in acceptance.cases(f, inputs, first, second)][:8] == inputs[:8]
  else:
    assert rejected(acceptance.cases, f, inputs, first, second) == ('confirm', 'nondeterministic')


@pytest.mark.parametrize(
  'other, agree',
  [
    (observed(3, (4,)), False), (observed(None, (3,), 'raises', 'ValueError'), False),
    (observed(None, (3,), 'unusable', 'Object'), False), (observed(None, (3,), 'limit', 'time'), True),
    (observed(None, (3,), 'raises', 'StackOverflowError'), True),
  ],
)  # fmt: skip
def test_arguments_and_exceptions_must_agree_too_but_not_limits(other, agree):
  first = [observed(i, (i,)) for i in range(4)]
  if agree:
    found = acceptance.cases(ONE, FOUR, run(*first), run(*first[:3], other))
    assert [c.args for c in found] == FOUR[:3]
  else:
    assert rejected(acceptance.cases, ONE, FOUR, run(*first), run(*first[:3], other)) == ('confirm', 'nondeterministic')


def test_few_clean_cases_are_too_few():
  seen = [observed(0, (0,)), observed(1, (1,))]
  seen += [observed(None, (i,), 'raises', 'IllegalArgumentException') for i in (2, 3)]
  assert rejected(cases, ONE, FOUR, *seen) == ('filter', 'few_clean')


def test_values_that_are_not_of_the_declared_type_speak_against_it():
  seen = [observed(i, (i,)) for i in range(3)] + [observed(3.5, (3,))]
  assert rejected(cases, ONE, FOUR, *seen) == ('filter', 'wrong_type')


def test_whole_numbers_are_floats_where_floats_are_declared():
  f = plain.function([LONG], Type('list', (plain.FLOAT,)))
  found = cases(f, FOUR, *(observed([i, 0.5], (i,)) for i in range(4)))
  assert [repr(c.expected) for c in found] == ['[0.0, 0.5]', '[1.0, 0.5]', '[2.0, 0.5]', '[3.0, 0.5]']


def test_none_may_be_in_a_result_though_its_type_does_not_say_so():
  f = plain.function([LONG], Type('list', (Type('int', source='Integer'),)))
  assert len(cases(f, FOUR, *(observed([i, None], (i,)) for i in range(4)))) == 4
  assert rejected(cases, f._replace(returns=plain.INTS), FOUR, *(observed([i, None], (i,)) for i in range(4)))


def test_a_void_function_is_judged_by_its_arguments():
  f = plain.function([plain.INTS], plain.NONE)
  inputs = [([2, 1],), ([1],), ([],), (None,)]
  after = [([1, 2],), ([1],), ([],), (None,)]
  found = cases(f, inputs, *(observed(None, args) for args in after))
  assert [(c.kind, c.expected) for c in found] == [('mutates', ([1, 2],)), ('mutates', ([1],)), ('mutates', ([],))]


def test_a_void_function_may_bear_none_where_its_documentation_says_so():
  f = plain.function([plain.INTS], plain.NONE, doc=Doc('Sorts; does nothing for None.', nullable=('a',)))
  inputs = [([2, 1],), ([1],), ([],), (None,)]
  found = cases(f, inputs, *(observed(None, args) for args in inputs))
  assert found[-1][:3] == ((None,), 'mutates', (None,))


@pytest.mark.parametrize(
  'text, expected', [('if a is None', 1), ('if None', 1), ('if b is None', 0), ('if a is empty', 0)]
)
def test_none_raises_where_the_documentation_says_so(text, expected):
  f = plain.function([plain.INTS, plain.INTS], LONG, doc=Doc('Adds.', raises=(('NullPointerException', text),)))
  inputs = [([i], []) for i in range(4)] + [(None, [])]
  error = observed(None, (None, []), 'raises', 'NullPointerException')
  found = cases(f, inputs, *(observed(i, args) for i, args in enumerate(inputs[:4])), error)
  assert [c.args for c in found if c.kind == 'raises'] == [(None, [])] * expected


def test_a_documented_overflow_raises_and_extremes_are_results_where_they_are_spoken_of():
  told = Doc('Adds.', raises=(('ArithmeticException', 'If it overflows a signed integer of 32 bits.'),))
  error = observed(None, (5,), 'raises', 'ArithmeticException', flags=['OVF', 'NARROW'])
  assert [c.kind for c in kept(ONE._replace(doc=told), ((5,), error))] == ['raises']
  assert not kept(ONE._replace(doc=told), ((5,), error._replace(flags=frozenset(['SHIFT']))))
  assert not kept(ONE._replace(doc=told), ((5,), observed(7, (5,), flags=['OVF'])))
  capped = Doc('Adds; 2**31 - 1 if the sum is larger.')
  assert [c.expected for c in kept(ONE._replace(doc=capped), ((5,), observed(2**31 - 1, (5,))))] == [2**31 - 1]


def test_a_value_for_a_position_outside_of_the_list_is_left_out():
  f = plain.function([plain.INTS, LONG], LONG, names=['values', 'start'])
  inputs = [([1, 2], i) for i in range(3)] + [([1, 2], -1), ([1, 2], 3)]
  assert [c.args[1] for c in cases(f, inputs, *(observed(7, args) for args in inputs))] == [0, 1, 2]


def test_a_function_with_a_result_leaves_its_arguments_alone():
  f = plain.function([plain.INTS], LONG)
  inputs = [([i, 0],) for i in range(10)]
  alone = [observed(i, args) for i, args in enumerate(inputs)]
  once = [*alone[:9], observed(9, ([0, 9],))]
  assert len(cases(f, inputs, *once)) == 9
  often = [*alone[:7], *(observed(i, ([0, i],)) for i in (7, 8, 9))]
  assert rejected(cases, f, inputs, *often) == ('filter', 'argument_mutated')


def test_a_function_may_return_the_argument_that_it_changed():
  f = plain.function([plain.INTS], plain.INTS)
  inputs = [([i, 0],) for i in range(3, 6)]
  found = cases(f, inputs, *(observed([0, i], ([0, i],)) for i in range(3, 6)))
  assert [c.expected for c in found] == [[0, 3], [0, 4], [0, 5]]


def test_nan_counts_only_where_the_documentation_speaks_of_it():
  f = plain.function([plain.FLOAT], plain.FLOAT, doc='The root, or NaN.')
  inputs = [(-1.0,), (1.0,), (4.0,), (9.0,)]
  seen = [observed(math.nan, (-1.0,)), observed(1.0, (1.0,)), observed(2.0, (4.0,)), observed(3.0, (9.0,))]
  assert len(cases(f, inputs, *seen)) == 4
  assert len(cases(f._replace(doc=Doc('The root.')), inputs, *seen)) == 3


def test_an_example_that_is_not_what_happens_is_left_out():
  doc = Doc('Doubles.', examples=(((1,), 2), ((2,), 5)))
  f = plain.function([LONG], LONG, doc=doc)
  assert [c.args for c in cases(f, FOUR, *(observed(2 * i, (i,)) for i in range(4)))] == [(0,), (1,), (3,)]


def test_what_the_documentation_asks_for_binds_no_exception():
  f = plain.function([LONG], LONG, doc=Doc('x', (('a', 'positive'),), raises=(('IllegalArgumentException', ''),)))
  found = kept(f, ((0,), observed(5, (0,))), ((-1,), observed(None, (-1,), 'raises', 'IllegalArgumentException')))
  assert [c.args for c in found] == [(-1,)]


def test_flags_and_doubts():
  seen = run(observed(1, flags=['OVF', 'F32']), observed(None, (), 'raises', 'KeyError', flags=['OVF']))
  assert acceptance.flags(seen) == ('F32', 'OVF')
  assert acceptance.doubts(ONE, seen) == ('documented_error_never_seen', 'undocumented_error_seen')
  assert acceptance.doubts(plain.function([LONG]), run(observed(1))) == ()


def test_a_loop_that_ends_in_one_process_only_costs_its_input(tmp_path):
  """Whether it ends, the seed of hashes decides."""
  made = wild.function('def odd(x):\n    while hash(x) % 8 == 0:\n        pass\n    return len(x)')
  made = made._replace(parameters=(made.parameters[0]._replace(type=Type('str')),))
  texts = [('a' * i,) for i in range(1, 61)]
  fetched = wild.corpus(tmp_path, tools=wild.TOOLS)
  runs = []
  for seed in (0, 1):
    oracle = PythonOracle(fetched, seed)
    runs.append(oracle.run(made, texts))
    oracle.close()
  stuck = [{args for args, o in zip(texts, r.observations) if o.kind == 'limit'} for r in runs]
  assert stuck[0] - stuck[1] and stuck[1] - stuck[0]
  kept = acceptance.cases(made, texts, *runs)
  assert [c.args for c in kept] == [args for args in texts if args not in stuck[0] | stuck[1]]


def test_a_lone_surrogate_is_no_result():
  text = plain.function([plain.STR, plain.STR], plain.STR)
  given = [('a', 'b'), ('c', 'd'), ('e', 'f'), ('g', 'h')]
  seen = run(*(observed(x + '\ud800' * (x == 'c') + y, (x, y)) for x, y in given))
  assert [c.args for c in acceptance.cases(text, given, seen, seen)] == [given[0], *given[2:]]
