"""Files of JSON lines, one object a line; what is no object is refused by file and line."""

from __future__ import annotations

import json
import pathlib


def read_objects(path: str | pathlib.Path) -> list[dict]:
  """The objects of a file; ValueError names the file and the line that is not one."""
  try:
    return parse_objects(pathlib.Path(path).read_text(encoding='utf-8'), path)
  except (OSError, UnicodeDecodeError) as error:
    raise ValueError(f'{path} cannot be read: {one_line(error)}') from error


def parse_objects(text: str, name: str | pathlib.Path) -> list[dict]:
  """The objects of a text; `name` is what errors call it."""
  rows = []
  for number, line in enumerate(text.split('\n'), 1):  # not splitlines: a JSON text may hold U+2028 as it is
    if line.strip():
      try:
        rows.append(json.loads(line))
      except json.JSONDecodeError as error:
        raise ValueError(f'{name}:{number}: not a JSON object ({error})') from error
      if not isinstance(rows[-1], dict):
        raise ValueError(f'{name}:{number}: not a JSON object but {line[:40]}')
  return rows


def one_line(error: Exception) -> str:
  """The message of an error without its line breaks."""
  return ' '.join(str(error).split())
