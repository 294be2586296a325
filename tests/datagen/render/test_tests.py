"""The text of tests: right programs pass it, wrong ones fail it; here, and in the harness."""

import ast
import math

import plain
import pytest

from acrl_jax.datagen.records import Case, Reject, Type
from acrl_jax.datagen.render import tests as render_tests
from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Test

ITERATOR = Type('list', (plain.INT,), 'iterator')
ODD = ['"}"', 'null', "it's", 'back\\slash', 'new\nline', '\t', '"""', '{x!r}', '%s', 'None', '', 'caf\xe9', "'\""]
VALUES = [
  3, -1, 0, 2**63, -(2**63), 10**30, True, False, None, 2.25, -0.0, 1e300, math.nan, math.inf, -math.inf, 'a', b'\x00a',
  [1, 2], [], (), (1,), (1, 'a'), {1, 2}, set(), {'a': 1}, {}, [1.5, None, 'x'], {'k': [0.1, {'m': 2.5}]}, (0.5, [1]),
  [[], [1.5]], {(1, 2), (3,)}, frozenset([1]), {0.5}, [{0.5}, 1], *ODD, [ODD], {s: s for s in ODD},
]  # fmt: skip
OTHER = {int: 10**9, float: 77.0, str: 'something else', bool: None, bytes: b'?', type(None): 0}


def wrong(x):
  """A value that is like it and another."""
  if type(x) in OTHER:
    return not x if type(x) is bool else OTHER[type(x)]
  return [*x, 9] if type(x) is list else (*x, 9) if type(x) is tuple else {**x, 9: 9} if type(x) is dict else {*x, 9}


def holds(text, program):
  try:
    exec(text, {'f': program})
  except Exception:
    return False
  return True


def case(value, args=(1,)):
  return Case(args, 'value', value)


@pytest.mark.parametrize('value', VALUES, ids=ascii)
def test_an_assertion_holds_for_the_value_and_no_other(value):
  text = render_tests.assertion(plain.function([plain.INT]), 'f', case(value))
  ast.parse(text)
  assert holds(text, lambda a: value)
  assert not holds(text, lambda a: wrong(value)) and not holds(text, lambda a: 1 / 0)


@pytest.mark.parametrize('value', VALUES, ids=ascii)
def test_expected_values_and_arguments_read_back_as_themselves(value):
  scope = {'nan': math.nan, 'inf': math.inf, 'approx': lambda x: x}
  assert repr(eval(render_tests.expected(case(value)), scope)) == repr(value)
  assert repr(eval(render_tests.written(value))) == repr(value)


def test_texts_by_hand():
  f = plain.function([plain.INT])
  assert render_tests.test(f, 'f', case(3, (1, 2))) == Test(code='f(1, 2)', expected='3')
  assert render_tests.test(f, 'f', case(2.25, (math.inf,))) == Test(code="f(float('inf'))", expected='approx(2.25)')
  assert render_tests.test(f._replace(returns=ITERATOR), 'f', case([1])).code == 'list(f(1))'
  changed = Case(([2, 1], 'x'), 'mutates', ([1, 2], 'x'))
  assert render_tests.test(f, 'f', changed) == Test("(args := [[2, 1], 'x'], f(*args))[0]", "[[1, 2], 'x']")
  assert render_tests.assertion(f, 'f', changed) == "args = [[2, 1], 'x']\nf(*args)\nassert args == [[1, 2], 'x']"
  assert render_tests.assertion(f, 'f', case(True)) == 'assert f(1) is True'
  assert render_tests.assertion(f, 'f', case(2.5)) == (
    'import math\nassert math.isclose(f(1), 2.5, rel_tol=1e-06, abs_tol=1e-09)'
  )
  assert render_tests.assertion(f, 'f', case([0.5])) == (
    'import math\nresult = f(1)\nassert len(result) == 1\n'
    'assert math.isclose(result[0], 0.5, rel_tol=1e-06, abs_tol=1e-09)'
  )
  raising = Case((-1,), 'raises', 'ValueError')
  assert render_tests.test(f, 'f', raising).code == render_tests.assertion(f, 'f', raising) == (
    "try:\n  f(-1)\nexcept Exception:\n  pass\nelse:\n  raise AssertionError('an exception is due')"
  )


