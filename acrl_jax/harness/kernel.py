"""System calls that the standard library has no function for."""

from __future__ import annotations

import ctypes
import os
import struct

from acrl_jax.harness import syscalls

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAPABILITY_VERSION = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_NUMBERS = {**syscalls.numbers(syscalls.SETUP)}


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


def address_space() -> int:
  """Bytes of address space that this process uses."""
  with open('/proc/self/statm') as f:
    return int(f.read().split()[0]) * os.sysconf('SC_PAGE_SIZE')
