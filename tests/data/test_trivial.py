"""What trivial programs pass: read where it can be, run where not."""

import pytest

from acrl_jax.data import source_text, sources, trivial
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Problem, Test


@pytest.fixture(scope='module')
def pool():
  with Pool(1, Limits(wall_s=3.0)) as pool:
    yield pool


class NoPool:
  """For problems of which nothing has to be run."""


def problem(*tests, trivial=None):
  return Problem(id='p', prompt='def f(x, y=0):\n', entry_point='f', tests=tests, trivial=trivial)


def calls(*pairs):
  return problem(*(Test(code=code, expected=value) for code, value in pairs))


@pytest.mark.parametrize(
  ('found', 'due'),
  [
    (calls(('f(1)', '2'), ('f(2)', '2'), ('f(3)', '4'), ('f(4)', '5')), 0.5),  # the constant 2
    (calls(('f(1)', '1'), ('f(2)', '2'), ('f(3)', '4'), ('f(4)', '4')), 0.75),  # the first argument
    (calls(('f(1, 5)', '5'), ('f(2, y=6)', '6'), ('f(3, 3)', '9')), 1 / 3),  # a keyword is told apart
    (calls(('f(1)', 'True'), ('f(0)', 'False'), ('f(1.0)', '1'), ('f(1)', '1.0')), 0.25),  # 1, 1.0 and True differ
    (calls(('f([1, 2])', '[1,2]'), ("f('a')", "'a'")), 1.0),
    (calls(('f(1)', "{2: 'x', 1: {3}}"), ('f(2)', "{1: {3}, 2: 'x'}"), ('f(3)', '{}')), 2 / 3),  # in another order
    (problem(Test(code='assert f(1) == 3'), Test(code='assert f(2) == 3'), Test(code='assert f(3) == 1')), 2 / 3),
    (problem(Test(stdin='1\n', stdout='2\n'), Test(stdin='2\n', stdout='2'), Test(stdin='3', stdout='7')), 2 / 3),
    (problem(Test(stdin='1\n', stdout='1\n'), Test(stdin='2\n', stdout='2'), Test(stdin='3', stdout='7')), 2 / 3),
  ],
)
def test_what_is_read_by_hand(found, due):
  (told,) = trivial.measured([found], NoPool())
  assert told.trivial == pytest.approx(due) and told._replace(trivial=None) == found


def test_what_is_known_stays():
  (told,) = trivial.measured([problem(Test(code='f(1)', expected='1'), trivial=0.125)], NoPool())
  assert told.trivial == 0.125


def test_what_cannot_be_read_is_run(pool):
  """A bound, a check function, an assertion turned round; and a literal of the tests as the constant that passes."""
  tests = [Test(code='assert f(1) >= 40'), Test(code='assert 42 == f(2)'), Test(code='assert abs(f(3) - 7) < 1e-6')]
  (told,) = trivial.measured([problem(*tests)], pool)
  assert told.trivial == pytest.approx(2 / 3)  # 42
  (told,) = trivial.measured([problem(Test(code='assert f(5) in (5, 6)'), Test(code='assert f(9) > 8'))], pool)
  assert told.trivial == 1.0  # the argument


@pytest.mark.parametrize('code', ['f(', 'f(' * 300, 'g()[0]', 'assert f(1) == g()'])
def test_a_test_that_is_none_is_passed_by_nothing(pool, code):
  (told,) = trivial.measured([problem(Test(code=code))], pool)
  assert told.trivial == 0.0


@pytest.mark.parametrize('value', ['', 'pass', 'x = 3', '1; 2', '(' * 300, '{[]: 1}', '1' * 5000, '\udc80'])
def test_an_expected_value_that_is_none_is_passed_by_nothing(pool, value):
  (told,) = trivial.measured([calls(('f(1)', value))], pool)
  assert told.trivial == 0.0


def test_a_call_of_another_function_is_run(pool):
  """Its arguments are not the function's, nor its value; the values are tried as constants."""
  (told,) = trivial.measured([calls(('pow(f(1), 2)', '49'), ('pow(f(2), 2)', '49'), ('f(3)', '5'))], pool)
  assert told.trivial == pytest.approx(1 / 3)  # 5, for 49 gives 2401
  (told,) = trivial.measured([calls(('max(f(1), 42)', '43'), ('abs(f(2))', '43'))], pool)
  assert told.trivial == 1.0  # 43


def test_a_value_is_written_alike_in_every_process():
  """Python orders the texts of a set by hashes that it draws anew for each process."""
  texts = ["{'a', 'i', 'q'}", "{'q', 'i', 'a'}", "{'i', 'q', 'a'}"]
  assert {trivial.key(trivial.expression(text)) for text in texts} == {"{'a', 'i', 'q'}"}
  for text in ('(1, )', '()', '[(), {1: [2.0, True]}]', 'set()', '{}', "{(1, ): {2, 1}}", "b'a'", '-1j'):
    assert eval(trivial.key(trivial.expression(text))) == eval(text)


def test_the_programs_that_are_run_pass_no_more_than_is_read(pool):
  """The two ways agree on our own problems: the constants and arguments that are read, really run."""
  for found in sources.load('primer', 'train')[:6]:
    (read,) = trivial.measured([found], NoPool())
    reports = pool.run([source_text.job(found, program) for program in trivial.programs(found)])
    assert max(sum(r.passed) / len(r.passed) for r in reports) <= read.trivial + 1e-9
