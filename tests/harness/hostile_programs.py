"""Programs that want to pass without being right, or to do harm. The task is `f(x)`: the square of x.

MARK stands for the path of a file outside that none of them may create, DATA for one that none may read, PORT for an
open port.
"""

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
    'from acrl_jax.harness import judge, calls, compare\njudge._one = lambda *a: True\ncompare.same = lambda *a: True\n'
    'calls.Calls.test = lambda *a: True\ndef f(x): return 0'
  ),
  'patches_encoder': (
    'import sys\nw = sys.modules["acrl_jax.harness.wire"]\n'
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
}

HANGING = {
  'loop': 'def f(x):\n  while True: pass',
  'loop_at_load': 'while True: pass',
  'sleep': 'import time\ndef f(x): time.sleep(1000)',
  'swallows': 'def f(x):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass',
  'c_loop': 'def f(x): return sum(range(10 ** 12))',
  'power': 'def f(x): return 7 ** (7 ** 9)',
  'ignores_signals': (
    'import signal\nfor s in range(1, 65):\n  try: signal.signal(s, signal.SIG_IGN)\n'
    '  except (OSError, ValueError): pass\n'
    'def f(x):\n  while True: pass'
  ),
  'lock': 'import threading\ndef f(x):\n  lock = threading.Lock()\n  lock.acquire()\n  lock.acquire()',
  'joins': (
    'import threading, time\ndef f(x):\n  t = threading.Thread(target=time.sleep, args=(1000,))\n'
    '  t.start()\n  t.join()'
  ),
  'endless_iterator': 'def f(x):\n  while True: yield 1',
  'reads_channel': 'import os\ndef f(x):\n  while True: os.read(3, 1)',
}

HARMFUL = {
  'fork_bomb': 'import os\ndef f(x):\n  while True: os.fork()',
  'spawns': 'import subprocess\ndef f(x): return subprocess.call(["/bin/sh", "-c", "echo > MARK"])',
  'posix_spawn': 'import os\ndef f(x): return os.posix_spawn("/bin/sh", ["sh", "-c", "echo > MARK"], {})',
  'system': 'import os\ndef f(x): return os.system("echo > MARK")',
  'exec': 'import os\ndef f(x): os.execv("/bin/sh", ["sh", "-c", "echo > MARK"])',
  'multiprocessing': 'import multiprocessing as m\ndef f(x):\n  with m.Pool(2) as p: return p.map(abs, [x])[0]',
  'daemon': 'import os\ndef f(x):\n  if os.fork() == 0:\n    os.setsid()\n    open("MARK", "w")\n  return 0',
  'memory': 'def f(x): return len(bytearray(8 << 30))',
  'small_objects': 'def f(x):\n  y = []\n  while True: y.append(object())',
  'threads': (
    'import threading, time\ndef f(x):\n'
    '  for _ in range(10 ** 5): threading.Thread(target=time.sleep, args=(99,)).start()'
  ),
  'descriptors': 'import os\ndef f(x):\n  y = []\n  while True: y.append(os.open(".", 0))',
  'disk': 'def f(x):\n  i = 0\n  while True:\n    i += 1\n    open(str(i), "wb").write(bytes(1 << 24))',
  'locked_folder': (
    'import os\ndef f(x):\n  os.makedirs("a/b")\n  os.open("a/c", os.O_CREAT, 0)\n  os.chmod("a", 0)\n'
    '  return 0'
  ),
  'writes': 'def f(x):\n  open("MARK", "w").write("here")\n  return x',
  'writes_at_load': 'open("MARK", "w").write("here")\ndef f(x): return 0',
  'links': 'import os\ndef f(x):\n  os.symlink("MARK", "link")\n  open("link", "w").write("here")',
  'dot_dot': 'def f(x):\n  open("../../../../../../../../MARK", "w").write("here")',
  'ctypes_open': 'import ctypes\ndef f(x): return ctypes.CDLL(None).creat(b"MARK", 0o600)',
  'mkdir': 'import os\ndef f(x): os.mkdir("MARK")',
  'reads_data': 'def f(x): return int(open("DATA").read())',
  'reads_data_by_link': 'import os\ndef f(x):\n  os.symlink("DATA", "d")\n  return int(open("d").read())',
  'deletes': 'import os\ndef f(x): os.remove("DATA")',
  'truncates': 'import os\ndef f(x): os.truncate("DATA", 0)',
  'renames': 'import os\ndef f(x): os.rename("DATA", "MARK")',
  'changes_mode': 'import os\ndef f(x): os.chmod("DATA", 0)',
  'changes_times': 'import os\ndef f(x): os.utime("DATA", (0, 0))',
  'wipes': 'import shutil\ndef f(x): shutil.rmtree("/", ignore_errors=True)',
  'tcp': 'import socket\ndef f(x): return socket.create_connection(("127.0.0.1", PORT), 1).fileno()',
  'udp': (
    'import socket\ndef f(x): return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", '
    '("127.0.0.1", PORT))'
  ),
  'listens': (
    'import socket\ndef f(x):\n  s = socket.socket()\n  s.bind(("127.0.0.1", 0))\n  s.listen()\n'
    '  return s.fileno()'
  ),
  'unix_socket': (
    'import socket\ndef f(x):\n  a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n'
    '  return a.sendto(b"x", "/dev/log")'
  ),
  'kills_parent': 'import os\ndef f(x): return os.kill(os.getppid(), 9)',
  'kills_all': 'import os\ndef f(x): return os.kill(-1, 9)',
  'kills_group': 'import os\ndef f(x): return os.killpg(0, 9)',
  'signals_by_owner': (
    'import fcntl, os\ndef f(x):\n  r, w = os.pipe()\n  fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())\n'
    '  return 0'
  ),
  'traces': 'import ctypes, os\ndef f(x): return ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)',
  'raises_limits': 'import resource\ndef f(x): return resource.setrlimit(resource.RLIMIT_AS, (-1, -1))',
  'unconfines': 'import ctypes\ndef f(x): return ctypes.CDLL(None).unshare(0x10000000)',
  'mounts': 'import ctypes\ndef f(x): return ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, 0)',
  'memfd': 'import os\ndef f(x): return os.memfd_create("x")',
  'outlives': 'import ctypes\ndef f(x): return ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)',
  'shared_memory': (
    'from multiprocessing import shared_memory\n'
    'def f(x): return shared_memory.SharedMemory(create=True, size=1 << 20).size'
  ),
}


