"""Which rewrites of a program are the same program, and which are not."""

import random
import textwrap

import pytest

from acrl_jax.data import program_key

PROGRAM = '''
def solve(numbers, limit):
  total = 0
  for n in numbers:
    if n < limit:
      total += n
  return total
'''


def rewritten(seed: int) -> str:
  """PROGRAM with other local names, comments, blank lines, indentation, docstring and type hints."""
  rng = random.Random(seed)
  names = rng.sample([f'{a}{i}' for a in ('x', 'value', '_t', 'Q') for i in range(25)], 4)
  numbers, limit, total, n = names
  step = ' ' * rng.choice([1, 2, 4, 8])
  hint = rng.choice(['', ': int'])
  returned = rng.choice(['', ' -> int'])
  lines = [
    f'def solve({numbers},{limit}{hint}){returned}:',
    *rng.choice([[], [f'{step}"""Sums below {seed}."""']]),
    f'{step}{total}{hint} = 0',
    f'{step}for {n} in {numbers}:',
    f'{step}{step}if ({n}  <  {limit}):',
    f'{step}{step}{step}{total} += {n}',
    f'{step}return {total}',
  ]
  out = []
  for line in lines:
    out += [''] * rng.randrange(3) + [line + f'  # {rng.random()}' * rng.randrange(2)]
  return '\n'.join(out)


def same(a: str, b: str) -> bool:
  keys = program_key.program_key(textwrap.dedent(a)), program_key.program_key(textwrap.dedent(b))
  assert None not in keys
  return keys[0] == keys[1]


def test_a_hundred_rewrites_have_one_key():
  texts = {rewritten(seed) for seed in range(100)}
  assert len(texts) == 100
  assert {program_key.program_key(text) for text in texts} == {program_key.program_key(PROGRAM)}


