"""A problem is kept only when its reference passes its tests and these ask something; whoever is dropped hears why."""

import pytest

from acrl_jax.data import validate
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Outcome, Problem, Test, TestReport

PROMPT = 'def g(x):\n    return x + 1\n\ndef f(x):\n    """Doc."""\n'
TESTS = (Test(code='f(1)', expected='2'), Test(code='f(g(1))', expected='3'))


def problem(ident, body='return g(x)', tests=TESTS):
  solution = body and f'{PROMPT}    {body}\n'
  return Problem(id=ident, prompt=PROMPT, entry_point='f', tests=tests, solution=solution)


@pytest.fixture(scope='module')
def pool():
  with Pool(workers=1, limits=Limits(wall_s=2.0)) as pool:
    yield pool


def test_references_that_fail_their_own_tests_are_dropped_with_the_reason(pool):
  check = Test(code='def check(f):\n  assert f(1) == 2\n  assert f(2) == 4\n\ncheck(f)')
  problems = [
    problem('right'), problem('wrong', 'return 2'), problem('unknown', ''),
    problem('raises', 'return x[0]'), problem('no tests', tests=()), problem('no program', 'return ('),
    problem('check', tests=(check,)), problem('right'),
  ]  # fmt: skip
  kept, dropped = validate.validate(problems, pool)
  assert kept == [problems[0], problems[2], problems[7]]
  reasons = dict(dropped)
  assert list(reasons) == ['wrong', 'raises', 'no tests', 'no program', 'check']
  assert reasons['wrong'] == 'its own reference fails 1 of 2 tests: f(g(1))'
  assert reasons['raises'] == 'its own reference fails 2 of 2 tests (TypeError): f(1)'
  assert reasons['no tests'] == 'no tests'
  assert 'fails 2 of 2 tests (SyntaxError)' in reasons['no program']
  assert reasons['check'].endswith(': def check(f): assert f(1) == 2 assert f(2) == 4 check(f)')
  assert not any('\n' in reason for reason in reasons.values())


def test_problems_of_one_name_are_judged_each(pool):
  kept, dropped = validate.validate([problem('same', 'return 0'), problem('same')], pool)
  assert kept == [problem('same')] and [ident for ident, _ in dropped] == ['same']


def test_nothing_to_judge_is_no_error(pool):
  assert validate.validate([], pool) == ([], [])
  assert validate.validate([problem('unknown', '')], pool) == ([problem('unknown', '')], [])


def test_what_the_harness_did_is_not_laid_to_the_reference():
  report = TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False, False), error='LaneLost')
  assert validate.reason(problem('p'), report) == 'its reference could not be judged: LaneLost'


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
def test_tests_that_ask_nothing_are_dropped_and_named(pool, test):
  test = test if isinstance(test, Test) else Test(code=test)
  alone, beside = problem('alone', tests=(test,)), problem('beside', tests=(ASKS, test, ASKS))
  kept, dropped = validate.validate([alone, beside], pool)
  assert kept == [beside._replace(tests=(ASKS, ASKS))]
  (first, all_of_it), (second, one_of_it) = dropped
  assert (first, second) == ('alone', 'beside')
  assert all_of_it.startswith('none of its 1 tests asks anything of a program; the first: a program that ')
  assert one_of_it.startswith('only its test 2 of 3, which asks nothing of a program: a program that ')
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
def test_tests_that_ask_for_something_are_kept(pool, body, test):
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
