"""pass@k counts what was judged, and every task is solved once whatever the blocks."""

import jax
import numpy as np
import pytest

from acrl_jax.data import replay
from acrl_jax.records import Outcome, Problem, TestReport
from acrl_jax.rollout import evaluation
from acrl_jax.rollout.evaluation import Evaluator, EvaluatorSettings
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.tasks import Task
from acrl_jax.rollout.worker import GenerationSettings, RolloutWorker, Timing
from acrl_jax.run import metrics, program_tables

PASSED, FAILED, LOST = Outcome.PASSED, Outcome.FAILED, Outcome.HARNESS_ERROR


def sample(outcome, passed=(True, False), index=0):
  entry = replay.Entry(*[None] * 7, reward=0.0, outcome=int(outcome), passed=passed, version=0, key=None)
  return Sample(index, '', TestReport(outcome=outcome, passed=passed), True, entry)


def score(*rows, k=(1,), dropped=0):
  samples = [sample(outcome) for row in rows for outcome in row]
  return evaluation.score(samples, len(rows[0]), k, 'set', dropped)


def test_pass_at_k_by_hand():
  found = score([PASSED, FAILED, FAILED, FAILED], [FAILED] * 4, [PASSED, PASSED, FAILED, FAILED], k=(1, 2))
  assert found['eval/set/pass@1'] == pytest.approx((1 / 4 + 0 + 2 / 4) / 3)
  assert found['eval/set/pass@2'] == pytest.approx((3 / 6 + 0 + 5 / 6) / 3)  # pairs with a passing one, of 6
  assert found['eval/set/problems'] == 3
  assert found['eval/set/pass@1_lo'] <= found['eval/set/pass@1'] <= found['eval/set/pass@1_hi']


def test_a_dropped_problem_counts_as_a_failure():
  rows = [PASSED, FAILED], [PASSED, PASSED], [LOST, LOST]
  found = score(*rows, k=(1, 2), dropped=2)
  assert found['eval/set/pass@1'] == pytest.approx((1 / 2 + 1 + 0 + 0) / 4)
  assert found['eval/set/pass@2'] == pytest.approx((1 + 1 + 0 + 0) / 4)
  assert [found[f'eval/set/{name}'] for name in ('problems', 'dropped', 'unjudged')] == [5, 2, 1]
  assert found['eval/set/pass@1_lo'] == 0.0 and score([PASSED], [PASSED])['eval/set/pass@1_lo'] == 1.0
  assert found['eval/set/test_pass_rate'] == 0.5  # of the programs that there are


def test_a_harness_error_counts_for_neither_side():
  counts = score([PASSED, LOST, FAILED, LOST], [LOST, FAILED, FAILED, FAILED], [LOST] * 4)
  assert counts['eval/set/pass@1'] == pytest.approx((1 / 2 + 0) / 2)
  assert counts['eval/set/problems'] == 3 and counts['eval/set/unjudged'] == 1


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
  evaluator, _ = evaluator_of(lengths=(1, 2), rows=8, samples=1, temperature=0.0, k=(1, 10))
  found = evaluator.score(None).metrics
  assert found['eval/set/pass@1'] == 0.5 and not any('@10' in tag for tag in found)


def test_the_share_of_tests_leaves_out_what_was_not_judged():
  samples = [sample(FAILED, (True, False, False, False)), sample(LOST, (False,) * 4), sample(PASSED, (True,) * 4)]
  assert evaluation.score(samples, 3, (1,), 'set')['eval/set/test_pass_rate'] == pytest.approx((0.25 + 1) / 2)


def test_the_table_has_a_line_for_each_k():
  found = {
    'eval/a/problems': 9.0, 'eval/a/pass@1': 0.1234, 'eval/a/pass@1_lo': 0.1, 'eval/a/pass@1_hi': 0.2,
    'eval/a/pass@10': 1.0, 'eval/a/pass@10_lo': 0.9, 'eval/a/pass@10_hi': 1.0, 'eval/a/test_pass_rate': 0.5,
  }  # fmt: skip
  assert evaluation.table(found).split('\n') == [
    'eval/a/pass@1  12.3 %  [10.0, 20.0]',
    'eval/a/pass@10  100.0 %  [90.0, 100.0]',
  ]


def test_the_table_tells_of_the_best_trivial_program_and_of_what_is_not_as_the_rest():
  found = {
    'eval/a/problems': 40.0, 'eval/a/dropped': 2.0, 'eval/a/unjudged': 1.0, 'eval/a/test_pass_rate': 0.5,
    'eval/a/trivial_pass@1': 0.025, 'eval/a/trivial_test_pass_rate': 0.312,
  }  # fmt: skip
  assert evaluation.table(found).split('\n') == [
    'best trivial program: solves 2.5 %, passes 31.2 % of the tests (the model: 50.0 %)',
    '2 of 40 problems cannot be used and count as failures',
    '1 of 40 problems could not be judged and are left out',
  ]


