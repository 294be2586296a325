"""Where problems come from: one file a source, by its name, or several of them.

A new source is a file here and a line in SOURCES. In `shards:A@2,primer@1`, or `shards:A@2,primer`, two of three
problems that a step learns from come from the shards.
"""

from __future__ import annotations

import difflib
import importlib
import re

from acrl_jax.config import SPLITS
from acrl_jax.records import Problem

# How each is written; what stands after the colon is its argument. The file of its name here has
# load(argument, split) -> [Problem], with argument '' where there is none and split None for all splits.
SOURCES = {
  'primer': 'primer',
  'synthetic': 'synthetic:SEED',
  'humaneval': 'humaneval',
  'mbpp': 'mbpp:PATH',
  'shards': 'shards:DIR',
}


def mixture(spec: str) -> list[tuple[str, int]]:
  """The sources that a spec names, each with its weight. ValueError for a weight of 0."""
  weighted = []
  for part in re.split(r',(?=[a-z]\w*(?:[:@,]|$))', spec):  # a comma in a path does not end it
    source, weight = re.fullmatch(r'(.*?)(?:@(\d+))?', part, re.DOTALL).groups()
    if weight and int(weight) == 0:
      raise ValueError(f'{spec}: the weight of {source} is 0; it must be 1 or more, or leave it out')
    weighted.append((source, int(weight or 1)))
  return weighted


def load(spec: str, split: str | None = 'train') -> list[Problem]:
  """The problems of a split (None: of all splits) of one source, or of several one after the other.

  ValueError in one line for what cannot be opened.
  """
  return [problem for source, _ in mixture(spec) for problem in _load_source(source, split)]


def _load_source(source: str, split: str | None) -> list[Problem]:
  name, _, argument = source.partition(':')
  if name not in SOURCES:
    near = difflib.get_close_matches(name, SOURCES, 1)
    hint = f'did you mean {near[0]}?' if near else f'known are {", ".join(SOURCES.values())}'
    raise ValueError(f'no source of problems {source!r}; {hint}')
  if split not in (None, *SPLITS):
    raise ValueError(f'split {split!r}: must be one of {", ".join(SPLITS)}')
  if argument and ':' not in SOURCES[name]:
    raise ValueError(f'{source}: must be {name} alone; the split is a setting of its own')
  problems = importlib.import_module(f'acrl_jax.data.sources.{name}').load(argument, split)
  if not problems:
    raise ValueError(f'{source} has no problems in its split {split!r}')
  return problems
