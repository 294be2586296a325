"""Rewards by name: of one's own, and weighted sums; what is none is told before any work."""

import os

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import REWARDS, named

MINE = """
from __future__ import annotations

import dataclasses

import numpy as np

from acrl_jax.rewards import token_credit

with open('runs.txt', 'a') as file:
  file.write('x')


def shorter(report, token_lines, *, program):
  return -0.01 * len(program)


def ended(report, token_lines, ended):
  return 1.0 if ended else 0.0


def second_half(report, token_lines):
  credit = [float(2 * i >= len(token_lines)) for i in range(len(token_lines))]
  return token_credit.to_feedback(report, 0.5, token_lines, credit=credit, bonus=credit)


second_half.bonus = True


def unsaid_bonus(report, token_lines):
  return second_half(report, token_lines)


def traced(report, token_lines):
  return float(len(report.executed_lines))


traced.lines = True


def broken(report, token_lines):
  return 1 / 0


def text(report, token_lines):
  return 'good'


def asks_too_much(report, token_lines, weather):
  return 1.0


def yes(report, token_lines):
  return np.all(report.passed)


def against(report, token_lines):
  return token_credit.to_feedback(report, 0.5, token_lines, credit=-1.0)


@dataclasses.dataclass
class Known:
  runs: int = 0


NUMBER = 3
"""
HALF = TestReport(outcome=Outcome.FAILED, passed=(True, False))
LINES = np.array([1, 1, 2, 2])


@pytest.fixture(autouse=True)
def mine(tmp_path, monkeypatch):
  (tmp_path / 'mine.py').write_text(MINE)
  (tmp_path / 'bad.py').write_text('import nothing_of_that_name')
  monkeypatch.chdir(tmp_path)


def function(spec):
  return named.named(spec, REWARDS).function


def test_a_name_is_the_reward_itself():
  assert named.named('rltf', REWARDS) is REWARDS['rltf'] and named.named('rltf@1', REWARDS) is REWARDS['rltf']


def test_a_function_of_one_s_own_sees_what_it_asks_for_in_a_real_judgement(pool):
  sample = judged(pool, function('mine.py:shorter'), '\n  return 1|$', 'f(1) == 1')
  assert sample.program.startswith('def f(x):\n  return 1')
  assert sample.entry.reward == pytest.approx(-0.01 * len(sample.program)) and sample.entry.credit.all()
  assert judged(pool, function('mine.py:ended'), '\n  return 1|$', 'f(1) == 1').entry.reward == 1.0


def test_a_weighted_sum_by_hand():
  told = function('pass_share@2,mine.py:second_half@-0.5')(HALF, LINES, program='', ended=True, problem=None, trivial=0)
  assert told.reward == 2 * 0.5 - 0.5 * 0.5
  assert told.credit.tolist() == [0, 0, 1, 1] and told.bonus.tolist() == [0, 0, -0.5, -0.5]


def test_a_sum_needs_what_any_of_its_parts_needs():
  assert named.named('stepcoder,binary', REWARDS).lines and not named.named('stepcoder,binary', REWARDS).bonus
  assert named.named('binary,rltf', REWARDS).bonus


def test_a_function_of_one_s_own_says_what_it_needs():
  needs = lambda spec: named.named(spec, REWARDS)[1:]
  assert needs('mine.py:shorter') == (False, False)
  assert needs('mine.py:traced') == (True, False) and needs('mine.py:second_half') == (False, True)
  assert needs('mine.py:traced,mine.py:second_half@0.5') == (True, True)


def test_a_bonus_that_the_algorithm_could_not_know_of_is_refused():
  with pytest.raises(ValueError, match='mine.py:unsaid_bonus gives a bonus.*: unsaid_bonus.bonus = True'):
    function('mine.py:unsaid_bonus')(HALF, LINES)


@pytest.mark.parametrize('name', ['second_half', 'broken'])
def test_a_function_of_one_s_own_is_not_asked_about_our_failure(name):
  told = function(f'mine.py:{name}')(TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False,)), LINES)
  assert told.reward == 0 and not told.credit.any() and not told.bonus.any()


def test_our_own_failure_is_masked_in_a_sum():
  lost = TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False,))
  told = function('binary,mine.py:ended')(lost, LINES, program='', ended=True, problem=None, trivial=0)
  assert told.reward == 0 and not told.credit.any()


@pytest.mark.parametrize(
  ('spec', 'words'),
  [
    ('partial_credt', 'must be one of partial_credit, above_trivial, .*did you mean partial_credit'),
    ('binary,partial_credt', "'partial_credt' in config.reward='binary,partial_credt'.*did you mean"),
    ('nowhere.py:f', 'there is no file .*nowhere.py'),
    ('bad.py:f', 'bad.py cannot be run: ModuleNotFoundError'),
    ('mine.py:shortr', "no function 'shortr'; it has shorter, ended"),
    ('mine.py:NUMBER', "no function 'NUMBER'"),
    ('mine.py:asks_too_much', "asks_too_much.*weather.*problem, program, ended, trivial"),
    ('binary@x', "the weight in 'binary@x' must be a number other than 0"),
    ('binary@0', 'must be a number other than 0'),
    ('', 'must be one of'),
  ],
)
def test_what_is_no_reward_is_told_in_one_line(spec, words):
  with pytest.raises(ValueError, match=words) as caught:
    named.named(spec, REWARDS)
  assert '\n' not in str(caught.value) and 'config.reward=' in str(caught.value)


def test_a_function_that_fails_or_returns_no_number_is_named(pool):
  with pytest.raises(ValueError, match='mine.py:broken raised ZeroDivisionError on p: division by zero'):
    judged(pool, function('mine.py:broken'), '\n  return 1|$', 'f(1) == 1')
  with pytest.raises(ValueError, match="mine.py:text must return a finite number, or a Feedback .* returned 'good'"):
    judged(pool, function('mine.py:text'), '\n  return 1|$', 'f(1) == 1')


def test_truth_is_a_number_and_negative_credit_is_refused():
  assert function('mine.py:yes')(HALF, LINES).reward == 0.0
  assert function('mine.py:yes')(HALF._replace(passed=(True, True)), LINES).reward == 1.0
  with pytest.raises(ValueError, match='mine.py:against must return .* credit of at least 0'):
    function('mine.py:against')(HALF, LINES)


def test_a_file_is_run_once_until_it_changes(tmp_path):
  for _ in range(3):
    function('mine.py:yes')
  assert (tmp_path / 'runs.txt').read_text() == 'x'
  (tmp_path / 'mine.py').write_text(MINE.replace('0.5', '0.25'))
  os.utime(tmp_path / 'mine.py', ns=(1, 1))
  function('mine.py:yes')
  assert (tmp_path / 'runs.txt').read_text() == 'xx'


def test_a_folder_may_have_an_at_in_its_name(tmp_path):
  (tmp_path / 'a@b').mkdir()
  (tmp_path / 'a@b' / 'mine.py').write_text(MINE)
  assert function('a@b/mine.py:yes')(HALF, LINES).reward == 0.0
