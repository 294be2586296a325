"""The process that programs are forked from: a warm interpreter, confined once, that has never seen a test.

It is forked off its lane before the first job arrives, so that nothing of a test can lie in the memory that programs
inherit. Over one socket it takes `F` and descriptors (fork a worker), and `K` (kill it, clean up, report how it ended).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import signal
import socket
import struct
import sys
from typing import Any

from acrl_jax.harness.lane import worker
from acrl_jax.sandbox import confinement, kernel, scratch
from acrl_jax.sandbox.limits import Limits

# What programs import most: paid once here, not by each of them.
_WARM = (
  'abc array ast bisect calendar cmath collections contextlib copy dataclasses datetime decimal enum '
  'fractions functools hashlib heapq inspect io itertools json keyword math numbers operator pprint '
  'queue random re reprlib statistics string struct textwrap threading time traceback types typing '
  'unicodedata warnings'
).split()
STATUS = struct.Struct('<iI')  # wait status, maximum resident KiB


def main(control: socket.socket, private: str, limits: Limits, layers: list[str]) -> None:
  """Confines itself, sends over `control` which layers are on, then serves. Never returns.

  `private` is the path of a folder to make where there is no better place for what programs write.
  """
  kernel.die_with_parent(signal.SIGKILL)
  signal.signal(signal.SIGINT, signal.SIG_IGN)
  signal.signal(signal.SIGTERM, signal.SIG_DFL)
  for module in _WARM:
    importlib.import_module(module)
  where = confinement.reach()
  folder = ''
  if 'namespaces' in layers:
    try:
      folder = confinement.enter(limits, where)
      kernel.die_with_parent(signal.SIGKILL)  # forgotten with the old credentials
      _become_first(control)
    except OSError:
      layers = [layer for layer in layers if layer != 'namespaces']
  if not folder:
    folder = private
    scratch.make(folder)  # the lock is this process's for life
    scratch.sweep(folder)
  set_surroundings(folder)
  layers = confinement.confine_zygote(folder, limits, where, layers)
  control.sendall(json.dumps(layers).encode())
  gc.collect()
  gc.freeze()  # collections in a worker then touch, and copy, none of the pages shared with this process
  while True:
    _serve(control, folder, limits, layers)


def _become_first(control: socket.socket) -> None:
  """Returns in the first process of the new process namespace; this one waits for it and goes with it."""
  child = os.fork()
  if child:
    control.close()
    os.waitpid(child, 0)
    os._exit(0)
  kernel.die_with_parent(signal.SIGKILL)


def set_surroundings(folder: str) -> None:
  """The surroundings that programs find: an empty folder, nothing on the standard streams."""
  null = os.open('/dev/null', os.O_RDWR)
  for stream in range(3):
    os.dup2(null, stream)
  os.close(null)
  sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), 'utf-8')
  sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, 'w', closefd=False)), 'utf-8')
  sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, 'w', closefd=False)), 'utf-8')
  sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
  sys.argv = ['program']
  os.environ.update(HOME=folder, TMPDIR=folder)
  os.chdir(folder)
  os.umask(0o077)


def _serve(control: socket.socket, folder: str, limits: Limits, layers: list[str]) -> None:
  """One program, from fork to clean-up."""
  data, descriptors, _, _ = socket.recv_fds(control, 1, 3)
  if not data:
    os._exit(0)
  pid = os.fork()
  if pid == 0:
    _start(control, descriptors, limits, layers)
  for descriptor in descriptors:
    os.close(descriptor)
  command = control.recv(1)  # K, or nothing where the lane is gone: either ends the program
  status, usage = end_process(pid, layers)
  scratch.empty(folder)
  if not command:
    os._exit(0)
  control.sendall(STATUS.pack(status, usage.ru_maxrss))


def end_process(pid: int, layers: list[str]) -> tuple[int, Any]:
  """Status and usage of a child; it is over, and so is all that it has started in this process namespace."""
  os.kill(pid, signal.SIGKILL)
  _, status, usage = os.wait4(pid, 0)
  if 'namespaces' in layers:
    with contextlib.suppress(ProcessLookupError):
      os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
      while True:
        os.waitpid(-1, 0)
  return status, usage


def _start(control: socket.socket, descriptors: list[int], limits: Limits, layers: list[str]) -> None:
  """In the child: the channel on its descriptor, the streams on theirs if they came, nothing else open."""
  try:
    control.detach()  # its number may be the one needed next
    spare = [os.dup(d) if d <= worker.CHANNEL else d for d in descriptors]
    for target, source in zip((worker.CHANNEL, 0, 1), spare):
      os.dup2(source, target, inheritable=False)
    os.closerange(worker.CHANNEL + 1, 256)
    worker.main(limits, layers)
  finally:
    os._exit(0)
