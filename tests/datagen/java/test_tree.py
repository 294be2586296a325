"""The parser of Java, and the way out where it is not installed."""

import sys

import pytest

from acrl_jax.datagen.java import tree as java_tree


def test_without_a_parser_the_way_out_is_told(monkeypatch):
  monkeypatch.setitem(sys.modules, 'tree_sitter', None)
  java_tree._parser.cache_clear()
  with pytest.raises(ValueError, match=r'pip install acrl_jax\[datagen\]'):
    list(java_tree.methods(b'class A {}'))
  java_tree._parser.cache_clear()
