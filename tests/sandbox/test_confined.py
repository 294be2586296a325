"""A command that reads what it is given and what it needs, prints, and reaches nothing else."""

import os
import socket
import subprocess
import sys

import pytest
from processes import wait_until

from acrl_jax.sandbox import confined


def run(folders, code, *arguments):
  """The finished process of Python code; the test is skipped where the kernel has no namespaces."""
  python = os.path.realpath(sys.executable)  # in a virtual environment it is a link to what is not shown
  shown = [*map(str, folders), os.path.dirname(python)]
  command = [sys.executable, '-s', '-m', 'acrl_jax.sandbox.confined', *shown]
  command += ['--', python, '-S', '-c', code, *map(str, arguments)]
  done = subprocess.run(command, capture_output=True, text=True, timeout=60)
  if done.returncode == confined.REFUSED:
    pytest.skip('no namespaces on this machine')
  return done


def test_it_reads_its_folders_and_nothing_beside_them(tmp_path):
  for name in ('given', 'other'):
    (tmp_path / name).mkdir()
    (tmp_path / name / 'file').write_text(name)
  code = 'import os, sys\nprint(open(sys.argv[1]).read(), os.path.exists(sys.argv[2]))'
  done = run([tmp_path / 'given'], code, tmp_path / 'given/file', tmp_path / 'other/file')
  assert (done.returncode, done.stdout) == (0, 'given False\n'), done.stderr


def test_nothing_is_written_and_nobody_is_reached(tmp_path):
  (tmp_path / 'file').write_text('x')
  code = """
import os, socket, sys
def fails(call, *args):
  try: call(*args)
  except OSError: return True
print(fails(open, sys.argv[1], 'a'), fails(open, '/tmp/new', 'w'), fails(os.kill, int(sys.argv[2]), 0),
      fails(socket.create_connection, ('127.0.0.1', int(sys.argv[3])), 1))
"""
  with socket.create_server(('127.0.0.1', 0)) as server:
    done = run([tmp_path], code, tmp_path / 'file', os.getpid(), server.getsockname()[1])
  assert (done.returncode, done.stdout.split()) == (0, ['True'] * 4), done.stderr
  assert (tmp_path / 'file').read_text() == 'x'


def test_its_status_is_that_of_the_command_and_what_it_leaves_running_ends_with_it(tmp_path):
  code = 'import os, time\nif os.fork() == 0:\n  time.sleep(61)\nprint(os.getpid(), flush=True)\nos._exit(7)'
  before = set(os.listdir('/proc'))
  done = run([], code)
  assert done.returncode == 7 and done.stdout.strip() in ('1', '2')  # its number in a process namespace of its own
  sleepers = lambda: [p for p in set(os.listdir('/proc')) - before if p.isdigit() and b'time.sleep(61)' in cmdline(p)]
  assert wait_until(lambda: not sleepers())


def cmdline(pid):
  try:
    with open(f'/proc/{pid}/cmdline', 'rb') as f:
      return f.read()
  except OSError:
    return b''
