"""Our own problems, which come with the package."""

from __future__ import annotations

import pathlib

from acrl_jax.data import json_lines
from acrl_jax.records import Problem, Test


def load(argument: str, split: str | None) -> list[Problem]:
  """The problems of a split; None: of all splits."""
  file = pathlib.Path(__file__).parent / 'primer.jsonl'
  rows = [row for row in json_lines.read_objects(file) if split in (None, row['split'])]
  return [
    Problem(
      id=row['id'], prompt=row['prompt'], entry_point=row['entry_point'], solution=row['solution'], source='primer',
      tests=tuple(Test(code=t['code'], expected=t['expected']) for t in row['tests']),
    )
    for row in rows
  ]  # fmt: skip
