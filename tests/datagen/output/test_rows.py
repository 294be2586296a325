"""A row holds all that is known of a problem, and opens with the readers of shards."""

import ast
import pathlib

import datasets
import fakes
import pyarrow as pa
import pytest

import acrl_jax
from acrl_jax import datagen
from acrl_jax.data import shards, sources
from acrl_jax.datagen.output import rows
from acrl_jax.datagen.records import Reject
from acrl_jax.records import Test

FOLDER = pathlib.Path(datagen.__file__).parent


def row(name='f', **changes):
  return rows.row(fakes.made(fakes.function(name), **changes), 7, 'v')


def test_a_row_by_hand():
  found = row('add')
  assert found.keys() == set(rows.SCHEMA.names)
  expected = dict(
    entry_point='add', solution='', source='fake', source_symbol='m.add', license='MIT', mutants=12, mutants_covered=10,
    mutants_killed=9, mutation_score=0.9, n_candidates=40, divergence_flags=['OVF'], seed=7, generator_version='v',
    param_names=['x0'], param_types=['int'], return_type='int', difficulty='normal', container='m.a', float_rtol=1e-6,
  )  # fmt: skip
  assert {name: found[name] for name in expected} == expected
  n = fakes.number('add')
  assert found['tests'][1] == dict(
    code='add(1)', expected=str(3 + n), stdin=None, stdout=None, kind='value', call='add(1)', args='(1,)',
    assertion=f'assert add(1) == {3 + n}',
  )  # fmt: skip


def test_the_reference_of_python_is_told_apart_from_the_solution_and_that_of_java_not_at_all():
  assert row()['oracle_solution'].startswith('def f(') and row()['solution'] == ''
  java = rows.row(fakes.made(fakes.function('f', language='java')), 0, 'v')
  assert java['oracle_solution'] is None and java['solution'] == ''


def test_both_readers_open_a_shard(tmp_path):
  (tmp_path / 'train').mkdir()
  file = tmp_path / 'train' / '00000.arrow'
  file.write_bytes(rows.stream([row('f'), row('g')], rows.SCHEMA))
  one, two = sources.load(f'shards:{tmp_path}')
  assert (one.entry_point, two.entry_point, one.source) == ('f', 'g', 'fake')
  assert one.tests[0] == Test(code='f(0)', expected=str(fakes.number('f')))
  loaded = datasets.load_dataset('arrow', data_files=str(file), split='train', cache_dir=str(tmp_path / 'cache'))
  assert loaded[1]['tests'][0]['kind'] == 'value' and loaded[1]['mutation_score'] == pytest.approx(0.9)
  assert rows.problems(tmp_path).to_pylist() == list(shards._table(file).to_pylist())


def test_splits_are_read_one_by_one_or_together_and_nothing_beside_them(tmp_path):
  for name in ('train', 'test'):
    (tmp_path / name).mkdir()
    (tmp_path / name / '00000.arrow').write_bytes(rows.stream([row(name)], rows.SCHEMA))
  (tmp_path / 'rejects.arrow').write_bytes(rows.stream([], rows.REJECTS))
  assert [p.entry_point for p in sources.load(f'shards:{tmp_path}', 'test')] == ['test']
  assert [p.entry_point for p in sources.load(f'shards:{tmp_path}', None)] == ['train', 'test']
  with pytest.raises(ValueError, match='no .*arrow file there'):
    sources.load(f'shards:{tmp_path}', 'validation')


def test_equal_rows_make_equal_bytes_and_the_key_is_in_them():
  found = [row('f'), row('g')]
  data = rows.stream(found, rows.SCHEMA, input='abc')
  assert data == rows.stream(found, rows.SCHEMA, input='abc') != rows.stream(found, rows.SCHEMA, input='abd')
  table = pa.ipc.open_stream(data).read_all()
  assert table.schema.metadata[b'input'] == b'abc' and table.schema.metadata[b'acrl_jax_schema']
  assert rows.stream(table, rows.SCHEMA) == rows.stream(found, rows.SCHEMA)


def test_splits_of_containers_are_fixed_and_about_as_large_as_is_due():
  found = [rows.split(f'a.b.C{i}') for i in range(2000)]
  assert found == [rows.split(f'a.b.C{i}') for i in range(2000)]
  assert abs(found.count('train') - 1600) < 80 and abs(found.count('test') - 200) < 60


