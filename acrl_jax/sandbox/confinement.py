"""What a lane's programs can reach, and the order in which the layers go on.

Every layer stands for itself, so that one that a kernel or an outer sandbox lacks is left out and the rest still holds:
namespaces (a root of its own, no network, no other processes), landlock (files, TCP), seccomp (processes, sockets,
signals), rlimits. Which of them are needed is not read from the kernel but tried out, by `probe`.
"""

from __future__ import annotations

import glob
import math
import os
import resource
import signal
import socket
import sys
from typing import NamedTuple

from acrl_jax.sandbox import kernel, landlock, namespaces, seccomp, syscalls
from acrl_jax.sandbox.limits import Limits

LAYERS = ('namespaces', 'landlock', 'seccomp')
_DEVICES = ['/dev/null', '/dev/zero', '/dev/full']
_RANDOM = ['/dev/urandom', '/dev/random']
_OPEN_FILES = 64


class Reach(NamedTuple):
  """What programs may read and how large the interpreter is: known only while /proc is in sight."""

  folders: list[str]  # whole
  hidden: list[str]  # below them, all the same not: installed packages carry data sets
  files: list[str]  # the same without the hidden ones, for rules that can only allow
  address_space: int


def reach() -> Reach:
  """The files of this interpreter's standard library and of the C library, and no others."""
  library = [p for p in sys.path if os.path.isdir(p)]
  system = [p for p in _loaded_from() if not any((p + '/').startswith(q + '/') for q in library)]
  hidden = [p for d in library + system for g in ('', 'python*/') for p in glob.glob(f'{d}/{g}*-packages')]
  files: list[str] = []
  for folder in library:
    files += [e.path for e in os.scandir(folder) if not e.name.endswith('-packages')]
  for folder in system:
    files += glob.glob(f'{folder}/*.so*') if glob.glob(f'{folder}/python*') else [folder]
  extra = ['/etc/ld.so.cache', '/etc/localtime', '/usr/share/zoneinfo']
  return Reach(library + system + extra, hidden, files + extra, kernel.address_space())


def _loaded_from() -> list[str]:
  """The folders that this process has loaded shared libraries from, under the names the loader knows them by."""
  with open('/proc/self/maps') as f:
    paths = {os.path.dirname(line.split()[-1]) for line in f if '.so' in line and '/' in line}
  names = paths | {p.removeprefix('/usr') for p in paths if p.startswith('/usr/lib')} | {'/lib64'}
  return sorted(p for p in names if os.path.isdir(p))


def enter(limits: Limits, where: Reach) -> str:
  """Moves this process and its future children into namespaces, where this folder may be written to. Raises OSError."""
  arguments = where.folders, where.hidden, _DEVICES + _RANDOM, limits.scratch_mb
  pid = os.fork()  # tried by a child first: half done, it would leave this process in no usable state
  if pid == 0:
    try:
      namespaces.enter(*arguments)
      os._exit(0)
    finally:
      os._exit(1)
  if os.waitpid(pid, 0)[1]:
    raise OSError('no namespaces')
  return namespaces.enter(*arguments)


def confine_zygote(scratch: str, limits: Limits, where: Reach, layers: list[str]) -> list[str]:
  """Puts on, once, all that the processes forked from here inherit; those of `layers` that the kernel has."""
  for which, value in (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, limits.scratch_mb << 20),
    (resource.RLIMIT_NOFILE, _OPEN_FILES),
    # On top of what the interpreter has: an absolute limit would fail every program of a larger one.
    (resource.RLIMIT_AS, where.address_space + (limits.memory_mb << 20)),
  ):
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
  kernel.drop_capabilities()
  kernel.no_new_privileges()
  on = [layer for layer in layers if layer == 'namespaces']
  if 'landlock' in layers and landlock.version():
    # Opening a folder to list it takes a right that only the folder itself can give.
    landlock.restrict(where.files + _RANDOM, where.folders, [scratch], _DEVICES)
    on.append('landlock')
  if 'seccomp' in layers and syscalls.MACHINE in syscalls.AUDIT:
    # Without either of the others, nothing else would keep a program from its user's files.
    seccomp.confine_zygote(read_only=not on)
    on.append('seccomp')
  return on


def confine_program(limits: Limits, layers: list[str]) -> None:
  """What every program needs for itself, in its own process, before its first line."""
  cpu = math.ceil(limits.wall_s if limits.cpu_s is None else limits.cpu_s) + (limits.cpu_s is None)
  resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
  kernel.die_with_parent(signal.SIGKILL)
  if 'seccomp' in layers:
    seccomp.confine_program(os.getpid())


def probe(outside: str) -> list[str]:
  """What a confined process could do all the same; `outside` is a file that it must neither read nor change."""

  def write():
    with open(outside, 'a'):
      pass

  def read():
    with open(outside) as f:
      f.read()

  def metadata():
    before = os.stat(outside)
    os.chmod(outside, before.st_mode)
    if os.stat(outside).st_ctime_ns == before.st_ctime_ns:  # said to be done, and not done
      raise PermissionError

  def network():
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
      with socket.socket(socket.AF_INET, kind) as s:
        s.connect(('127.0.0.1', 9))

  def process():
    if os.fork() == 0:
      os._exit(0)

  def kill():
    os.kill(os.getppid(), 0)

  def limits():
    resource.setrlimit(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS))

  done = []
  for attempt in (read, write, metadata, network, process, kill, limits):
    try:
      attempt()
      done.append(attempt.__name__)
    except ConnectionError:  # refused by nobody but the other end
      done.append(attempt.__name__)
    except (OSError, ValueError):
      pass
  return done
