"""pass@k counts what was judged, and every task is solved once whatever the blocks."""

from types import SimpleNamespace

import jax
import numpy as np
import pytest

from acrl_jax.config import default
from acrl_jax.jobs import evaluate
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout import evaluation, judging
from acrl_jax.run import workdir

PASSED, FAILED, LOST = Outcome.PASSED, Outcome.FAILED, Outcome.HARNESS_ERROR


def settings(k=(1,), temperature=0.8, samples=4, rows=8):
  return SimpleNamespace(k=k, temperature=temperature, samples=samples, rows=rows, top_p=1.0)


def sample(outcome, passed=(True, False)):
  return SimpleNamespace(report=TestReport(outcome=outcome, passed=passed))


def score(*rows, **kwargs):
  samples = [sample(outcome) for row in rows for outcome in row]
  return evaluation.score(samples, len(rows[0]), settings(**kwargs), 'set')


def test_pass_at_k_by_hand():
  found = score([PASSED, FAILED, FAILED, FAILED], [FAILED] * 4, [PASSED, PASSED, FAILED, FAILED], k=(1, 2))
  assert found['eval/set/pass@1'] == pytest.approx((1 / 4 + 0 + 2 / 4) / 3)
  assert found['eval/set/pass@2'] == pytest.approx((3 / 6 + 0 + 5 / 6) / 3)  # pairs with a passing one, of 6
  assert found['eval/set/problems'] == 3
  assert found['eval/set/pass@1_lo'] <= found['eval/set/pass@1'] <= found['eval/set/pass@1_hi']


def test_a_harness_error_counts_for_neither_side():
  counts = score([PASSED, LOST, FAILED, LOST], [LOST, FAILED, FAILED, FAILED], [LOST] * 4)
  assert counts['eval/set/pass@1'] == pytest.approx((1 / 2 + 0) / 2)
  assert counts['eval/set/problems'] == 2


def test_a_problem_with_fewer_than_k_judged_programs_is_not_in_pass_at_k():
  found = score([PASSED, LOST, LOST, LOST], [PASSED, FAILED, FAILED, LOST], k=(1, 2, 3))
  assert found['eval/set/pass@1'] == pytest.approx((1 + 1 / 3) / 2)
  assert found['eval/set/pass@2'] == pytest.approx(2 / 3)
  assert found['eval/set/pass@3'] == 1.0
  assert found['eval/set/problems'] == 2


def test_without_enough_judged_programs_there_is_no_score():
  with pytest.raises(ValueError, match='eval/set/pass@2: no problem has 2 judged programs'):
    score([PASSED, LOST], [LOST, FAILED], k=(1, 2))
  with pytest.raises(ValueError, match='pass@1'):
    score([LOST], [LOST])


def test_greedy_has_pass_at_1_alone():
  found = score([PASSED], [FAILED], temperature=0.0, k=(1, 10))
  assert found['eval/set/pass@1'] == 0.5 and not any('@10' in tag for tag in found)


def test_the_share_of_tests_leaves_out_what_was_not_judged():
  samples = [sample(FAILED, (True, False, False, False)), sample(LOST, (False,) * 4), sample(PASSED, (True,) * 4)]
  assert evaluation.score(samples, 3, settings(), 'set')['eval/set/test_pass_rate'] == pytest.approx((0.25 + 1) / 2)


def test_the_table_has_a_line_for_each_k():
  metrics = {
    'eval/a/problems': 9.0, 'eval/a/pass@1': 0.1234, 'eval/a/pass@1_lo': 0.1, 'eval/a/pass@1_hi': 0.2,
    'eval/a/pass@10': 1.0, 'eval/a/pass@10_lo': 0.9, 'eval/a/pass@10_hi': 1.0, 'eval/a/test_pass_rate': 0.5,
  }  # fmt: skip
  assert evaluation.table(metrics).split('\n') == [
    'eval/a/pass@1  12.3 %  [10.0, 20.0]',
    'eval/a/pass@10  100.0 %  [90.0, 100.0]',
  ]


@pytest.mark.parametrize(('count', 'rows'), [(7, 8), (4, 8), (1, 8), (5, 1), (3, 100)])
def test_every_task_is_solved_once_in_blocks_of_one_size(monkeypatch, count, rows):
  lengths = np.random.default_rng(0).permutation(count)
  tasks = [SimpleNamespace(prompt=np.zeros(n + 1)) for n in lengths]
  blocks, keys = [], []

  def draw(loaded, params, key, given, indices, place, prompt_lengths, pool, *, samples, **_):
    assert given is tasks and samples == 4
    blocks.append(len(indices))
    keys.append(jax.random.key_data(key).tolist())
    outcome = lambda i, s: PASSED if i == 0 and s == 0 else FAILED
    made = [SimpleNamespace(index=int(i), report=sample(outcome(i, s)).report) for i in indices for s in range(samples)]
    return made, judging.Timing()

  monkeypatch.setattr(judging, 'sample', draw)
  config = SimpleNamespace(
    eval=settings(rows=rows), prompt=SimpleNamespace(lengths=(8,)), rollout=SimpleNamespace(max_new_tokens=4)
  )
  found = evaluation.evaluate(None, None, jax.random.key(0), tasks, None, None, config, 'set')
  solved = [s.index for s in found.samples]
  assert sorted(solved) == [i for i in range(count) for _ in range(4)]
  assert solved[::4] == sorted(range(count), key=lambda i: lengths[i])  # like lengths together
  assert len(set(blocks)) == 1 and blocks[0] <= max(1, rows // 4)
  assert len({str(k) for k in keys}) == len(keys)
  assert found.metrics['eval/set/pass@1'] == pytest.approx(0.25 / count)
  assert found.metrics['eval/set/problems'] == count


@pytest.mark.parametrize(
  ('trained', 'asked', 'due'),
  [
    (('base', ''), ('auto', ''), ('base', '')),
    (('chat', 'Be brief.'), ('auto', ''), ('chat', 'Be brief.')),
    (('chat', 'Be brief.'), ('base', ''), ('base', 'Be brief.')),
    (('base', 'Be brief.'), ('auto', 'Be exact.'), ('base', 'Be exact.')),
    (('auto', ''), ('chat', 'Be exact.'), ('chat', 'Be exact.')),
  ],
)
def test_a_run_is_evaluated_with_the_prompts_it_was_trained_on(tmp_path, trained, asked, due):
  run, config = default('tiny'), default()
  run.prompt.template, run.prompt.system = trained
  config.prompt.template, config.prompt.system = asked
  config.model = str(workdir.begin(str(tmp_path / 'run'), run))
  before = config.to_json()
  found = evaluate.prompted_as_trained(config)
  assert (found.prompt.template, found.prompt.system) == due
  assert config.to_json() == before
  found.prompt.update(template=asked[0], system=asked[1])
  assert found.to_json() == before  # nothing else is taken over


def test_a_model_that_is_no_run_is_evaluated_as_asked(tmp_path):
  config = default('tiny')
  for config.model in ('smollm2', str(tmp_path), str(tmp_path / 'none')):
    assert evaluate.prompted_as_trained(config) is config
