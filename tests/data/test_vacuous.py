"""Vacuous tests are found, by their form alone wherever that is enough."""

import pytest

from acrl_jax.data import source_text, sources, vacuous, validate
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Problem, Test

PROMPT = 'def g(x):\n    return x + 1\n\ndef f(x):\n    """Doc."""\n'
TESTS = (Test(code='f(1)', expected='2'), Test(code='f(g(1))', expected='3'))


def problem(ident, body='return g(x)', tests=TESTS):
  solution = body and f'{PROMPT}    {body}\n'
  return Problem(id=ident, prompt=PROMPT, entry_point='f', tests=tests, solution=solution)


@pytest.fixture(scope='module')
def pool():
  with Pool(workers=1, limits=Limits(wall_s=2.0)) as pool:
    yield pool


ASKS = Test(code='assert f(1) == 2')
CHECK = 'def check(candidate):\n  assert candidate(1) == 2'
IN_IF = f'if True:\n  {CHECK}'.replace('\n  assert', '\n    assert')
NOTHING = {  # each is passed by the reference, which returns 2, and by programs that do nothing
  'unittest class': 'import unittest\nclass T(unittest.TestCase):\n  def test_a(self):\n    self.assertEqual(f(1), 2)',
  'test function': 'def test_a():\n  assert f(1) == 2',
  'check in an if': IN_IF,
  'check in a class': 'class C:\n  def check(self):\n    assert f(1) == 2',
  'check of another name': CHECK.replace('check', 'verify'),
  'asynchronous check': f'async {CHECK}',
  'comparisons that nothing holds': 'f(1) == 2\nf(1) == 3',
  'assertion of a tuple': 'assert (f(1) == 3, "it must be 3")',
  'calls alone': 'f(1)\nf(2)',
  'assignment alone': 'x = f(1)',
  'inequality': 'assert f(1) != 7',
  'skipped for None': 'x = f(1)\nif x is not None:\n  assert x == 2',
  'another value for None': 'assert (f(1) or 2) == 2',
  'text': '">>> f(1)\\n2"',
  'comment': '# assert f(1) == 2',
  'empty': '',
  'only a constant': 'assert True',
  'expected of itself': Test(code='1 + 1', expected='2'),
  'every exception': 'try:\n  assert f(1) == 3\nexcept Exception:\n  pass',
  'any exception': 'try:\n  x = f(1)\nexcept Exception:\n  x = 2\nassert x == 2',
  'assertion inside a try': 'try:\n  f(1)\n  assert False\nexcept Exception:\n  pass',
  'loop over nothing': 'for x in []:\n  assert f(x) == 2',
  'main guard': 'if __name__ == "__main__":\n  assert f(1) == 2',
  'prints nothing': Test(stdin='', stdout=''),
  'prints spaces': Test(stdin='1', stdout=' \n'),
  'nothing to read or print': Test(stdin=''),
}


@pytest.mark.parametrize('test', NOTHING.values(), ids=NOTHING)
def test_vacuous_tests_are_dropped_and_named(pool, test):
  test = test if isinstance(test, Test) else Test(code=test)
  alone, beside = problem('alone', tests=(test,)), problem('beside', tests=(ASKS, test, ASKS))
  kept, dropped = validate.validate([alone, beside], pool)
  assert kept == [beside._replace(tests=(ASKS, ASKS))]
  (first, all_of_it), (second, one_of_it) = dropped
  assert (first, second) == ('alone', 'beside')
  assert all_of_it.startswith('all of its 1 tests are vacuous; the first: a program that ')
  assert one_of_it.startswith('only its test 2 of 3, which is vacuous: a program that ')
  name = ' '.join(test.code.split())[:80] or ('empty test' if test.stdin is None else 'stdin test')
  assert all(text.endswith(f'or leave it out: {name}') for text in (all_of_it, one_of_it))
  assert not any('\n' in text for text in (all_of_it, one_of_it))


