"""Lines become jobs, in order and with their names, or the line that cannot is named."""

import json

import pytest

from acrl_jax.harness import jsonl
from acrl_jax.records import Job, Test


def test_a_line_of_ours_by_hand():
  row = {'id': 7, 'program': 'p', 'tests': ['f(1)', {'code': 'f(1)', 'expected': '2'}, {'stdin': 'a', 'stdout': ''}]}
  tests = (Test(code='f(1)'), Test(code='f(1)', expected='2'), Test(stdin='a', stdout=''))
  assert jsonl.parse_job(dict(row)) == (7, Job(program='p', tests=tests))
  more = row | {'entry_point': 'f', 'setup': 's'}
  assert jsonl.parse_job(more) == (7, Job(program='p', tests=tests, entry_point='f', setup='s'))
  assert jsonl.parse_job({'program': '', 'tests': ['x']})[0] is None


@pytest.mark.parametrize(
  'change, message',
  [
    ({'tests': 'f(1)'}, '"tests" must be a list of at least one test'),
    ({'setup': None}, '"setup" must be text'),
    ({'entry_point': 1}, '"entry_point" must be text'),
    ({'more': 1}, 'a line is an object with "program", "tests"'),
    ({'tests': [{'expected': '1'}]}, 'a test is a string, {"code", "expected"} or {"stdin", "stdout"}'),
    ({'tests': [3]}, 'a test is a string'),
    ({'tests': [{'stdin': '', 'stdout': None}]}, '"stdout" of a test is null; it must be text, such as "None"'),
  ],
)
def test_what_is_no_line_of_ours_is_refused_by_what_it_must_be(change, message):
  with pytest.raises(ValueError, match='^' + message.replace('{', r'\{')):
    jsonl.parse_job({'program': '', 'tests': ['f(1)']} | change)


def test_lines_without_a_name_are_called_by_their_number_and_empty_ones_are_skipped(tmp_path):
  path = tmp_path / 'programs.jsonl'
  row = {'program': 'p', 'tests': ['f(1)']}
  path.write_text('\n'.join(['', json.dumps(row), '  ', json.dumps(row | {'id': [1]}), json.dumps(row | {'id': 0})]))
  work = jsonl.read_work(str(path))
  assert work.ids == [2, [1], 0] and work.jobs == [Job(program='p', tests=(Test(code='f(1)'),))] * 3


def test_samples_are_judged_as_their_problems_are(tmp_path):
  code = 'import math\ndef f(x):\n  return math.floor(x)'
  row = {'task_id': 2, 'text': 'Floor.', 'code': code, 'test_list': ['assert f(1.5) == 1'], 'test_setup_code': ''}
  (tmp_path / 'mbpp.jsonl').write_text(json.dumps(row))
  path = tmp_path / 'samples.jsonl'
  samples = [{'task_id': 'MBPP/2', 'completion': '  return 1\n'}, {'task_id': 'mbpp/2', 'solution': code, 'more': 1}]
  path.write_text('\n'.join(map(json.dumps, samples)))
  work = jsonl.read_work(str(path), f'mbpp:{tmp_path}/mbpp.jsonl')
  first, second = work.jobs
  assert work.ids == ['MBPP/2', 'mbpp/2'] and second.program == code
  assert first.program == 'def f(x):\n    """Floor."""\n  return 1\n'
  assert first.tests == second.tests == (Test(code='assert f(1.5) == 1'),) and first.entry_point == 'f'
  path.write_text(json.dumps(samples[0]) + '\n{"task_id": "mbpp/3", "completion": ""}')
  with pytest.raises(ValueError, match=r"samples.jsonl, line 2: mbpp:.* has no problem 'mbpp/3'"):
    jsonl.read_work(str(path), f'mbpp:{tmp_path}/mbpp.jsonl')
