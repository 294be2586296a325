"""Where output goes: a regular file, replaced as a whole, or a device, a pipe or an open file, which is written to."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from typing import NamedTuple, TextIO


class Destination(NamedTuple):
  """What a path names."""

  path: str  # of the regular file that is replaced, or made; its links are followed
  stream: TextIO | None  # opened for writing, where it is a device, a pipe, a socket, an open file
  is_stdout: bool  # it is the standard output: what else is printed there would get between its lines


def resolve(name: str) -> Destination:
  """What `name` names; a pipe is opened, which waits for its reader. Raises ValueError in one line, OSError."""
  if os.path.isdir(name) or name.endswith('/'):
    raise ValueError(f'{name} is a folder; it must be a file, such as {os.path.join(name, "reports.jsonl")}')
  path = os.path.realpath(name)
  status = _status(name)
  number = _descriptor(name)
  if status is None and number is None:
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
      raise ValueError(f'{name} cannot be written: there is no folder {folder}; make it, or name another file')
    return Destination(path, None, False)
  is_stdout = status is not None and _is_stdout(status)
  if number is None and stat.S_ISREG(status.st_mode):
    return Destination(path, None, is_stdout)
  # An open file is written on, from where it stands: opened anew it would be cut, and a socket cannot be opened.
  stream = open(name if number is None else os.dup(number), 'w', encoding='utf-8')
  return Destination(path, stream, is_stdout)


def _status(name: str) -> os.stat_result | None:
  """None where there is nothing; OSError for what cannot be reached."""
  with contextlib.suppress(FileNotFoundError, NotADirectoryError):
    return os.stat(name)
  return None


def _descriptor(name: str) -> int | None:
  """Which open file of this process the path leads to, as /dev/stdout and /dev/fd/3 do; None for none."""
  own = f'/proc/{os.getpid()}/fd'
  for _ in range(40):  # links, of which no system follows more
    folder, last = os.path.split(os.path.abspath(name))
    if os.path.realpath(folder) == own and re.fullmatch('[0-9]+', last):
      return int(last)
    if not os.path.islink(name):
      return None
    name = os.path.join(folder, os.readlink(name))
  return None


def _is_stdout(status: os.stat_result) -> bool:
  """Not for /dev/null: nothing gets between lines there."""
  try:
    return os.path.samestat(status, os.fstat(1)) and not os.path.samestat(status, os.stat(os.devnull))
  except OSError:  # there is no standard output
    return False
