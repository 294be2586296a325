"""JSON lines come back as objects, or are refused by file and line."""

import json
import re

import pytest

from acrl_jax.data import json_lines


def test_json_lines_by_hand(tmp_path):
  file = tmp_path / 'x.jsonl'
  file.write_text('{"a": 1}\n\n  \n' + json.dumps({'b': '\u2028é'}, ensure_ascii=False) + '\r\n', encoding='utf-8')
  assert json_lines.read_objects(file) == [{'a': 1}, {'b': '\u2028é'}]


@pytest.mark.parametrize(('text', 'said'), [('{}\n{"a"', ':2: not a JSON'), ('{}\n\n3', ':3: not a JSON object but 3')])
def test_a_line_that_is_no_object_is_named(tmp_path, text, said):
  (tmp_path / 'x.jsonl').write_text(text)
  with pytest.raises(ValueError, match=re.escape(f'{tmp_path}/x.jsonl{said}')):
    json_lines.read_objects(tmp_path / 'x.jsonl')


def test_a_file_of_json_lines_that_is_missing_is_named(tmp_path):
  with pytest.raises(ValueError, match='none.jsonl cannot be read'):
    json_lines.read_objects(tmp_path / 'none.jsonl')


def test_a_text_of_json_lines_is_named_as_its_caller_does():
  assert json_lines.parse_objects('{"a": 1}\n', 'x') == [{'a': 1}]
  with pytest.raises(ValueError, match='^x:2: not a JSON object but 7$'):
    json_lines.parse_objects('{}\n7', 'x')


def test_the_message_of_an_error_is_one_line():
  assert json_lines.one_line(ValueError('one\n  two\tthree\n')) == 'one two three'
