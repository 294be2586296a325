"""Nested dicts by path, and JSON objects in files."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from typing import Any


def nest(flat: Mapping[str, Any]) -> dict:
  """{'a/b': x} -> {'a': {'b': x}}."""
  tree: dict = {}
  for path, value in flat.items():
    *parents, leaf = path.split('/')
    node = tree
    for name in parents:
      node = node.setdefault(name, {})
    node[leaf] = value
  return tree


def flatten(tree: Mapping, prefix: str = '') -> dict[str, Any]:
  """The inverse of `nest`."""
  flat = {}
  for name, value in tree.items():
    path = f'{prefix}{name}'
    flat |= flatten(value, f'{path}/') if isinstance(value, Mapping) else {path: value}
  return flat


def read_json(file: pathlib.Path, optional: bool = False) -> dict:
  """The object in a file, {} where it may be absent and is; ValueError when it is damaged."""
  if optional and not file.is_file():
    return {}
  try:
    value = json.loads(file.read_text(encoding='utf-8'))
  except (OSError, ValueError) as error:
    raise ValueError(f'{file} cannot be read ({error}); it is damaged, fetch it again') from None
  if not isinstance(value, dict):
    raise ValueError(f'{file} holds no JSON object; it is damaged, fetch it again')
  return value
