"""A container that is thrown away, for what protects no machine: Linux namespaces, and nothing of the machine to lose.

Its root is read-only and holds the interpreter, the system's programs and this package; /tmp is small and in memory;
there is no network, no other process and no user of the machine. Memory, processes and time are bounded.
"""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import resource
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable

from acrl_jax.sandbox import kernel

HOME = pathlib.Path(__file__).resolve().parents[1]
NEEDS = f'Linux 5.12, root or unprivileged user namespaces, and {HOME} and {sys.prefix} outside of /tmp, which it hides'
MEMORY, PROCESSES, FILE = 2 << 30, 48, 256 << 20  # bytes of a process, their number, bytes of a file
NOBODY = 65534
_NEW_USER = 1 << 28
_NEW = 1 << 17 | 1 << 26 | 1 << 27 | 1 << 29 | 1 << 30  # mounts, host name, IPC, processes, network
_RDONLY, _NOSUID, _NODEV, _BIND, _REC, _PRIVATE, _DETACH = 1, 2, 4, 4096, 16384, 1 << 18, 2
_AT_CWD, _AT_RECURSIVE = -100, 0x8000
_ROOT = '/proc'  # where the new root is built: a folder that every system has
_SHOWN = ['/usr', '/bin', '/lib', '/lib64', '/etc', '/dev/null', '/dev/zero', '/dev/urandom', '/dev/random']
_FOLDERS = {'tmp': 'size=256m,mode=1777', 'dev/shm': 'size=64m,mode=1777', 'answers': 'size=4m,mode=700'}
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


def run(task: Callable[[int], dict], seconds: float) -> dict:
  """What `task` returns in a new container, as its first process; {} if it takes longer or fails.

  It gets the descriptor of a new file that no other process of the container can open by name.
  """
  ours, theirs = os.pipe()
  pid = os.fork()
  if pid == 0:
    try:
      os.close(ours)
      _enclose(task, theirs, seconds)
      os._exit(0)
    except BaseException:
      traceback.print_exc()
    finally:
      os._exit(1)
  os.close(theirs)
  with open(ours) as f:
    text = f.read()
  os.waitpid(pid, 0)
  return json.loads(text) if text else {}


def _enclose(task: Callable[[int], dict], out: int, seconds: float) -> None:
  """Waits, outside, for the first process: when that is gone, the kernel has ended all others of its container."""
  os.nice(19)
  kernel.die_with_parent(signal.SIGKILL)
  pathlib.Path('/proc/self/oom_score_adj').write_text('1000')
  uid, gid = os.getuid(), os.getgid()
  kernel.call('unshare', _NEW | (_NEW_USER if uid else 0))
  if uid:
    for name, text in (('setgroups', 'deny'), ('uid_map', f'{uid} {uid} 1'), ('gid_map', f'{gid} {gid} 1')):
      pathlib.Path(f'/proc/self/{name}').write_text(text)
  pid = os.fork()
  if pid == 0:
    kernel.die_with_parent(signal.SIGKILL)
    os.setsid()  # signals to a process group do not stop at a namespace
    _build_root()
    answers = os.open('/answers/answer', os.O_RDWR | os.O_CREAT, 0o600)
    _drop_rights(uid)
    os.write(out, json.dumps(task(answers)).encode())
    return
  os.close(out)
  end = time.monotonic() + seconds
  while os.waitpid(pid, os.WNOHANG)[0] == 0:
    time.sleep(0.01)
    if time.monotonic() > end:
      os.kill(pid, signal.SIGKILL)
      os.waitpid(pid, 0)
      return


def _build_root() -> None:
  with socket.socket() as s:
    fcntl.ioctl(s, _SIOCSIFFLAGS, struct.pack('16sh22x', b'lo', _IFF_UP))
  _mount('none', '/', None, _REC | _PRIVATE)
  _mount('tmpfs', _ROOT, 'tmpfs', _NOSUID, 'size=1m,mode=755')
  for path in [*_SHOWN, sys.base_prefix, sys.prefix, f'{HOME}/acrl_jax', f'{HOME}/benchmarks']:
    target = pathlib.Path(_ROOT + path)
    if not os.path.exists(path) or target.exists():
      continue
    if os.path.isdir(path):
      target.mkdir(parents=True)
    else:
      target.parent.mkdir(parents=True, exist_ok=True)
      target.touch()
    _mount(path, str(target), None, _BIND | _REC)
  for name in (*_FOLDERS, 'proc', 'old', 'var'):
    os.mkdir(f'{_ROOT}/{name}')
  read_only = struct.pack('QQQQ', _RDONLY | _NOSUID, 0, 0, 0)
  kernel.call('mount_setattr', _AT_CWD, _ROOT.encode(), _AT_RECURSIVE, read_only, len(read_only))
  for name, options in _FOLDERS.items():
    _mount('tmpfs', f'{_ROOT}/{name}', 'tmpfs', _NOSUID | _NODEV, options)
  _mount('proc', f'{_ROOT}/proc', 'proc', _NOSUID | _NODEV)
  kernel.call('pivot_root', _ROOT.encode(), f'{_ROOT}/old'.encode())
  os.chdir('/')
  kernel.call('umount2', b'/old', _DETACH)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = '') -> None:
  kernel.call('mount', source.encode(), target.encode(), kind and kind.encode(), flags, options.encode())


def _drop_rights(uid: int) -> None:
  for which, most in (
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_NPROC, PROCESSES),
    (resource.RLIMIT_FSIZE, FILE),
    (resource.RLIMIT_CORE, 0),
  ):
    resource.setrlimit(which, (most, most))
  if uid == 0:  # the machine's own root, who would still own its files
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    kernel.die_with_parent(signal.SIGKILL)  # forgotten with the old credentials
  kernel.hide_memory()
  kernel.drop_capabilities()
  kernel.no_new_privileges()
