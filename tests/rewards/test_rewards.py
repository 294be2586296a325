"""The levels of every reward, what all of them promise, and that a new one is a file and a line."""

import importlib
import random

import numpy as np
import pytest
from judged_completions import judged

from acrl_jax import config as keys
from acrl_jax import rewards
from acrl_jax.jobs import settings
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import REWARDS, Reward

LINES = np.array([1, 1, 2])


def report(outcome, passed=(False,), error='', **more):
  return TestReport(outcome=outcome, passed=tuple(passed), error=error, **more)


def ran(passed):
  return report(Outcome.PASSED if all(passed) else Outcome.FAILED, passed)


NO_COMPILE = report(Outcome.NO_COMPILE, [False] * 4, 'SyntaxError')
MISSING = report(Outcome.CRASHED, [False] * 4, 'MissingEntryPoint')
CRASHED = report(Outcome.CRASHED, [False] * 4, 'ValueError')


@pytest.mark.parametrize(
  'name, no_compile, missing, crashed, none, one, three, every',
  [
    # -0.3 + 1.3 / 4 = 0.025; -0.3 + 3.9 / 4 = 0.675
    ('partial_credit', -1.0, -1.0, -0.6, -0.3, 0.025, 0.675, 1.0),
    ('above_trivial', -0.4, -0.4, -0.35, -0.3, 0.025, 0.675, 1.0),  # of a problem that nothing trivial passes
    ('sparse_complete', -1.0, -1.0, -1.0, 0.0, 0.125, 0.375, 1.0),
    ('pass_share', 0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 1.0),
    ('binary', 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    ('outcome', -1.0, -0.6, -0.6, -0.3, -0.3, -0.3, 1.0),
    # The level and the share: -1 - 0.3; -0.6 - 0.3; -0.3 - 0.3; -0.3 + 0.025; -0.3 + 0.675; 1 + 1
    ('rltf', -1.3, -0.9, -0.9, -0.6, -0.275, 0.375, 2.0),
    ('stepcoder', -1.0, -0.6, -0.6, -0.3, -0.3, -0.3, 1.0),
  ],
)
def test_levels(name, no_compile, missing, crashed, none, one, three, every):
  reports = [NO_COMPILE, MISSING, CRASHED, *(ran([i < c for i in range(4)]) for c in (0, 1, 3, 4))]
  rewards = [REWARDS[name].function(r, LINES).reward for r in reports]
  np.testing.assert_allclose(rewards, [no_compile, missing, crashed, none, one, three, every])


@pytest.mark.parametrize('name', REWARDS)
def test_every_token_has_credit_and_no_bonus_where_nothing_speaks_against_it(name):
  told = REWARDS[name].function(ran([True, False]), LINES)
  np.testing.assert_array_equal(told.credit, np.ones(3, np.float32))
  np.testing.assert_array_equal(told.bonus, np.zeros(3, np.float32))
  assert told.credit.dtype == told.bonus.dtype == np.float32


@pytest.mark.parametrize('name', REWARDS)
def test_our_own_failure_is_masked(name):
  lost = report(Outcome.HARNESS_ERROR, [False] * 3, 'LaneLost', error_lines=(1,), executed_lines=(2,))
  told = REWARDS[name].function(lost, LINES)
  assert told.reward == 0.0 and not told.credit.any() and not told.bonus.any()


@pytest.mark.parametrize('name', REWARDS)
def test_rewards_follow_what_passed_and_not_the_order(name):
  rng = random.Random(0)
  reward = lambda r: REWARDS[name].function(r, LINES).reward
  strict = name in ('partial_credit', 'above_trivial', 'sparse_complete', 'pass_share', 'rltf')
  for _ in range(200):
    n = rng.randint(1, 20)
    rewards = []
    for c in range(n + 1):
      passed = [i < c for i in range(n)]
      rewards.append(reward(ran(passed)))
      rng.shuffle(passed)
      assert reward(ran(passed)) == rewards[-1]
    assert all(a < b if strict else a <= b for a, b in zip(rewards, rewards[1:]))
    assert rewards[-1] == (2.0 if name == 'rltf' else 1.0) and rewards[-1] > max(rewards[:-1])
    for bad in (NO_COMPILE, MISSING, CRASHED):
      assert reward(bad) < rewards[0] or name in ('binary', 'pass_share')


@pytest.mark.parametrize('name', REWARDS)
def test_executed_lines_are_looked_at_by_those_that_are_traced_alone(name):
  plain = report(Outcome.FAILED, [True, False], 'ValueError', error_lines=(2,))
  both = [REWARDS[name].function(r, LINES) for r in (plain, plain._replace(executed_lines=(2,)))]
  same = all(np.array_equal(a, b) for a, b in zip(*both))
  assert same == (not REWARDS[name].lines)


@pytest.mark.parametrize('name', ['rltf', 'stepcoder'])
def test_a_test_that_is_none_gives_no_credit(pool, name):
  sample = judged(pool, REWARDS[name].function, '\n  return 1 // 0|$', 'f(')
  assert sample.report.outcome == Outcome.HARNESS_ERROR
  assert sample.entry.reward == 0.0 and not sample.entry.credit.any() and not sample.entry.bonus.any()


LAST_LINE = """
from acrl_jax.rewards import levels, token_credit


def last_line(report, token_lines):
  credit = token_credit.stand_on(report.executed_lines[-1:], token_lines)
  return token_credit.to_feedback(report, levels.share(report), token_lines, credit=credit)
"""


def test_a_new_reward_is_one_file_and_one_line(pool, tmp_path, monkeypatch):
  (tmp_path / 'last_line.py').write_text(LAST_LINE)
  monkeypatch.setattr(rewards, '__path__', [*rewards.__path__, str(tmp_path)])
  function = importlib.import_module(f'{rewards.__name__}.last_line').last_line
  config = keys.default('tiny')
  config.reward = 'last_line'
  with pytest.raises(ValueError, match="config.reward='last_line': must be one of partial_credit, "):
    settings.reward(config)

  monkeypatch.setitem(REWARDS, 'last_line', Reward(function, lines=True))
  assert settings.limits(config).lines and settings.algorithm(config)
  sample = judged(pool, REWARDS[config.reward].function, '\n  y = x|\n  return y|$', 'f(1) == 1', 'f(1) == 2')
  assert sample.entry.reward == 0.5 and sample.entry.credit.tolist() == [0, 1, 1]
  monkeypatch.setitem(REWARDS, 'last_line', Reward(function, bonus=True))
  with pytest.raises(ValueError, match="config.reward='last_line' gives single tokens a bonus"):
    settings.algorithm(config)
