"""Shards give back what was written, bit for bit, and nothing that is not a whole set of ours."""


import datasets
import pyarrow as pa
import pytest

from acrl_jax.data import shards
from acrl_jax.records import Problem, Test

PROBLEMS = [
  Problem(
    id=f'p/{i}', prompt=f'def f(x):\n    """é 🙂 {i}"""\n', entry_point='f', solution='' if i % 2 else 'def f(x): pass',
    source='made', tests=(Test(code='f(1)', expected='2'), Test(), Test(stdin='1\n', stdout=''))[:i],
  )
  for i in range(5)
]  # fmt: skip


def read(path):
  return list(shards.read_shards(path))


def refusal(path):
  with pytest.raises(ValueError) as caught:
    read(path)
  assert '\n' not in str(caught.value)
  return str(caught.value)


def write(file, table):
  with pa.OSFile(str(file), 'wb') as sink, pa.ipc.new_stream(sink, table.schema) as writer:
    writer.write_table(table)


def columns(**changes):
  text = {name: ['x'] for name in Problem._fields if name not in ('tests', 'trivial')}
  return pa.table(text | {'tests': pa.array([[{'code': 'f()'}]])} | changes)


@pytest.mark.parametrize('size', [1, 2, 5, 1000])
def test_problems_come_back_in_order_from_any_number_of_shards(tmp_path, size):
  files = shards.write_shards(iter(PROBLEMS), tmp_path, shard_size=size)
  assert [f.name for f in files] == [f'{i:05d}.arrow' for i in range(-(-len(PROBLEMS) // size))]
  found = read(tmp_path)
  assert found == PROBLEMS
  assert all(type(p) is Problem and type(p.tests) is tuple and all(type(t) is Test for t in p.tests) for p in found)
  assert not list(tmp_path.glob('*.tmp'))


def test_what_the_best_trivial_program_passes_is_kept_and_may_be_missing_or_called_as_the_generator_does(tmp_path):
  known = [p._replace(trivial=share) for p, share in zip(PROBLEMS, (0.5, None, 0.25, 0.1 + 0.2, 0.0))]
  shards.write_shards(known, tmp_path / 'a')
  assert read(tmp_path / 'a') == known
  for name, table, due in (
    ('b', columns(), None), ('c', columns(trivial_best=[0.75]), 0.75), ('d', columns(trivial=[0.5]), 0.5),
  ):  # fmt: skip
    (tmp_path / name).mkdir()
    write(tmp_path / name / 'x.arrow', table)
    assert [p.trivial for p in read(tmp_path / name)] == [due]


def test_the_same_problems_make_the_same_bytes(tmp_path):
  first, again = (shards.write_shards(PROBLEMS, tmp_path / name, 2) for name in ('a', 'b'))
  assert [f.read_bytes() for f in first] == [f.read_bytes() for f in again]


def test_a_shorter_set_leaves_nothing_of_a_longer_one(tmp_path):
  shards.write_shards(PROBLEMS, tmp_path, 1)
  (tmp_path / 'notes.txt').write_text('kept')
  shards.write_shards(PROBLEMS[:2], tmp_path, 1)
  assert read(tmp_path) == PROBLEMS[:2] and (tmp_path / 'notes.txt').exists()


def test_an_empty_set_is_refused_and_touches_nothing(tmp_path):
  shards.write_shards(PROBLEMS, tmp_path)
  with pytest.raises(ValueError, match='no problems to write'):
    shards.write_shards([], tmp_path)
  assert read(tmp_path) == PROBLEMS


def test_the_datasets_library_reads_them(tmp_path):
  (file,) = shards.write_shards(PROBLEMS, tmp_path / 'shards')
  loaded = datasets.Dataset.from_file(str(file))
  assert loaded[3]['id'] == 'p/3'
  assert loaded[3]['tests'][2] == {'code': '', 'expected': None, 'stdin': '1\n', 'stdout': ''}


def test_a_folder_without_shards_is_refused(tmp_path):
  assert 'no *.arrow file there' in refusal(tmp_path)
  assert 'no *.arrow file there' in refusal(tmp_path / 'missing')


def test_a_shard_that_is_cut_anywhere_never_passes_for_another_set(tmp_path):
  (file,) = shards.write_shards(PROBLEMS, tmp_path)
  whole = file.read_bytes()
  refused = 0
  for size in range(0, len(whole), 13):
    file.write_bytes(whole[:size])
    try:
      assert read(tmp_path) == PROBLEMS  # only the mark of the end is gone
    except ValueError as error:
      assert '00000.arrow' in str(error) and '\n' not in str(error)
      refused += 1
  assert refused > 0.9 * len(whole) / 13


@pytest.mark.parametrize(
  ('table', 'said'),
  [
    (columns().drop_columns(['prompt', 'id']), 'lacks the columns id, prompt'),
    (columns(id=[7]), 'column id holds int64; it must hold string'),
    (columns(tests=[['assert f()']]), 'column tests holds list<'),
    (columns(tests=['f()']), 'column tests holds string'),
    (columns(tests=pa.array([[{'text': 'f()'}]])), 'column tests holds list<'),
    (columns(tests=pa.array([[{'code': 7}]])), 'column tests holds list<'),
    (columns().slice(0, 0), 'holds no problem'),
    (columns().replace_schema_metadata({'acrl_jax_schema': '0'}), 'of schema version 0; this package reads 1'),
  ],
)
def test_a_foreign_table_is_refused(tmp_path, table, said):
  write(tmp_path / 'x.arrow', table)
  message = refusal(tmp_path)
  assert said in message and 'x.arrow' in message


def test_a_file_of_something_else_is_refused(tmp_path):
  (tmp_path / 'x.arrow').write_bytes(b'PK\x03\x04' * 50)
  assert 'not a whole Arrow stream' in refusal(tmp_path)


def test_tables_of_others_will_do_where_they_hold_the_same(tmp_path):
  tests = pa.array([[{'code': 'f()', 'why': 1}], None])
  text = [name for name in Problem._fields if name not in ('tests', 'trivial')]
  table = pa.table({name: pa.array(['x', None], pa.large_string()) for name in text})
  write(tmp_path / 'x.arrow', table.append_column('tests', tests).append_column('more', pa.array([1, 2])))
  one, bare = read(tmp_path)
  assert one == Problem(id='x', prompt='x', entry_point='x', tests=(Test(code='f()'),), solution='x', source='x')
  assert bare == Problem(id='', prompt='', entry_point='', tests=())
