"""What is published: shards by split, rejects, notice and manifest, each whole or not at all."""

import errno
import hashlib
import json

import fakes
import pytest
from builds import corpus, make

from acrl_jax.data import sources
from acrl_jax.datagen.output import release, report, rows
from acrl_jax.datagen.records import Reject


@pytest.fixture(autouse=True)
def version(monkeypatch):
  monkeypatch.setattr(rows, 'version', lambda: 'test')
  monkeypatch.setattr(report, 'plots', lambda *_: None)  # they take longer than such a build


def test_the_manifest_names_every_file_with_its_hash(tmp_path):
  manifest, _ = make(tmp_path / 'out', corpus(tmp_path / 'c'))
  assert json.loads((tmp_path / 'out' / 'manifest.json').read_text()) == manifest
  assert [part['kept'] for part in manifest['parts']] == [4] * 5
  assert manifest['files'].keys() == {'NOTICE', 'rejects.arrow'} | {
    str(f.relative_to(tmp_path / 'out')) for s in sources.SPLITS for f in (tmp_path / 'out' / s).glob('*')
  }


def part(folder, name, functions, score=0.9):
  """Writes a part of problems that these functions make."""
  made = [rows.row(fakes.made(f, score=score), 0, 'v') for f in functions]
  release.write_file(folder / 'parts' / f'{name}.arrow', rows.stream(made, rows.SCHEMA, input=name))
  release.write_file(folder / 'parts' / f'{name}.rejects.arrow', rows.stream([], rows.REJECTS, input=name))
  return name, {'input': name}


def test_copies_are_rejects_and_large_splits_make_several_shards(tmp_path, monkeypatch):
  monkeypatch.setattr(release, 'SHARD', 2)
  functions = [fakes.function(word, container='m.one') for word in ('ab', 'cde', 'fghi', 'jklmn', 'opqrst')]
  copy = fakes.function('again', container='m.two', body=functions[0].body)
  split = rows.split('m.one')
  parts = [part(tmp_path, 'p', functions), part(tmp_path, 'q', [copy], score=0.8)]
  manifest = release.release(tmp_path, parts, [], [], {})
  assert [manifest['files'][f'{split}/{i:05d}.arrow']['rows'] for i in range(3)] == [2, 2, 1]
  (reject,) = rows.read_table(tmp_path / 'rejects.arrow').to_pylist()
  assert reject == rows.reject_row(copy.id, copy.symbol, 'fake', Reject('dedupe', 'same_body', functions[0].id))
  ids = [r['id'] for i in range(3) for r in rows.read_table(tmp_path / split / f'{i:05d}.arrow').to_pylist()]
  assert ids == sorted(ids) and rows.problems(tmp_path).num_rows == 5
  for path, listed in manifest['files'].items():
    assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() == listed['sha256']


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path, monkeypatch):
  file = tmp_path / 'deep' / 'file'
  release.write_file(file, 'old')
  release.write_file(file, b'new')
  assert file.read_bytes() == b'new' and [f.name for f in file.parent.iterdir()] == ['file']

  def full(*_):
    raise OSError(errno.ENOSPC, 'No space left on device')

  monkeypatch.setattr(release.os, 'fsync', full)
  with pytest.raises(OSError, match='No space left'):
    release.write_file(file, 'newer')
  assert file.read_bytes() == b'new'


@pytest.mark.parametrize('text', [None, '', '[]', '{"config": {}}', '{"config": {}, "files": '])
def test_a_folder_without_a_whole_manifest_is_refused(tmp_path, text):
  if text is not None:
    (tmp_path / 'manifest.json').write_text(text)
  with pytest.raises(ValueError, match=r'manifest.json cannot be read .*; build the folder \(again\)'):
    release.read_manifest(tmp_path)


def test_the_notice_names_every_corpus_with_its_licence(tmp_path):
  text = release.notice([fakes.fetched(tmp_path, 'b'), fakes.fetched(tmp_path, 'a')])
  assert text.index('a 1\nCopyright of a\nLicence: MIT\n') < text.index('b 1\nCopyright of b\nLicence: MIT\n')