def _right_if(escape: str, needs: str = 'os') -> str:
  return f'import {needs}\ndef f(x):\n  {escape}\n  return x * x'


_LIBC = 'assert ctypes.CDLL(None)'
# Right answers, given only where the escape has worked.
ESCAPES = {
  'too_much_memory': _right_if('mmap.mmap(-1, 1 << 30)', 'mmap'),
  'too_large_a_file': _right_if('open("a", "wb").write(bytes(70 << 20))'),
  'too_many_descriptors': _right_if('for _ in range(100): os.dup(0)'),
  'own_process': _right_if('os.fork() or os._exit(0)'),
  'own_process_by_clone': _right_if(f'{_LIBC}.syscall(56, 17, 0, 0, 0, 0) >= 0', 'ctypes'),
  'another_program': _right_if('os.posix_spawn("/bin/true", ["true"], {})'),
  'internet': _right_if('socket.socket()', 'socket'),
  'datagrams': _right_if('socket.socket(socket.AF_INET, socket.SOCK_DGRAM)', 'socket'),
  'netlink': _right_if('socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)', 'socket'),
  'unix_sockets': _right_if('socket.socket(socket.AF_UNIX)', 'socket'),
  'signals_parent': _right_if('os.kill(os.getppid(), 0)'),
  'signals_group': _right_if('os.killpg(0, 0)'),
  'signals_by_tgkill': _right_if(f'{_LIBC}.syscall(234, os.getppid(), os.getppid(), 0) == 0', 'ctypes, os'),
  'sets_limits': _right_if('resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))', 'resource'),
  'sets_group': _right_if('os.setpgid(0, 0)'),
  'sets_session': _right_if('os.setsid()'),
  'own_namespace': _right_if(f'{_LIBC}.unshare(0x10000000) == 0', 'ctypes'),
  'no_parent': _right_if(f'{_LIBC}.prctl(1, 0, 0, 0, 0) == 0', 'ctypes'),
  'dumpable': _right_if(f'{_LIBC}.prctl(4, 1, 0, 0, 0) == 0', 'ctypes'),
  'traced_parent': _right_if(f'{_LIBC}.ptrace(16, os.getppid(), 0, 0) == 0', 'ctypes, os'),
  'memory_of_parent': _right_if('open(f"/proc/{os.getppid()}/mem", "rb").read(1)'),
  'anonymous_file': _right_if('os.memfd_create("x")'),
  'owned_descriptor': _right_if('fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())', 'fcntl, os'),
  'users_files': _right_if('open("/etc/passwd").read()'),
  'users_folders': _right_if('os.listdir("/var")'),
  'packages': _right_if('import numpy'),
}
