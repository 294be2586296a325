"""Wrong programs, each one slip away from a right one."""

import ast

import pytest

from acrl_jax.datagen.primer import authored, mutants


def test_mutants_of_a_small_function_are_exactly_these():
  program = 'def f(a: int, b: int) -> int:\n  """Not 1 < 2."""\n  return a + 2 if a < b else b\n'
  bodies = {m.program.split('\n')[1].strip() for m in mutants.mutants(program)}
  assert bodies == {
    'return None',
    'return a - 2 if a < b else b',
    'return a + 3 if a < b else b',
    'return a + 1 if a < b else b',
    'return a + 2 if a <= b else b',
    'return a + 2 if a >= b else b',
  }


@pytest.mark.parametrize(
  ('statement', 'mutant'),
  [
    ('return a and b', 'return a or b'),
    ('return not a', 'return a'),
    ('return -a', 'return a'),
    ('return a[b:]', 'return a[b + 1:]'),
    ('return a[:2]', 'return a[:3]'),
    ('return g(a, b)', 'return g(b, a)'),
    ('return max(a)', 'return min(a)'),
    ('return sorted(a)', 'return list(a)'),
    ("return 'ab'", "return 'b'"),
    ("return f'{a:02d}'", "return f'{a}'"),
    ('return range(a)', 'return range(a - 1)'),
    ('return [x for x in a if x]', 'return [x for x in a if not x]'),
    ('return b if a else 0', 'return b if not a else 0'),
    ('a.sort()', 'pass'),
    ('a //= b', 'a *= b'),
    ('return True', 'return False'),
    ('return a is None', 'return a is not None'),
  ],
)
def test_a_slip_is_made(statement, mutant):
  made = {m.program.split('\n', 1)[1].strip() for m in mutants.mutants(f'def f(a, b):\n  {statement}')}
  assert mutant in made


@pytest.mark.parametrize(
  ('statement', 'only'),
  [
    ('return max(a, a.split())', 'return min(a, a.split())'),  # no order of arguments, no rsplit, no hint
    ('return g(a, a)', None),
    ("return f'{a:2d}'", "return f'{a}'"),
  ],
)
def test_changes_that_change_nothing_are_not_made(statement, only):
  made = [m.program.split('\n', 1)[1].strip() for m in mutants.mutants(f'def f(a: int | str):\n  {statement}')]
  assert sorted(made) == sorted(filter(None, [only, 'return None']))


def test_mutants_differ_from_the_program_and_from_each_other():
  for p in authored.read_topics(['algorithms'])[:10]:
    programs = [ast.dump(ast.parse(m.program)) for m in mutants.mutants(p.solution)]
    assert len(set(programs)) == len(programs) > 2
    assert ast.dump(ast.parse(p.solution)) not in programs
