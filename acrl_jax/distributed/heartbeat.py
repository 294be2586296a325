"""Which hosts of a run are there and which have died, by sockets of our own: JAX's runtime names no host and hangs.

Host 0 listens on the port after the coordinator's; each other host keeps one connection to it, and both ends send a
message every few seconds. A host whose connection closes without a farewell, or falls silent, has died: host 0 tells
the others which, and every process ends at once, as no collective can complete any more.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable

from acrl_jax.distributed.topology import Place

BEAT_S = 5.0
SILENCE_S = 30  # after which a host is taken for dead
BLAME_S = 2.0  # a failure here may come of a host that died: how long to wait until that host is named
DEAD = 3  # exit code of a host that ends because another one did
REMIND_S, HELLO_S = 10.0, 5.0  # how often the missing hosts are printed; how long a greeting may take
NOT_COMPARED = ('hosts.', 'harness.workers', 'harness.allow')  # these may differ between hosts
AGAIN = 'give the same command again on each host: the run goes on from its last checkpoint'


class Peer:
  """A connection to another host."""

  def __init__(self, connection: socket.socket, index: int, name: str):
    self.connection, self.index, self.name = connection, index, name
    self.file = connection.makefile('rb')
    self.lock = threading.Lock()  # beats and notices come from two threads
    self.left = threading.Event()
    connection.settimeout(SILENCE_S)

  def send(self, **message) -> None:
    """Sends a message; one to a host that is gone is lost, which the thread that reads from it will notice."""
    try:
      with self.lock:
        self.connection.sendall(json.dumps(message).encode() + b'\n')
    except OSError:
      pass

  def receive(self) -> dict:
    """The next message; OSError when the connection is closed or silent, or what comes is no message of ours."""
    line = self.file.readline(1 << 20)
    if not line.endswith(b'\n'):
      raise ConnectionError('its connection closed')
    try:
      return dict(json.loads(line))
    except ValueError as error:
      raise ConnectionError('it is no host of a run') from error

  def close(self) -> None:
    """Ends the connection."""
    self.file.close()
    self.connection.close()

  def __str__(self) -> str:
    return f'host {self.index} ({self.name})'


class Heartbeat:
  """The hosts of a run once all have met: a context that they leave together.

  When a host dies, the process on each other host exits with DEAD.
  """

  def __init__(self, place: Place, peers: list[Peer]):
    self.index, self.peers = place.index, peers
    self.over = threading.Event()
    self.named = threading.Lock()  # held once there is a reason to end: only the first one is reported
    self.failure: str | None = None  # of this host
    self.readers = [threading.Thread(target=self._listen, args=(peer,), daemon=True) for peer in peers]
    for thread in (*self.readers, threading.Thread(target=self._beat, daemon=True)):
      thread.start()

  def __enter__(self):
    return self

  def __exit__(self, kind, error, trace) -> None:
    """Waits for the others; after an error, tells them of it and does not wait."""
    if error is None:
      self._leave()
    else:
      self.fail(error)

  def fail(self, error: BaseException) -> None:
    """Tells the others that this host ends with an error of its own."""
    self.failure = _line(error)
    time.sleep(BLAME_S)
    self.named.acquire()  # from here on a death ends nothing: this process ends by itself
    self._tell(f'host {self.index} ({socket.gethostname()}) failed: {self.failure}')
    self.over.set()

  def _leave(self) -> None:
    """Each host sends host 0 a farewell; when it has all of them it answers each, and each then closes."""
    if self.index:
      self.peers[0].send(kind='bye')
    for peer in self.peers:
      peer.left.wait()
    self.over.set()
    if self.index == 0:
      for peer in self.peers:
        peer.send(kind='bye')
      for reader in self.readers:
        reader.join()
    for peer in self.peers:
      peer.close()

  def _beat(self) -> None:
    while not self.over.wait(BEAT_S):
      for peer in self.peers:
        peer.send(kind='beat')

  def _listen(self, peer: Peer) -> None:
    while True:
      try:
        message = peer.receive()
      except OSError as error:
        why = f'nothing heard of it for {SILENCE_S} s' if isinstance(error, TimeoutError) else 'its connection closed'
        if not (peer.left.is_set() or self.over.is_set()):
          self._end(f'{peer} is gone: {why}')
        return
      if message.get('kind') == 'bye':
        peer.left.set()
        if peer.index == 0:
          return
      elif message.get('kind') == 'end':
        if self.failure and message['why'].endswith(self.failure):
          return  # the same error on all hosts: each reports its own
        self._end(message['why'])

  def _tell(self, why: str) -> None:
    for peer in self.peers:
      peer.send(kind='end', why=why)

  def _end(self, why: str) -> None:
    """Ends this process, whatever its other threads wait for, after it has told the others and the user."""
    if not self.named.acquire(blocking=False):
      return
    self._tell(why)
    print(f'acrl_jax: {why}; host {self.index} stops too; {AGAIN}', file=sys.stderr, flush=True)
    os._exit(DEAD)


def _line(error: BaseException) -> str:
  text = ' '.join(str(error).split())[:400]
  return text if isinstance(error, (ValueError, OSError)) else f'{type(error).__name__}: {text}'


def meet(place: Place, config: dict, wait_s: float, report: Callable[[str], None] = print) -> Heartbeat:
  """The heartbeat of all hosts, once all have come with the same config; ValueError naming those that have not."""
  deadline = time.monotonic() + wait_s
  plain = {key: value for key, value in json.loads(json.dumps(config)).items() if not key.startswith(NOT_COMPARED)}
  return _wait_for_others(place, plain, deadline, report) if place.index == 0 else _join(place, plain, deadline)


def _wait_for_others(place: Place, config: dict, deadline: float, report: Callable) -> Heartbeat:
  """Host 0: takes the others' connections."""
  came: dict[int, Peer] = {}
  with _server(place.port + 1) as server:
    missing = list(range(1, place.count))
    while missing:
      report(f'host 0 of {place.count} at {place.coordinator}: waiting for {len(missing)}: {_hosts(missing)}')
      pause = time.monotonic() + REMIND_S
      while missing and time.monotonic() < min(pause, deadline):
        _accept(server, min(pause, deadline), place, config, came)
        missing = [index for index in range(1, place.count) if index not in came]
      if missing and time.monotonic() >= deadline:
        _refuse(list(came.values()), f'{_hosts(missing)} of {place.count} did not come; {_way_out(place)}')
  report(f'all {place.count} hosts are here')
  for peer in came.values():
    peer.send(kind='go', name=socket.gethostname())
  return Heartbeat(place, list(came.values()))


