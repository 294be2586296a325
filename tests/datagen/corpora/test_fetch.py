"""A corpus comes from apt, pip or a folder, byte for byte the pinned one, or one line says what could be done."""

import hashlib
import io
import multiprocessing
import pathlib
import re
import subprocess
import tarfile
import zipfile

import pytest

from acrl_jax.datagen.corpora import apt, catalogue, fetch, unpack
from acrl_jax.datagen.corpora.catalogue import Corpus, File

JAVA = b'package p; public class A {}'


def archive(mode, **members):
  content = io.BytesIO()
  with tarfile.open(fileobj=content, mode=mode) as tar:
    for name, data in members.items():
      info = tarfile.TarInfo(name.replace('__', '/'))
      info.size = len(data)
      tar.addfile(info, io.BytesIO(data))
  return content.getvalue()


def deb(data, name='data.tar.xz'):
  """A binary package as dpkg-deb writes it: an odd member before the one that counts."""
  head = lambda n, size: f'{n:<16}{0:<12}{0:<6}{0:<6}{"100644":<8}{size:<10}`\n'.encode()
  return b'!<arch>\n' + head('debian-binary', 3) + b'2.0\n' + head(name, len(data)) + data


def wheel(**members):
  content = io.BytesIO()
  with zipfile.ZipFile(content, 'w') as file:
    for name, text in members.items():
      file.writestr(zipfile.ZipInfo(f'{name.replace("__", "/")}.py'), text)
  return content.getvalue()


CONTENT = {
  'a.deb': deb(archive('w:xz', **{'./usr__share__a.jar': b'jar', './usr__other.jar': b'no'})),
  'a.orig.tar.xz': archive(
    'w:xz', **{'a-1__src__p__A.java': JAVA, 'a-1__src__p__a.txt': b'', 'a-1__test__T.java': JAVA}
  ),
  'b.whl': wheel(b__m='x = 1'),
}


def pinned(kind, name, member=''):
  return File(kind, name, hashlib.sha256(CONTENT[name]).hexdigest(), name.split('.')[0], '1-1', member)


FAKE = {
  'a': Corpus('a', 'java', '1', 'MIT', 'us', (
    pinned('deb', 'a.deb', 'usr/share/a.jar'), pinned('orig', 'a.orig.tar.xz', 'a-1/src'),
  )),
  'b': Corpus('b', 'python', '1', 'MIT', 'us', (pinned('wheel', 'b.whl'),), 'b'),
}  # fmt: skip


@pytest.fixture(autouse=True)
def fake(monkeypatch):
  """No corpus but ours, and nothing is really downloaded."""
  monkeypatch.setattr(catalogue, 'CORPORA', FAKE)
  monkeypatch.setattr(fetch, '_download', nothing)


def nothing(file, folder, cache, again):
  raise subprocess.CalledProcessError(100, 'apt-get', stderr='W: careful\nE: no such host\n')


def by_hand(cache, **contents):
  (cache / 'files').mkdir(parents=True)
  for name, content in (CONTENT | contents).items():
    (cache / 'files' / name).write_bytes(content)


def leftovers(cache):
  return [p.name for p in cache.iterdir() if p.name.startswith('tmp-')]


# --- what comes out


def test_files_put_there_by_hand_need_no_download(tmp_path):
  by_hand(tmp_path)
  got = fetch.fetch('a', tmp_path)
  assert got[:4] == ('a', '1', 'MIT', 'us') and got.within == ''
  assert [p.relative_to(got.sources).as_posix() for p in got.sources.rglob('*') if p.is_file()] == ['p/A.java']
  assert [p.name for p in got.jars] == ['a.jar'] and got.jars[0].read_bytes() == b'jar'
  assert fetch.fetch('a', tmp_path) == got and not leftovers(tmp_path)


def test_python_packages_lie_where_they_can_be_imported_from(tmp_path):
  by_hand(tmp_path)
  got = fetch.fetch('b', str(tmp_path))
  assert (got.sources / 'b' / 'm.py').read_text() == 'x = 1' and got.jars == () and got.within == 'b'


def test_an_unpacked_corpus_needs_its_files_no_more(tmp_path):
  by_hand(tmp_path)
  got = fetch.fetch('a', tmp_path)
  (tmp_path / 'files' / 'a.deb').write_bytes(b'')
  assert fetch.fetch('a', tmp_path) == got


