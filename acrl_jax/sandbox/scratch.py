"""The folder that programs write to, where a lane has no file system of its own to give them.

With namespaces that folder is in memory and nothing of it is on disk, so nothing can be left behind. Without them a
folder on disk lives as long as somebody is there to remove it: the lane, else its caller, else (all of them killed)
the next lane of anybody on this machine, which knows a folder without a living owner by its free lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import secrets
import tempfile
import time

_PREFIX = 'acrl_jax-lane-'
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ENTRY = 4096  # bytes that the smallest file takes
_REMOVE_WAIT = 5.0  # seconds for a killed process to be gone, on a machine with better things to do


def new_name() -> str:
  """The path of a folder that does not exist yet."""
  return os.path.join(tempfile.gettempdir(), _PREFIX + secrets.token_hex(8))


def make(path: str) -> int:
  """Makes the folder; the descriptor that owns it, for as long as any process has it open. Raises OSError."""
  while True:
    os.mkdir(path, 0o700)
    with contextlib.suppress(FileNotFoundError):  # swept up between its making and its locking
      lock = os.open(path, _FOLDER)
      fcntl.flock(lock, fcntl.LOCK_EX)
      if os.path.exists(path):
        return lock
      os.close(lock)


def sweep(beside: str) -> None:
  """Removes the folders next to `beside` that nobody owns any more."""
  for path in glob.glob(os.path.join(glob.escape(os.path.dirname(beside)), _PREFIX + '*')):
    with contextlib.suppress(OSError):  # somebody's own, or being removed by another
      lock = os.open(path, _FOLDER)
      try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        empty(path)
        os.rmdir(path)
      finally:
        os.close(lock)


def remove(path: str) -> None:
  """Removes the folder if it is there, with all that a process in its last moments may still put into it."""
  end = time.monotonic() + _REMOVE_WAIT
  while os.path.isdir(path) and time.monotonic() < end:
    try:
      empty(path)
      os.rmdir(path)
    except OSError:
      time.sleep(0.01)


def size(folder: str, most: int, process: int = 0) -> int:
  """Bytes on disk below a folder, and in files of it that `process` has open although they are deleted; a little over
  `most`, and no more than that, for what is too much or cannot be looked into.
  """
  total, folders = 0, [folder]
  device = os.stat(folder).st_dev
  with contextlib.suppress(OSError):  # no such process, or not ours to look into
    for name in os.listdir(f'/proc/{process}/fd'):
      with contextlib.suppress(FileNotFoundError):
        status = os.stat(f'/proc/{process}/fd/{name}')
        if status.st_dev == device and status.st_nlink == 0:
          total += _on_disk(status)
  while folders and total <= most:
    try:
      with os.scandir(folders.pop()) as entries:
        for entry in entries:
          with contextlib.suppress(FileNotFoundError):
            total += _on_disk(entry.stat(follow_symlinks=False))
          if total > most:
            break
          if entry.is_dir(follow_symlinks=False):
            folders.append(entry.path)
    except FileNotFoundError:
      pass
    except OSError:
      return most + 1
  return total


def _on_disk(status: os.stat_result) -> int:
  return max(_ENTRY, 512 * status.st_blocks)


def empty(folder: str) -> None:
  """Removes what is in a folder, however deep it goes and whatever modes it has. Raises OSError."""
  here = os.open(folder, _FOLDER)
  way: list[tuple[int, str]] = []  # from the top: a folder's inode, and the name in it that leads down
  try:
    while True:
      name = _unlink_files(here)
      if name is not None:
        way.append((os.fstat(here).st_ino, name))
        here = _instead(here, _open(name, here))
      elif way:
        inode, name = way.pop()
        here = _instead(here, os.open('..', _FOLDER, dir_fd=here))
        if os.fstat(here).st_ino != inode:
          raise OSError(f'{folder} changes while it is being emptied')
        os.rmdir(name, dir_fd=here)
      else:
        return
  finally:
    os.close(here)


def _unlink_files(here: int) -> str | None:
  """The name of a folder in this one; None, and all else removed, if there is none."""
  with os.scandir(here) as entries:
    for entry in entries:
      if entry.is_dir(follow_symlinks=False):
        return entry.name
      os.unlink(entry.name, dir_fd=here)
  return None


def _open(name: str, here: int) -> int:
  try:
    return _with_all_rights(name, here)
  except PermissionError:
    os.chmod(name, 0o700, dir_fd=here)
    return os.open(name, _FOLDER, dir_fd=here)


def _with_all_rights(name: str, here: int) -> int:
  """A descriptor of a folder that this user may list, enter and change. Raises PermissionError where that is not so."""
  descriptor = os.open(name, _FOLDER, dir_fd=here)
  if os.access('.', os.R_OK | os.W_OK | os.X_OK, dir_fd=descriptor):
    return descriptor
  os.close(descriptor)
  raise PermissionError(name)


def _instead(old: int, new: int) -> int:
  os.close(old)
  return new
