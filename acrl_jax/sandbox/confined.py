"""Runs a command that reaches nothing but files to read: no network, no other processes, nothing to write to.

  python -m acrl_jax.sandbox.confined FOLDER .. -- COMMAND ..

It reads the given folders, and what this interpreter reads itself. What it leaves running ends with it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys

from acrl_jax.sandbox import confinement, kernel
from acrl_jax.sandbox.limits import Limits

REFUSED = 70  # exit status where the kernel offers no namespaces
_REMOUNT_READ_ONLY = 1 | 2 | 4 | 32 | 4096  # with no devices, no set-uid programs, of this mount alone
_MESSAGES_KB = 64


def main() -> None:
  cut = sys.argv.index('--')
  folders, command = sys.argv[1:cut], sys.argv[cut + 1 :]
  kernel.die_with_parent(signal.SIGKILL)
  where = confinement.reach()
  hidden = _below_tmp(folders)
  room = 1 + (sum(map(len, hidden.values())) >> 20)
  try:
    confinement.enter(Limits(scratch_mb=room), where._replace(folders=where.folders + folders))
  except OSError:
    sys.exit(REFUSED)
  for path, data in hidden.items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
      f.write(data)
  kernel.die_with_parent(signal.SIGKILL)  # forgotten with the old credentials
  child = os.fork()
  if child == 0:
    _become(command)
  for stream in (0, 1):
    os.close(stream)  # their other end must see when the command has gone
  status = os.waitpid(child, 0)[1]
  os._exit(os.waitstatus_to_exitcode(status) % 256)


def _below_tmp(paths: list[str]) -> dict[str, bytes]:
  """The files that a /tmp of its own would hide, with their content."""
  files = {}
  for path in paths:
    if path.startswith('/tmp/'):
      below = [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
      for name in below or [path]:
        with open(name, 'rb') as f:
          files[name] = f.read()
  return files


def _become(command: list[str]) -> None:
  """The first process of the new namespace, without any rights."""
  try:
    kernel.die_with_parent(signal.SIGKILL)
    kernel.call('mount', b'none', b'/tmp', None, _REMOUNT_READ_ONLY, None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MESSAGES_KB << 10, _MESSAGES_KB << 10))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    os.execv(command[0], command)
  finally:
    os._exit(1)


if __name__ == '__main__':
  main()
