"""One warm Java virtual machine: a request and its answer are a line of JSON each, over pipes."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from typing import Any

import acrl_jax
from acrl_jax.datagen.java import classes
from acrl_jax.sandbox import confined

_OPTIONS = (
  '-Xmx768m -Xss4m -XX:MaxMetaspaceSize=512m -XX:MaxDirectMemorySize=16m -XX:+UseSerialGC '
  # Classes live for one request: a better compiler costs more than it gains, and so do classes made for reflection.
  '-XX:TieredStopAtLevel=1 -Dsun.reflect.inflationThreshold=2147483647 -Djdk.reflect.useNativeAccessorOnly=true '
  '-Xshare:auto -XX:-UsePerfData -XX:ErrorFile=/dev/null -XX:-CreateCoredumpOnCrash -Dfile.encoding=UTF-8 '
  '-Duser.language=en -Duser.country=US -Duser.timezone=UTC -Djava.io.tmpdir=/tmp -Djava.awt.headless=true'
).split()
_CONFINED = ('-s', '-m', 'acrl_jax.sandbox.confined')
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(acrl_jax.__file__)))
_START_WAIT = 60.0  # seconds, on a busy machine
_END_WAIT = 5.0
_HUNG = 75  # exit status of a machine that gave up a request
_PIECE = 1 << 16


class JvmLost(Exception):
  """The machine gave up a request: `hang` where it took too long, `crash` where it died. The next starts another."""


class Jvm:
  """Requests are answered in a process that can read `jars` and the JDK, and reach nothing else.

  A request may take `cpu_s` seconds on a processor, and four times that where it has to wait for one.
  Where the kernel has no namespaces for that, ValueError says so, unless `allow_unconfined`: then it warns.
  """

  def __init__(
    self,
    jars: Sequence[pathlib.Path],
    java: str = 'java',
    options: Sequence[str] = (),
    cpu_s: float = 8.0,
    allow_unconfined: bool = False,
  ):
    self.jars = [os.path.realpath(jar) for jar in jars]
    for jar in self.jars:
      if not os.path.exists(jar):
        raise ValueError(f'no {jar}; fetch the corpus, or give the path of its jar')
    self.java = classes.prepare(java)
    self.options, self.cpu_s, self.allow_unconfined = options, cpu_s, allow_unconfined
    self.restarts = 0
    self.process: subprocess.Popen | None = None
    self._start()

  def ask(self, request: dict[str, Any]) -> dict[str, Any]:
    """The answer. Raises JvmLost: this request is lost, and no other."""
    if self.process is None or self.process.poll() is not None:
      self.close()
      self.restarts += 1
      self._start()
    deadline = time.monotonic() + 4 * self.cpu_s + _START_WAIT  # the machine's own limits come first
    line = json.dumps({**request, 'milliseconds': int(1000 * self.cpu_s)}, separators=(',', ':')) + '\n'
    try:
      self._write(line.encode(), deadline)
      return json.loads(self._read(deadline))
    except (OSError, EOFError) as e:
      with contextlib.suppress(subprocess.TimeoutExpired):
        self.process.wait(_END_WAIT)
      hung = self.process.returncode in (None, _HUNG)
      self._end()
      raise JvmLost('hang' if hung else 'crash') from e

  def close(self) -> None:
    """Ends the machine; closing it again does nothing."""
    if self.process is not None:
      self._end()

  def _start(self) -> None:
    command = [self.java.executable, *_OPTIONS, *self.options]
    command += ['-cp', os.pathsep.join(self.java.classpath), 'acrl.Server', *self.jars]
    folders = [self.java.home, *_outside(self.java.home), *self.java.classpath, *self.jars]
    launcher = [sys.executable, *_CONFINED, *folders, '--']
    for prefix in (launcher, []) if self.allow_unconfined else (launcher,):
      status, output = self._launch([*prefix, *command])
      if status is None:
        if not prefix:
          warnings.warn('no namespaces: programs of the corpus can read files and reach the network', stacklevel=4)
        return
      if status != confined.REFUSED:
        raise ValueError(f'{self.java.executable} did not start (status {status}): {output}')
    raise ValueError(
      'the kernel, or the container around this process, offers no namespaces to run unknown programs in; '
      'run where `unshare -Urnmp --fork true` works, or accept the risk with allow_unconfined=True'
    )

  def _launch(self, command: list[str]) -> tuple[int | None, str]:
    """Starts it: (None, '') when it is ready, else its exit status and what it wrote on standard error."""
    environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'PYTHONPATH': _HOME, 'MALLOC_ARENA_MAX': '2'}
    environment['LD_LIBRARY_PATH'] = f'{self.java.home}/lib'  # found by way of /proc otherwise, and there is none
    with tempfile.TemporaryFile() as errors:
      self.process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        bufsize=0,
        start_new_session=True,
      )
      for pipe in (self.process.stdin, self.process.stdout):
        os.set_blocking(pipe.fileno(), False)
      self._rest = b''
      try:
        self.flags = json.loads(self._read(time.monotonic() + _START_WAIT))['flags']
        return None, ''
      except (OSError, EOFError, ValueError):
        self._end()
        errors.seek(0)
        return self.process_status, errors.read(2000).decode(errors='replace')

  def _end(self) -> None:
    process, self.process = self.process, None
    with contextlib.suppress(OSError):
      process.stdin.close()  # a machine that is well ends of itself
    try:
      process.wait(_END_WAIT if process.poll() is None else 0)
    except subprocess.TimeoutExpired:
      process.kill()
      process.wait()
    process.stdout.close()
    self.process_status = process.returncode

  def _wait(self, pipe, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(1000 * max(0.0, deadline - time.monotonic())):
      raise TimeoutError

  def _write(self, data: bytes, deadline: float) -> None:
    view = memoryview(data)
    while view:
      self._wait(self.process.stdin, select.POLLOUT, deadline)
      view = view[self.process.stdin.write(view[:_PIECE]) or 0 :]

  def _read(self, deadline: float) -> bytes:
    """One line. Raises EOFError, TimeoutError."""
    pieces = [self._rest]
    while b'\n' not in pieces[-1]:
      self._wait(self.process.stdout, select.POLLIN, deadline)
      piece = self.process.stdout.read(_PIECE)
      if not piece:
        raise EOFError
      pieces.append(piece)
    line, _, self._rest = b''.join(pieces).partition(b'\n')
    return line


def _outside(home: str) -> list[str]:
  """The folders that links within a JDK lead to: distributions keep its settings elsewhere."""
  folders = set()
  for folder, _, files in os.walk(home):
    for file in files:
      path = os.path.join(folder, file)
      if os.path.islink(path):
        folders.add(os.path.dirname(os.path.realpath(path)))
  return sorted(f for f in folders if not (f + '/').startswith(home + '/'))
