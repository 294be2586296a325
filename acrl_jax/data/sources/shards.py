"""Problems in Arrow shards, ours or a user's."""

from __future__ import annotations

import pathlib

from acrl_jax.config import SPLITS
from acrl_jax.data import shards
from acrl_jax.records import Problem


def load(argument: str, split: str | None) -> list[Problem]:
  """A folder with one of train/, validation/, test/ below it is read by split; else all of it is every split."""
  folder = pathlib.Path(argument)
  if not argument or not folder.is_dir():
    raise ValueError(f'shards:{argument}: no such folder')
  parts = [folder / name for name in SPLITS if (folder / name).is_dir()]
  if not parts:
    return list(shards.read_shards(folder))
  # A split whose folder is missing has no problems: it is not made of the others, nor of what else lies beside them.
  return [p for part in ([folder / split] if split else parts) for p in shards.read_shards(part)]
