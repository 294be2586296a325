"""A filtered process computes and works on its files; it starts nothing, signals nobody and changes no limit."""

import errno

from in_a_child import in_a_child

FILTERED = """
import resource, signal, socket, threading
from acrl_jax.sandbox import syscalls
folder, parent, result = sys.argv[1], os.getppid(), None
if syscalls.MACHINE in syscalls.AUDIT:
  seccomp.confine_zygote(read_only=sys.argv[2] == 'True')
  child = os.fork()  # which the first filter leaves to the process that forks programs
  if child == 0:
    os._exit(0)
  os.waitpid(child, 0)
  seccomp.confine_program(os.getpid())
  thread = threading.Thread(target=lambda: None)
  thread.start()
  thread.join()
  limits = lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
  result = [
    errno_of(os.fork), errno_of(os.kill, parent, 0), errno_of(os.kill, os.getpid(), 0),
    errno_of(socket.socket, socket.AF_INET, socket.SOCK_STREAM), errno_of(limits), errno_of(open, f'{folder}/new', 'w'),
    errno_of(os.mkdir, f'{folder}/d'), errno_of(os.chmod, f'{folder}/file', 0), open(f'{folder}/file').read(),
    resource.getrlimit(resource.RLIMIT_CORE)[0] >= -1,
  ]
"""


def filtered(tmp_path, read_only):
  (tmp_path / 'file').write_text('x')
  (tmp_path / 'file').chmod(0o640)
  result = in_a_child(FILTERED, tmp_path, read_only, layer='seccomp')
  assert (tmp_path / 'file').stat().st_mode & 0o777 == 0o640  # said to be changed, and is not
  return result


def test_processes_signals_sockets_and_limits_are_closed_and_files_open(tmp_path):
  result = filtered(tmp_path, False)
  assert result == [errno.EPERM, errno.EPERM, 0, errno.ENOSYS, errno.EPERM, 0, 0, 0, 'x', True]
  assert sorted(p.name for p in tmp_path.iterdir()) == ['d', 'file', 'new']


def test_where_nothing_else_protects_files_none_is_written(tmp_path):
  result = filtered(tmp_path, True)
  assert result[5:9] == [errno.EROFS, errno.EROFS, 0, 'x'] and [p.name for p in tmp_path.iterdir()] == ['file']
