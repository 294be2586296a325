"""Postconditions: what a function's documentation promises, held against what the function did."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from acrl_jax.datagen.records import Doc, Function
from acrl_jax.datagen.values import walk

_NAN = re.compile(r'\bNaN\b|\bnan\b')
_NUMBERS = (int, float)


def _number(x: Any) -> bool:
  return type(x) in _NUMBERS


# Kinds of arguments, and the words by which texts speak of them.
_CLASSES: tuple[tuple[re.Pattern, Callable[[Any], bool]], ...] = (
  (re.compile(r'\b(empty|no elements|zero[- ]length|length (of )?(zero|0))\b'),
   lambda x: hasattr(x, '__len__') and not len(x)),
  (re.compile(r'\b(null|None)\b'), lambda x: x is None),
  (re.compile(r'\bnegative\b|\bless than (zero|0)\b|< ?0\b'), lambda x: _number(x) and x < 0),
  (re.compile(r'\b(not|non-?) ?positive\b|<= ?0\b|\bless than (1|one)\b|< ?1\b'), lambda x: _number(x) and x <= 0),
  (re.compile(r'\b(is|are|equals?( to)?|be|==) ?(zero|0)\b(?!\.)'), lambda x: _number(x) and x == 0),
  (re.compile(r'\b(?:not|non-?)[ -](?:\w+ ){0,3}(?:sorted|monotonic|(?:increasing|ascending)(?: order)?)\b'),
   lambda x: type(x) is list and any(not a < b for a, b in zip(x, x[1:]))),
  (re.compile(r'\bNaN\b'), lambda x: type(x) is float and math.isnan(x)),
)  # fmt: skip
_RANGE = re.compile(r'\bout of (range|bounds?)\b|\binvalid (index|position)\b|\bindex < 0\b|\bnot a valid index\b')


def says_nan(doc: Doc) -> bool:
  return bool(_NAN.search(' '.join([doc.summary, doc.returns, *(text for _, text in doc.parameters)])))


def contradicted(function: Function, args: tuple, value: Any) -> bool:
  """Whether the documentation promises an exception, or NaN, for inputs like `args`, which gave another `value`.

  It reads promises widely: an input that is dropped in vain costs less than a wrong test.
  """
  doc = function.doc
  for _, text in doc.raises:
    if _describes(function, text, args):
      return True
  if any(type(x) is float and math.isnan(x) for x in walk(value)):
    return False
  said = _sentences(f'{doc.summary}\n{doc.returns}')
  return any(_NAN.search(text) and _describes(function, text, args) for text in said)


def forbids_none(function: Function, name: str) -> bool:
  """Whether the documentation promises an exception where the parameter is None."""
  for _, text in function.doc.raises:
    named = [p.name for p in function.parameters if re.search(rf'(?<!\w){re.escape(p.name)}(?!\w)', text)]
    if re.search(r'\bNone\b', text) and (name in named or not named):
      return True
  return False


def _sentences(text: str) -> list[str]:
  return re.split(r'(?<=[.;])\s|\n', text)


def _describes(function: Function, text: str, args: tuple) -> bool:
  """Whether a text such as "if n is negative" speaks of one of the arguments; of which, if it names parameters."""
  pairs = list(zip(function.parameters, args))
  named = [(p, x) for p, x in pairs if re.search(rf'(?<!\w){re.escape(p.name)}(?!\w)', text)]
  given = [x for _, x in named or pairs]
  if any(pattern.search(text) and any(map(holds, given)) for pattern, holds in _CLASSES):
    return True
  if not _RANGE.search(text):
    return False
  # Any length among the arguments is taken for the one that is meant.
  longest = max((len(x) for x in args if isinstance(x, (str, list, bytes))), default=None)
  return longest is not None and any(type(x) is int and not 0 <= x <= longest for x in given)
