"""Trees by path and back, and JSON files that are told apart from damaged ones."""

import pytest

from acrl_jax.convert import trees

TREE = {'embed': 1, 'layers': {'attn': {'q': 2, 'k': 3}, 'norm': 4}}
FLAT = {'embed': 1, 'layers/attn/q': 2, 'layers/attn/k': 3, 'layers/norm': 4}


def test_a_tree_by_path_and_back():
  assert trees.flatten(TREE) == FLAT and trees.nest(FLAT) == TREE
  assert trees.flatten({}) == trees.nest({}) == {}


def test_the_object_of_a_file_is_read_and_an_absent_one_only_where_it_may_be(tmp_path):
  file = tmp_path / 'config.json'
  assert trees.read_json(file, optional=True) == {}
  with pytest.raises(ValueError, match='config.json cannot be read .* damaged, fetch it again'):
    trees.read_json(file)
  file.write_text('{"é": [1]}', encoding='utf-8')
  assert trees.read_json(file) == trees.read_json(file, optional=True) == {'é': [1]}


DAMAGED = [('{"a": ', 'cannot be read'), ('[1]', 'holds no JSON object'), ('', 'cannot')]


@pytest.mark.parametrize('text, message', DAMAGED)
def test_a_damaged_file_is_named(tmp_path, text, message):
  file = tmp_path / 'config.json'
  file.write_text(text)
  with pytest.raises(ValueError, match=f'config.json {message}'):
    trees.read_json(file, optional=True)
