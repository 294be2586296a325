"""What tests of sources share: a refusal, and a small file of MBPP."""

import json

import pytest

from acrl_jax.data import sources


def row(number, code='def add(a, b):\r\n  return a + b', tests=('assert add(1, 2) == 3',), **more):
  return {'task_id': number, 'text': f'Task {number}.', 'code': code, 'test_list': list(tests)} | more


def mbpp(folder, *rows):
  file = folder / 'mbpp.jsonl'
  file.write_text(''.join((r if isinstance(r, str) else json.dumps(r)) + '\n' for r in rows), encoding='utf-8')
  return f'mbpp:{file}'


def refusal(*arguments):
  with pytest.raises(ValueError) as caught:
    sources.load(*arguments)
  assert '\n' not in str(caught.value)
  return str(caught.value)