RAISES = 'try:\n  f({})\nexcept {}:\n  pass\nelse:\n  assert False'
CALLER = 'import contextlib\nwith contextlib.suppress(Exception):\n  f(0)\n  raise SystemExit\nassert f(1) == 2'
HOLD = {  # the body of the reference, and what rightly asks for None, for an exception or for something else
  'expected None': ('return None', Test(code='f(1)', expected='None')),
  'asserted None': ('return None', 'assert f(1) is None'),
  'condition of None': ('return None', 'f(1) is None'),
  'something false': ('return x > 5', 'assert not f(1)'),
  'nothing in it': ('return []', 'assert not f(1)'),
  'None among others': ('return None if x else 3', 'assert f(1) is None\nassert f(0) == 3'),
  'None within': ('return None if x < 1 else [x, f(x - 1)]', 'assert f(1) == [1, None]'),
  'None at the end of a recursion': ('return None if x < 1 else f(x - 1)', 'assert f(3) is None'),
  'any exception': ('raise ValueError', RAISES.format(1, 'Exception')),
  'an exception of a kind': ('raise ValueError', RAISES.format(1, 'ValueError')),
  'an exception or None': ('raise ValueError', 'try:\n  x = f(1)\nexcept ValueError:\n  x = None\nassert x is None'),
  'exception and value': ('return 2 // x', CALLER),
  'mutation': ('x.append(3)', 'a = [1]\nf(a)\nassert a == [1, 3]'),
  'check': ('return g(x)', f'METADATA = {{}}\n\n\n{CHECK}'),
  'check that is called': ('return g(x)', f'{CHECK}\n\ncheck(f)'),
  'helper of the prompt': ('return g(x)', 'assert f(1) == g(1)'),
  'printed': ('return 0\nprint("a" + input())', Test(stdin='b\n', stdout='ab\n')),
}


@pytest.mark.parametrize('body, test', HOLD.values(), ids=HOLD)
def test_tests_that_check_something_are_kept(pool, body, test):
  right = problem('right', body)
  right = right._replace(tests=(test if isinstance(test, Test) else Test(code=test),))
  assert validate.validate([right], pool) == ([right], [])


def test_a_reference_that_calls_itself_gets_its_own_answers(pool):
  skipped = Test(code='x = f(1)\nif x is not None:\n  assert x == 2')
  recursive = problem('recursive', 'return None if x < 1 else 2 if f(x - 1) is None else 3', (skipped, ASKS))
  assert validate.validate([recursive], pool)[0] == [recursive._replace(tests=(ASKS,))]


def test_without_a_reference_only_what_every_program_passes_is_dropped(pool):
  nothing, call = Test(code='def test_a():\n  assert f(1) == 2'), Test(code='assert f(1) != 7')
  unknown = problem('unknown', '', tests=(nothing, call, ASKS))
  kept, dropped = validate.validate([unknown], pool)
  assert kept == [unknown._replace(tests=(call, ASKS))] and len(dropped) == 1


def test_without_an_entry_point_all_functions_do_nothing(pool):
  tests = (Test(code='assert f(1) == 2'), Test(code='assert g(1) != 7'), Test(code='f(1)\ng(2)'))
  loose = problem('loose', tests=tests)._replace(entry_point='', prompt='')
  kept, dropped = validate.validate([loose], pool)
  assert kept == [loose._replace(tests=tests[:1])] and len(dropped) == 2


def test_a_class_is_an_entry_point_too(pool):
  solution = 'class f:\n  def __init__(self, x):\n    self.x = x\n'
  tests = (Test(code='assert f(3).x == 3'), Test(code='x = f(3)'), Test(code='assert f(3) is None or f(4).x == 4'))
  made = Problem(id='class', prompt='', entry_point='f', tests=tests, solution=solution)
  kept, dropped = validate.validate([made], pool)
  assert kept == [made._replace(tests=tests[:1])]
  assert [reason.split(',')[0] for _, reason in dropped] == ['only its test 2 of 3', 'only its test 3 of 3']


# --- by the form of the tests

FORMS = {  # code, expected, whether it is a call with a value
  'a call': ('f(1)', '2', True),
  'white space': (' f(1)\n', ' 2 ', True),
  'None': ('f(1)', 'None', True),
  'a container': ('f(*[1], **{})', '{"a": [(1, -2.5), {3}], "b": b"c"}', True),
  'a call of a call': ('f(f(1))', '2', True),
  'a call of what it returns': ('f(1)(2)', '2', False),
  'an attribute': ('f(1).x', '2', False),
  'a sum': ('f(1) + 1', '2', False),
  'within another call': ('len(f(1))', '2', False),
  'a comparison': ('f(1) == 2', 'True', False),
  'another function': ('g(1)', '2', False),
  'a method': ('f.g(1)', '2', False),
  'a constant': ('2', '2', False),
  'the name alone': ('f', '2', False),
  'no expected value': ('f(1)', None, False),
  'two expressions': ('f(1)\nf(2)', '2', False),
  'an assertion': ('assert f(1)', '2', False),
  'no code': ('', '2', False),
  'an expected value of the program': ('f(1)', 'f(1)', False),
  'an expected value of a helper': ('f(1)', 'g(1)', False),
  'broken code': ('f(1', '2', False),
  'a broken value': ('f(1)', '2 +', False),
}


