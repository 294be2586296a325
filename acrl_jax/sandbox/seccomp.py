"""System-call filters, as an allow-list in two steps: one for the zygote, a small rest for every program.

What is on no list is answered with ENOSYS, so that a C library newer than these lists falls back to older calls.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from acrl_jax.sandbox import syscalls

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_LOAD, _EQ, _GE, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF opcodes
_CLONE_THREAD, _CLONE_NEW = 0x00010000, 0x7E020000
_AF_UNIX = 1
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 15, 16, 38, 22
_SIGNALLING = {'fcntl': (8, 10, 15), 'ioctl': (0x8901, 0x8902, 0x5412)}  # SETOWN, SETSIG, SETOWN_EX; SETOWN, SPGRP, STI
_WRITE_FLAGS = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, __O_TMPFILE


def _deny(code: int) -> int:
  return 0x00050000 | code


class _Program:
  """Instructions being written; every rule ends in a return or falls through to the next."""

  def __init__(self):
    self.code: list[tuple[int, int, int, int]] = []
    self.emit(_LOAD, 0, 0, 4)  # the architecture: the numbers below mean nothing under another
    self.emit(_EQ, 1, 0, syscalls.AUDIT[syscalls.MACHINE])
    self.emit(_RETURN, 0, 0, _KILL)
    self.emit(_LOAD, 0, 0, 0)
    if syscalls.MACHINE == 'x86_64':
      self.emit(_GE, 0, 1, 0x40000000)  # the x32 calls have numbers of their own
      self.emit(_RETURN, 0, 0, _KILL)

  def emit(self, op: int, yes: int, no: int, value: int) -> None:
    self.code.append((op, yes, no, value))

  def rule(self, number: int, verdict: int) -> None:
    self.emit(_EQ, 0, 1, number)
    self.emit(_RETURN, 0, 0, verdict)

  def checked(self, number: int, argument: int, allowed=(), denied=(), bits=0, whole=False, code=errno.EPERM) -> None:
    """Looks at one argument: among `allowed`, not among `denied`, no bit of `bits`; of all 64 bits where `whole`."""
    ok, no = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _deny(code))
    body = [(_LOAD, 0, 0, 16 + 8 * argument)]
    if whole:  # a pointer that must be null
      body += [(_EQ, 0, 2, 0), (_LOAD, 0, 0, 20 + 8 * argument), (_EQ, 1, 0, 0), no, ok]
    elif bits:
      body += [(_SET, 0, 1, bits), no, ok]
    else:
      for value in allowed or denied:
        body += [(_EQ, 0, 1, value), ok if allowed else no]
      body.append(no if allowed else ok)
    self.emit(_EQ, 0, len(body), number)
    self.code += body

  def install(self, verdict: int) -> None:
    """Puts the filter on this thread, `verdict` being its last word. Raises OSError."""
    self.emit(_RETURN, 0, 0, verdict)
    code = b''.join(struct.pack('HBBI', *instruction) for instruction in self.code)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(self.code), ctypes.addressof(buffer)), 16)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_PR_SET_SECCOMP, 2, header, 0, 0):
      raise OSError(ctypes.get_errno(), 'the kernel takes no seccomp filter')


def confine_zygote(read_only: bool) -> None:
  """Leaves the calls that programs may make and those for forking them; `read_only` denies all writing to files."""
  program = _Program()
  free = syscalls.numbers(syscalls.FREE)
  checked = syscalls.numbers(syscalls.CHECKED)
  if read_only:
    for name in syscalls.CHANGES:
      if name in free:
        program.rule(free.pop(name), _deny(errno.EROFS))
    program.checked(free.pop('openat'), 2, bits=_WRITE_FLAGS, code=errno.EROFS)
    if 'open' in free:
      program.checked(free.pop('open'), 1, bits=_WRITE_FLAGS, code=errno.EROFS)
  program.checked(checked.pop('socketpair'), 0, allowed=(_AF_UNIX,))
  program.checked(checked.pop('sendto'), 4, whole=True)  # no address: what is connected already, nothing else
  for name, commands in _SIGNALLING.items():
    program.checked(checked.pop(name), 1, denied=commands)  # signals by way of a descriptor's owner
  for number in [*free.values(), *checked.values(), *syscalls.numbers(syscalls.PARENT).values()]:
    program.rule(number, _ALLOW)
  for number in syscalls.numbers(syscalls.METADATA).values():
    program.rule(number, _ALLOW)
  program.install(_deny(errno.ENOSYS))


def confine_program(pid: int) -> None:
  """Takes from one program what its zygote still had: processes, signals to others, limits, metadata."""
  program = _Program()
  number = syscalls.numbers(syscalls.CHECKED)
  program.rule(number['clone3'], _deny(errno.ENOSYS))  # its flags are in memory; the C library falls back to clone
  program.emit(_EQ, 0, 5, number['clone'])
  program.emit(_LOAD, 0, 0, 16)
  program.emit(_SET, 0, 2, _CLONE_THREAD)
  program.emit(_SET, 1, 0, _CLONE_NEW)
  program.emit(_RETURN, 0, 0, _ALLOW)
  program.emit(_RETURN, 0, 0, _deny(errno.EPERM))
  for name in ('kill', 'tgkill'):
    program.checked(number[name], 0, allowed=(pid,))
  program.checked(number['prctl'], 0, allowed=(_PR_SET_NAME, _PR_GET_NAME))
  program.checked(number['prlimit64'], 2, whole=True)  # reading limits is fine
  for value in syscalls.numbers(syscalls.PARENT).values():
    program.rule(value, _deny(errno.EPERM))
  for value in syscalls.numbers(syscalls.METADATA).values():
    program.rule(value, _deny(0))  # "done", so that shutil.copy and its like work
  program.install(_ALLOW)
