"""What stands after the colon of a source."""

from __future__ import annotations


def refuse(name: str, argument: str) -> None:
  """Raises ValueError where a source that takes no argument has one."""
  if argument:
    raise ValueError(f'{name}:{argument}: must be {name} alone; the split is a setting of its own')
