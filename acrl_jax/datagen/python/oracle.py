"""Runs the functions of a Python corpus in confined processes of their own, and survives whatever they do."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import acrl_jax
from acrl_jax.datagen import values
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.python import lines, mutants, worker
from acrl_jax.datagen.records import Function, Mutant, Observation, Reject, Run
from acrl_jax.sandbox import scratch, wire
from acrl_jax.sandbox.limits import Limits

_BOOT = (
  'import sys; sys.path[0] = sys.argv.pop(); from acrl_jax.datagen.python import worker; '
  'del sys.path[0]; worker.main()'
)
_HOME = os.path.dirname(os.path.dirname(os.path.abspath(acrl_jax.__file__)))
_LIMITS = Limits(cpu_s=600.0, memory_mb=1024, scratch_mb=16)  # of one child; each call has limits of its own
_START_WAIT, _CALL_WAIT = 300.0, 60.0  # seconds for the corpus to be imported, and for one call or mutant that sleeps
_DEATHS = 4  # inputs that end the process, after which a function is given up
_SLOW = 20  # calls that need too much processor time, likewise
_ADDRESS = re.compile(r'\b0x[0-9a-f]{8,}')  # where an object lies in memory


class _Dead(Exception):
  """The process that imports the corpus is gone."""


class PythonOracle:
  """An oracle (see records) for the functions of `fetched`, in processes whose PYTHONHASHSEED is `hash_seed`.

  Random numbers are seeded from it as well, and from the arguments: two oracles of different seeds agree on functions
  that depend on neither. Raises ValueError where processes cannot be confined, or none starts.
  Decisions of the function (if, while, for) count as two branches each. Not thread-safe.
  """

  def __init__(self, fetched: Fetched, hash_seed: int):
    self.fetched, self.seed = fetched, hash_seed
    self.restarts = -1
    self._process: subprocess.Popen | None = None
    self._ended = b''  # worker.DONE or worker.LATE, of the last child
    self._start()

  def run(self, function: Function, inputs: list[tuple]) -> Run:
    encoded = [_encoded(args) for args in inputs]
    seen: list[Observation] = []
    deaths = tries = 0
    while len(seen) < len(inputs):
      try:
        with self._child(function) as channel:
          channel.send({'do': 'run', 'inputs': encoded[len(seen) :]})
          while len(seen) < len(inputs):
            seen.append(_observation(_receive(channel), inputs[len(seen)]))
            tries = 0
            if sum(o.error == 'time' for o in seen) > _SLOW:
              raise Reject('execute', 'slow', f'{_SLOW} of {len(seen)} calls')
      except (wire.Gone, wire.TimeUp, wire.Malformed) as e:
        late = isinstance(e, wire.TimeUp) or self._ended == worker.LATE
        tries += 1
        if late or tries == 2:  # it may have been killed from outside: one more try
          deaths, tries = deaths + 1, 0
          seen.append(Observation('limit', error='time' if late else 'died'))
        if deaths > _DEATHS:
          raise Reject('execute', 'crash', f'{deaths} inputs ended the process') from None
    return Run(tuple(seen), lines.Decisions(function.body).count)

  def mutate(
    self, function: Function, inputs: list[tuple], most: int, only: frozenset[int] | None = None
  ) -> list[Mutant]:
    changes = mutants.changes(function, most)
    changes = [c for c in changes if only is None or c.number in only]
    encoded = [_encoded(args) for args in inputs]
    judged: list[Mutant] = []
    deaths = 0
    while len(judged) < len(changes):
      try:
        with self._child(function) as channel:
          channel.send({'do': 'mutate', 'inputs': encoded})
          ran = [frozenset(_receive(channel)['lines']) for _ in encoded]
          while len(judged) < len(changes):
            change = changes[len(judged)]
            reach = [i for i, numbers in enumerate(ran) if change.lines & numbers]
            killed_by: list[int] = []
            if reach:
              channel.send({'source': change.source, 'reach': reach})
              killed_by = _receive(channel)['killed_by']
            judged.append(Mutant(change.number, change.kind, bool(reach), frozenset(killed_by)))
      except (wire.Gone, wire.TimeUp, wire.Malformed):
        deaths += 1
        if deaths > _DEATHS:
          raise Reject('mutate', 'crash', f'{deaths} processes died') from None
        if len(judged) < len(changes):
          change = changes[len(judged)]
          judged.append(Mutant(change.number, change.kind, False, frozenset()))  # which input kills it is unknown
    return judged

  def close(self) -> None:
    """Ends all processes; closing it again does nothing."""
    if self._process is not None:
      self._control.close()
      try:
        self._process.wait(10)
      except subprocess.TimeoutExpired:
        self._process.kill()
        self._process.wait()
      scratch.remove(self._private)
      self._process = None

  def _start(self) -> None:
    self.close()
    self.restarts += 1
    self._control, theirs = socket.socketpair()
    environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'PYTHONHASHSEED': str(self.seed)}
    with theirs:
      self._process = subprocess.Popen(
        [sys.executable, '-s', '-S', '-c', _BOOT, _HOME],
        stdin=theirs, stdout=subprocess.DEVNULL, env=environment, start_new_session=True,
      )  # fmt: skip
    self._private = scratch.new_name()
    channel = wire.Channel(self._control, time.monotonic() + _START_WAIT)
    corpus = str(self.fetched.sources)
    module = self.fetched.within.replace('/', '.')
    try:
      channel.send({'limits': _LIMITS._asdict(), 'private': self._private, 'corpus': corpus, 'module': module})
      self.layers = tuple(channel.receive()['layers'])
      self._control.settimeout(None)
    except (wire.Gone, wire.TimeUp, wire.Malformed):
      self.close()
      raise ValueError(
        f'the process that imports {module} from {corpus} did not come up; its message is on standard error'
      ) from None
    if self.restarts == 0:
      self._check_confinement()

  def _check_confinement(self) -> None:
    """Raises ValueError where a child can reach what it must not."""
    with self._fork() as channel:
      channel.send({'do': 'probe', 'outside': os.path.abspath(__file__)})
      reached = channel.receive()['reached']
    if reached:
      self.close()
      raise ValueError(
        f'functions cannot be confined here: {", ".join(reached)} got through {", ".join(self.layers) or "nothing"}; '
        'this needs Linux with seccomp, and landlock or namespaces, on x86-64 or aarch64'
      )

  @contextlib.contextmanager
  def _child(self, function: Function) -> Iterator[wire.Channel]:
    """A channel to a new process that has loaded the function. Raises Reject where it cannot be loaded."""
    with self._fork() as channel:
      channel.send({
        'do': 'load', 'module': function.container, 'name': function.name, 'source': function.body, 'seed': self.seed,
        'iterator': function.returns.source == 'iterator',
      })  # fmt: skip
      try:
        error = channel.receive()['error']
      except wire.TimeUp:
        error = 'no end'
      if error:
        raise Reject('execute', 'import', error)
      yield channel

  @contextlib.contextmanager
  def _fork(self) -> Iterator[wire.Channel]:
    try:
      ours = self._forked()
    except _Dead:
      self._start()
      ours = self._forked()
    channel = wire.Channel(ours, time.monotonic() + _CALL_WAIT)
    try:
      yield channel
    finally:
      channel.close()
      self._reap()

  def _reap(self) -> None:
    """Has the child killed; where the process that forks cannot do that, the next fork starts a new one."""
    try:
      self._control.settimeout(_CALL_WAIT)
      self._control.sendall(b'K')
      self._ended = self._control.recv(1)
      self._control.settimeout(None)
    except OSError:
      self._ended = b''
    if not self._ended:
      self._control.close()  # so that the next _forked raises _Dead

  def _forked(self) -> socket.socket:
    """Raises _Dead."""
    ours, theirs = socket.socketpair()
    with theirs:
      try:
        socket.send_fds(self._control, [b'F'], [theirs.fileno()])
      except OSError:
        ours.close()
        raise _Dead from None
    return ours


def _receive(channel: wire.Channel) -> dict:
  """The next message, with all the time that one call may take. Raises Gone, TimeUp, Malformed."""
  channel.deadline = time.monotonic() + _CALL_WAIT
  return channel.receive()


def _encoded(args: tuple) -> list:
  return [wire.encode(a, _refuse) for a in args]


def _refuse(x: Any) -> list:
  raise ValueError(f'{type(x).__name__} in the arguments of a call; they must be plain data')


def _observation(reply: dict, args: tuple) -> Observation:
  """What a child sends, which is no more to be trusted than the function that ran in it. Raises Malformed."""
  try:
    kind, branches = reply['kind'], frozenset(reply['branches'])
    if kind != 'value':
      return Observation(kind, args=copy.deepcopy(args), error=reply['error'], branches=branches)
    value = wire.decode(reply['value'], _unexpected)
    after = reply['args']
    after = copy.deepcopy(args) if after is None else tuple(wire.decode(a, _unexpected) for a in after)
    flags = frozenset({'NONDET'} if any(type(y) is str and _ADDRESS.search(y) for y in values.walk(value)) else ())
    return Observation(kind, value, after, flags=flags, branches=branches)
  except (KeyError, TypeError):
    raise wire.Malformed('a reply without its fields') from None


def _unexpected(reference: list) -> Any:
  raise wire.Malformed('a reference')
