"""One problem as one row of an Arrow shard: what `acrl_jax.data.shards` reads, and where it came from."""

from __future__ import annotations

import functools
import hashlib
import io
import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

import acrl_jax
from acrl_jax import datagen
from acrl_jax.data import shards
from acrl_jax.datagen import values
from acrl_jax.datagen.output import dedupe

if TYPE_CHECKING:
  from acrl_jax.datagen.build.pipeline import Made

_TEXTS = pa.list_(pa.string())
TEST = pa.struct([*shards.TEST, *((name, pa.string()) for name in ('kind', 'call', 'args', 'assertion'))])
SCHEMA = pa.schema(
  [
    *(field.with_type(pa.list_(TEST)) if field.name == 'tests' else field for field in shards.SCHEMA),
    ('oracle_solution', pa.string()),  # the Python function itself; null for Java. Never in a prompt
    *((name, pa.string()) for name in ('signature', 'docstring')),
    *((name, _TEXTS) for name in ('param_names', 'param_types')),
    ('return_type', pa.string()),
    ('comparator', pa.string()),  # exact | float | unordered
    *((name, pa.float64()) for name in ('float_rtol', 'float_atol')),
    *((f'source_{name}', pa.string()) for name in ('lang', 'corpus', 'version', 'path', 'symbol', 'sha256')),
    ('license', pa.string()),
    # In half the digits a score of 0.9 would be less than 0.9.
    *((name, pa.float64()) for name in ('mutation_score', 'branch_coverage', 'trivial_best')),
    *((name, pa.int32()) for name in ('mutants', 'mutants_covered', 'mutants_killed', 'n_candidates')),
    *((name, _TEXTS) for name in ('divergence_flags', 'soft_flags')),  # of dropped inputs; of the documentation
    *((name, pa.string()) for name in ('dedupe_key', 'body_key', 'tests_key')),
    ('generator_version', pa.string()),
    ('seed', pa.int64()),
    *((name, pa.string()) for name in ('split', 'difficulty', 'container')),  # difficulty: easy | normal
  ],
  metadata=shards.SCHEMA.metadata,
)
REJECTS = pa.schema(
  [(name, pa.string()) for name in ('record_id', 'symbol', 'corpus', 'stage', 'reason', 'detail')],
)
SPLITS = (('train', 80), ('validation', 90), ('test', 100))  # by the container's hash in 0..99: below this
_LATE = ('build', 'pool', 'ray_build', 'release', 'report', 'verify', 'explain', 'fetch', '__main__')  # write no row


@functools.cache
def version() -> str:
  """Of the package, and of the files here that decide what is in a row."""
  folder = pathlib.Path(datagen.__file__).parent
  digest = hashlib.sha256()
  for file in sorted(f for f in folder.rglob('*') if f.suffix in ('.py', '.java', '.npz') and f.stem not in _LATE):
    digest.update(f'{file.relative_to(folder)}\0'.encode() + file.read_bytes())
  return f'{acrl_jax.__version__}+{digest.hexdigest()[:12]}'


def split(container: str) -> str:
  """The split that all functions of a class or module are in."""
  place = int(hashlib.sha256(container.encode()).hexdigest(), 16) % 100
  return next(name for name, end in SPLITS if place < end)


def row(made: Made, seed: int, generator: str) -> dict:
  """All that a shard tells of a problem that a `version` of the generator made."""
  function, strength = made.function, made.strength
  tests = [_test(rendered) for rendered in made.tests]
  python = function.language == 'python'
  return {
    'id': function.id,
    'prompt': made.prompt,
    'entry_point': made.entry_point,
    'tests': tests,
    'solution': '',  # a reference that learning may see would be copied from the corpus
    'source': function.corpus,
    'oracle_solution': function.body if python else None,
    'signature': made.signature,
    'docstring': made.docstring,
    'param_names': list(made.parameters),
    'param_types': list(made.annotations),
    'return_type': made.returns,
    'comparator': made.comparator,
    'float_rtol': values.RELATIVE,
    'float_atol': values.ABSOLUTE,
    'source_lang': function.language,
    'source_corpus': function.corpus,
    'source_version': function.version,
    'source_path': function.path,
    'source_symbol': function.symbol,
    'source_sha256': hashlib.sha256(function.body.encode()).hexdigest(),
    'license': function.license,
    'mutation_score': strength.mutation_score,
    'branch_coverage': strength.branch_coverage,
    'trivial_best': strength.trivial_best,
    'mutants': strength.mutants,
    'mutants_covered': strength.mutants_covered,
    'mutants_killed': strength.mutants_killed,
    'n_candidates': strength.candidates,
    'divergence_flags': sorted(made.flags),
    'soft_flags': sorted(made.soft_flags),
    **dedupe.keys(function, made.entry_point, made.docstring, made.annotations, made.returns, tests),
    'generator_version': generator,
    'seed': seed,
    'split': split(function.container),
    'difficulty': 'easy' if strength.easy else 'normal',
    'container': function.container,
  }


def _test(rendered) -> dict:
  more = {name: getattr(rendered, name) for name in ('kind', 'call', 'args', 'assertion')}
  return rendered.test._asdict() | more


def stream(rows: Iterable[dict] | pa.Table, schema: pa.Schema, **metadata: str) -> bytes:
  """The rows as one Arrow stream: equal rows, equal bytes."""
  schema = schema.with_metadata((schema.metadata or {}) | {k.encode(): v.encode() for k, v in metadata.items()})
  table = rows.cast(schema) if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), schema)
  sink = io.BytesIO()
  with pa.ipc.new_stream(sink, schema) as writer:
    for batch in table.combine_chunks().to_batches():
      writer.write_batch(batch)
  return sink.getvalue()


def read(file: pathlib.Path) -> pa.Table:
  """ValueError when the file is not a whole Arrow stream."""
  try:
    with pa.memory_map(str(file)) as source:
      return pa.ipc.open_stream(source).read_all()
  except (pa.ArrowException, OSError) as error:
    raise ValueError(f'{file}: not a whole Arrow stream ({shards.one_line(error)}); build it again') from error


def problems(folder: pathlib.Path) -> pa.Table:
  """The rows of all splits of a build, sorted by id: none where no function made a problem. ValueError for no build."""
  files = sorted(file for name, _ in SPLITS for file in (folder / name).glob('*.arrow'))
  if not files and (folder / 'manifest.json').is_file():
    return SCHEMA.empty_table()
  if not files:
    raise ValueError(f'{folder}: no {", ".join(f"{name}/*.arrow" for name, _ in SPLITS)} there; build it first')
  tables = [read(file) for file in files]
  for file, table in zip(files, tables):
    if not table.schema.equals(SCHEMA):
      lacking = [name for name in SCHEMA.names if name not in table.schema.names]
      raise ValueError(f'{file}: not of this schema (lacking: {", ".join(lacking) or "none"}); build it again')
  return pa.concat_tables(tables).sort_by('id')
