"""Members are taken out of archives; one that is not there is named."""

import pytest
from archives import CONTENT, JAVA, deb, pinned

from acrl_jax.datagen.corpora import unpack


def unpacked(tmp_path, kind, name, member=''):
  """Path and content of all that is taken out of an archive."""
  (tmp_path / name).write_bytes(CONTENT[name])
  out = tmp_path / 'out'
  unpack.unpack(pinned(kind, name, member), tmp_path / name, out)
  return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob('*') if p.is_file()}


def test_of_a_binary_package_only_the_jar_is_taken(tmp_path):
  assert unpacked(tmp_path, 'deb', 'a.deb', 'usr/share/a.jar') == {'a.jar': b'jar'}


def test_of_a_source_package_only_java_below_the_member_is_taken(tmp_path):
  assert unpacked(tmp_path, 'orig', 'a.orig.tar.xz', 'a-1/src') == {'sources/p/A.java': JAVA}


def test_of_a_wheel_all_is_taken(tmp_path):
  assert unpacked(tmp_path, 'wheel', 'b.whl') == {'sources/b/m.py': b'x = 1'}


def test_a_member_that_is_not_there_is_named(tmp_path):
  (tmp_path / 'a.deb').write_bytes(CONTENT['a.deb'])
  with pytest.raises(ValueError, match='a.deb has no usr/b.jar in it'):
    unpack.unpack(pinned('deb', 'a.deb', 'usr/b.jar'), tmp_path / 'a.deb', tmp_path / 'out')


def test_a_package_without_files_is_no_package(tmp_path):
  (tmp_path / 'a.deb').write_bytes(deb(b'', 'control.tar.xz'))
  with pytest.raises(ValueError, match='has no data.tar in it'):
    unpack.unpack(pinned('deb', 'a.deb', 'usr/share/a.jar'), tmp_path / 'a.deb', tmp_path / 'out')
