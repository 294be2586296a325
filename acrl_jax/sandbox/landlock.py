"""Landlock: which files a process and its children may open, and no TCP, whatever their user."""

from __future__ import annotations

import os
import struct

from acrl_jax.sandbox import kernel

_READ, _WRITE_FILE, _READ_FILE, _READ_DIR = 4 | 8, 2, 4, 8
_EXECUTE, _TRUNCATE, _IOCTL_DEVICE = 1, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_RULE_PATH_BENEATH = 1


def version() -> int:
  """The kernel's Landlock ABI, 0 where it has none."""
  try:
    return kernel.call('landlock_create_ruleset', None, 0, 1)
  except OSError:
    return 0


def _restrictions(abi: int) -> tuple[int, bytes]:
  """Everything that this ABI can restrict: the mask of file rights, and the ruleset's attributes."""
  files = (1 << 13) - 1
  for first, bit in ((2, 1 << 13), (3, _TRUNCATE), (5, _IOCTL_DEVICE)):
    files |= bit if abi >= first else 0
  tcp = 3 if abi >= 4 else 0
  scopes = 3 if abi >= 6 else 0  # abstract sockets, signals
  return files, struct.pack('QQQ', files, tcp, scopes)[: 8 if abi < 4 else 16 if abi < 6 else 24]


def restrict(readable: list[str], listable: list[str], writable: list[str], devices: list[str]) -> None:
  """From here on: `readable` to read, names beneath `listable`, all but execution beneath `writable`, `devices`.

  Raises OSError.
  """
  files, attributes = _restrictions(version())
  ruleset = kernel.call('landlock_create_ruleset', attributes, len(attributes), 0)

  def allow(path: str, rights: int) -> None:
    try:
      fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
      return
    try:
      if not os.path.isdir(path):
        rights &= _ON_FILES
      if not rights & files:
        return
      rule = struct.pack('=Qi', rights & files, fd)
      kernel.call('landlock_add_rule', ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
      os.close(fd)

  try:
    for path in readable:
      allow(path, _READ)
    for path in listable:
      allow(path, _READ_DIR)
    for path in writable:
      allow(path, files & ~_EXECUTE)
    for path in devices:
      allow(path, _READ_FILE | _WRITE_FILE)
    kernel.no_new_privileges()
    kernel.call('landlock_restrict_self', ruleset, 0)
  finally:
    os.close(ruleset)