def test_the_best_trivial_program_is_told_where_it_was_measured():
  assert evaluation.trivial([None, None], 'set', 3) == {}
  found = evaluation.trivial([1.0, 0.5, None, 0.0], 'set', 2)
  assert found == {'eval/set/trivial_pass@1': 1 / 5, 'eval/set/trivial_test_pass_rate': 0.5}


def write(folder, step, **problems):
  """Programs of each problem: p passed, x failed, e a harness error."""
  names = dict(p='passed', x='failed', e='harness_error')
  rows = [{'id': ident, 'outcome': names[mark]} for ident, marks in problems.items() for mark in marks]
  program_tables.write_samples(folder, step, rows)


def test_two_evaluations_are_compared_problem_by_problem(tmp_path):
  assert evaluation.change(tmp_path, 0, 9, 0) == ''
  write(tmp_path, 0, a='xx', b='xp', c='ex', gone='ee', old='pp')
  assert evaluation.change(tmp_path, 0, 9, 0) == ''
  write(tmp_path, 9, c='px', b='pp', a='xp', gone='pp', new='pp')
  same = '+50.0 points [50.0, 50.0], 3 problems, 2 programs each'  # each of the three gains a half
  assert evaluation.change(tmp_path, 0, 9, 0) == f'held-out pass@1: 16.7 -> 66.7 %, {same}'
  line = evaluation.change(tmp_path, 0, 9, 1)  # one more, which fails in both
  assert line.startswith('held-out pass@1: 12.5 -> 50.0 %, +37.5 points [') and '4 problems' in line
  write(tmp_path, 12, gone='p')
  assert evaluation.change(tmp_path, 0, 12, 0) == ''
  write(tmp_path, 15, a='x')
  write(tmp_path, 16, a='p')
  assert evaluation.change(tmp_path, 15, 16, 0).endswith('+100.0 points [100.0, 100.0], 1 problems, 1 program each')


class Worker(RolloutWorker):
  """A rollout worker whose programs are judged already: the first of task 0 passes, all others fail."""

  calls: list = []

  def sample(self, params, key, indices, version=0):
    self.calls.append((jax.random.key_data(key).tolist(), len(indices)))
    outcome = lambda i, s: PASSED if i == 0 and s == 0 else FAILED
    made = [sample(outcome(i, s), index=int(i)) for i in indices for s in range(self.settings.samples)]
    return made, Timing()


def evaluator_of(lengths, rows, samples=4, temperature=0.8, k=(1,), dropped=0, trivial=None):
  """(an evaluator of tasks whose prompts have these lengths, its calls of the worker)."""
  problem = Problem(id='p', prompt='', entry_point='f', tests=(), trivial=trivial)
  tasks = [Task(problem, '', np.zeros(n), False) for n in lengths]
  generation = GenerationSettings(samples, max_new_tokens=4, temperature=temperature, top_p=1.0, prompt_lengths=(8,))
  worker = Worker(None, tasks, None, None, None, generation)
  Worker.calls = []
  return Evaluator(worker, EvaluatorSettings(name='set', seed=0, k=k, rows=rows), dropped), Worker.calls


@pytest.mark.parametrize(('count', 'rows'), [(7, 8), (4, 8), (1, 8), (5, 1), (3, 100)])
def test_every_task_is_solved_once_in_blocks_of_one_size(count, rows):
  lengths = np.random.default_rng(0).permutation(count) + 1
  evaluator, calls = evaluator_of(lengths, rows)
  found = evaluator.score(None)
  solved = [s.index for s in found.programs]
  assert sorted(solved) == [i for i in range(count) for _ in range(4)]
  assert solved[::4] == sorted(range(count), key=lambda i: lengths[i])  # like lengths together
  keys, blocks = zip(*calls)
  assert len(set(blocks)) == 1 and blocks[0] <= max(1, rows // 4)
  assert len({str(k) for k in keys}) == len(keys)
  assert found.metrics['eval/set/pass@1'] == pytest.approx(0.25 / count)
  assert found.metrics['eval/set/problems'] == count


def test_an_evaluator_knows_what_was_dropped_and_what_is_trivial():
  evaluator, _ = evaluator_of((1, 2), 8, dropped=2, trivial=0.25)
  found = evaluator.score(None).metrics
  assert found['eval/set/pass@1'] == (1 / 4 + 0 + 0 + 0) / 4 and found['eval/set/problems'] == 4
  assert found['eval/set/trivial_test_pass_rate'] == 0.25 and found['eval/set/trivial_pass@1'] == 0
  metrics.check_tags(found)


def test_two_evaluations_draw_the_same_and_another_stream_draws_anew():
  evaluator, calls = evaluator_of((1, 2, 3), 4)
  for stream in (None, None, 5, 5):
    evaluator.score(None, stream)
  draws = [calls[i : i + 3] for i in range(0, 12, 3)]
  assert draws[0] == draws[1] != draws[2] == draws[3]
