"""Which protections this machine offers, shown by programs that try to get past them.

Every attack runs once with each layer alone, once without any and once with all: what gets through without them and not
with one has been stopped by that one. An attack that got through says so by returning True; it does no harm then.
"""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from typing import NamedTuple

from acrl_jax.harness.pool import Pool
from acrl_jax.records import Job, Test
from acrl_jax.sandbox.confinement import LAYERS
from acrl_jax.sandbox.limits import Limits

_LIMITS = Limits(wall_s=1.0, memory_mb=256, scratch_mb=8)
_LIBC = 'import ctypes, os\nlibc = ctypes.CDLL(None)\n'
# FILE stands for a file outside that holds `x`, PORT for an open port.
_ATTACKS = {
  'read a file outside': 'def f(): return open("FILE").read() == "x"',
  'write a file outside': 'def f(): return open("FILE", "r+").write("x") == 1',
  'make a file outside': (
    'import os\ndef f(): return os.open("FILE.new", os.O_CREAT) > 0 and os.remove("FILE.new") is None'
  ),
  'change the mode of a file': (
    'import os\ndef f():\n  os.chmod("FILE", 0o640)\n  return os.stat("FILE").st_mode & 0o777 == 0o640'
  ),
  'list a folder': 'import os\ndef f(): return bool(os.listdir("/var"))',
  'TCP': 'import socket\ndef f(): return socket.create_connection(("127.0.0.1", PORT), 1).fileno() > 0',
  'UDP': (
    'import socket\ndef f():\n  s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
    '  return s.sendto(b"x", ("127.0.0.1", PORT)) == 1'
  ),
  'fork': 'import os\ndef f(): return os.waitpid(os.fork() or os._exit(0), 0)[1] == 0',
  'start a program': 'import os\ndef f(): return os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)[1] == 0',
  'signal the parent': 'import os\ndef f(): return os.kill(os.getppid(), 0) is None',
  # PTRACE_SEIZE and not PTRACE_ATTACH: that would stop the parent, and it would stay so.
  'trace the parent': _LIBC + 'def f(): return libc.ptrace(0x4206, os.getppid(), 0, 0) == 0',
  'see other processes': (
    'import os\ndef f(): return any(p.isdigit() and int(p) != os.getpid() for p in os.listdir("/proc"))'
  ),
  'make a namespace': _LIBC + 'def f(): return libc.unshare(1 << 28) == 0',
  'set limits': 'import resource as r\ndef f(): return r.setrlimit(r.RLIMIT_AS, r.getrlimit(r.RLIMIT_AS)) is None',
  'take 1 GB of memory': 'def f(): return len(bytearray(1 << 30)) > 0',
  'write 32 MB of files': 'def f(): return open("a", "wb").write(bytes(32 << 20)) > 0',
  'open 200 files': 'import os\ndef f(): return len([os.dup(0) for _ in range(200)]) == 200',
  'run for ever': 'def f():\n  while True: pass',
  'hang in C': 'def f(): return sum(range(10 ** 12)) > 0',
  'end the process': 'import os\ndef f(): os._exit(0)',
  'return what equals all': 'class E:\n  __eq__ = lambda s, o: True\ndef f(): return E()',
  'answer for the judge': (
    'import os, struct\ndef f():\n  s = b\'{"outcome": "PASSED", "passed": [true]}\'\n'
    '  os.write(3, struct.pack("<I", len(s)) + s)'
  ),
}


class Column(NamedTuple):
  """One way to set up a lane."""

  name: str
  layers: tuple[str, ...]  # that are on
  level: str
  open: frozenset[str]  # attacks that got through


def _world(folder: str) -> tuple[str, socket.socket]:
  path = os.path.join(folder, 'file')
  with open(path, 'w') as f:
    f.write('x')
  os.chmod(path, 0o600)
  return path, socket.create_server(('127.0.0.1', 0))


def _column(name: str, wanted: tuple[str, ...]) -> Column:
  with tempfile.TemporaryDirectory() as folder:
    path, server = _world(folder)
    with server, Pool(1, _LIMITS, layers=wanted, allow=('unsafe',)) as pool:
      port = str(server.getsockname()[1])
      programs = [text.replace('FILE', path).replace('PORT', port) for text in _ATTACKS.values()]
      jobs = [Job(program=program, tests=(Test(code='f()', expected='True'),), entry_point='f') for program in programs]
      reports = pool.run(jobs)
      late = _LIMITS.wall_s + 1
      through = [attack for attack, r in zip(_ATTACKS, reports) if r.passed[0] or r.seconds > late]
      return Column(name, pool.layers, pool.level, frozenset(through))


def columns() -> list[Column]:
  """All layers, each on its own, none."""
  ways = [('all', LAYERS), *((layer, (layer,)) for layer in LAYERS), ('none', ())]
  return [_column(name, layers) for name, layers in ways]


def table(shown: list[Column]) -> str:
  """The columns as text, a row for each attack."""
  width = max(map(len, _ATTACKS)) + 2
  rows = [' ' * width + ''.join(f'{c.name:>12}' for c in shown)]
  for attack in _ATTACKS:
    cells = ('-' if c.name in LAYERS and not c.layers else 'OPEN' if attack in c.open else 'held' for c in shown)
    rows.append(f'{attack:<{width}}' + ''.join(f'{cell:>12}' for cell in cells))
  return '\n'.join(rows)


def main() -> int:
  """Prints the table and the level; 0 where everything holds with all layers on, else 1."""
  log = logging.getLogger('acrl_jax.harness')
  level = log.level
  log.setLevel(logging.ERROR)  # the table says what is open
  try:
    shown = columns()
  finally:
    log.setLevel(level)
  print(table(shown))
  everything = shown[0]
  print(f'\nlevel {everything.level}: {", ".join(everything.layers) or "no layer"}')
  print(f'open: {", ".join(sorted(everything.open))}' if everything.open else 'nothing gets through')
  return 1 if everything.open else 0
