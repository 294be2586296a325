"""python -m acrl_jax.harness, from files to files."""

import json

import pytest

from acrl_jax.harness import __main__ as cli

NINE = {'code': 'f(3)', 'expected': '9'}
SQUARE = 'def f(x):\n  return x * x\n'


def run(tmp_path, lines, *options):
  path = tmp_path / 'programs.jsonl'
  path.write_text('\n'.join(line if isinstance(line, str) else json.dumps(line) for line in lines))
  code = cli.main([str(path), f'--output={tmp_path}/reports.jsonl', '--workers=1', *options])
  reports = tmp_path / 'reports.jsonl'
  return code, [json.loads(line) for line in reports.read_text().splitlines()] if reports.exists() else None


def test_every_kind_of_test_in_order(tmp_path, capsys):
  code, reports = run(
    tmp_path,
    [
      {'id': 'a', 'program': SQUARE, 'tests': ['assert f(2) == 4', NINE], 'entry_point': 'f'},
      {'id': 7, 'program': 'print(int(input()) + 1)', 'tests': [{'stdin': '1\n', 'stdout': '2\n'}]},
      '',
      {'program': 'def f(x):\n  return 1 / 0', 'tests': ['assert f(2) == 4'], 'entry_point': 'f'},
      {'id': 'd', 'program': SQUARE, 'tests': ['assert f(2) == g()'], 'entry_point': 'f', 'setup': 'def g(): return 4'},
    ],
  )
  assert code == 0
  assert [r['id'] for r in reports] == ['a', 7, 4, 'd']
  assert [r['outcome'] for r in reports] == ['passed', 'passed', 'crashed', 'passed']
  assert set(reports[0]) == {'id', 'outcome', 'passed', 'error', 'error_lines', 'executed_lines', 'seconds'}
  assert reports[0]['passed'] == [True, True] and reports[0]['executed_lines'] == [1, 2]
  assert reports[2]['error'] == 'ZeroDivisionError' and reports[2]['error_lines'] == [2]
  out = capsys.readouterr()
  assert out.out.startswith('4 programs: 3 passed, 1 crashed') and out.err == ''


def test_timeout_is_taken(tmp_path):
  _, reports = run(tmp_path, [{'program': 'while 1: pass', 'tests': ['f()'], 'entry_point': 'f'}], '--timeout=0.3')
  assert reports[0]['error'] == 'Timeout' and reports[0]['seconds'] < 2.0


@pytest.mark.parametrize(
  'line, message',
  [
    ('{', 'line 2: '),
    ('[]', 'line 2: a line is an object'),
    ('{"program": ""}', 'line 2: a line is an object'),
    ('{"program": "", "tests": ["f()"], "timeout": 3}', 'line 2: a line is an object'),
    ('{"program": "", "tests": []}', 'line 2: "tests" must be'),
    ('{"program": 3, "tests": ["f()"]}', 'line 2: "program" must be text'),
    ('{"program": "", "tests": [{"code": "f()", "stdin": ""}]}', 'line 2: a test is'),
    ('{"program": "", "tests": [{"code": "f()", "expected": 3}]}', 'line 2: "expected" of a test is 3'),
  ],
)
def test_a_bad_line_is_named_before_anything_runs(tmp_path, capsys, line, message):
  code, reports = run(tmp_path, [{'program': SQUARE, 'tests': ['f(1)']}, line])
  error = capsys.readouterr().err
  assert code == 2 and reports is None
  assert message in error and error.count('\n') == 1


def test_a_missing_file_and_a_bad_limit_are_one_line(tmp_path, capsys):
  assert cli.main([str(tmp_path / 'none.jsonl'), f'--output={tmp_path}/r.jsonl']) == 2
  assert 'none.jsonl' in capsys.readouterr().err
  code, _ = run(tmp_path, [{'program': SQUARE, 'tests': ['f(1)']}], '--timeout=-1')
  assert code == 2 and 'wall_s' in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_one_line(tmp_path, capsys):
  path = tmp_path / 'programs.jsonl'
  path.write_text(json.dumps({'program': SQUARE, 'tests': ['f(1)']}))
  assert cli.main([str(path), f'--output={tmp_path}/none/r.jsonl', '--workers=1']) == 2
  assert 'none/r.jsonl' in capsys.readouterr().err
