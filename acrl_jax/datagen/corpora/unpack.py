"""Takes out of a file of a corpus what is needed of it: a jar, Java sources, Python packages."""

from __future__ import annotations

import io
import pathlib
import tarfile
import zipfile
from collections.abc import Callable

from acrl_jax.datagen.corpora.catalogue import File


def unpack(file: File, path: pathlib.Path, folder: pathlib.Path) -> None:
  """Puts jars into `folder`, sources into `folder`/sources. ValueError if the member to take is not in it."""
  sources = folder / 'sources'
  sources.mkdir(parents=True, exist_ok=True)
  if file.kind == 'wheel':
    with zipfile.ZipFile(path) as archive:
      archive.extractall(sources)
  elif file.kind == 'deb':
    with tarfile.open(fileobj=io.BytesIO(_data(path))) as archive:
      jar = file.member.rpartition('/')[2]
      _extract(archive, lambda name: folder / jar if name == file.member else None, file)
  else:
    with tarfile.open(path) as archive:
      prefix = f'{file.member}/'
      _extract(
        archive,
        lambda name: sources / name[len(prefix) :] if name.startswith(prefix) and name.endswith('.java') else None,
        file,
      )


def _extract(archive: tarfile.TarFile, place: Callable[[str], pathlib.Path | None], file: File) -> None:
  written = 0
  for member in archive:
    target = place(member.name.removeprefix('./'))
    if target and member.isfile():
      target.parent.mkdir(parents=True, exist_ok=True)
      target.write_bytes(archive.extractfile(member).read())
      written += 1
  if not written:
    raise ValueError(f'{file.name} has no {file.member} in it')


def _data(path: pathlib.Path) -> bytes:
  """The archive of installed files in a binary package, which is an `ar` file (see ar(5))."""
  content = path.read_bytes()
  place = 8  # of the first header, after the magic number
  while place < len(content):
    name, size = content[place : place + 16].decode().strip(' /'), int(content[place + 48 : place + 58])
    if name.startswith('data.tar'):
      return content[place + 60 : place + 60 + size]
    place += 60 + size + size % 2
  raise ValueError(f'{path} has no data.tar in it')
