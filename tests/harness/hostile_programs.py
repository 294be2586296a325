"""Programs that hang or want to do harm. The task is `f(x)`: the square of x.

MARK stands for the path of a file outside that none of them may create, DATA for one that none may read, PORT for an
open port.
"""

import platform

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
  'stops_itself': 'import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGSTOP)',
  'regex': 'import re\ndef f(x): return re.match(r"(a+)+$", "a" * 60 + "b")',
  'factorial': 'import math\ndef f(x): return math.factorial(10 ** 8)',
  'permutations': 'import itertools\ndef f(x): return sum(1 for _ in itertools.permutations(range(20)))',
  'waits_for_a_signal': 'import signal\ndef f(x): signal.pause()',
  'waits_for_nothing': 'import select\ndef f(x): select.select([], [], [])',
  'waits_for_itself': 'import socket\nA, B = socket.socketpair()\ndef f(x): return A.recv(1)',
  'spinning_threads': (
    'import threading\ndef spin():\n  while True: pass\nfor _ in range(8): threading.Thread(target=spin).start()\n'
    'def f(x): spin()'
  ),
  'endless_recovery': 'def f(x):\n  try: return f(x)\n  finally: f(x)',
  'hangs_in_finally': 'def f(x):\n  try: raise SystemExit\n  finally:\n    while True: pass',
  'endless_callbacks': (
    'import os, struct\ns = b\'{"callback": 0, "args": [], "kwargs": {}}\'\n'
    'def f(x):\n  while True: os.write(3, struct.pack("<I", len(s)) + s)'
  ),
  'trickle': 'import os, time\ndef f(x):\n  while True:\n    os.write(3, b"\\0")\n    time.sleep(0.2)',
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
  'deep_folders': 'import os\ndef f(x):\n  for _ in range(4000):\n    os.mkdir("a")\n    os.chdir("a")\n  return 0',
  'many_files': 'def f(x):\n  for k in range(10 ** 5): open(str(k), "w").close()\n  return 0',
  'odd_names': 'def f(x):\n  for name in ("-rf", "a\\nb", "\\udcff", " ", "*"): open(name, "w").close()\n  return 0',
  'locked_scratch': 'import os\nos.umask(0o777)\nos.mkdir("a", 0)\nos.chmod(".", 0)\ndef f(x): return 0',
  'sparse_file': 'def f(x):\n  with open("a", "wb") as file: file.truncate(1 << 40)\n  return 0',
  'doubling_text': 'def f(x):\n  s = "a"\n  while True: s += s',
  'floods_output': 'import sys\ndef f(x):\n  while True: sys.stdout.write("x" * 10 ** 6)',
  'floods_errors': 'import os\ndef f(x):\n  while True: os.write(2, bytes(10 ** 6))',
  'deep_repr': 'def f(x):\n  y = []\n  for _ in range(10 ** 6): y = [y]\n  return repr(y)',
  'large_stacks': (
    'import threading, time\nthreading.stack_size(1 << 28)\ndef f(x):\n'
    '  for _ in range(10 ** 4): threading.Thread(target=time.sleep, args=(99,)).start()'
  ),
  'pipes': 'import os\ndef f(x):\n  y = []\n  while True: y.append(os.pipe())',
  'mappings': 'import mmap\ndef f(x):\n  y = []\n  while True: y.append(mmap.mmap(-1, 1 << 20))',
  'decompresses': 'import zlib\ndef f(x): return len(zlib.decompress(zlib.compress(bytes(400 << 20)) * 1) * 8)',
  'hard_link': 'import os\ndef f(x):\n  os.link("DATA", "d")\n  open("d", "w").write("0")',
  'writes_over': 'import os\ndef f(x):\n  d = os.open("DATA", os.O_WRONLY)\n  os.write(d, b"0")',
  'maps_data': 'import mmap\ndef f(x):\n  m = mmap.mmap(open("DATA", "r+b").fileno(), 1)\n  m[0] = 48',
  'moves_away': 'import os, shutil\ndef f(x): shutil.move("DATA", "d")',
  'fifo': 'import os\ndef f(x): os.mkfifo("MARK")',
  'device': 'import os, stat\ndef f(x): os.mknod("MARK", stat.S_IFREG | 0o600)',
  'binds_to_path': 'import socket\ndef f(x): socket.socket(socket.AF_UNIX).bind("MARK")',
  'database': 'import sqlite3\ndef f(x): sqlite3.connect("MARK").execute("create table t (x)")',
  'temporary_outside': 'import tempfile, os\ndef f(x): return tempfile.mkstemp(dir=os.path.dirname("MARK"))[0]',
  'attributes': 'import os\ndef f(x): os.setxattr("DATA", "user.x", b"1")',
  'takes_owner': 'import os\ndef f(x): os.chown("DATA", 65534, 65534)',
  'compiled_library': 'import json, os\ndef f(x): open(json.__cached__, "wb").write(b"")',
  'http': 'import urllib.request\ndef f(x): return urllib.request.urlopen("http://127.0.0.1:PORT", timeout=1).status',
  'ipv6': 'import socket\ndef f(x): return socket.create_connection(("::1", PORT), 1).fileno()',
  'serves': 'import http.server\ndef f(x): http.server.HTTPServer(("", 0), None).handle_request()',
  'asks_names': 'import socket\ndef f(x): return socket.gethostbyname("example.com")',
  'loop_of_kills': (
    'import os\ndef f(x):\n  for p in range(2, 500):\n    try: os.kill(p, 9)\n    except OSError: pass\n'
    '  return 0'
  ),
  'pseudo_terminal': 'import pty\ndef f(x): return pty.fork()[0]',
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
  'own_data': _right_if('open("DATA").read()'),
  'linked_data': _right_if('os.symlink("DATA", "d")\n  open("d").read()'),
  'home_folder': _right_if('os.listdir(os.path.expanduser("~root"))'),
  'shared_memory_folder': _right_if('open("/dev/shm/dropped", "w")'),
  'kernel_settings': _right_if('open("/proc/sys/kernel/hostname", "w").write("x")'),
  'other_processes': _right_if('assert [p for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()]'),
  'raised_priority': _right_if('os.setpriority(os.PRIO_PROCESS, 0, -5)'),
  'other_user': _right_if('os.setuid(65534)'),
  'root_changed': _right_if('os.chroot(".")'),
  'semaphores': _right_if('multiprocessing.Semaphore()', 'multiprocessing'),
  'queues': _right_if('multiprocessing.Queue()', 'multiprocessing'),
  'process_by_module': _right_if('subprocess.run(["true"])', 'subprocess'),
  'abstract_socket': _right_if('socket.socket(socket.AF_UNIX).bind("\\0name")', 'socket'),
  'packets': _right_if('socket.socket(socket.AF_PACKET, socket.SOCK_RAW)', 'socket'),
  'virtual_machines': _right_if('socket.socket(socket.AF_VSOCK)', 'socket'),
  'cryptography': _right_if('socket.socket(socket.AF_ALG)', 'socket'),
}
if platform.machine() == 'x86_64':
  # The kernel itself must not have answered, whatever it would have said.
  _CALLS = dict(
    process_vm_readv='310, os.getppid(), 0, 0, 0, 0, 0', tkill='200, os.getppid(), 0',
    pidfd_open='434, os.getppid(), 0', rt_sigqueueinfo='129, os.getppid(), 0, 0', setns='308, 0, 0',
    io_uring_setup='425, 8, 0', bpf='321, 0, 0, 0', perf_event_open='298, 0, 0, -1, -1, 0', userfaultfd='323, 0',
    add_key='248, 0, 0, 0, 0, 0', keyctl='250, 0, -1, 0', shmget='29, 0, 4096, 0o1600', msgget='68, 0, 0o1600',
    semget='64, 0, 1, 0o1600', inotify_init='294, 0', fanotify_init='300, 0, 0', personality='135, 0x40000',
    ptrace_me='101, 0, 0, 0, 0', execveat='322, -1, 0, 0, 0, 0', vfork='58', clone3='435, 0, 0',
    open_tree='428, -100, 0, 1', fsopen='430, 0, 0', memfd_secret='447, 0', kcmp='312, 1, 2, 0, 0, 0',
    mknodat='259, -100, 0, 0, 0', setxattr='188, 0, 0, 0, 0, 0', name_to_handle_at='303, -100, 0, 0, 0, 0',
    acct='163, 0', quotactl='179, 0, 0, 0, 0', reboot='169, 0, 0, 0, 0', init_module='175, 0, 0, 0',
    sethostname='170, 0, 0', syslog='103, 10, 0, 0', seccomp='317, 0, 0, 0', sched_setaffinity='203, 0, 0, 0',
    process_madvise='440, -1, 0, 0, 0, 0', mount_setattr='442, -1, 0, 0, 0, 0',
  )  # fmt: skip
  _REACHED = 'errno.ENOSYS, errno.EPERM'
  ESCAPES |= {
    f'call_{name}': _right_if(
      'libc = ctypes.CDLL(None, use_errno=True)\n'
      f'  assert libc.syscall({arguments}) >= 0 or ctypes.get_errno() not in ({_REACHED})', 'ctypes, errno, os',
    )
    for name, arguments in _CALLS.items()
  }  # fmt: skip