def both(f, cases):
  return [render_tests.test(f, 'f', c) for c in cases]


def test_the_replay_takes_right_tests():
  f = plain.function([plain.INT])
  cases = [case(v, (i,)) for i, v in enumerate(VALUES)]
  cases += [Case((-1,), 'raises', 'ValueError'), Case((-2,), 'raises', 'KeyError')]
  render_tests.replay(f, 'f', cases, both(f, cases))
  void = plain.function([plain.INTS, plain.INT], plain.NONE)
  pairs = [(([2, 1], 0), ([1, 2], 0)), (({1}, {2: 3}), ({1, 2}, {})), (([], 5), ([], 5)), (([1.5],), ([2.5],))]
  pairs.append(((None,), (None,)))
  cases = [Case(before, 'mutates', after) for before, after in pairs]
  render_tests.replay(void, 'f', cases, both(void, cases))
  lazy = plain.function([plain.INT], ITERATOR)
  render_tests.replay(lazy, 'f', [case([1, 2])], both(lazy, [case([1, 2])]))


@pytest.mark.parametrize(
  'text',
  [
    Test('f(1)', '4'), Test('f(1)', '3.0'), Test('f(1)', 'True'), Test('f(1', '3'), Test('f(1)', 'unknown'),
    Test('f(1) == 3 or True'), Test('pass'), Test('f(1)'), Test('f(2)', '3'),
  ],
)  # fmt: skip
def test_the_replay_rejects_wrong_tests(text):
  with pytest.raises(Reject) as caught:
    render_tests.replay(plain.function([plain.INT]), 'f', [case(3)], [text])
  assert caught.value.stage == 'render'


def test_a_replay_does_not_change_the_cases():
  void = plain.function([plain.INTS], plain.NONE)
  cases = [Case(([2, 1],), 'mutates', ([1, 2],))]
  render_tests.replay(void, 'f', cases, both(void, cases))
  assert cases == [Case(([2, 1],), 'mutates', ([1, 2],))]


def judged(program, tests):
  with Pool(1, Limits(wall_s=10.0)) as pool:
    report, = pool.run([Job(program=program, tests=tuple(tests), entry_point='f')])
  return report.passed, report.messages


def test_the_harness_judges_the_texts_as_they_are_meant():
  f = plain.function([plain.INT])
  cases = [case(v, (i,)) for i, v in enumerate(VALUES)]
  table = 'nan = float("nan")\ninf = float("inf")\nT = ' + repr(dict(enumerate(VALUES))) + '\ndef f(i): return T[i]'
  passed, messages = judged(table, both(f, cases))
  assert all(passed), [m for ok, m in zip(passed, messages) if not ok]
  table = table.replace('return T[i]', 'return {i: T[i]}')
  assert not any(judged(table, both(f, cases))[0])


def test_the_harness_sees_changed_arguments_raised_exceptions_and_iterators():
  void = plain.function([plain.INTS], plain.NONE)
  cases = [Case(([2.5, 1.0],), 'mutates', ([1.0, 2.5],)), Case(([3.0, 1.0], 0), 'raises', 'E')]
  iterates = plain.function([plain.INTS], ITERATOR)
  tests = [*both(void, cases), render_tests.test(iterates, 'f', Case(([1],), 'value', [5]))]
  right = 'def f(a, b=1):\n  if not b: raise KeyError\n  if a == [1]: return iter([5])\n  a.sort()'
  assert judged(right, tests)[0] == (True, True, True)
  assert judged('def f(a, b=1): return sorted(a)', tests)[0] == (False, False, False)
