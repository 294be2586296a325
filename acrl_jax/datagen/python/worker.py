"""The processes that functions of a Python corpus run in: one that has imported it, confined, and its children.

Started with `python -s -S`; its standard input is a socket to the oracle, whose first message says what to import. From
then on it takes `F` and a descriptor (fork a child that serves it) and `K` (kill that child, clean up, answer). A child
serves one function, so nothing that a function leaves behind reaches another.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys

from acrl_jax.datagen.python import calls, memory_import
from acrl_jax.harness.lane import zygote
from acrl_jax.sandbox import confinement, kernel, scratch, wire
from acrl_jax.sandbox.limits import Limits

DONE, LATE = b'D', b'L'  # a child is gone; with LATE, because it could not end a call in time


def main() -> None:
  """Imports, then serves until the oracle closes the socket. Never returns."""
  kernel.die_with_parent(signal.SIGKILL)
  for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
  control = socket.socket(fileno=os.dup(0))
  channel = wire.Channel(control)
  hello = channel.receive()
  limits = Limits(**hello['limits'])
  memory_import.Corpus(hello['corpus']).install()  # its files are out of sight from here on
  where = confinement.reach()
  layers, folder = list(confinement.LAYERS), hello['private']
  try:
    folder = confinement.enter(limits, where)
    _become_first()
  except OSError:
    layers.remove('namespaces')
    scratch.make(folder)  # the lock is this process's for life
    scratch.sweep(folder)
  zygote.set_surroundings(folder)  # what functions print goes nowhere
  sys.dont_write_bytecode = True
  layers = confinement.confine_zygote(folder, limits, where, layers)
  channel.send({'layers': layers, 'error': _import(hello['module'])})
  gc.collect()
  gc.freeze()  # collections in a child then touch, and copy, none of the pages shared with this process
  while True:
    _serve(control, folder, limits, layers)


def _become_first() -> None:
  """Returns in the first process of the new process namespace; this one waits for it and goes with it."""
  kernel.die_with_parent(signal.SIGKILL)  # forgotten with the old credentials
  child = os.fork()
  if child:
    os.closerange(0, os.sysconf('SC_OPEN_MAX'))
    os.waitpid(child, 0)
    os._exit(0)
  kernel.die_with_parent(signal.SIGKILL)


def _import(module: str) -> str:
  """Imports what most functions need, once; '' or the error, which each function will meet for itself."""
  try:
    importlib.import_module(module)
  except BaseException as e:
    return type(e).__name__
  return ''


def _serve(control: socket.socket, folder: str, limits: Limits, layers: list[str]) -> None:
  """One child, from fork to clean-up."""
  data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
  if not data:
    os._exit(0)
  pid = os.fork()
  if pid == 0:
    try:
      control.close()
      confinement.confine_program(limits, layers)
      calls.serve(wire.Channel(socket.socket(fileno=descriptors[0])))
    finally:
      os._exit(0)
  os.close(descriptors[0])
  wanted = control.recv(1)  # K, or the oracle is gone: the same thing for the child
  status, _ = zygote.end_process(pid, layers)
  scratch.empty(folder)
  if not wanted:
    os._exit(0)
  late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGVTALRM
  control.sendall(LATE if late else DONE)