SAME = {
  'an inner function': (
    'def f(n):\n  def g(a, b=2):\n    return a + b\n  return g(n)',
    'def f(m):\n  def help(x, y=2):\n    return x + y\n  return help(m)',
  ),
  'a lambda': ('def f(n):\n  return sorted(n, key=lambda x: -x)', 'def f(m):\n  return sorted(m, key=lambda q: -q)'),
  'a comprehension whose variable has the name of its iterable': (
    'def f(x):\n  return [x for x in x]',
    'def f(xs):\n  return [e for e in xs]',
  ),
  'nested comprehensions': (
    'def f(m):\n  return {k: [v for v in r if v] for k, r in m}',
    'def f(table):\n  return {a: [c for c in b if c] for a, b in table}',
  ),
  'nonlocal': (
    'def f():\n  n = 0\n  def g():\n    nonlocal n\n    n += 1\n  g()\n  return n',
    'def f():\n  count = 0\n  def bump():\n    nonlocal count\n    count += 1\n  bump()\n  return count',
  ),
  'names bound by with, except, walrus, star and del': (
    'def f(p):\n  with p as h:\n    a, *b = h\n  try:\n    del a\n  except OSError as e: print(e)\n  return (z := b)',
    'def f(q):\n  with q as i:\n    c, *d = i\n  try:\n    del c\n  except OSError as x: print(x)\n  return (w := d)',
  ),
  'names bound by match': (
    'def f(v):\n  match v:\n    case [a, *b]: return a, b\n    case {1: c, **d}: return c, d\n    case g: return g',
    'def f(w):\n  match w:\n    case [g, *h]: return g, h\n    case {1: i, **j}: return i, j\n    case k: return k',
  ),
  'a local class': (
    'def f():\n  class A:\n    n = 1\n  return A().n',
    'def f():\n  class Counter:\n    """Counts."""\n    n = 1\n  return Counter().n',
  ),
  'a local beside a global of its name': (
    'def f():\n  x = 1\n  def g():\n    global x\n    x = 2\n  g()\n  return x',
    'def f():\n  y = 1\n  def g():\n    global x\n    x = 2\n  g()\n  return y',
  ),
  'a local beside an attribute of its name': (
    'def f():\n  b = 1\n  class A:\n    b = 2\n  return A.b + b',
    'def f():\n  c = 1\n  class A:\n    b = 2\n  return A.b + c',
  ),
  'bare annotations': ('def f(n):\n  t: int\n  t = n\n  return t', 'def f(n):\n  t = n\n  return t'),
  'only a docstring': ('def f():\n  """Nothing."""', 'def f():\n  pass'),
  'an async function': ('async def f(a):\n  return await a', 'async def f(b):\n  return await b'),
  'generics of arguments': ('def f(a: list[int], *b: str, **c: int): return a', 'def f(x, *y, **z): return x'),
}
DIFFERENT = {
  'constants': ('def f(n):\n  return n + 1', 'def f(n):\n  return n + 2'),
  'the type of a constant': ('def f(n):\n  return n * 1', 'def f(n):\n  return n * 1.0'),
  'a truth value and a number': ('def f():\n  return True', 'def f():\n  return 1'),
  'strings': ('def f():\n  return "a"', 'def f():\n  return "b"'),
  'called names': ('def f(n):\n  return min(n)', 'def f(n):\n  return max(n)'),
  'methods': ('def f(s):\n  return s.upper()', 'def f(s):\n  return s.lower()'),
  'keyword names': ('def f(s):\n  return dict(a=s)', 'def f(s):\n  return dict(b=s)'),
  'imports': ('def f(n):\n  import math\n  return math.floor(n)', 'def f(n):\n  import cmath\n  return cmath.floor(n)'),
  'free names': ('def f(n):\n  return n + a', 'def f(n):\n  return n + b'),
  'a global': (
    'def f():\n  x = 1\n  def g():\n    global x\n    x = 2\n  g()\n  return x',
    'def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  g()\n  return x',
  ),
  'which name is nonlocal': (
    'def f(a, b):\n  def g():\n    nonlocal a\n    a = 2\n  g()\n  return a, b',
    'def f(a, b):\n  def g():\n    nonlocal b\n    b = 2\n  g()\n  return a, b',
  ),
  'which argument is used': ('def f(a, b):\n  return a - b', 'def f(a, b):\n  return b - a'),
  'an argument and a free name that looks like a placeholder': ('def f(x):\n  return _0', 'def f(x):\n  return x'),
  'a global read beside a comprehension that has a variable of its name': (
    'def f(y):\n  return x + [x for x in y]',
    'def f(y):\n  return z + [z for z in y]',
  ),
  'a method that reads a global and one that reads a local': (
    'def f():\n  a = 1\n  class A:\n    b = 2\n    def g(self): return b\n  return A',
    'def f():\n  b = 1\n  class A:\n    b = 2\n    def g(self): return b\n  return A',
  ),
  'the fields of a dataclass': (
    '@dataclass\nclass P:\n  x: int\n  y: int',
    '@dataclass\nclass P:\n  y: int',
  ),
  'operators': ('def f(a):\n  return a < 0', 'def f(a):\n  return a <= 0'),
  'the order of statements': ('def f(a):\n  a += 1\n  a *= 2\n  return a', 'def f(a):\n  a *= 2\n  a += 1\n  return a'),
  'the entry point': ('def f(a):\n  return a', 'def g(a):\n  return a'),
  'defaults': ('def f(a=1):\n  return a', 'def f(a=2):\n  return a'),
  'a shadowed builtin': ('def f(sum):\n  return sum', 'def f(a):\n  return sum'),
}


@pytest.mark.parametrize('what', SAME)
def test_the_same_program(what):
  assert same(*SAME[what])


@pytest.mark.parametrize('what', DIFFERENT)
def test_a_different_program(what):
  assert not same(*DIFFERENT[what])


def test_what_does_not_parse_has_no_key():
  deep = 'x = ' + '(' * 3000 + ')' * 3000
  for text in ('def f(:', 'return )', 'a\0b', '  x = 1', 'x = "\ud800', '-' * 20000 + '1', deep):
    assert program_key.program_key(text) is None
  assert program_key.program_key('') is not None


def test_a_generated_escape_does_not_warn():
  assert program_key.program_key(r'x = "\d"') is not None  # warnings are errors here
