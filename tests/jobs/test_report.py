"""The report of a run: scores before and after, programs that were mended, and curves."""

import importlib.util
import json

import pytest

from acrl_jax.jobs import report


def score(value):
  return {'eval/primer/pass@1': value, 'eval/primer/pass@1_lo': value - 0.05, 'eval/primer/pass@1_hi': value + 0.05}


ROWS = [
  {'step': 0, 'phase': 'start', **score(0.1)},
  {'step': 1, 'phase': 'sft'},
  {'step': 2, 'phase': 'sft', **score(0.15)},
  {'step': 3, 'phase': 'sft', **score(0.2)},
  {'step': 4, 'phase': 'ac', 'reward/mean': 0.5, 'tests/passed': 0.1, 'critic/explained_var': None},
  {'step': 5, 'phase': 'ac', 'reward/mean': 0.6, **score(0.3)},
]


def program(ident, outcome, text='def f(): pass\n'):
  passed = outcome == 'passed'
  tests = [{'code': 'f()', 'expected': '1', 'passed': True}, {'code': 'f()', 'expected': '2', 'passed': passed}]
  return {'id': ident, 'program': text, 'outcome': outcome, 'error': '' if passed else 'TypeError', 'tests': tests}


def jsonl(file, rows):
  file.parent.mkdir(parents=True, exist_ok=True)
  file.write_text(''.join(json.dumps(row) + '\n' for row in rows))


@pytest.fixture
def folder(tmp_path):
  jsonl(tmp_path / 'metrics.jsonl', ROWS)
  (tmp_path / 'checkpoints').mkdir()
  for name in ('config.json', 'env.json'):
    (tmp_path / name).write_text('{}')
  return tmp_path


def samples(folder, step, **outcomes):
  """Programs of each problem, p passed and x failed."""
  names = {'p': 'passed', 'x': 'failed'}
  rows = [
    program(ident, names[mark], f'{ident}{i}\n') for ident, marks in outcomes.items() for i, mark in enumerate(marks)
  ]
  jsonl(folder / 'eval' / 'samples' / f'step_{step:06d}.jsonl', rows)


def test_every_evaluation_has_a_line_and_only_the_last_of_the_warm_start_ends_it(folder):
  lines = report.before_after(folder).split('\n')
  assert [line.split('(primer)')[1].split() for line in lines] == [
    ['before', '10.0', '%', '[5.0,', '15.0]'],
    ['after', 'step', '2', '15.0', '%', '[10.0,', '20.0]'],
    ['after', 'the', 'warm', 'start', '20.0', '%', '[15.0,', '25.0]'],
    ['after', 'step', '5', '30.0', '%', '[25.0,', '35.0]'],
  ]


def test_a_warm_start_that_goes_on_is_not_over(folder):
  jsonl(folder / 'metrics.jsonl', ROWS[:3])
  assert 'after step 2' in report.before_after(folder).split('\n')[1]


def test_mended_problems_are_those_that_failed_before_and_pass_after(folder):
  samples(folder, 0, never='xx', gone='pp', some='px', all='xx', more='xx')
  samples(folder, 3, never='pp', gone='pp', some='xx', all='xx', more='xx')
  samples(folder, 5, never='xx', gone='xx', some='pp', all='pp', more='xp')
  pairs = report.mended(folder)
  assert [before['id'] for before, _ in pairs] == ['all', 'more', 'some']  # none passed first, the surest of them first
  assert all(before['outcome'] == 'failed' and after['outcome'] == 'passed' for before, after in pairs)
  assert [pairs[1][1]['program'], pairs[2][0]['program']] == ['more1\n', 'some1\n']
  assert len(report.mended(folder, count=1)) == 1


def test_one_evaluation_mends_nothing(folder):
  assert report.mended(folder) == []
  samples(folder, 0, a='x')
  assert report.mended(folder) == []


@pytest.mark.skipif(importlib.util.find_spec('matplotlib') is None, reason='needs the extra plot')
def test_the_curves_are_a_picture(folder):
  file = report.plot(folder)
  assert file == folder / 'plots' / 'curves.png' and file.read_bytes()[:4] == b'\x89PNG'


def test_the_report_shows_both_programs_and_the_scores(folder, capsys):
  samples(folder, 0, a='x')
  samples(folder, 5, a='p')
  (folder / 'export').mkdir()
  assert report.main(['report', str(folder)]) == 0
  said = capsys.readouterr().out
  assert '--- mended 1: a' in said
  assert 'before [.x] failed TypeError\na0\n' in said and 'after [..] passed \na0\n' in said
  assert 'after the warm start' in said and f'exported model: {folder}/export' in said


def test_what_is_no_training_run_is_refused_with_the_usage(folder, tmp_path_factory, capsys):
  (folder / 'metrics.jsonl').unlink()  # as an evaluation's folder
  for arguments in (['report'], ['report', str(tmp_path_factory.mktemp('empty'))], ['report', str(folder)]):
    assert report.main(arguments) == 2
  assert capsys.readouterr().err.count('usage: python -m acrl_jax.report WORKDIR') == 3
