"""Problems as Arrow shards, which `datasets.load_dataset('arrow', data_files=...)` opens too."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable, Iterator

import pyarrow as pa

from acrl_jax.data.json_lines import one_line
from acrl_jax.records import Problem, Test

VERSION = '1'
OPTIONAL = ('trivial',)  # columns that files may lack; the generator's have it by another name
TEST = pa.struct([(name, pa.string()) for name in Test._fields])
SCHEMA = pa.schema(
  [
    ('id', pa.string()),
    ('prompt', pa.string()),
    ('entry_point', pa.string()),
    ('tests', pa.list_(TEST)),
    ('solution', pa.string()),
    ('source', pa.string()),
    ('trivial', pa.float64()),
  ],
  metadata={'acrl_jax_schema': VERSION},
)


def write_shards(problems: Iterable[Problem], path: str | pathlib.Path, shard_size: int = 1000) -> list[pathlib.Path]:
  """PATH/00000.arrow and so on, each written under another name first and then renamed; returns the files.

  Shards of an earlier, longer set are removed. ValueError when there are no problems; PATH is not touched then.
  """
  folder = pathlib.Path(path)
  problems = list(problems)
  if not problems:
    raise ValueError(f'shards:{path}: no problems to write')
  folder.mkdir(parents=True, exist_ok=True)
  files = []
  for number, first in enumerate(range(0, len(problems), shard_size)):
    rows = [p._asdict() | {'tests': [t._asdict() for t in p.tests]} for p in problems[first : first + shard_size]]
    file = folder / f'{number:05d}.arrow'
    partial = file.with_suffix('.tmp')
    with pa.OSFile(str(partial), 'wb') as sink, pa.ipc.new_stream(sink, SCHEMA) as writer:
      writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
    os.replace(partial, file)
    files.append(file)
  for old in set(folder.glob('[0-9][0-9][0-9][0-9][0-9].arrow')) - set(files):
    old.unlink()  # else a reader would take it for a part of this set
  return files


def read_shards(path: str | pathlib.Path) -> Iterator[Problem]:
  """The problems of every *.arrow under PATH, in the order of the names.

  ValueError names a file of another kind, or one whose end is missing.
  """
  folder = pathlib.Path(path)
  files = sorted(folder.glob('**/*.arrow'))
  if not files:
    raise ValueError(f'shards:{path}: no *.arrow file there; write some with acrl_jax.data.shards.write_shards')
  for file in files:
    for row in _table(file).to_pylist():
      tests = tuple(Test(**{k: v for k, v in test.items() if k in Test._fields}) for test in row['tests'] or ())
      text = {name: row[name] or '' for name in SCHEMA.names if name not in ('tests', *OPTIONAL)}
      yield Problem(**text, tests=tests, trivial=row.get('trivial', row.get('trivial_best')))


def _table(file: pathlib.Path) -> pa.Table:
  try:
    with pa.memory_map(str(file)) as source:
      table = pa.ipc.open_stream(source).read_all()
  except (pa.ArrowException, OSError) as error:
    raise ValueError(f'{file}: not a whole Arrow stream ({one_line(error)}); write the shards again') from error
  wanted = ', '.join(name for name in SCHEMA.names if name not in OPTIONAL)
  missing = [name for name in SCHEMA.names if name not in (*table.schema.names, *OPTIONAL)]
  if missing:
    raise ValueError(f'{file}: lacks the columns {", ".join(missing)}; it must have {wanted}')
  for name in [name for name in SCHEMA.names if name in table.schema.names]:
    if not _readable_as(SCHEMA.field(name).type, got := table.schema.field(name).type):
      raise ValueError(f'{file}: column {name} holds {got}; it must hold {SCHEMA.field(name).type}')
  version = (table.schema.metadata or {}).get(b'acrl_jax_schema', VERSION.encode()).decode()
  if version != VERSION:
    raise ValueError(f'{file}: of schema version {version}; this package reads {VERSION}: write the shards again')
  if not table.num_rows:
    raise ValueError(f'{file}: holds no problem; delete it or write it again')
  return table


def _readable_as(wanted: pa.DataType, got: pa.DataType) -> bool:
  """Whether a column can be read; long strings and lists will do, and tests that lack fields of Test."""
  if pa.types.is_floating(wanted):
    return pa.types.is_floating(got) or pa.types.is_null(got)
  if pa.types.is_string(wanted):
    return pa.types.is_string(got) or pa.types.is_large_string(got)
  if not (pa.types.is_list(got) or pa.types.is_large_list(got)) or not pa.types.is_struct(got.value_type):
    return False
  known = [field for field in got.value_type if field.name in Test._fields]
  return bool(known) and all(_readable_as(pa.string(), f.type) or pa.types.is_null(f.type) for f in known)
