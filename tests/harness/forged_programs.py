"""Programs that want to pass without being right. The task is `f(x)`: the square of x."""

import json


def _frame(message, at_load=False):
  """Writes an answer of its own to the judge, then one that it will not come to."""
  text = json.dumps(message)
  write = f'os.write(3, struct.pack("<I", {len(text)}) + {text!r}.encode())'
  if at_load:
    return f'import os, struct\n{write}\ndef f(x): return 0'
  return f'import os, struct\ndef f(x):\n  {write}\n  return 0'


FORGED = {
  'early_exit': 'import sys\nsys.exit(0)',
  'early_os_exit': 'import os\nos._exit(0)',
  'exit_in_call': 'import sys\ndef f(x):\n  sys.exit(0)',
  'os_exit_in_call': 'import os\ndef f(x):\n  os._exit(0)',
  'raise_system_exit': 'def f(x):\n  raise SystemExit',
  'quit_thread': 'import os, threading\ndef f(x): return 0\nthreading.Timer(0.05, lambda: os._exit(0)).start()',
  'exit_code': 'import os\nos._exit(97)',
  'exit_by_signal': 'import os, signal\ndef f(x):\n  os.kill(os.getpid(), signal.SIGTERM)',
  'abort': 'import os\ndef f(x):\n  os.abort()',
  'segfault': 'import ctypes\ndef f(x):\n  ctypes.string_at(0)',
  'bytecode_crash': (
    'def f(x):\n  exec(type(f.__code__)(0, 0, 0, 0, 99, 0, b"\\xff" * 64, (), (), (), "", "", "", 0, b"", '
    'b""))'
  ),
  'equal_to_all': 'class E:\n  __eq__ = lambda s, o: True\n  __ne__ = lambda s, o: False\ndef f(x): return E()',
  'mock_any': 'from unittest import mock\ndef f(x): return mock.ANY',
  'int_subclass': 'class I(int):\n  __eq__ = lambda s, o: True\n  __hash__ = int.__hash__\ndef f(x): return I(0)',
  'list_subclass': 'class L(list):\n  __eq__ = lambda s, o: True\ndef f(x): return L()',
  'str_subclass': 'class S(str):\n  __eq__ = lambda s, o: True\n  __hash__ = str.__hash__\ndef f(x): return S()',
  'dict_subclass': 'class D(dict):\n  __eq__ = lambda s, o: True\ndef f(x): return D()',
  'lying_class': (
    'class C:\n  __class__ = int\n  __index__ = __int__ = lambda s: 0\n  __eq__ = lambda s, o: True\n'
    'def f(x): return C()'
  ),
  'reflected': (
    'class R:\n  def __getattr__(s, n): return lambda *a: True\n  __eq__ = lambda s, o: True\n'
    'def f(x): return R()'
  ),
  'patched_builtins': (
    'import builtins\nbuiltins.abs = builtins.len = builtins.sorted = lambda *a, **k: 0\ndef f(x): return 0'
  ),
  'patched_math': 'import math\nmath.isclose = lambda *a, **k: True\ndef f(x): return 0',
  'class_math': 'class math:\n  isclose = staticmethod(lambda *a, **k: True)\ndef f(x): return 0',
  'shadowed_abs': 'def abs(x): return 0\ndef f(x): return 0',
  'shadowed_all': 'def all(x): return True\nany = isclose = sorted = set = all\ndef f(x): return 0',
  'assertion_error': 'import builtins\nclass A(Exception): pass\nbuiltins.AssertionError = A\ndef f(x): return 0',
  'no_asserts': (
    'import sys, ast\nast.Assert = ast.Pass\nsys.flags = None\n__debug__ if True else 0\ndef f(x): return 0'
  ),
  'frames': (
    'import sys\ndef f(x):\n  frame = sys._getframe()\n  while frame:\n    for v in [*frame.f_locals.values(), '
    '*frame.f_code.co_consts]:\n      if isinstance(v, int) and v == x * x: return v\n'
    '    frame = frame.f_back\n  return 0'
  ).replace('v == x * x', 'v in (9, 100, 16)'),
  'collected': (
    'import gc\ndef f(x):\n  for o in gc.get_objects():\n    if isinstance(o, (list, tuple, dict)):\n'
    '      s = repr(o) if len(o) < 50 else ""\n      if "assert" + " f(" in s:\n'
    '        return int(s.split("f(%d) == " % x)[1].split("\'")[0])\n  return 0'
  ),
  'own_memory': (
    'def f(x):\n  for line in open("/proc/self/maps"):\n    a, b = (int(v, 16) for v in line.split()[0].split("-"))\n'
    '    m = open("/proc/self/mem", "rb"); m.seek(a); s = m.read(b - a)\n'
    '    i = s.find(b"assert" + b" f(%d) == " % x)\n'
    '    if i >= 0: return int(s[i + 15:i + 20].split()[0])\n  return 0'
  ),
  'ctypes_heap': (
    'import ctypes\ndef f(x):\n  base = id(object())\n  s = ctypes.string_at(base - 65536, 131072)\n'
    '  i = s.find(b"assert" + b" f(%d) == " % x)\n  return int(s[i + 15:i + 18].split()[0]) if i >= 0 else 0'
  ),
  'judge_memory': (
    'import os\ndef f(x):\n  for p in os.listdir("/proc"):\n    if p.isdigit():\n'
    '      try: s = open("/proc/%s/mem" % p, "rb")\n'
    '      except OSError: continue\n      return 1\n  return 0'
  ),
  'command_line': (
    'import glob\ndef f(x):\n'
    '  return 9 if any("f(3)" in open(p).read() for p in glob.glob("/proc/*/cmdline")) else 0'
  ),
  'imports_judge': (
    'from acrl_jax.harness.lane import judge, calls, equality\njudge._judge_test = equality.same = lambda *a: True\n'
    'calls.Calls.test = lambda *a: True\ndef f(x): return 0'
  ),
  'patches_encoder': (
    'import sys\nw = sys.modules["acrl_jax.sandbox.wire"]\n'
    'w.encode = lambda *a: {"ref": ["builtin", "eval"]}\ndef f(x): return 0'
  ),
  'forged_report': (
    'import os, json, struct\ndef f(x):\n'
    '  s = json.dumps({"outcome": "PASSED", "passed": [True] * 9, "error": ""}).encode()\n'
    '  os.write(3, struct.pack("<I", len(s)) + s)\n  os._exit(0)'
  ),
  'forged_answers': (
    'import os, json, struct\ns = json.dumps({"value": True}).encode()\n'
    'for _ in range(50): os.write(3, struct.pack("<I", len(s)) + s)\n'
    'def f(x): return 0'
  ),
  'forged_status': (
    'import os\ndef f(x):\n  for d in range(3, 64):\n    try: os.write(d, b"PASSED" * 10)\n'
    '    except OSError: pass\n  return 0'
  ),
  'bad_frames': 'import os\ndef f(x):\n  os.write(3, b"\\xff" * 64)\n  return 0',
  'huge_frame': 'def f(x): return "a" * (64 << 20)',
  'bad_json': 'import os, struct\ndef f(x):\n  os.write(3, struct.pack("<I", 5) + b"{[]}}")',
  'nested_json': 'import os, struct\ndef f(x):\n  s = b"[" * 900000\n  os.write(3, struct.pack("<I", len(s)) + s)',
  'bad_values': (
    'import os, json, struct\ndef f(x):\n  s = json.dumps({"value": {"fraction": ["1", "0"]}}).encode()\n'
    '  os.write(3, struct.pack("<I", len(s)) + s)'
  ),
  'closed_channel': 'import os\ndef f(x):\n  os.close(3)\n  return 0',
  'stop_iteration': 'def f(x):\n  raise StopIteration',
  'own_assertion': 'def f(x):\n  raise AssertionError',
  'base_exception': 'class B(BaseException): pass\ndef f(x):\n  raise B',
  'generator_exit': 'def f(x):\n  raise GeneratorExit',
  'keyboard_interrupt': 'def f(x):\n  raise KeyboardInterrupt',
  'evil_str': 'class E(Exception):\n  def __str__(s): raise SystemExit\ndef f(x):\n  raise E',
  'named_like_ours': (
    'class Timeout(Exception): pass\nclass HARNESS_ERROR(Exception): pass\ndef f(x):\n  raise HARNESS_ERROR'
  ),
  'remembers': 'seen = []\ndef f(x):\n  seen.append(x)\n  return True if len(seen) > 1 else 1',
  'always_true': 'def f(x): return True',
  'nearly': 'def f(x): return float(x * x) + 0.5',
  'null_byte': 'def f(x): return x * x\n\0',
  'surrogates': 'def f(x): return "\ud800"',
  'deep_source': 'def f(x): return ' + '(' * 5000 + 'x' + ')' * 5000,
  'deep_value': 'def f(x):\n  y = []\n  for _ in range(10000): y = [y]\n  return y',
  'cyclic_value': 'def f(x):\n  y = []\n  y.append(y)\n  return y',
  'deep_recursion': 'import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(x): return f(x)',
  'syntax': 'def f(x): return',
  'atexit': 'import atexit, os\natexit.register(os._exit, 0)\ndef f(x): return 0',
  'finaliser': 'class D:\n  def __del__(s):\n    while True: pass\nd = D()\ndef f(x): return 0',
  'prints': 'print("PASSED\\n" * 1000)\ndef f(x):\n  print("True", flush=True)\n  return 0',
  'settrace': 'import sys\nsys.settrace(lambda *a: 1 / 0)\ndef f(x): return 0',
  'hook': 'import sys\nsys.excepthook = lambda *a: None\nsys.modules.clear()\ndef f(x): return 0',
  # --- early ends
  'exit_with_true': 'def f(x):\n  raise SystemExit(True)',
  'exit_in_finaliser': 'import os\nclass D:\n  def __del__(s): os._exit(0)\ndef f(x):\n  D()\n  return 0',
  'exit_in_attribute': 'import os\ndef __getattr__(name): os._exit(0)\ndef f(x): return g(x)',
  'exit_by_timer': 'import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\ndef f(x): return 0',
  'exit_by_fault': 'import faulthandler\ndef f(x): faulthandler._sigabrt()',
  'exit_in_index': (
    'import os\nclass I(int):\n  def __index__(s): os._exit(0)\n  __int__ = __index__\n'
    'def f(x): return I(0)'
  ),
  'exit_in_hash': 'import os\nclass H:\n  def __hash__(s): os._exit(0)\ndef f(x): return {1: H()}',
  'exit_stack': (
    'import contextlib, os\nstack = contextlib.ExitStack()\nstack.callback(os._exit, 0)\n'
    'def f(x):\n  with stack: return 0'
  ),
  'becomes_another': 'import os, sys\ndef f(x): os.execv(sys.executable, [sys.executable, "-c", ""])',
  'generator_closed': 'def f(x):\n  try: yield 0\n  finally: raise SystemExit(0)',
  # --- fake equality
  'float_subclass': (
    'class F(float):\n  __eq__ = lambda s, o: True\n  __sub__ = lambda s, o: 0.0\n'
    'def f(x): return F(0)'
  ),
  'tuple_subclass': 'class T(tuple):\n  __eq__ = lambda s, o: True\ndef f(x): return T()',
  'set_subclass': 'class S(set):\n  __eq__ = lambda s, o: True\n  __hash__ = None\ndef f(x): return S()',
  'bytes_subclass': 'class B(bytes):\n  __eq__ = lambda s, o: True\ndef f(x): return B()',
  'complex_subclass': 'class C(complex):\n  __eq__ = lambda s, o: True\ndef f(x): return C(0)',
  'fraction_subclass': (
    'import fractions\nclass F(fractions.Fraction):\n  __eq__ = lambda s, o: True\n'
    'def f(x): return F(0)'
  ),
  'decimal_subclass': 'import decimal\nclass D(decimal.Decimal):\n  __eq__ = lambda s, o: True\ndef f(x): return D(0)',
  'date_subclass': (
    'import datetime\nclass D(datetime.date):\n  __eq__ = lambda s, o: True\n'
    'def f(x): return D(1, 1, 1)'
  ),
  'deque_subclass': (
    'import collections\nclass D(collections.deque):\n  __eq__ = lambda s, o: True\n'
    'def f(x): return D()'
  ),
  'enum_member': 'import enum\nclass E(enum.Enum):\n  A = 0\n  __eq__ = lambda s, o: True\ndef f(x): return E.A',
  'metaclass': (
    'class M(type):\n  __eq__ = lambda s, o: True\n  __hash__ = type.__hash__\n'
    'def f(x): return M("X", (), {})'
  ),
  'arithmetic': (
    'class A:\n  __sub__ = __rsub__ = __abs__ = lambda *a: 0\n  __float__ = lambda s: 16.0\n'
    '  __lt__ = lambda *a: True\n'
    'def f(x): return A()'
  ),
  'hanging_equality': 'class H:\n  def __eq__(s, o):\n    while True: pass\ndef f(x): return H()',
  'signalling_nan': 'import decimal\ndef f(x): return decimal.Decimal("sNaN")',
  'user_containers': (
    'import collections\nclass L(collections.UserList):\n  __eq__ = lambda s, o: True\n  __len__ = lambda s: 1\n'
    'def f(x): return L([9])'
  ),
  'counts_equal': 'class C:\n  n = 0\n  def __eq__(s, o):\n    C.n += 1\n    return C.n > 0\ndef f(x): return [C()]',
  # --- patched interpreters
  'patched_json': 'import json\njson.dumps = lambda *a, **k: \'{"value": true}\'\ndef f(x): return 0',
  'patched_struct': 'import struct\nstruct.pack = lambda *a: b""\ndef f(x): return 0',
  'patched_import': (
    'import builtins, types\nbuiltins.__import__ = lambda *a, **k: types.SimpleNamespace()\n'
    'def f(x): return 0'
  ),
  'patched_int': (
    'import gc\ngc.get_referents(int.__dict__)[0]["__eq__"] = lambda a, b: True\n'
    'import ctypes\nctypes.pythonapi.PyType_Modified(ctypes.py_object(int))\ndef f(x): return 0'
  ),
  'rewritten_integer': 'import ctypes\nctypes.memmove(id(0) + 24, id(9) + 24, 4)\ndef f(x): return 1',
  'patched_unittest': 'import unittest\nunittest.TestCase.assertEqual = lambda *a: None\ndef f(x): return 0',
  'planted_module': (
    'for name in ("math", "sitecustomize", "json", "acrl_jax"):\n'
    '  open(name + ".py", "w").write("isclose = lambda *a, **k: True")\ndef f(x): return 0'
  ),
  'shadowed_list': 'def list(*a): return [4, 9]\ndef map(*a): return [4]\ndef f(x): return 0',
  'shadowed_check': 'def check(candidate): return True\nassert_equal = check\ndef f(x): return 0',
  'patched_exec': (
    'import builtins\nbuiltins.exec = builtins.eval = builtins.compile = lambda *a, **k: None\n'
    'def f(x): return 0'
  ),
  # --- leaked tests
  'environment': 'import os\ndef f(x): return int(next(v for v in os.environ.values() if v.isdigit() and int(v) > 8))',
  'standard_input': 'import sys\ndef f(x): return int(sys.stdin.read() or input())',
  'arguments': 'import sys\ndef f(x): return int(sys.argv[1])',
  'main_module': 'import sys\ndef f(x): return vars(sys.modules["__main__"])["tests"][0]',
  'stack_inspection': (
    'import inspect\ndef f(x):\n  for frame in inspect.stack():\n    for v in frame.frame.f_locals.values():\n'
    '      if isinstance(v, dict) and "expected" in v: return int(v["expected"])\n  return 0'
  ),
  'referrers': (
    'import gc\ndef f(x):\n  for r in gc.get_referrers(x):\n'
    '    if isinstance(r, (list, tuple)) and 9 in r: return 9\n  return 0'
  ),
  'own_descriptors': (
    'import os\ndef f(x):\n  for d in [0, *range(4, 256)]:\n    try: s = os.read(d, 99)\n    except OSError: continue\n'
    '    if s: return 9\n  return 0'
  ),
  'peeks_at_channel': (
    'import socket\ndef f(x):\n  s = socket.socket(fileno=3)\n  s.setblocking(False)\n'
    '  try: return 9 if b"9" in s.recv(9999, socket.MSG_PEEK) else 0\n  finally: s.detach()'
  ),
  'other_tracebacks': (
    'import sys\ndef f(x):\n  for frame in sys._current_frames().values():\n    while frame:\n'
    '      if "expected" in frame.f_code.co_varnames: return 9\n      frame = frame.f_back\n  return 0'
  ),
  'data_sets': (
    'import pathlib\ndef f(x):\n  for p in pathlib.Path("/").rglob("*.jsonl"):\n    return 9\n  return 0'
  ),
  # --- forged channels
  'forged_builtin': _frame({'value': {'ref': ['builtin', 'eval']}}),
  'forged_object': _frame({'value': {'ref': ['object', 0]}}),
  'forged_callback': _frame({'callback': 99, 'args': [], 'kwargs': {}}),
  'forged_assertion': _frame({'error': ['AssertionError', '', 0]}),
  'forged_stop': _frame({'error': ['StopIteration', '9', 0]}),
  'forged_interrupt': _frame({'error': ['KeyboardInterrupt', '', 10 ** 30]}),
  'forged_unicode_error': _frame({'error': ['UnicodeDecodeError', 'x' * 10 ** 6, -5]}),
  'forged_odd_error': _frame({'error': {'PASSED': True}}),
  'forged_items': _frame({'items': [9] * 10 ** 4, 'end': False}),
  'forged_changes': _frame({'value': 0, 'changed': [[0, 9], [7, []]]}),
  'forged_unhashable': _frame({'value': {'set': [[9]]}}),
  'forged_cycle': _frame({'value': {'tuple': {'tuple': [9]}}}),
  'forged_names': _frame({'names': {'f': 'value', 'abs': 'function', 'math': 'module'}}, at_load=True),
  'forged_nothing': _frame(None),
  'shut_channel': 'import socket\ndef f(x): socket.socket(fileno=3).shutdown(2)',
  'replaced_channel': 'import os\ndef f(x):\n  os.dup2(os.open("/dev/null", os.O_RDWR), 3)\n  return 0',
  'half_a_frame': 'import os, struct\ndef f(x):\n  os.write(3, struct.pack("<I", 100) + b"1")\n  os._exit(0)',
  # --- values
  'itself': 'def f(x): return f',
  'not_implemented': 'def f(x): return NotImplemented',
  'ellipsis': 'def f(x): return ...',
  'not_a_number': 'def f(x): return float("nan")',
  'infinity': 'def f(x): return float("inf")',
  'huge_decimal': 'import decimal\ndef f(x): return decimal.Decimal("1e999999999")',
  'huge_integer': 'def f(x): return 1 << (1 << 24)',
  'as_text': 'def f(x): return str(x * x)',
  'as_list': 'def f(x): return [x * x]',
  'as_generator': 'def f(x): yield x * x',
  'as_coroutine': 'async def f(x): return x * x',
  'as_memory': 'def f(x): return memoryview(bytes([9]))',
  'a_module': 'import math\ndef f(x): return math',
  'a_type': 'def f(x): return type("int", (), {"__eq__": lambda s, o: True})',
  'an_object': 'def f(x): return object()',
  'address': 'def f(x): return id(object())',
  # --- sources
  'empty': '',
  'no_function': 'x = 9',
  'not_callable': 'f = 9',
  'deleted': 'def f(x): return x * x\ndel f',
  'huge_source': 'x = 1\n' * 300000,
  'deep_minus': 'f = lambda x: ' + '-' * 100000 + '1',
  'deep_attributes': 'f = lambda x: x' + '.real' * 50000,
  'deep_lambdas': 'f = ' + 'lambda x: ' * 20000 + '0',
  'long_sum': 'def f(x): return ' + '1+' * 100000 + '1',
  'deep_blocks': '\n'.join('  ' * k + 'if 1:' for k in range(150)) + '\n' + '  ' * 150 + 'f = abs',
  'late_future': 'x = 1\nfrom __future__ import annotations\ndef f(x): return x * x',
  'nothing_but_yield': 'yield 9\ndef f(x): return x * x',
  'mixed_tabs': 'def f(x):\n        y = x\n\treturn x * x',
  'odd_characters': 'def f(x):\n  return x\u00a0*\u200bx',
}  # fmt: skip
