"""What honest programs do works: their habits, their values, their tests."""

import pytest

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Outcome, Test

# name: program, tests of functions (a pair: expression and value), entry point
FUNCTIONS = {
  'plain': ('def f(x): return x + 1', ['assert f(1) == 2'], 'f'),
  'value': ('def f(x): return {x: [x, (x,)]}', [('f(1)', '{1: [1, (1,)]}')], 'f'),
  'nan': ('def f(): return [float("nan"), float("inf"), -0.0]', [('f()', '[nan, inf, 0.0]')], 'f'),
  'kinds': (
    'def f(x): return x',
    [(f'f({v})', v) for v in ('None', 'True', '2 ** 99', '-1.5', '"\\ud800 é"', 'b"\\xff"', '1j', '{1}', 'range(3)')],
    'f',
  ),
  'frozen': ('def f(x): return {frozenset(x): {(1, 2)}}', [('f([1])', '{frozenset([1]): {(1, 2)}}')], 'f'),
  'fraction': (
    'from fractions import *\ndef f(): return Fraction(1, 3)',
    ['from fractions import *\nassert f() * 3 == 1'],
    'f',
  ),
  'dates': (
    'import datetime as d\ndef f(): return d.datetime(2024, 2, 29, 1)',
    ['assert f().day == 29 and f().hour == 1'],
    'f',
  ),
  'subclasses': (
    'from collections import *\nP = namedtuple("P", "x y")\ndef f(s): return [Counter(s), OrderedDict(a=1), P(1, 2)]',
    ['assert f("aab") == [{"a": 2, "b": 1}, {"a": 1}, (1, 2)]'],
    'f',
  ),
  'int_enum': ('import enum\nclass E(enum.IntEnum):\n  A = 3\ndef f(): return E.A', [('f()', '3')], 'f'),
  'deque': (
    'from collections import deque\ndef f(): return deque([1])',
    ['assert list(f()) == [1] and len(f()) == 1'],
    'f',
  ),
  'mutates': ('def f(y): y.sort()', ['y = [2, 1]\nf(y)\nassert y == [1, 2]'], 'f'),
  'generator': ('def f(n):\n  for i in range(n): yield i', ['assert list(f(1000)) == list(range(1000))'], 'f'),
  'endless': (
    'import itertools\ndef f(): return itertools.count()',
    ['it = f()\nassert next(it) == 0 and next(it) == 1'],
    'f',
  ),
  'map': ('def f(y): return map(str, y)', ['assert sorted(f([2, 1])) == ["1", "2"]'], 'f'),
  'higher_order': (
    'def f(g, x): return g(g(x))',
    ['assert f(lambda v: v * 3, 2) == 18', 'assert f(abs, -2) == 2'],
    'f',
  ),
  'returns_function': ('def f(n): return lambda x: x + n', ['assert f(2)(3) == 5'], 'f'),
  'given_type': ('def f(y, t): return [v for v in y if isinstance(v, t)]', ['assert f([1, "a"], int) == [1]'], 'f'),
  'class': (
    'class Stack:\n  def __init__(self): self.items = []\n  def push(self, x): self.items.append(x)\n'
    '  def __len__(self): return len(self.items)\n  def __str__(self): return "stack"',
    ['s = Stack()\ns.push(3)\nassert s.items == [3] and len(s) == 1 and str(s) == "stack"'],
    'Stack',
  ),
  'tree': (
    'class Node:\n  def __init__(self, v): self.v, self.l = v, None\ndef f(n): return n.v + (f(n.l) if n.l else 0)',
    ['a = Node(1)\na.l = Node(2)\nassert f(a) == 3'],
    'f',
  ),
  'raises': (
    'def f(x):\n  if x < 0: raise ValueError("no")\n  return x',
    ['try:\n  f(-1)\n  assert False\nexcept ValueError as e:\n  assert str(e) == "no"'],
    'f',
  ),
  'shadows_builtin': ('def sum(a, b): return a + b', ['assert sum(10, 15) == 25'], 'sum'),
  'called_check': ('def check(n): return n > 3', ['assert check(4) == True', 'assert not check(3)'], 'check'),
  'recursion': ('def f(n): return 0 if n == 0 else 1 + f(n - 1)', ['assert f(960) == 960'], 'f'),
  'deep': (
    'import sys\nsys.setrecursionlimit(9999)\ndef f(n): return 0 if n == 0 else 1 + f(n - 1)',
    ['assert f(5000) == 5000'],
    'f',
  ),
  'caches': (
    'import functools\n@functools.lru_cache\ndef f(n): return n if n < 2 else f(n - 1) + f(n - 2)',
    ['assert f(80) == 23416728348467685'],
    'f',
  ),
  'prints': (
    'import sys\ndef f(x):\n  print(x, file=sys.stderr)\n  sys.stdout.buffer.write(b"x")\n  return x',
    ['assert f(1) == 1'],
    'f',
  ),
  'files': (
    'import os, tempfile, shutil\ndef f(s):\n  open("a", "w").write(s)\n  shutil.copy("a", "b")\n'
    '  with tempfile.TemporaryDirectory() as d: open(d + "/c", "w").write("x")\n  os.remove("a")\n'
    '  return open("b").read()',
    ['assert f("text") == "text"'],
    'f',
  ),
  'threads': (
    'from concurrent.futures import *\ndef f(n):\n  with ThreadPoolExecutor() as e: return [*e.map(abs, range(n))]',
    ['assert f(5) == [0, 1, 2, 3, 4]'],
    'f',
  ),
  'asyncio': ('import asyncio\nasync def g(): return 4\ndef f(): return asyncio.run(g())', ['assert f() == 4'], 'f'),
  'dataclass': (
    'from dataclasses import *\n@dataclass\nclass P:\n  x: int = 1\ndef f(): return asdict(P())',
    ['assert f() == {"x": 1}'],
    'f',
  ),
  'annotations': (
    'from typing import *\ndef f(x: List[int]) -> Optional[int]: return x[0]',
    ['assert f([7]) == 7'],
    'f',
  ),
  'main_guard': ('def f(): return 1\nif __name__ == "__main__":\n  raise SystemExit(f())', ['assert f() == 1'], 'f'),
  'late_imports': (
    'def f():\n  import sqlite3, xml.etree.ElementTree, zoneinfo, csv, hashlib\n  return 1',
    ['assert f() == 1'],
    'f',
  ),
  'memory': ('def f(): return len(bytearray(256 << 20))', ['assert f() == 256 << 20'], 'f'),
  'helper': ('def g(x): return x\ndef f(x): return g(x)', ['assert f(1) == g(1)'], 'f'),
  'constant': ('LIMIT = 3\ndef f(): return LIMIT', ['assert f() == LIMIT'], 'f'),
  'loop_in_test': ('def f(x): return x * x', ['for i in range(50):\n  assert f(i) == i ** 2'], 'f'),
  'condition': ('def f(x): return x > 2', ['f(3)', 'not f(2)', 'f(3) == True and f(1) == False'], 'f'),
  'no_entry_point': ('def f(x): return x', ['assert f(1) == 1', ('f(2)', '2')], ''),
}  # fmt: skip
# name: program, input, output
SCRIPTS = {
  'input': ('print(int(input()) + 1)', '3\n', '4\n'),
  'stdin': ('import sys\nprint(sum(map(int, sys.stdin)))', '1\n2\n3', '6'),
  'buffer': ('import sys\nd = sys.stdin.buffer.read()\nsys.stdout.buffer.write(d[::-1])', 'abc', 'cba'),
  'descriptors': ('import os\nos.write(1, os.read(0, 99))', 'é', 'é'),
  'open': ('print(open(0).read())', 'a b', 'a b'),
  'exits': ('import sys\nprint(1)\nsys.exit()', '', '1'),
  'os_exit': ('import os\nprint(1, flush=True)\nos._exit(0)', '', '1'),
  'floats': ('print(1 / 3, 2.0, "a")', '', '0.333333 2 a'),
  'spaces': ('print("a\\n b\\n")', '', 'a b'),
  'main_guard': ('def main(): print(7)\nif __name__ == "__main__": main()', '', '7'),
  'atexit': ('import atexit\natexit.register(print, 5)', '', '5'),
  'thread': (
    'import threading, sys\nthreading.stack_size(1 << 26)\nthreading.Thread(target=lambda: print(8)).start()',
    '',
    '8',
  ),
  'long': ('print(input())\nprint("x" * 300000)', 'y' * 300000, 'y' * 300000 + '\n' + 'x' * 300000),
  'nothing': ('pass', '', ''),
}  # fmt: skip


@pytest.fixture(scope='module')
def reports():
  jobs = {}
  for name, (program, tests, entry) in FUNCTIONS.items():
    made = tuple(Test(code=t) if isinstance(t, str) else Test(code=t[0], expected=t[1]) for t in tests)
    jobs[name] = Job(program=program, tests=made, entry_point=entry)
  for name, (program, stdin, stdout) in SCRIPTS.items():
    jobs['script_' + name] = Job(program=program, tests=(Test(stdin=stdin, stdout=stdout),))
  with Pool(2, Limits(wall_s=10.0)) as pool:
    return dict(zip(jobs, pool.run(list(jobs.values()))))


@pytest.mark.parametrize('name', [*FUNCTIONS, *('script_' + name for name in SCRIPTS)])
def test_honest_program_passes(reports, name):
  report = reports[name]
  assert report.outcome == Outcome.PASSED, report
  assert all(report.passed) and report.error == '' and report.error_lines == ()
