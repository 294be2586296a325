"""Our own problems, which come with the package."""

from __future__ import annotations

import pathlib

from acrl_jax.data import shards
from acrl_jax.data.sources import argument
from acrl_jax.records import Problem, Test


def load(text: str, split: str | None) -> list[Problem]:
  """Those of a split; None: all."""
  argument.refuse('primer', text)
  file = pathlib.Path(__file__).parent / 'primer.jsonl'
  rows = [row for row in shards.jsonl(file) if split in (None, row['split'])]
  return [
    Problem(
      id=row['id'], prompt=row['prompt'], entry_point=row['entry_point'], solution=row['solution'], source='primer',
      tests=tuple(Test(code=t['code'], expected=t['expected']) for t in row['tests']),
    )
    for row in rows
  ]  # fmt: skip
