"""Strategies for what a worker may say to its judge, from noise to answers that are nearly right; and such a worker."""

import contextlib
import json
import math
import socket
import struct
import time

from hypothesis import strategies as st
from random_programs import any_text

from acrl_jax.harness.lane import proxies
from acrl_jax.sandbox import clock, wire

plain = st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.just(2**200), st.floats(), any_text)
json_like = st.recursive(
  plain, lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(max_size=3), x, max_size=3), max_leaves=8
)
odd = st.sampled_from(
  ['0x' + 'f' * 5000, '1e999999999', 'sNaN', '2024-02-29', '\ud800', [0, 1], [[], -1], ['1', '0']]
  + [[factory, ['a', 1]] for factory in (None, 'int', 'list', 'object', 'eval', [], 0)]
)
owners = st.sampled_from(['object', 'builtin', 'callback', 'iterator', 'name'])
owned = st.sampled_from([0, 1, 'int', 'eval', 'type', '__loader__', 'f'])
references = st.tuples(owners | json_like, owned | json_like)
values = st.recursive(
  plain | st.builds(lambda r: {'ref': r}, references),
  lambda x: st.one_of(
    st.lists(x, max_size=4),
    st.dictionaries(st.sampled_from(sorted(wire._DECODE)), st.lists(x, max_size=4) | odd | json_like, max_size=1),
  ),
  max_leaves=8,
)
raised = st.sampled_from(['KeyError', 'OSError', 'StopIteration', 'UnicodeDecodeError', 'Odd', '\ud800'])
errors = st.tuples(raised, any_text, st.integers(-1, 9))
kinds = st.sampled_from(['function', 'class', 'value', 'module']) | json_like
paths = st.lists(st.sampled_from([0, -1, 7, 'a', 1.5]), max_size=3) | json_like
FIELDS = {
  'value': values,
  'changed': st.lists(st.tuples(paths, values), max_size=2) | json_like,
  'error': errors | json_like,
  'names': st.dictionaries(st.sampled_from(['f', 'abs', 'math', 'check', 'x']), kinds, max_size=3) | json_like,
  'syntax': errors | json_like,
  'items': st.lists(values, max_size=3) | json_like,
  'end': st.booleans() | json_like,
  'lines': st.lists(st.integers(-1, 9), max_size=3) | json_like,
  'callback': st.integers(-1, 1) | json_like,
  'args': st.lists(values, max_size=2) | json_like,
  'kwargs': st.dictionaries(st.text(max_size=2), values, max_size=1) | json_like,
}
SHAPES = [['value'], ['value', 'changed'], ['error'], ['items', 'end'], ['callback', 'args', 'kwargs'], ['names']]
shapes = st.sampled_from(SHAPES * 3) | st.lists(st.sampled_from(sorted(FIELDS)), max_size=3)
answers = shapes.flatmap(lambda fields: st.fixed_dictionaries({field: FIELDS[field] for field in fields}))


def frame(data):
  return struct.pack('<I', len(data)) + data


def framed(message):
  return frame(json.dumps(message).encode())


frames = st.one_of(
  answers.map(framed),
  json_like.map(framed),
  st.binary(max_size=40).map(frame),
  st.binary(max_size=40),
  st.sampled_from([frame(b'[' * 9000), frame(b'9' * 5000), struct.pack('<I', wire.MAX_FRAME + 1)]),
)
said = st.tuples(answers.map(framed) | frames, frames, frames).map(b''.join)
LOADED = framed({'names': {'f': 'function', 'x': 'value'}})


class Nursery:
  """Instead of a lane's: its workers say what they were told to, whatever they are asked, and end."""

  def __init__(self, data):
    self.data = data
    self.workers = contextlib.ExitStack()
    self.delay = clock.Delay([])

  def spawn(self, deadline, streams=()):
    ours, theirs = map(self.workers.enter_context, socket.socketpair())
    theirs.sendall(self.data)
    theirs.shutdown(socket.SHUT_WR)
    return clock.PatientChannel(ours, deadline, self.delay, lambda: math.inf)

  def session(self):
    return proxies.Session(self.spawn(time.monotonic() + 60))

  def kill(self):
    self.workers.close()

  close = kill

  def settle(self):
    return 0

  def memory_mb(self):
    return 0.0
