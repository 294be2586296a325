"""Where problems come from: one file a source, by its name, or several of them.

In `shards:A@2,primer@1`, or `shards:A@2,primer`, two of three problems that a step learns from come from the shards.
"""

from __future__ import annotations

import difflib
import importlib
import re

from acrl_jax.config import SPLITS
from acrl_jax.records import Problem

# How each is written. The file of its name here has load(argument, split) -> [Problem], split None meaning all.
SOURCES = {
  'primer': 'primer',
  'synthetic': 'synthetic:SEED',
  'humaneval': 'humaneval',
  'mbpp': 'mbpp:PATH',
  'shards': 'shards:DIR',
}


def mixture(spec: str) -> list[tuple[str, int]]:
  """The sources that a spec names, each with its weight. ValueError for a weight of 0."""
  found = []
  for one in re.split(r',(?=[a-z]+(?:[:@,]|$))', spec):  # a comma in a path is no end of it
    name, weight = re.fullmatch(r'(.*?)(?:@(\d+))?', one, re.DOTALL).groups()
    if weight and int(weight) == 0:
      raise ValueError(f'{spec}: the weight of {name} is 0; it must be 1 or more, or leave it out')
    found.append((name, int(weight or 1)))
  return found


def load(spec: str, split: str | None = 'train') -> list[Problem]:
  """The problems of a split (None: of all splits) of one source, or of several one after the other.

  ValueError in one line for what cannot be opened.
  """
  return [problem for one, _ in mixture(spec) for problem in _load(one, split)]


def _load(spec: str, split: str | None) -> list[Problem]:
  name, _, argument = spec.partition(':')
  if name not in SOURCES:
    near = difflib.get_close_matches(name, SOURCES, 1)
    hint = f'did you mean {near[0]}?' if near else f'known are {", ".join(SOURCES.values())}'
    raise ValueError(f'no source of problems {spec!r}; {hint}')
  if split not in (None, *SPLITS):
    raise ValueError(f'split {split!r}: must be one of {", ".join(SPLITS)}')
  found = importlib.import_module(f'acrl_jax.data.sources.{name}').load(argument, split)
  if not found:
    raise ValueError(f'{spec} has no problems in its split {split!r}')
  return found
