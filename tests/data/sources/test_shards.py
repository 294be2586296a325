"""Folders of shards are read by split, and never for one another."""

from refusals import refusal

from acrl_jax.data import shards, sources
from acrl_jax.records import Problem, Test


def problems(*names):
  return [Problem(id=name, prompt='def f():\n', entry_point='f', tests=(Test(code='f()'),)) for name in names]


def test_a_folder_of_shards_is_every_split(tmp_path):
  shards.write_shards(problems('a', 'b'), tmp_path)
  assert [[p.id for p in sources.load(f'shards:{tmp_path}', s)] for s in ('train', 'test', None)] == [['a', 'b']] * 3


def test_folders_of_splits_are_read_by_split_and_never_for_one_another(tmp_path):
  shards.write_shards(problems('a'), tmp_path / 'train')
  shards.write_shards(problems('b'), tmp_path / 'test')
  spec = f'shards:{tmp_path}'
  assert [p.id for p in sources.load(spec, 'train')] == ['a']
  assert [p.id for p in sources.load(spec, 'test')] == ['b']
  assert sorted(p.id for p in sources.load(spec, None)) == ['a', 'b']
  assert 'validation: no *.arrow file there' in refusal(spec, 'validation')


def test_a_folder_that_is_missing_is_named():
  assert refusal('shards:/nowhere/at/all') == 'shards:/nowhere/at/all: no such folder'
  assert refusal('shards') == 'shards:: no such folder'
