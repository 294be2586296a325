"""Values cross unchanged, as exact types; what is malformed is named so."""

import collections
import datetime
import decimal
import enum
import fractions
import json
import math
import socket
import struct
import time

import pytest

from acrl_jax.sandbox import wire


def cross(value):
  refuse = lambda x: pytest.fail(f'{x!r} is no plain data')
  return wire.decode(json.loads(json.dumps(wire.encode(value, refuse))), refuse)


PLAIN = [
  None,
  True,
  0,
  -(2**62),
  2**62,
  10**4000,
  0.1,
  -0.0,
  math.inf,
  'text \ud800 \0',
  b'\xff\0',
  bytearray(b'a'),
  1 - 2j,
  range(1, 2**70, 3),
  fractions.Fraction(-1, 3),
  decimal.Decimal('1.50'),
  datetime.date(2024, 2, 29),
  datetime.datetime(2024, 2, 29, 1, 2, 3, 4),
  datetime.timedelta(-1, 2, 3),
  [1, (2, [3, {4: {5}}])],
  {(1, 2): frozenset([1]), 'a': None},
  {'ref': 1, 'tuple': []},
  collections.deque([1, 2], 5),
  collections.OrderedDict([(2, [1]), (1, None)]),
  collections.Counter('aab'),
  collections.Counter({'a': [1], 'b': -1}),
  collections.defaultdict(list, {(1,): 2}),
  collections.defaultdict(None, a=1),
  set(),
  (),
]


@pytest.mark.parametrize('value', PLAIN, ids=lambda v: type(v).__name__)
def test_plain_values_cross_unchanged(value):
  result = cross(value)
  assert type(result) is type(value) and result == value and repr(result) == repr(value)


def test_nan_crosses():
  assert math.isnan(cross([math.nan])[0])


class Liar(int):
  __eq__ = lambda self, other: True
  __hash__ = int.__hash__
  __index__ = lambda self: 7


class Colour(enum.IntEnum):
  RED = 3


class Pairs(dict):
  items = lambda self: [('forged', 1)]


class Tally(collections.Counter):
  items = __iter__ = lambda self: [('forged', 1)]


class Filled(collections.defaultdict):
  items = __iter__ = default_factory = lambda self: [('forged', 1)]


class Ranked(collections.OrderedDict):
  items = __iter__ = keys = lambda self: [('forged', 1)]


FILLED = Filled(int, a=1)
RANKED = collections.OrderedDict([(2, 0), (1, 0)])


@pytest.mark.parametrize(
  'value, content',
  [
    (Liar(2), 2),
    (Colour.RED, 3),
    (Pairs(a=1), {'a': 1}),
    (Tally('b'), collections.Counter('b')),
    (FILLED, collections.defaultdict(int, a=1)),
    (Ranked(RANKED), RANKED),
    (collections.defaultdict(lambda: 0, a=1), {'a': 1}),
    (collections.defaultdict(object, a=1), {'a': 1}),
  ],
)
def test_subclasses_arrive_as_their_content(value, content):
  result = cross(value)
  assert type(result) is type(content) and result == content and repr(result) == repr(content)


@pytest.mark.parametrize('ordered', [dict, collections.OrderedDict])
def test_views_cross_as_those_of_a_dict(ordered):
  pairs = {(2,): [1], 'a': [1], 1: None}
  of = ordered(pairs)
  for view, due in zip((of.keys(), of.values(), of.items()), (pairs.keys(), pairs.values(), pairs.items())):
    assert type(cross(view)) is type(due) and list(cross(view)) == list(due)


def test_other_objects_become_references():
  message = wire.encode([object], lambda x: ['object', 5])
  assert message == [{'ref': ['object', 5]}]
  assert wire.decode(message, lambda reference: reference[1]) == [5]


def test_deep_values_are_refused():
  value = []
  for _ in range(wire.MAX_DEPTH + 5):
    value = [value]
  with pytest.raises(RecursionError):
    wire.encode(value, lambda x: None)


@pytest.mark.parametrize(
  'message',
  [
    {},
    {'a': 1},
    {'tuple': 1, 'list': 2},
    {'int': 'zz'},
    {'int': 3},
    {'fraction': ['0x1', '0x0']},
    {'set': [[1]]},
    {'dict': [1]},
    {'dict': [[], 1]},
    {'ordered': [1]},
    {'counter': 3},
    {'defaultdict': []},
    {'defaultdict': ['eval', []]},
    {'defaultdict': ['object', []]},
    {'defaultdict': [[], []]},
    {'defaultdict': [{'ref': ['builtin', 'int']}, []]},
    {'keys': [[]]},
    {'values': 1},
    {'items': [1]},
    {'items': [[], 1]},
    {'range': [0, 1, 0]},
    {'date': 'today'},
    {'decimal': 'x'},
    {'bytes': '\u0100'},
    {'ref': 1},
  ],
  ids=str,
)
def test_malformed_values_are_named_so(message):
  def resolve(reference):
    kind, _ = reference
    return kind

  with pytest.raises(wire.Malformed):
    wire.decode(message, resolve)


@pytest.mark.parametrize('name', ['eval', '__loader__', 'None', 'program', '', 1, None, []], ids=str)
def test_only_builtin_types_have_names(name):
  assert wire.named_type('int') is int
  with pytest.raises(wire.Malformed):
    wire.named_type(name)


@pytest.fixture
def channels():
  a, b = socket.socketpair()
  with a, b:
    yield wire.Channel(a, time.monotonic() + 0.3), b


def test_messages_cross(channels):
  ours, theirs = channels
  ours.send({'a': [1]})
  assert wire.Channel(theirs).receive() == {'a': [1]}


@pytest.mark.parametrize(
  'data', [struct.pack('<I', wire.MAX_FRAME + 1), struct.pack('<I', 2) + b'{]', struct.pack('<I', 2) + b'\xff\xff']
)
def test_bad_frames_are_malformed(channels, data):
  ours, theirs = channels
  theirs.sendall(data)
  with pytest.raises(wire.Malformed):
    ours.receive()


def test_silence_is_time_up_and_a_hang_up_is_gone(channels):
  ours, theirs = channels
  theirs.sendall(struct.pack('<I', 9) + b'{')
  with pytest.raises(wire.TimeUp):
    ours.receive()
  with pytest.raises(wire.TimeUp):  # time stays up
    ours.receive()
  ours.deadline = None
  theirs.close()
  with pytest.raises(wire.Gone):
    ours.receive()
