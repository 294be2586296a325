"""A root of its own for programs: only the interpreter's files, an empty /tmp, no network, no other processes."""

from __future__ import annotations

import errno
import os
import struct

from acrl_jax.sandbox import kernel

_NEW_USER, _NEW_MOUNT, _NEW_PID, _NEW_NET, _NEW_IPC, _NEW_UTS = 1 << 28, 1 << 17, 1 << 29, 1 << 30, 1 << 27, 1 << 26
_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_DETACH = 2
_AT_CWD, _AT_RECURSIVE = -100, 0x8000
_EMPTY = 'size=4k,mode=755'
_ROOT = '/proc'  # where the new root is built: a folder that every system has, and nothing in it is shown


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
  text = lambda s: s.encode() if s is not None else None
  kernel.call('mount', text(source), text(target), text(kind), flags, text(options))


def enter(readable: list[str], hidden: list[str], devices: list[str], scratch_mb: int) -> str:
  """Moves this process into the namespaces; its next child is the first in the new process namespace.

  The result is the path of the writable folder in the new root. All of it is in memory: what is mounted here is seen by
  nobody else and goes with the last process. Raises OSError where the kernel or an outer sandbox forbids it.
  """
  uid, gid = os.getuid(), os.getgid()
  kernel.call('unshare', _NEW_USER | _NEW_MOUNT | _NEW_NET | _NEW_PID | _NEW_IPC | _NEW_UTS)
  for name, text in (('setgroups', 'deny'), ('uid_map', f'{uid} {uid} 1'), ('gid_map', f'{gid} {gid} 1')):
    with open(f'/proc/self/{name}', 'w') as f:
      f.write(text)
  _mount('none', '/', None, _REC | _PRIVATE)
  _mount('tmpfs', _ROOT, 'tmpfs', _NOSUID | _NODEV, 'size=1m,mode=755')
  for path in sorted(readable):
    _show(path, _ROOT + path)
  for path in devices:
    _show(path, _ROOT + path, read_only=False)
  for path in hidden:
    if os.path.isdir(_ROOT + path):
      _mount('tmpfs', _ROOT + path, 'tmpfs', _RDONLY | _NOSUID | _NODEV, _EMPTY)
  os.makedirs(_ROOT + '/tmp', exist_ok=True)
  _mount('tmpfs', _ROOT + '/tmp', 'tmpfs', _NOSUID | _NODEV, f'size={scratch_mb}m,nr_inodes=4096,mode=700')
  os.makedirs(_ROOT + '/old')
  kernel.call('pivot_root', _ROOT.encode(), f'{_ROOT}/old'.encode())
  os.chdir('/')
  kernel.call('umount2', b'/old', _DETACH)
  os.rmdir('/old')
  _mount('none', '/', None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)  # not what is mounted below it
  return '/tmp'


def _show(path: str, target: str, read_only: bool = True) -> None:
  """Makes `path` appear at `target`."""
  if not os.path.exists(path) or os.path.exists(target):
    return  # the second: a folder above it is shown already
  if os.path.isdir(path):
    os.makedirs(target)
  else:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, 'w'):
      pass
  _mount(path, target, None, _BIND | _REC)
  if read_only:
    _protect(target)


def _protect(target: str) -> None:
  """Makes a mount read-only without touching its other flags, which may be locked."""
  attributes = struct.pack('QQQQ', _RDONLY | _NOSUID | _NODEV, 0, 0, 0)
  try:
    kernel.call('mount_setattr', _AT_CWD, target.encode(), _AT_RECURSIVE, attributes, len(attributes))
  except OSError as e:
    if e.errno != errno.ENOSYS:  # before Linux 5.12, and some sandboxes
      raise
    _mount('none', target, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)
