"""Every corpus is pinned, file by file."""

import re

import pytest
from archives import FAKE

from acrl_jax.datagen.corpora import catalogue


def test_an_unknown_corpus_names_the_nearest(monkeypatch):
  monkeypatch.setattr(catalogue, 'CORPORA', FAKE)
  with pytest.raises(ValueError, match=r"no corpus 'aa'; did you mean a\?"):
    catalogue.corpus('aa')
  with pytest.raises(ValueError, match='known are a, b'):
    catalogue.corpus('zzz')


def test_another_pin_or_another_member_is_another_corpus():
  corpus = FAKE['a']
  first, second = corpus.files
  changed = [
    corpus._replace(files=(first._replace(sha256='0' * 64), second)),
    corpus._replace(files=(first, second._replace(member='a-1/test'))),
    corpus._replace(files=(first,)),
  ]
  assert len({c.sha256 for c in [corpus, *changed]}) == 4
  assert corpus._replace(license='other').sha256 == corpus.sha256


def test_every_corpus_is_pinned():
  files = [f for c in catalogue.CORPORA.values() for f in c.files]
  assert all(re.fullmatch('[0-9a-f]{64}', f.sha256) for f in files)
  assert all(f.version in f.name or f.kind == 'orig' for f in files)
  assert len({f.name for f in files}) == len({f.sha256 for f in files}) == len(files)
  for name, c in catalogue.CORPORA.items():
    kinds = [f.kind for f in c.files]
    assert c.name == name and c.license in ('Apache-2.0', 'MIT', 'BSD-3-Clause') and 'Copyright' in c.notice
    assert kinds == ['deb', 'orig'] if c.language == 'java' else set(kinds) == {'wheel'} and c.within
