"""Tests of whole programs: real descriptors for standard input and output, one process for each test."""

from __future__ import annotations

import contextlib
import os
import select
from typing import Any

from acrl_jax.harness.lane import equality, proxies, show
from acrl_jax.harness.lane.trial import Trial
from acrl_jax.sandbox import wire


def test(trial: Trial, stdin: str, stdout: str, deadline: float) -> bool:
  """Whether the program, given `stdin`, ends well and has printed `stdout`, word by word."""
  trial.end()
  with contextlib.ExitStack() as stack:
    source = os.memfd_create('stdin')
    stack.callback(os.close, source)
    _write_input(source, stdin.encode('utf-8', 'surrogatepass'))
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    try:
      channel = trial.nursery.spawn(deadline, (source, writing))
    finally:
      os.close(writing)
    trial.session = proxies.Session(channel)
    channel.send({'do': 'run', 'source': trial.job['program']})
    printed = _read_output(reading, channel, trial.limits.output_kb << 10)
    if printed is None:
      trial.note('Output')
      trial.end()
      return False
    try:
      reply = _outcome(trial)
    except wire.Gone:  # it may have left by os._exit
      error = trial.death()
      if error != 'Exit' or os.waitstatus_to_exitcode(trial.nursery.settle()) != 0:
        trial.note(error)
        return False
      reply = {'exit': 0}
  if 'syntax' in reply:
    trial.fail_compile(reply['syntax'])
  if reply.get('exit') != 0:
    trial.note('Exit')
    return False
  trial.answered = True
  text = printed.decode('utf-8', 'replace')
  trial.message = f'{show.show(text)} was printed, where {show.show(stdout)} is due'
  return equality.same_text(text, stdout)


def _write_input(descriptor: int, data: bytes) -> None:
  with open(descriptor, 'wb', closefd=False) as f:
    f.write(data)
  os.lseek(descriptor, 0, os.SEEK_SET)


def _outcome(trial: Trial) -> dict:
  """The program's last message, its lines noted; what it raised is raised here. Raises Malformed, Gone, TimeUp too."""
  reply = trial.session.channel.receive()
  if type(reply) is not dict:
    raise wire.Malformed('an answer must be an object')
  trial.add_lines(reply.get('lines'))
  if 'error' in reply:
    trial.session.throw(reply['error'])
  return reply


def _read_output(pipe: int, channel: Any, limit: int) -> bytes | None:
  """What is printed until the program ends or says that it has; None for more than `limit` bytes. Raises TimeUp."""
  printed = bytearray()
  ended = False
  while True:
    left = 0 if ended else channel.left()
    ready, _, _ = select.select([pipe, channel.sock], [], [], left)
    if pipe in ready:
      chunk = os.read(pipe, 1 << 16)
      printed += chunk
      if len(printed) > limit:
        return None
      if chunk:
        continue
      return bytes(printed)
    if ended:
      return bytes(printed)
    # What the program printed before its message is in the pipe by now.
    ended = channel.sock in ready
