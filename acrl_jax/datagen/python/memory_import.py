"""Imports of a corpus from memory: it is read before its process is confined, which never has to see its files."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import pathlib
import sys

_ROOT = '/corpus'  # the folder that modules see themselves in
_UNUSED = ('tests', 'test', 'benchmarks')


class Corpus(importlib.abc.MetaPathFinder, importlib.abc.ExecutionLoader):
  """Finds and loads the modules below a folder; only sources, and no data."""

  def __init__(self, folder: str):
    self.sources: dict[str, bytes] = {}  # by path below the folder
    for path, folders, files in os.walk(folder):
      folders[:] = [name for name in folders if name not in _UNUSED]
      for name in files:
        if name.endswith('.py'):
          file = pathlib.Path(path, name)
          self.sources[file.relative_to(folder).as_posix()] = file.read_bytes()

  def install(self) -> None:
    sys.meta_path.append(self)

  def find_spec(self, fullname, path=None, target=None) -> importlib.machinery.ModuleSpec | None:
    if not self._place(fullname):
      return None
    file = self.get_filename(fullname)
    inner = [os.path.dirname(file)] if self.is_package(fullname) else None
    return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=inner)

  def is_package(self, fullname: str) -> bool:
    return self._place(fullname).endswith('/__init__.py')

  def get_filename(self, fullname: str) -> str:
    return f'{_ROOT}/{self._place(fullname)}'

  def get_source(self, fullname: str) -> str:
    return importlib.util.decode_source(self.sources[self._place(fullname)])

  def _place(self, fullname: str) -> str:
    """The path of a module below the folder; '' for one that is not there."""
    name = fullname.replace('.', '/')
    return next((place for place in (f'{name}/__init__.py', f'{name}.py') if place in self.sources), '')
