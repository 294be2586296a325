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
  'huge_integers': ('def f(n): return 7 ** n', ['assert f(5000) == 7 ** 5000', 'assert f(10) % 7 == 0'], 'f'),
  'warnings': ('import warnings\ndef f():\n  warnings.warn("old")\n  return 1', ['assert f() == 1'], 'f'),
  'logging': ('import logging\ndef f():\n  logging.warning("x")\n  return 1', ['assert f() == 1'], 'f'),
  'decimals': ('from decimal import *\ndef f(s): return Decimal(s) / 3', [('str(f("1.5"))', '"0.5"')], 'f'),
  'normalised_name': ('def \U0001d41f(x): return x', ['assert f(3) == 3'], 'f'),
  'match': (
    'def f(x):\n  match x:\n    case [a, *b]: return a, b\n    case _: return None',
    [('f([1, 2])', '(1, [2])')],
    'f',
  ),
  'walrus': ('def f(y): return [n for v in y if (n := v * 2) > 2]', [('f([1, 2])', '[4]')], 'f'),
  'lambda': ('f = lambda x, y=2: x * y', [('f(2)', '4'), ('f(2, y=3)', '6')], 'f'),
  'partial': ('import functools\nf = functools.partial(pow, 2)', [('f(3)', '8')], 'f'),
  'decorated': (
    'import functools\ndef twice(g):\n  @functools.wraps(g)\n  def h(*a): return g(*a) * 2\n  return h\n'
    '@twice\ndef f(x): return x',
    [('f(3)', '6')],
    'f',
  ),
  'callable_object': ('class A:\n  def __call__(self, x): return x + 1\nf = A()', [('f(1)', '2')], 'f'),
  'solution_class': (
    'class Solution:\n  def twoSum(self, y, t): return [(i, j) for i in y for j in y if i + j == t][0]',
    ['assert Solution().twoSum([1, 2], 3) == (1, 2)', ('Solution().twoSum([2, 2], 4)', '(2, 2)')],
    'Solution',
  ),
  'static_methods': (
    'class A:\n  @staticmethod\n  def s(x): return x\n  @classmethod\n  def c(cls): return cls.__name__\n'
    '  @property\n  def p(self): return 5',
    ['assert A.s(1) == 1', 'assert A.c() == "A"', 'assert A().p == 5'],
    'A',
  ),
  'abstract': (
    'import abc\nclass B(abc.ABC):\n  @abc.abstractmethod\n  def g(self): ...\nclass C(B):\n  def g(self): return 3\n'
    'def f(): return C().g()',
    [('f()', '3')],
    'f',
  ),
  'many_arguments': (
    'def f(a, *b, c=1, **d): return a, b, c, d',
    [('f(1, 2, 3, c=4, e=5)', '(1, (2, 3), 4, {"e": 5})')],
    'f',
  ),
  'mutates_inside': ('def f(y): y[0]["a"].append(3)', ['y = [{"a": []}]\nf(y)\nassert y == [{"a": [3]}]'], 'f'),
  'mutates_dict': ('def f(d): d.pop("a"); d["b"] = 1', ['d = {"a": 0}\nf(d)\nassert d == {"b": 1}'], 'f'),
  'unordered': (
    'def f(y): return list(set(y))',
    ['assert set(f([3, 1, 3])) == {1, 3}', 'assert len(f("aab")) == 2'],
    'f',
  ),
  'close_floats': (
    'def f(): return 0.1 + 0.2',
    ['import math\nassert math.isclose(f(), 0.3)', 'abs(f() - 0.3) < 1e-9'],
    'f',
  ),
  'large_list': ('def f(n): return list(range(n))', ['assert f(200000)[-1] == 199999', 'assert sum(f(10)) == 45'], 'f'),
  'large_argument': ('def f(y): return sum(y)', ['assert f(list(range(200000))) == 19999900000'], 'f'),
  'large_text': ('def f(n): return "é" * n', ['assert len(f(10 ** 6)) == 10 ** 6'], 'f'),
  'odd_keys': (
    'def f(): return {(1, "a"): None, frozenset(): 1.5}',
    [('f()', '{(1, "a"): None, frozenset(): 1.5}')],
    'f',
  ),
  'yields_from': ('def g(): yield from "ab"\ndef f(): yield from g()', ['assert "".join(f()) == "ab"'], 'f'),
  'zip_and_filter': ('def f(y): return zip(y, filter(None, y))', ['assert list(f([1, 2])) == [(1, 1), (2, 2)]'], 'f'),
  'raises_own': (
    'class Bad(ValueError): pass\ndef f():\n  raise Bad("x")',
    ['try:\n  f()\nexcept Exception:\n  pass\nelse:\n  assert False'],
    'f',
  ),
  'state': (
    'n = 0\ndef f():\n  global n\n  n += 1\n  return n',
    ['assert f() == 1 and f() == 2', 'assert f() >= 1'],
    'f',
  ),
  'random': (
    'import random\ndef f():\n  random.seed(3)\n  return random.random()',
    ['assert f() == f() and 0 < f() < 1'],
    'f',
  ),
  'time': (
    'import time, datetime\ndef f():\n  time.sleep(0.01)\n'
    '  return datetime.datetime.now().year >= 2024 and time.time() > 0',
    ['assert f() is True'],
    'f',
  ),
  'copies': (
    'import pickle, copy, json\ndef f(x): return pickle.loads(pickle.dumps(copy.deepcopy(json.loads(json.dumps(x)))))',
    [('f({"a": [1.5]})', '{"a": [1.5]}')],
    'f',
  ),
  'database': (
    'import sqlite3\ndef f():\n  c = sqlite3.connect(":memory:")\n  c.execute("create table t (x)")\n'
    '  c.execute("insert into t values (7)")\n  return c.execute("select x from t").fetchall()',
    [('f()', '[(7,)]')],
    'f',
  ),
  'redirects': (
    'import io, contextlib\ndef f():\n'
    '  with contextlib.redirect_stdout(io.StringIO()) as out: print("hi")\n  return out.getvalue()',
    [('f()', '"hi\\n"')],
    'f',
  ),
  'asks_system': (
    'import os, sys, platform, uuid, secrets\ndef f():\n'
    '  os.getpid(), os.cpu_count(), platform.system(), uuid.uuid4()\n'
    '  return len(secrets.token_bytes(4)) + (os.listdir(os.getcwd()) == [])',
    [('f()', '5')],
    'f',
  ),
  'collects': (
    'import gc, weakref\nclass A: pass\ndef f():\n  a = A()\n  r = weakref.ref(a)\n  del a\n'
    '  gc.collect()\n  return r() is None',
    [('f()', 'True')],
    'f',
  ),
  'own_alarm': (
    'import signal\nclass Late(Exception): pass\ndef late(*a): raise Late\ndef f():\n'
    '  signal.signal(signal.SIGALRM, late)\n'
    '  try:\n    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    while True: pass\n  except Late: return "late"',
    [('f()', '"late"')],
    'f',
  ),
  'deep_thread': (
    'import sys, threading\nsys.setrecursionlimit(10 ** 6)\nthreading.stack_size(1 << 27)\n'
    'def g(n): return 0 if n == 0 else 1 + g(n - 1)\ndef f(n):\n  out = []\n'
    '  t = threading.Thread(target=lambda: out.append(g(n)))\n  t.start()\n  t.join()\n  return out[0]',
    [('f(50000)', '50000')],
    'f',
  ),
  'queues': (
    'import queue, threading\ndef f(n):\n  q = queue.Queue()\n'
    '  for k in range(n): threading.Thread(target=q.put, args=(k,)).start()\n'
    '  return sorted(q.get() for _ in range(n))',
    [('f(4)', '[0, 1, 2, 3]')],
    'f',
  ),
  'nested_functions': ('def f(n):\n  def g(k): return k and g(k - 1) + 1\n  return g(n)', [('f(30)', '30')], 'f'),
  'carriage_returns': ('def f():\r\n  return "a"\r\n', [('f()', '"a"')], 'f'),
  'no_newline_at_end': ('def f():\n  return 1\n  # end', [('f()', '1')], 'f'),
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
  'numbers': ('n = int(input())\na = list(map(int, input().split()))\nprint(max(a) * n)', '2\n1 5 3\n', '10'),
  'until_the_end': ('import sys\nfor line in sys.stdin: print(line.strip()[::-1])', 'ab\ncd\n', 'ba\ndc'),
  'end_of_file': ('try:\n  while True: print(input())\nexcept EOFError: pass', 'x\ny', 'x y'),
  'fast_input': ('import sys\ninput = sys.stdin.readline\nprint(int(input()) * 2)', '4\n', '8'),
  'joined_output': ('import sys\nsys.stdout.write("\\n".join(map(str, range(3))))', '', '0 1 2'),
  'unicode_words': ('print(input().upper())', 'straße ñ\n', 'STRASSE Ñ'),
  'decimal_places': ('print(f"{2 / 3:.6f}")', '', '0.666667'),
  'recursive_main': (
    'import sys, threading\nsys.setrecursionlimit(10 ** 6)\nthreading.stack_size(1 << 26)\n'
    'def g(n): return n and g(n - 1) + 1\ndef main(): print(g(20000))\n'
    't = threading.Thread(target=main)\nt.start()\nt.join()',
    '',
    '20000',
  ),
  'solution_read': ('class Solution:\n  def run(self): return input()\nprint(Solution().run())', 'q', 'q'),
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
