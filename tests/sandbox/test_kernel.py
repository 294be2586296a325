"""What the kernel is asked for, where Python has no function of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time

import pytest
from processes import wait_until

from acrl_jax.sandbox import kernel


@pytest.mark.skipif(not os.path.exists('/proc/self/schedstat'), reason='this kernel does not tell')
def test_the_kernel_tells_who_waits_for_a_processor():
  pin = f'import os, threading, time\nos.sched_setaffinity(0, [{max(os.sched_getaffinity(0))}])\nprint(flush=True)\n'
  spin = 'def f():\n  while True: pass\n'
  bodies = [spin + 'f()', spin + 'threading.Thread(target=f, daemon=True).start()\ntime.sleep(99)', 'time.sleep(99)']
  with contextlib.ExitStack() as stack:
    processes = []
    for body in bodies:
      process = subprocess.Popen([sys.executable, '-c', pin + body], stdout=subprocess.PIPE)
      stack.callback(process.communicate)
      stack.callback(process.kill)
      process.stdout.readline()
      processes.append(process.pid)
    time.sleep(0.1)  # the last one has to fall asleep
    before = [kernel.schedule(pid)[1] for pid in processes]
    grown = lambda: [kernel.schedule(pid)[1] - was for pid, was in zip(processes, before)]
    assert wait_until(lambda: min(grown()[:2]) > 0.05)
    assert grown()[2] == 0.0
  assert kernel.schedule(processes[0]) == (0.0, 0.0)  # gone


def test_a_call_returns_what_the_kernel_does_or_raises_its_error():
  with pytest.raises(OSError, match='umount2') as caught:
    kernel.call('umount2', b'/nowhere/at/all', 0)
  assert caught.value.errno in (1, 2)  # not permitted, or not there
  with pytest.raises(KeyError):
    kernel.call('reboot')


def test_a_process_that_runs_is_ready_and_one_that_sleeps_is_not():
  with subprocess.Popen([sys.executable, '-c', 'while True: pass']) as busy, subprocess.Popen(['sleep', '60']) as idle:
    try:
      assert wait_until(lambda: kernel.is_ready(busy.pid) and not kernel.is_ready(idle.pid))
    finally:
      busy.kill()
      idle.kill()
  assert not kernel.is_ready(busy.pid)


def test_the_sender_of_a_message_is_known():
  ours, theirs = socket.socketpair()
  ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
  send = 'import socket, sys\nsocket.socket(fileno=int(sys.argv[1])).sendall(b"x")'
  with ours, theirs:
    command = [sys.executable, '-c', send, str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()]) as child:
      assert kernel.sender(ours) == child.pid and ours.recv(1) == b'x'


def test_the_address_space_grows_with_what_is_mapped():
  before = kernel.address_space()
  room = bytearray(64 << 20)
  assert kernel.address_space() - before >= len(room) - (1 << 20)


def test_a_child_ends_with_its_parent_where_it_asked_for_that():
  code = (
    'import os, signal, sys, time\nfrom acrl_jax.sandbox import kernel\n'
    'if os.fork() == 0:\n  kernel.die_with_parent(signal.SIGKILL)\n  print(os.getpid(), flush=True)\n  time.sleep(60)\n'
    'time.sleep(60)'
  )
  with subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE, text=True) as parent:
    child = int(parent.stdout.readline())
    parent.kill()
  assert wait_until(lambda: not os.path.exists(f'/proc/{child}') or 'Z (zombie)' in status(child))


def status(pid):
  with contextlib.suppress(FileNotFoundError), open(f'/proc/{pid}/status') as f:
    return f.read()
  return 'Z (zombie)'
