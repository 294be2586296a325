"""From the parts of a build to what is published: shards by split, rejects, notice, manifest."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from collections.abc import Sequence

import pyarrow as pa

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.output import dedupe, rows
from acrl_jax.datagen.records import Reject

SHARD = 1000  # problems in a shard
_KEYS = ['id', 'source_symbol', 'source_corpus', 'mutation_score', 'split', *dedupe.KEYS]


def write_file(file: pathlib.Path, data: bytes | str) -> None:
  """Writes the file whole or not at all; it is on the disk when this returns."""
  file.parent.mkdir(parents=True, exist_ok=True)
  unfinished = file.with_name(f'{file.name}.tmp')
  with open(unfinished, 'wb') as f:
    f.write(data.encode() if isinstance(data, str) else data)
    f.flush()
    os.fsync(f.fileno())
  os.replace(unfinished, file)
  folder = os.open(file.parent, os.O_RDONLY)
  try:
    os.fsync(folder)  # else a power cut could undo the renaming
  finally:
    os.close(folder)


def release(
  folder: pathlib.Path, parts: Sequence[tuple[str, dict]], rejects: list[dict], corpora: Sequence[Fetched], config: dict
) -> dict:
  """train/, validation/, test/, rejects.arrow, NOTICE and manifest.json out of `folder`/parts; the manifest.

  Args:
    parts: name and key of each part.
    rejects: of the functions that came into no part.
    config: what the rows depend on.
  """
  problems = [rows.read_table(folder / 'parts' / f'{name}.arrow') for name, _ in parts]
  refused = [rows.read_table(folder / 'parts' / f'{name}.rejects.arrow') for name, _ in parts]
  plain = [table.replace_schema_metadata(rows.SCHEMA.metadata) for table in problems]  # each has its part's key
  table = pa.concat_tables(plain) if plain else rows.SCHEMA.empty_table()
  keys = table.select(_KEYS).to_pylist()
  kept, dropped = dedupe.dedupe(keys)
  files = _write_shards(folder, table, keys, kept)
  all_rejects = [*rejects, *(row for t in refused for row in t.to_pylist())]
  all_rejects += [_dropped_row(row, dropped[row['id']]) for row in keys if row['id'] in dropped]
  all_rejects.sort(key=lambda row: [row['corpus'], row['symbol'], *map(str, row.values())])
  data = rows.stream(all_rejects, rows.REJECTS)
  files['rejects.arrow'] = _write_listed(folder / 'rejects.arrow', data, len(all_rejects))
  files['NOTICE'] = _write_listed(folder / 'NOTICE', notice(corpora).encode(), 0)
  manifest = {
    'generator_version': rows.version(),
    'config': config,
    'corpora': {c.name: dict(version=c.version, license=c.license, sha256=c.sha256) for c in corpora},
    'parts': [
      dict(name=name, **key, kept=p.num_rows, rejected=r.num_rows)
      for (name, key), p, r in zip(parts, problems, refused)
    ],
    'files': files,
  }
  write_file(folder / 'manifest.json', json.dumps(manifest, indent=1) + '\n')
  return manifest


def _write_shards(folder: pathlib.Path, table: pa.Table, keys: list[dict], kept: list[str]) -> dict:
  """SPLIT/NNNNN.arrow, sorted by id; what an earlier, larger build left there is removed."""
  places = {row['id']: place for place, row in enumerate(keys)}
  files = {}
  for name, _ in rows.SPLITS:
    mine = [places[i] for i in kept if keys[places[i]]['split'] == name]
    for number, first in enumerate(range(0, len(mine), SHARD)):
      chosen = table.take(mine[first : first + SHARD])
      path = f'{name}/{number:05d}.arrow'
      files[path] = _write_listed(folder / path, rows.stream(chosen, rows.SCHEMA), chosen.num_rows)
    for old in (folder / name).glob('*.arrow'):
      if f'{name}/{old.name}' not in files:
        old.unlink()
    if not mine and (folder / name).is_dir():
      (folder / name).rmdir()
  return files


def _dropped_row(row: dict, reject: Reject) -> dict:
  return rows.reject_row(row['id'], row['source_symbol'], row['source_corpus'], reject)


def _write_listed(file: pathlib.Path, data: bytes, count: int) -> dict:
  """Writes the file; returns its entry in the manifest."""
  write_file(file, data)
  return {'rows': count, 'sha256': hashlib.sha256(data).hexdigest()}


def read_manifest(folder: pathlib.Path) -> dict:
  """The manifest of a finished build; ValueError where there is none."""
  try:
    manifest = json.loads((folder / 'manifest.json').read_text())
    if not isinstance(manifest, dict) or not {'config', 'files', 'generator_version'} <= manifest.keys():
      raise ValueError('not the manifest of a build')
  except (OSError, ValueError) as error:
    raise ValueError(f'{folder / "manifest.json"} cannot be read ({error}); build the folder (again)') from error
  return manifest


def notice(corpora: Sequence[Fetched]) -> str:
  """Whose work the problems are made from, and under which licences."""
  texts = [f'{c.name} {c.version}\n{c.notice}\nLicence: {c.license}\n' for c in sorted(corpora)]
  head = 'Signatures and documentation in these problems were adapted from:\n\n'
  return head + '\n'.join(texts)
