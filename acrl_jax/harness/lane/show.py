"""A short repr of any value that came from a program, bounded in size and time, made without asking the program."""

from __future__ import annotations

import collections
import itertools
from typing import Any

from acrl_jax.harness.lane import proxies

_ITEMS, _CHARACTERS, _DEPTH, _BITS = 6, 80, 3, 512
_BRACKETS = {
  list: '[]', tuple: '()', set: '{}', frozenset: ('frozenset({', '})'), collections.deque: ('deque([', '])'),
  **{type(view): (f'{type(view).__name__}([', '])') for view in ({}.keys(), {}.values(), {}.items())},
}  # fmt: skip
_DICTS = {
  dict: '{}', collections.OrderedDict: ('OrderedDict({', '})'), collections.Counter: ('Counter({', '})'),
  collections.defaultdict: ('defaultdict({', '})'),
}  # fmt: skip


def show(x: Any, depth: int = _DEPTH) -> str:
  kind = type(x)
  if kind is proxies.Remote:
    return 'an object of the program'
  if kind is int and x.bit_length() > _BITS:
    return f'an integer of {x.bit_length()} bits'
  if kind in (str, bytes, bytearray):
    return repr(x[:_CHARACTERS]) + _more(x, _CHARACTERS)
  if kind in _DICTS:
    left, right = _DICTS[kind]
    return left + _join((f'{show(k, depth - 1)}: {show(v, depth - 1)}' for k, v in x.items()), x, depth) + right
  if kind in _BRACKETS:
    left, right = _BRACKETS[kind]
    return left + _join((show(y, depth - 1) for y in x), x, depth) + right
  try:
    return repr(x)[: 2 * _CHARACTERS]
  except Exception:  # digits without end
    return f'a {kind.__name__}'


def exception_text(e: BaseException) -> str:
  """An exception's own message."""
  if not e.args:
    return ''
  return proxies.writable(e.args[0][:_CHARACTERS]) if type(e.args[0]) is str else show(e.args[0])


def _join(parts, x, depth: int) -> str:
  return ', '.join(itertools.islice(parts, _ITEMS)) + _more(x, _ITEMS) if depth > 0 else '...'


def _more(x, shown: int) -> str:
  return f'... ({len(x)} in all)' if len(x) > shown else ''