def test_another_pin_is_another_folder(tmp_path, monkeypatch):
  by_hand(tmp_path)
  old = fetch.fetch('a', tmp_path)
  member = pinned('orig', 'a.orig.tar.xz', 'a-1/test')
  monkeypatch.setitem(FAKE, 'a', FAKE['a']._replace(files=(FAKE['a'].files[0], member)))
  new = fetch.fetch('a', tmp_path)
  assert new.sources != old.sources and new.sha256 != old.sha256
  assert [p.name for p in new.sources.iterdir()] == ['T.java']


# --- downloads


def test_a_download_is_tried_twice(tmp_path, monkeypatch):
  tries = []

  def second_time_lucky(file, folder, cache, again):
    tries.append((file.name, again))
    if not again:
      raise subprocess.TimeoutExpired('apt-get', 600)
    (folder / file.name).write_bytes(CONTENT[file.name])

  monkeypatch.setattr(fetch, '_download', second_time_lucky)
  fetch.fetch('a', tmp_path)
  assert tries == [(n, again) for n in ('a.deb', 'a.orig.tar.xz') for again in (False, True)]
  assert {p.name for p in (tmp_path / 'files').iterdir()} == {'a.deb', 'a.orig.tar.xz'} and not leftovers(tmp_path)


def test_what_a_failing_program_has_brought_is_taken(tmp_path, monkeypatch):
  def brings_and_fails(file, folder, cache, again):
    (folder / file.name).write_bytes(CONTENT[file.name])

  monkeypatch.setattr(fetch, '_download', brings_and_fails)
  assert fetch.fetch('b', tmp_path).sources.is_dir()


def test_what_cannot_be_had_is_named_with_the_way_out(tmp_path):
  with pytest.raises(fetch.Unavailable) as caught:
    fetch.fetch('a', tmp_path)
  said = str(caught.value)
  assert said.startswith('a: a.deb could not be downloaded (E: no such host); get it elsewhere')
  assert FAKE['a'].files[0].sha256 in said and str(tmp_path / 'files') in said and '\n' not in said
  assert isinstance(caught.value, ValueError) and not leftovers(tmp_path)


def test_no_apt_at_all_is_said_too(tmp_path, monkeypatch):
  def absent(*_):
    raise FileNotFoundError(2, 'No such file or directory', 'apt-config')

  monkeypatch.setattr(fetch, '_download', absent)
  with pytest.raises(fetch.Unavailable, match="No such file or directory: 'apt-config'"):
    fetch.fetch('a', tmp_path)


def test_a_wrong_file_is_refused_wherever_it_comes_from(tmp_path, monkeypatch):
  due, wrong = FAKE['a'].files[0].sha256, hashlib.sha256(b'wrong').hexdigest()
  by_hand(tmp_path / 'here', **{'a.deb': b'wrong'})
  monkeypatch.setattr(fetch, '_download', lambda file, folder, *_: (folder / file.name).write_bytes(b'wrong'))
  for cache in (tmp_path / 'here', tmp_path / 'there'):
    with pytest.raises(ValueError, match=f'has sha256 {wrong}, due is {due}') as caught:
      fetch.fetch('a', cache)
    assert not isinstance(caught.value, fetch.Unavailable) and not leftovers(cache)
  assert not (tmp_path / 'there' / 'files' / 'a.deb').exists()


def test_an_unknown_corpus_names_the_nearest():
  with pytest.raises(ValueError, match="no corpus 'aa'; did you mean a?"):
    catalogue.corpus('aa')
  with pytest.raises(ValueError, match='known are a, b'):
    catalogue.corpus('zzz')


# --- half-done work and two at once


def test_a_half_unpacked_corpus_is_none(tmp_path, monkeypatch):
  by_hand(tmp_path)
  whole = unpack.unpack

  def stops(file, path, folder):
    whole(file, path, folder)
    raise KeyboardInterrupt

  monkeypatch.setattr(unpack, 'unpack', stops)
  with pytest.raises(KeyboardInterrupt):
    fetch.fetch('a', tmp_path)
  assert [p.name for p in tmp_path.iterdir()] == ['files']
  monkeypatch.setattr(unpack, 'unpack', whole)
  assert fetch.fetch('a', tmp_path).jars


def test_the_second_of_two_takes_what_the_first_made(tmp_path, monkeypatch):
  by_hand(tmp_path)
  whole, inner = unpack.unpack, []

  def overtaken(file, path, folder):
    monkeypatch.setattr(unpack, 'unpack', whole)
    inner.append(fetch.fetch('a', tmp_path))
    whole(file, path, folder)

  monkeypatch.setattr(unpack, 'unpack', overtaken)
  assert fetch.fetch('a', tmp_path) == inner[0] and not leftovers(tmp_path)