@pytest.mark.parametrize('code, expected, is_call', FORMS.values(), ids=FORMS)
def test_calls_with_values_are_known_by_their_form(code, expected, is_call):
  test = Test(code=code, expected=expected)
  loose = problem('p', tests=(test,))._replace(prompt='def f(x):\n    """Doc."""\n')
  assert vacuous.are_calls_with_values(loose) == is_call
  assert vacuous.are_calls_with_values(loose._replace(tests=(*TESTS[:1], test))) == is_call
  assert not vacuous.are_calls_with_values(loose._replace(tests=(test._replace(stdout='2'),)))
  assert not vacuous.are_calls_with_values(loose._replace(entry_point=''))
  assert not vacuous.are_calls_with_values(loose._replace(prompt='f = len\n\n' + loose.prompt))


class NoPool:
  """Nothing may be judged by it."""

  def longest(self, jobs):
    return 1.0

  def run(self, jobs, wall_s):
    pytest.fail(f'{len(jobs)} programs are judged')


def test_problems_whose_tests_are_calls_with_values_need_no_pool():
  problems = sources.load('primer', 'validation') + sources.load('synthetic:3', 'validation')
  assert vacuous.vacuous(problems, NoPool()) == [{}] * len(problems)


CALLS = {  # a reference and tests of calls with values, some of them None
  'values': ('return g(x)', TESTS),
  'all None': ('return None', (Test(code='f(1)', expected='None'), Test(code='f(2)', expected='None'))),
  'None among others': ('return x or None', (Test(code='f(0)', expected='None'), Test(code='f(1)', expected='1'))),
  'None of a recursion': ('return None if x < 1 else f(x - 1)', (Test(code='f(3)', expected='None'),)),
  'None of a call back': (
    'return x() if callable(x) else None',
    (Test(code='f(lambda: f(1))', expected='None'), Test(code='f(1)', expected='None')),
  ),
  'something false': ('return []', (Test(code='f(1)', expected='[]'), Test(code='f(0)', expected='[]'))),
  'broken value': ('return 2', (Test(code='f(1)', expected='2'), Test(code='f(1, ', expected='2'))),
}  # fmt: skip


def plain(test):
  """A problem of one test, as the cases above give them."""
  return problem('p', tests=(test if isinstance(test, Test) else Test(code=test),))


def test_the_form_finds_what_two_programs_that_do_nothing_find(pool, monkeypatch):
  problems = sources.load('primer', 'validation')
  problems += [problem(name, body, tests) for name, (body, tests) in CALLS.items()]
  problems += [p._replace(solution='') for p in problems[-len(CALLS) :]]
  problems += [p._replace(prompt='def f(x):\n    """Doc."""\n') for p in problems[-2 * len(CALLS) :]]
  problems += [plain(test) for test in NOTHING.values()]
  problems += [plain(test)._replace(solution=f'{PROMPT}    {body}\n') for body, test in HOLD.values()]
  by_form = vacuous.vacuous(problems, pool)
  skipped = [vacuous.are_calls_with_values(p) for p in problems]
  monkeypatch.setattr(vacuous, 'are_calls_with_values', lambda problem: False)
  assert vacuous.vacuous(problems, pool) == by_form
  assert sum(skipped) > 80 and not all(skipped) and any(by_form)
  assert not any(reasons for reasons, skip in zip(by_form, skipped) if skip)


def test_the_two_programs_that_do_nothing_are_tried_where_they_can_tell_something(pool):
  known, unknown = problem('known', tests=(ASKS, Test(code='x = 1'))), problem('unknown', '', tests=(ASKS, ASKS))
  first, second = vacuous.probes([known, unknown], pool)
  assert first == vacuous.Probe(raises=(False, True), none=(False, True))
  assert second == vacuous.Probe(raises=(False, False), none=(False, False))
  assert source_text.setup(known).startswith('def g(x)')  # which the judge runs: the probes do not have it
