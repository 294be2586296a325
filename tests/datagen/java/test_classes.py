"""The Java side is compiled once, whole, and what is missing for that is named."""

import os
import subprocess

import pytest
from javafixtures import need_java

from acrl_jax.datagen.java import classes

need_java()


def test_what_is_missing_is_named_with_the_way_out(tmp_path, monkeypatch):
  with pytest.raises(ValueError, match=r'no-such-java was not found.*launch/java\.sh'):
    classes.prepare('no-such-java')
  java = tmp_path / 'jre' / 'bin' / 'java'
  java.parent.mkdir(parents=True)
  java.write_text('#!/bin/sh\n')
  java.chmod(0o755)
  with pytest.raises(ValueError, match=r'no javac.*launch/java\.sh'):
    classes.prepare(str(java))
  monkeypatch.setattr(classes, '_LIBRARIES', (tmp_path / 'asm.jar',))
  with pytest.raises(ValueError, match=r'asm\.jar.*libasm-java.*launch/java\.sh'):
    classes.prepare()


def test_a_changed_source_is_compiled_anew_beside_the_old(tmp_path, monkeypatch):
  source = tmp_path / 'sources' / 'inner' / 'A.java'
  source.parent.mkdir(parents=True)
  monkeypatch.setattr(classes, '_SOURCES', source.parent.parent)
  monkeypatch.setenv('ACRL_CACHE', str(tmp_path / 'cache'))
  folders = []
  for text in ('package acrl; class A {}', 'package acrl; class B {}', 'package acrl; class A {}'):
    source.write_text(text)
    folders.append(classes.prepare().classpath[0])
  assert folders[0] == folders[2] != folders[1]
  assert [sorted(os.listdir(f'{folder}/acrl')) for folder in folders[:2]] == [['A.class'], ['B.class']]


def test_classes_are_compiled_once_and_whole(tmp_path, monkeypatch):
  source = tmp_path / 'sources' / 'A.java'
  source.parent.mkdir()
  source.write_text('package acrl; class A {}')
  monkeypatch.setattr(classes, '_SOURCES', source.parent)
  monkeypatch.setenv('ACRL_CACHE', str(tmp_path / 'cache'))
  compiled, run = [], subprocess.run
  monkeypatch.setattr(subprocess, 'run', lambda *a, **k: compiled.append(a) or run(*a, **k))
  first, second = classes.prepare(), classes.prepare()
  assert first == second and len(compiled) == 1
  assert [p.name for p in (tmp_path / 'cache').iterdir()] == [os.path.basename(first.classpath[0])]
  source.write_text('no Java')
  with pytest.raises(ValueError, match='could not compile'):
    classes.prepare()
  assert len(list((tmp_path / 'cache').iterdir())) == 1
