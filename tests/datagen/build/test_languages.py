"""One table of languages, whose front ends another process can be sent."""

import pickle

import pytest

from acrl_jax.datagen.build import languages, pipeline
from acrl_jax.datagen.corpora import catalogue


def test_every_corpus_has_a_front_end():
  assert {c.language for c in catalogue.CORPORA.values()} == {'java', 'python'} == languages.FRONTS.keys()
  for language in ('java', 'python'):
    assert callable(languages.front(language).make)


def test_a_language_that_there_is_not_is_refused_with_the_nearest():
  with pytest.raises(ValueError, match="no source language 'pyton'; did you mean python?"):
    languages.front('pyton')


@pytest.mark.parametrize('language', ['java', 'python'])
def test_a_front_end_survives_the_way_to_another_process(language):
  front = languages.front(language)
  assert pickle.loads(pickle.dumps(front)) == front and front.make is pipeline.make_problem


def test_python_needs_nothing_else_installed():
  assert languages.front('python').check_installed() is None


def test_the_two_oracles_of_python_differ_in_their_seeds(monkeypatch):
  from acrl_jax.datagen.python import oracle

  monkeypatch.setattr(oracle, 'PythonOracle', lambda fetched, hash_seed: (fetched, hash_seed))
  assert languages.front('python').oracles('c', 0) == (('c', 0), ('c', 1))
  assert languages.front('python').oracles('c', 3) == (('c', 6), ('c', 7))