def _server(port: int) -> socket.socket:
  try:
    if socket.has_dualstack_ipv6():
      return socket.create_server(('', port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(('', port))
  except OSError as error:
    way = 'end what uses it, or take another port in config.hosts.coordinator'
    raise ValueError(f'port {port} of host 0 cannot be listened on ({error.strerror}); {way}') from error


def _accept(server: socket.socket, until: float, place: Place, config: dict, came: dict[int, Peer]) -> None:
  """Takes one connection into `came`; ValueError on all hosts when it is of a host that should not be."""
  server.settimeout(max(0.01, until - time.monotonic()))
  try:
    connection, _ = server.accept()
  except TimeoutError:
    return
  peer = Peer(connection, -1, '')
  try:
    connection.settimeout(HELLO_S)
    hello = peer.receive()
    peer.index, peer.name = int(hello['index']), str(hello['name'])
    count, other = hello['count'], dict(hello['config'])
  except (OSError, LookupError, TypeError, ValueError):  # somebody who looks for open ports
    return peer.close()
  connection.settimeout(SILENCE_S)
  why = ''
  if count != place.count or not 0 < peer.index < place.count:
    why = f'{peer} came as number {peer.index} of {count} to a run of {place.count} hosts, numbered from 0'
  elif peer.index in came:
    why = f'{peer} and {came[peer.index]} have one number; each needs its own config.hosts.index'
  else:
    key = next((key for key in sorted(config.keys() | other.keys()) if config.get(key) != other.get(key)), None)
    if key is not None:
      why = f'{peer} has config.{key}={other.get(key)!r}, host 0 {config.get(key)!r}; each must run the same command'
  if why:
    _refuse([*came.values(), peer], why)
  came[peer.index] = peer


def _refuse(peers: list[Peer], why: str) -> None:
  """Ends the meeting on all hosts, for one reason."""
  for peer in peers:
    peer.send(kind='end', why=why)
    peer.close()
  raise ValueError(why)


def _join(place: Place, config: dict, deadline: float) -> Heartbeat:
  """Another host: connects to host 0 and waits with it for the others."""
  name = socket.gethostname()
  while True:
    try:
      connection = socket.create_connection((place.address, place.port + 1), timeout=HELLO_S)
      break
    except OSError as error:
      if time.monotonic() > deadline:
        what = f'host {place.index} ({name}) cannot reach host 0 at {place.address} port {place.port + 1} ({error})'
        raise ValueError(f'{what}; {_way_out(place)}') from error
      time.sleep(0.2)
  zero = Peer(connection, 0, place.address)
  zero.send(index=place.index, name=name, count=place.count, config=config)
  try:
    connection.settimeout(max(0.0, deadline - time.monotonic()) + SILENCE_S)  # host 0 may have begun later
    answer = zero.receive()
    if answer.get('kind') != 'go':
      raise ValueError(str(answer.get('why')))
  except (OSError, ValueError) as error:
    zero.close()
    if isinstance(error, ValueError):
      raise
    raise ValueError(f'{zero} is gone before all had come ({error}); {_way_out(place)}') from error
  connection.settimeout(SILENCE_S)
  zero.name = str(answer.get('name'))
  return Heartbeat(place, [zero])


def _hosts(numbers: list[int]) -> str:
  """'host 3' or 'hosts 1, 2, 5'."""
  return f'host{"s" * (len(numbers) > 1)} {", ".join(map(str, numbers))}'


def _way_out(place: Place) -> str:
  return (
    f'check that the same command runs on each host and that ports {place.port} and {place.port + 1} of '
    f'{place.address}, host 0, are open to them'
  )
