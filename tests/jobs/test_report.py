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
  {'step': 5, 'phase': 'ac', 'reward/mean': 0.6, 'tests/passed': 0.2, **score(0.3)},
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


def validation(value):
  return {tag.replace('primer', 'primer-validation'): x for tag, x in score(value).items()}


def test_the_change_is_that_since_the_warm_start_problem_by_problem(folder):
  notes = {'eval/primer/problems': 4.0, 'eval/primer/dropped': 1.0, 'eval/primer/test_pass_rate': 0.5}
  trivial = {'eval/primer/trivial_pass@1': 0.0, 'eval/primer/trivial_test_pass_rate': 0.25}
  last = {'step': 6, 'phase': 'ac', **validation(0.9)}
  jsonl(folder / 'metrics.jsonl', [*ROWS[:-1], ROWS[-1] | notes | trivial, last])
  assert report.headline(folder).split('\n')[0].startswith('best trivial')  # without the programs there is no change
  samples(folder, 0, a='pp', b='pp', c='pp')
  samples(folder, 3, a='xx', b='px', c='xx')
  samples(folder, 5, a='pp', b='pp', c='xx')
  change, best, dropped = report.headline(folder).split('\n')
  # Of four problems, one of which was dropped, two are solved and a half of one was: (1 + 1/2 + 0 + 0) / 4.
  assert change.startswith('held-out pass@1: 12.5 -> 50.0 %, +37.5 points [')
  assert change.endswith('], 4 problems, 2 programs each')
  assert best == 'best trivial program: solves 0.0 %, passes 25.0 % of the tests (the model: 50.0 %)'
  assert dropped == '1 of 4 problems cannot be used and count as failures'
  assert report.before_after(folder).split('\n')[-1].split()[2:6] == ['(primer-validation)', 'after', 'step', '6']


def test_without_a_warm_start_the_change_is_that_since_the_start(folder):
  jsonl(folder / 'metrics.jsonl', [ROWS[0], {'step': 1, 'phase': 'ac', **score(0.3)}])
  samples(folder, 0, a='x')
  samples(folder, 1, a='p')
  assert '0.0 -> 100.0 %' in report.headline(folder)
  jsonl(folder / 'metrics.jsonl', ROWS[:1])
  assert report.headline(folder) == ''  # there is no after yet
  jsonl(folder / 'metrics.jsonl', [{'step': 1, 'phase': 'ac'}])
  assert report.headline(folder) == ''


def test_what_was_gained_is_the_last_tenth_against_the_first_with_the_solved_problems_in_front():
  row = lambda i: {'tests/passed': i / 100, 'reward/mean': i / 20, 'reward/solved': i / 40, 'reward/partial': None}
  rows = [{'step': i, 'phase': 'ac', 'completion/len_mean': 64.0 - i, **row(i)} for i in range(20)]
  noise = [{'step': 0, 'phase': name, 'tests/passed': 9.0} for name in ('start', 'sft', 'critic')]
  assert report.solved(noise + rows).split('\n') == [
    'while sampling, mean of the first 2 and of the last 2 of 20 steps:',
    '  problems solved         0.005 ->    0.185   +0.180',
    '  reward/mean             0.025 ->    0.925   +0.900',
    '  reward/solved           0.013 ->    0.463   +0.450',  # 0.0125 and 0.4625
    '  completion/len_mean    63.500 ->   45.500   -18.000',
  ]
  assert report.solved(noise) == report.solved(noise + rows[:1]) == ''


def test_the_plot_begins_with_what_is_solved_and_splits_the_reward():
  first, *_, last = report.PANELS.values()
  assert first == ('tests/passed',) and last == ('critic/explained_var', 'critic/explained_by_baseline')
  assert ('reward/mean', 'reward/solved', 'reward/partial', 'reward/floors') in report.PANELS.values()


def test_mended_problems_are_those_that_failed_before_and_pass_after(folder):
  samples(folder, 0, never='pp', gone='pp', some='xx', all='pp', more='pp')  # the warm start's end counts as before
  samples(folder, 3, never='xx', gone='pp', some='px', all='xx', more='xx')
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
  assert said.startswith('while sampling') and said.index('problems solved') < said.index('held-out pass@1 (')
  assert '--- mended 1: a' in said
  assert 'before [.x] failed TypeError\na0\n' in said and 'after [..] passed \na0\n' in said
  assert 'after the warm start' in said and f'exported model: {folder}/export' in said


def test_what_is_no_training_run_is_refused_with_the_usage(folder, tmp_path_factory, capsys):
  (folder / 'metrics.jsonl').unlink()  # as an evaluation's folder
  for arguments in (['report'], ['report', str(tmp_path_factory.mktemp('empty'))], ['report', str(folder)]):
    assert report.main(arguments) == 2
  assert capsys.readouterr().err.count('usage: python -m acrl_jax.report WORKDIR') == 3
