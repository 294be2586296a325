"""Folders for what programs write: emptied whatever is in them, measured as the disk counts, swept by the next lane."""

import os
import subprocess
import sys
import tempfile

import pytest

from acrl_jax.sandbox import scratch


def test_a_folder_is_emptied_whatever_is_in_it(tmp_path):
  code = """if True:
    import os
    from acrl_jax.sandbox import scratch
    if os.getuid() == 0:
      os.setuid(65534)  # for whom modes count
    path = scratch.new_name()
    scratch.make(path)
    os.chdir(path)
    os.symlink(KEPT, 'link')
    os.mkfifo('fifo')
    for k in range(3000):
      os.mkdir('a')
      os.chdir('a')
    os.chdir(path)
    os.makedirs('b/c/d')
    open('b/c/file', 'w')
    for folder in ('b/c/d', 'b/c', 'b'):
      os.chmod(folder, 0)
    scratch.empty(path)
    assert os.listdir(path) == []
    os.rmdir(path)
  """
  (tmp_path / 'kept').mkdir()
  (tmp_path / 'kept/file').write_text('x')
  subprocess.run([sys.executable, '-c', code.replace('KEPT', repr(str(tmp_path / 'kept')))], check=True)
  assert (tmp_path / 'kept/file').read_text() == 'x'


@pytest.fixture
def beside(tmp_path, monkeypatch):
  """New folders are below this one."""
  monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
  return tmp_path


def test_only_folders_without_an_owner_are_swept(beside):
  owned, left = scratch.new_name(), scratch.new_name()
  lock = scratch.make(owned)
  os.close(scratch.make(left))
  (beside / 'other').mkdir()
  with open(f'{left}/file', 'w') as f:
    f.write('x')
  scratch.sweep(owned)
  assert sorted(os.listdir(beside)) == sorted([os.path.basename(owned), 'other'])
  os.close(lock)
  scratch.sweep(owned)
  assert os.listdir(beside) == ['other']


def test_a_folder_is_removed_with_what_is_in_it_and_one_that_is_not_there_is_no_error(beside):
  path = scratch.new_name()
  os.close(scratch.make(path))
  os.makedirs(f'{path}/a/b')
  scratch.remove(path)
  scratch.remove(path)
  assert os.listdir(beside) == []


def test_sizes_are_those_on_disk_and_names_cost_as_well(tmp_path):
  (tmp_path / 'empty').touch()
  assert scratch.size(str(tmp_path), 1 << 20) == 4096  # a name without content counts as the smallest file
  (tmp_path / 'folder').mkdir()
  (tmp_path / 'folder' / 'file').write_bytes(os.urandom(100_000))
  size = scratch.size(str(tmp_path), 1 << 20)
  assert 4096 + 4096 + 100_000 <= size <= 130_000
  assert 50_000 < scratch.size(str(tmp_path), 50_000) <= size  # no more is looked at than is needed
  with open(tmp_path / 'deleted', 'wb') as f:
    f.write(os.urandom(100_000))
    f.flush()
    os.remove(tmp_path / 'deleted')
    assert scratch.size(str(tmp_path), 1 << 20) == size
    assert scratch.size(str(tmp_path), 1 << 20, os.getpid()) >= size + 100_000
