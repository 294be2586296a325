"""Modules from memory."""

import importlib
import sys

import pytest

from acrl_jax.datagen.python.memory_import import Corpus


def test_packages_modules_and_relative_imports(tmp_path, monkeypatch):
  files = {
    'memory_pack/__init__.py': 'from . import inner\n', 'memory_pack/inner.py': '# coding: latin-1\nword = "\xe9"\n',
    'memory_pack/sub/__init__.py': 'from ..inner import word\n', 'memory_pack/tests/__init__.py': '',
    'memory_pack/data.txt': '', 'memory_one.py': 'raise KeyError(3)\n',
  }  # fmt: skip
  for name, text in files.items():
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, 'latin-1')
  corpus = Corpus(str(tmp_path))
  for name in files:
    (tmp_path / name).unlink()
  assert sorted(corpus.sources) == sorted(n for n in files if n.endswith('.py') and 'tests' not in n)
  monkeypatch.setattr(sys, 'meta_path', [*sys.meta_path])
  monkeypatch.setattr(sys, 'modules', {**sys.modules})
  corpus.install()
  sub = importlib.import_module('memory_pack.sub')
  assert sub.word == '\xe9' and sub.__file__ == '/corpus/memory_pack/sub/__init__.py'
  assert sys.modules['memory_pack'].inner.__package__ == 'memory_pack'
  with pytest.raises(KeyError):
    importlib.import_module('memory_one')
  with pytest.raises(ModuleNotFoundError):
    importlib.import_module('memory_pack.tests')
