"""Code that confines the process that runs it: in one of its own."""

import json
import subprocess
import sys
import textwrap

import pytest

HEAD = '''
import errno, json, os, sys
from acrl_jax.sandbox import confinement, kernel, landlock, namespaces, seccomp
from acrl_jax.sandbox.limits import Limits

def errno_of(call, *args):
  """0 where the call works."""
  try:
    call(*args)
  except OSError as e:
    return e.errno
  except ValueError:  # which resource.setrlimit raises for it
    return errno.EPERM
  return 0

'''


def in_a_child(code, *arguments, layer=''):
  """What the code puts into `result`; the test is skipped where the code leaves `result` None: the kernel lacks it."""
  whole = HEAD + textwrap.dedent(code) + '\nos.write(1, json.dumps(result).encode())\nos._exit(0)'
  done = subprocess.run([sys.executable, '-c', whole, *map(str, arguments)], capture_output=True, text=True, timeout=60)
  assert done.returncode == 0, done.stderr
  result = json.loads(done.stdout)
  if result is None:
    pytest.skip(f'no {layer} on this machine')
  return result
