"""A file of reports in a few lines, counted by hand."""

import json

from acrl_jax.harness import summary


def line(name, outcome, passed=(), error='', seconds=0.1):
  return json.dumps({'id': name, 'outcome': outcome, 'passed': list(passed), 'error': error, 'seconds': seconds})


def test_outcomes_errors_tests_and_time_by_hand():
  lines = [
    line('a', 'passed', [True, True], seconds=0.5),
    line('b', 'failed', [True, False], seconds=0.25),
    line('c', 'crashed', [False], 'KeyError', seconds=2.0),
    line('d', 'harness_error', [False] * 9, 'LaneLost', seconds=99.0),
  ]
  rows = summary.summarise(lines).splitlines()
  assert [row.split() for row in rows[:5]] == [
    ['outcome', 'programs', 'share'],
    *([name, '1', '25.0%'] for name in ('passed', 'failed', 'crashed', 'harness_error')),
  ]
  assert [row.split() for row in rows[5:8]] == [
    ['error', 'programs', 'share'], ['KeyError', '1', '25.0%'], ['LaneLost', '1', '25.0%']
  ]  # fmt: skip
  # What our side could not judge counts neither among the tests nor for the time.
  assert rows[8:] == ['3 of 5 tests passed', '0.500 s for a program in the middle, 2.000 s for the slowest']


def test_pass_at_k_where_problems_have_several_programs_up_to_the_fewest_of_one():
  lines = [line('a', 'passed', [True]), line('b', 'failed', [False])] * 5
  lines += [line('a', 'failed', [False])] * 5 + [line('b', 'harness_error', [False])] * 5
  rows = summary.summarise(lines).splitlines()
  # a: 5 of 10, b: 0 of 5. k = 1: (0.5 + 0) / 2. k = 5: (1 - C(5, 5) / C(10, 5)) / 2 = (1 - 1 / 252) / 2.
  assert rows[-2:] == ['pass@1 0.2500 of 2 problems', 'pass@5 0.4980 of 2 problems']
  assert 'pass@' not in summary.summarise(lines[:2])


def test_no_reports_have_no_summary():
  assert summary.summarise([]) == ''
