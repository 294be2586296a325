"""System calls that the standard library has no function for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct

from acrl_jax.sandbox import syscalls

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAPABILITY_VERSION = 0x20080522
_CREDENTIALS = struct.Struct('iII')  # process, user, group
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_NUMBERS = syscalls.numbers(syscalls.SETUP)


def call(name: str, *arguments: int | bytes | None) -> int:
  """What the system call returns. Raises OSError."""
  converted = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
  result = _LIBC.syscall(ctypes.c_long(_NUMBERS[name]), *converted)
  if result < 0:
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code), name)
  return result


def die_with_parent(signal_number: int) -> None:
  _LIBC.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def hide_memory() -> None:
  """Nobody without privileges may look into this process, by /proc or ptrace."""
  _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def no_new_privileges() -> None:
  _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
  """Root without its powers; nothing changes for other users."""
  for capability in range(64):
    _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
  call('capset', struct.pack('Ii', _CAPABILITY_VERSION, 0), bytes(24))


def schedule(pid: int) -> tuple[float, float]:
  """Seconds that a process was on a processor, its threads added up, and seconds that it was ready to run and on none,
  of its thread that had to wait most. A wait counts once it is over. Both are 0.0 where the kernel does not count them.
  """
  on, waiting = 0.0, 0.0
  with contextlib.suppress(OSError):
    for thread in os.listdir(f'/proc/{pid}/task'):
      with open(f'/proc/{pid}/task/{thread}/schedstat', 'rb', buffering=0) as f:
        times = schedule_of_thread(f.fileno())
      on, waiting = on + times[0], max(waiting, times[1])
  return on, waiting


def schedule_of_thread(schedstat: int) -> tuple[float, float]:
  """The same of one, by a descriptor of its schedstat. Raises OSError when it is gone."""
  on, waiting, _ = os.pread(schedstat, 80, 0).split()
  return int(on) / 1e9, int(waiting) / 1e9


def is_ready(pid: int) -> bool:
  """Whether any thread of a process runs or would, had it a processor."""
  with contextlib.suppress(OSError):
    for thread in os.listdir(f'/proc/{pid}/task'):
      with open(f'/proc/{pid}/task/{thread}/stat', 'rb', buffering=0) as f:
        if f.read().rpartition(b') ')[2][:1] == b'R':
          return True
  return False


def sender(sock: socket.socket) -> int:
  """The process that sent what is to be read next from a unix socket, by its number here; 0 where the kernel does not
  say. Needs SO_PASSCRED on the socket. Waits.
  """
  _, ancillary, _, _ = sock.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size), socket.MSG_PEEK)
  for _, kind, data in ancillary:
    if kind == socket.SCM_CREDENTIALS:
      return _CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0]
  return 0


def address_space() -> int:
  """Bytes of address space that this process uses."""
  with open('/proc/self/statm') as f:
    return int(f.read().split()[0]) * os.sysconf('SC_PAGE_SIZE')
