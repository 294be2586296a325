"""One problem as one row of an Arrow shard: what `acrl_jax.data.shards` reads, and where it came from.

Also the rows of rejects, and the version of the generator, which both of them depend on.
"""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import io
import pathlib
from collections.abc import Iterable

import pyarrow as pa

import acrl_jax
from acrl_jax import datagen
from acrl_jax.data import json_lines, shards
from acrl_jax.datagen import values
from acrl_jax.datagen.output import dedupe
from acrl_jax.datagen.records import GeneratedProblem, Reject, RenderedTest

_TEXTS = pa.list_(pa.string())
TEST = pa.struct([*shards.TEST, *((name, pa.string()) for name in ('kind', 'call', 'args', 'assertion'))])
SCHEMA = pa.schema(
  [
    *(field.with_type(pa.list_(TEST)) if field.name == 'tests' else field for field in shards.SCHEMA
      if field.name != 'trivial'),  # which is trivial_best here
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
# Files of datagen that change no row: they fetch corpora, spread the work, publish, report, look into builds, or make
# the primer, of which the Python front end uses the mutants alone.
_SHAPES_NO_ROW = (
  '__main__.py', 'build/build.py', 'build/pool.py', 'build/ray_build.py', 'corpora/fetch.py', 'output/release.py',
  'output/report.py', 'inspect/*', 'primer/*',
)  # fmt: skip
_SHAPES_ROWS = ('primer/mutants.py',)  # though a pattern above has it


@functools.cache
def version() -> str:
  """Of the package, and of the files of datagen that decide what is in a row.

  Parts that another version made are made anew.
  """
  return f'{acrl_jax.__version__}+{digest_of_files(pathlib.Path(datagen.__file__).parent)}'


def digest_of_files(folder: pathlib.Path) -> str:
  """A hash of the names and bytes of the files that decide what is in a row; `folder` is that of datagen."""
  digest = hashlib.sha256()
  for name in shaping_files(folder):
    digest.update(f'{name}\0'.encode() + (folder / name).read_bytes())
  return digest.hexdigest()[:12]


def shaping_files(folder: pathlib.Path) -> list[str]:
  """The paths within `folder`, that of datagen, of the files that decide what is in a row: sorted, at any depth."""
  names = [f.relative_to(folder).as_posix() for f in folder.rglob('*') if f.suffix in ('.py', '.java', '.npz')]
  late = lambda name: any(fnmatch.fnmatchcase(name, pattern) for pattern in _SHAPES_NO_ROW)
  return sorted(name for name in names if name in _SHAPES_ROWS or not late(name))


def split(container: str) -> str:
  """The split that all functions of a class or module are in."""
  place = int(hashlib.sha256(container.encode()).hexdigest(), 16) % 100
  return next(name for name, end in SPLITS if place < end)


def row(problem: GeneratedProblem, seed: int, generator: str) -> dict:
  """All that a shard says of a problem that the generator of that `version` made."""
  function, strength = problem.function, problem.strength
  tests = [_test(rendered) for rendered in problem.tests]
  python = function.language == 'python'
  return {
    'id': function.id,
    'prompt': problem.prompt,
    'entry_point': problem.entry_point,
    'tests': tests,
    'solution': '',  # a reference that learning may see would be copied from the corpus
    'source': function.corpus,
    'oracle_solution': function.body if python else None,
    'signature': problem.signature,
    'docstring': problem.docstring,
    'param_names': list(problem.parameters),
    'param_types': list(problem.annotations),
    'return_type': problem.returns,
    'comparator': problem.comparator,
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
    'divergence_flags': sorted(problem.flags),
    'soft_flags': sorted(problem.soft_flags),
    **dedupe.keys(function, problem.entry_point, problem.docstring, problem.annotations, problem.returns, tests),
    'generator_version': generator,
    'seed': seed,
    'split': split(function.container),
    'difficulty': 'easy' if strength.easy else 'normal',
    'container': function.container,
  }


def _test(rendered: RenderedTest) -> dict:
  more = {name: getattr(rendered, name) for name in ('kind', 'call', 'args', 'assertion')}
  return rendered.test._asdict() | more


def reject_row(record: str, symbol: str, corpus: str, reject: Reject) -> dict:
  """A row of REJECTS: a function, by its id or '' and its symbol, and why it makes no problem."""
  detail = str(reject.detail).encode('utf-8', 'backslashreplace').decode()  # Arrow holds no lone surrogate
  return dict(
    record_id=record, symbol=symbol, corpus=corpus,
    stage=reject.stage, reason=reject.reason, detail=detail[:300],
  )  # fmt: skip


def stream(rows: Iterable[dict] | pa.Table, schema: pa.Schema, **metadata: str) -> bytes:
  """The rows as one Arrow stream: equal rows, equal bytes."""
  schema = schema.with_metadata((schema.metadata or {}) | {k.encode(): v.encode() for k, v in metadata.items()})
  table = rows.cast(schema) if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), schema)
  sink = io.BytesIO()
  with pa.ipc.new_stream(sink, schema) as writer:
    for batch in table.combine_chunks().to_batches():
      writer.write_batch(batch)
  return sink.getvalue()


def read_table(file: pathlib.Path) -> pa.Table:
  """The rows of an Arrow stream; ValueError when the file is not a whole one."""
  try:
    with pa.memory_map(str(file)) as source:
      return pa.ipc.open_stream(source).read_all()
  except (pa.ArrowException, OSError) as error:
    raise ValueError(f'{file}: not a whole Arrow stream ({json_lines.one_line(error)}); build it again') from error


def problems(folder: pathlib.Path) -> pa.Table:
  """The rows of all splits of a build, sorted by id: none where no function made a problem. ValueError for no build."""
  files = sorted(file for name, _ in SPLITS for file in (folder / name).glob('*.arrow'))
  if not files and (folder / 'manifest.json').is_file():
    return SCHEMA.empty_table()
  if not files:
    raise ValueError(f'{folder}: no {", ".join(f"{name}/*.arrow" for name, _ in SPLITS)} there; build it first')
  tables = [read_table(file) for file in files]
  for file, table in zip(files, tables):
    if not table.schema.equals(SCHEMA):
      lacking = [name for name in SCHEMA.names if name not in table.schema.names]
      raise ValueError(f'{file}: not of this schema (lacking: {", ".join(lacking) or "none"}); build it again')
  return pa.concat_tables(tables).sort_by('id')