def _fetched(cache):
  catalogue.CORPORA, fetch._download = FAKE, nothing
  return [fetch.fetch(name, cache) for name in ('a', 'b')]


def test_processes_at_once_get_the_same(tmp_path):
  by_hand(tmp_path)
  with multiprocessing.get_context('spawn').Pool(3) as pool:
    first, *others = pool.map(_fetched, [tmp_path] * 3)
  assert others == [first, first] and not leftovers(tmp_path)


# --- archives


def test_a_member_that_is_not_there_is_named(tmp_path):
  (tmp_path / 'a.deb').write_bytes(CONTENT['a.deb'])
  with pytest.raises(ValueError, match='a.deb has no usr/b.jar in it'):
    unpack.unpack(pinned('deb', 'a.deb', 'usr/b.jar'), tmp_path / 'a.deb', tmp_path / 'out')


def test_a_package_without_files_is_no_package(tmp_path):
  (tmp_path / 'a.deb').write_bytes(deb(b'', 'control.tar.xz'))
  with pytest.raises(ValueError, match='has no data.tar in it'):
    unpack.unpack(pinned('deb', 'a.deb', 'usr/share/a.jar'), tmp_path / 'a.deb', tmp_path / 'out')


# --- apt


def test_sources_of_both_formats_offer_source_packages_too():
  one_line = '# deb x\ndeb [signed-by=/k.gpg] http://host/debian stable main\ndeb-src http://host/debian stable main\n'
  assert apt.with_sources(one_line, '.list').splitlines() == [
    '# deb x',
    'deb [signed-by=/k.gpg] http://host/debian stable main',
    'deb-src [signed-by=/k.gpg] http://host/debian stable main',
  ]
  blocks = 'Types: deb\nURIs: http://host\nSuites: stable\n\nTypes: deb-src\nURIs: http://other\n'
  assert apt.with_sources(blocks, '.sources').splitlines() == [
    'Types: deb deb-src', 'URIs: http://host', 'Suites: stable', '', 'Types: deb-src', 'URIs: http://other',
  ]  # fmt: skip


def test_apt_is_told_to_keep_its_state_with_us(tmp_path, monkeypatch):
  etc = tmp_path / 'etc'
  (etc / 'parts').mkdir(parents=True)
  (etc / 'sources.list').write_text('deb http://host stable main\n')
  (etc / 'parts' / 'more.sources').write_text('Types: deb\n')
  (etc / 'parts' / 'ignored.save').write_text('deb http://old stable main\n')
  answer = f"file='{etc}/sources.list'\nparts='{etc}/parts/'\n"
  monkeypatch.setattr(apt.subprocess, 'run', lambda *_, **__: subprocess.CompletedProcess((), 0, answer))
  apt.prepare(tmp_path / 'state')
  written = {p.name: p.read_text() for p in (tmp_path / 'state' / 'sources').iterdir()}
  assert written == {
    '000.list': 'deb http://host stable main\ndeb-src http://host stable main\n',
    '001.sources': 'Types: deb deb-src\n',
  }
  assert not apt.has_lists(tmp_path / 'state')
  command = apt.command(tmp_path / 'state', 'update')
  places = dict(word.split('=', 1) for word in command if word.startswith('Dir::'))
  assert command[-1] == 'update' and places.pop('Dir::Etc::sourcelist') == '/dev/null'
  assert len(places) == 3 and all(pathlib.Path(p).is_relative_to(tmp_path / 'state') for p in places.values())


# --- the table


def test_every_corpus_is_pinned(monkeypatch):
  monkeypatch.undo()
  files = [f for c in catalogue.CORPORA.values() for f in c.files]
  assert all(re.fullmatch('[0-9a-f]{64}', f.sha256) and f.version in f.name or f.kind == 'orig' for f in files)
  assert len({f.name for f in files}) == len({f.sha256 for f in files}) == len(files)
  for name, c in catalogue.CORPORA.items():
    kinds = [f.kind for f in c.files]
    assert c.name == name and c.license in ('Apache-2.0', 'MIT', 'BSD-3-Clause') and 'Copyright' in c.notice
    assert kinds == ['deb', 'orig'] if c.language == 'java' else set(kinds) == {'wheel'} and c.within
