"""A name leads to a file that is replaced, or to what is written to as it is."""

import os
import socket

import pytest

from acrl_jax.harness import destination


def test_a_file_is_replaced_whether_it_is_there_or_not_and_links_are_followed(tmp_path):
  (tmp_path / 'link').symlink_to('file')
  path = os.path.realpath(tmp_path / 'file')
  assert destination.resolve(str(tmp_path / 'file')) == (path, None, False)
  assert destination.resolve(str(tmp_path / 'link')) == (path, None, False)
  (tmp_path / 'file').write_text('x')
  assert destination.resolve(str(tmp_path / 'link')) == (path, None, False)
  assert (tmp_path / 'file').read_text() == 'x'


@pytest.mark.parametrize('name', ['/dev/null', '/dev/full'])
def test_a_device_is_opened_as_it_is(name):
  target = destination.resolve(name)
  with target.stream:
    assert os.path.samestat(os.fstat(target.stream.fileno()), os.stat(name)) and not target.is_stdout


@pytest.mark.parametrize('name', ['/dev/fd/{}', '/proc/self/fd/{}', '{}/link'])
def test_an_open_file_is_written_on_from_where_it_stands(tmp_path, name):
  with open(tmp_path / 'file', 'w+') as f:
    f.write('before ')
    f.flush()
    (tmp_path / 'link').symlink_to(f'/dev/fd/{f.fileno()}')
    target = destination.resolve(name.format(tmp_path if 'link' in name else f.fileno()))
    with target.stream:
      assert target.stream.fileno() != f.fileno()  # closing it must not close the other
      target.stream.write('after')
    f.seek(0)
    assert f.read() == 'before after' and not target.is_stdout


def test_what_is_open_as_standard_output_is_known_by_any_of_its_names(tmp_path, monkeypatch):
  (tmp_path / 'out').write_text('')
  output, fstat = os.stat(tmp_path / 'out'), os.fstat
  monkeypatch.setattr(os, 'fstat', lambda number: output if number == 1 else fstat(number))
  assert destination.resolve(str(tmp_path / 'out')).is_stdout
  (tmp_path / 'other').write_text('')
  assert not destination.resolve(str(tmp_path / 'other')).is_stdout


def test_a_named_socket_cannot_be_opened(tmp_path):
  with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(str(tmp_path / 'socket'))
    with pytest.raises(OSError, match='socket'):
      destination.resolve(str(tmp_path / 'socket'))


def test_a_folder_and_a_file_without_a_folder_are_refused_with_a_way_out(tmp_path):
  with pytest.raises(ValueError, match='is a folder; it must be a file, such as .*/reports.jsonl$'):
    destination.resolve(str(tmp_path))
  with pytest.raises(ValueError, match='there is no folder .*/none; make it, or name another file$'):
    destination.resolve(f'{tmp_path}/none/r.jsonl')