def test_a_folder_without_problems_or_with_foreign_ones_is_told(tmp_path):
  with pytest.raises(ValueError, match='build it first'):
    rows.problems(tmp_path)
  (tmp_path / 'test').mkdir()
  file = tmp_path / 'test' / 'x.arrow'
  file.write_bytes(rows.stream([{'record_id': 'x'}], rows.REJECTS))
  with pytest.raises(ValueError, match='x.arrow: not of this schema .lacking: id, prompt'):
    rows.problems(tmp_path)
  file.write_bytes(file.read_bytes()[:50])
  with pytest.raises(ValueError, match='x.arrow: not a whole Arrow stream'):
    rows.problems(tmp_path)


def test_the_generator_s_version_is_of_the_files_that_make_rows():
  assert rows.version() == rows.version() and '+' in rows.version()
  assert rows.version() == f'{acrl_jax.__version__}+{rows.digest_of_files(FOLDER)}'


@pytest.fixture
def copy(tmp_path):
  """A folder with the files of the generator, each with a line for its content."""
  for name in (*SHAPING, *LATE, 'java/notes.md', 'primer/sources/some.txt'):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text('as it was')
  return tmp_path


SHAPING = (
  '__init__.py', 'records.py', 'build/pipeline.py', 'build/languages.py', 'build/work.py', 'cases/bars.py',
  'corpora/catalogue.py', 'documentation/docs.py', 'inputs/draw.py', 'java/source.py', 'java/runtime/Json.java',
  'java/bytecode/Code.java', 'output/benchmarks.npz', 'output/rows.py', 'primer/mutants.py', 'python/oracle.py',
  'render/tests.py',
)  # fmt: skip
LATE = (
  '__main__.py', 'build/build.py', 'build/pool.py', 'build/ray_build.py', 'corpora/fetch.py', 'inspect/verify.py',
  'inspect/explain.py', 'output/release.py', 'output/report.py', 'primer/build.py', 'primer/sources/lists.py',
)  # fmt: skip


@pytest.mark.parametrize('name', SHAPING)
def test_a_file_that_decides_what_is_in_a_row_changes_the_version(copy, name):
  before = rows.digest_of_files(copy)
  (copy / name).write_text('changed')
  after = rows.digest_of_files(copy)
  (copy / name).rename(copy / name.replace('.', '2.', 1))
  assert len({before, after, rows.digest_of_files(copy)}) == 3


@pytest.mark.parametrize('name', [*LATE, 'java/notes.md'])
def test_a_file_that_decides_nothing_about_rows_does_not_change_the_version(copy, name):
  before = rows.digest_of_files(copy)
  (copy / name).write_text('changed')
  assert rows.digest_of_files(copy) == before


def test_these_files_are_there_and_no_folder_is_forgotten():
  shaping = rows.shaping_files(FOLDER)
  assert all((FOLDER / name).is_file() for name in (*SHAPING, *LATE) if name != 'primer/sources/lists.py')
  folders = {f.parent.relative_to(FOLDER).as_posix() for f in FOLDER.rglob('*') if f.suffix in ('.py', '.java')}
  assert {str(pathlib.PurePosixPath(name).parent) for name in shaping} == folders - {'inspect', 'primer/sources'}
  assert set(SHAPING) <= set(shaping) and not set(LATE) & set(shaping)


def test_all_that_makes_a_row_is_in_the_version():
  """Each module of the generator that the making of parts imports, at the top or in a function."""
  todo, known = ['build/work.py', 'java/source.py'], set()
  while todo:
    name = todo.pop()
    if name not in known:
      known.add(name)
      todo += imported(FOLDER / name)
  unlisted = known - set(rows.shaping_files(FOLDER))
  assert unlisted == {'corpora/fetch.py'} and len(known) > 30  # what it fetches is named by the catalogue


def imported(file):
  """The paths of modules of the generator that a file imports."""
  for node in ast.walk(ast.parse(file.read_text())):
    names = []
    if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('acrl_jax.datagen'):
      names = [node.module, *(f'{node.module}.{alias.name}' for alias in node.names)]
    elif isinstance(node, ast.Import):
      names = [alias.name for alias in node.names if alias.name.startswith('acrl_jax.datagen.')]
    for name in names:
      path = name.removeprefix('acrl_jax.datagen').strip('.').replace('.', '/')
      yield from (p for p in (f'{path}.py', f'{path}/__init__.py'.strip('/')) if (FOLDER / p).is_file())


def test_a_lone_surrogate_in_a_rejection_breaks_no_shard():
  found = rows.reject_row('', 'm.f', 'fake', Reject('execute', 'no_method', 'half of \ud83d, caf\xe9'))
  rows.stream([found], rows.REJECTS)
  assert found['detail'] == 'half of \\ud83d, caf\xe9'
