"""Two problems are one when their names, types and words agree, or their bodies, or their tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from acrl_jax.datagen.output import bodies
from acrl_jax.datagen.records import Function, Reject

# Overloads for byte, short, int and long have one contract each that differs in such a word only.
_TYPES = frozenset(
  'a an array arrays bool boolean booleans byte bytes char character characters chars double doubles float floats int '
  'integer integers ints list lists long longs number numbers object objects short shorts str string strings value '
  'values'.split()
)
KEYS = {'dedupe_key': 'same_name', 'body_key': 'same_body', 'tests_key': 'same_tests'}


def keys(
  function: Function, entry_point: str, docstring: str, annotations: Sequence[str], returns: str, tests: list[dict]
) -> dict[str, str]:
  """The three keys of a row: two rows that share one of them are one problem."""
  types = [*annotations, returns]
  data = sorted((t['kind'], t['args'], t['expected'] or '') for t in tests)
  return {
    'dedupe_key': _hash(entry_point, types, neutral(docstring)),
    'body_key': _hash(function.language, types, bodies.normal(function)),
    'tests_key': _hash(data),
  }


def neutral(docstring: str) -> str:
  """Its words, but for those that name a type."""
  return ' '.join(w for w in re.findall(r'[a-z0-9]+', docstring.lower()) if w not in _TYPES)


def _hash(*parts) -> str:
  return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def dedupe(rows: Iterable[dict]) -> tuple[list[str], dict[str, Reject]]:
  """(ids to keep, {id: why} of the others) of rows with their keys and mutation scores, whatever their order.

  Of rows that are one problem the one with the highest mutation score is kept, of equals that of the smallest id.
  """
  kept: list[str] = []
  dropped: dict[str, Reject] = {}
  owners: dict[tuple[str, str], str] = {}
  for row in sorted(rows, key=lambda r: (-r['mutation_score'], r['id'])):
    mine = [(name, row[name]) for name in KEYS]
    shared = next((key for key in mine if key in owners), None)
    if shared:
      dropped[row['id']] = Reject('dedupe', KEYS[shared[0]], owners[shared])
    else:
      kept.append(row['id'])
      owners.update(dict.fromkeys(mine, row['id']))
  return sorted(kept), dropped
