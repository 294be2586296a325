"""What a run tells: its metrics, a table every so often with the best and the worst, and its evaluations."""

import json

import numpy as np

from acrl_jax.data.replay import Entry
from acrl_jax.jobs.recorder import EVAL_STREAM, LogSettings, Recorder
from acrl_jax.records import Outcome, Problem, Test, TestReport
from acrl_jax.rollout.evaluation import Scores
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.tasks import Task

PROBLEMS = [Problem(f'p{i}', 'def f(x):', 'f', (Test('f(1)', '1'),)) for i in range(3)]
TASKS = [Task(problem, 'def f(x):', np.zeros(1), False) for problem in PROBLEMS]
SETTINGS = LogSettings(samples_every=2, samples=2, tensorboard=False, wandb=False)


def sample(index, reward):
  entry = Entry(*[None] * 7, reward=reward, outcome=2, passed=(False,), version=0, key=None)
  return Sample(index, f'program {index}', TestReport(Outcome.FAILED, (False,)), True, entry)


def test_a_table_has_the_best_and_the_worst_and_its_file_has_all(tmp_path, capsys):
  recorder = Recorder(tmp_path, SETTINGS, 0, 4)
  samples = [sample(0, 0.5), sample(1, -1.0), sample(2, 0.1)]
  for step in (1, 2):
    recorder.step(step, {'reward/mean': 0.1})
    recorder.shown(step, {'reward/mean': 0.1}, samples, TASKS)
  recorder.close()
  out = capsys.readouterr().out
  assert out.count('p0') == out.count('p1') == 1 and 'p2' not in out
  assert [file.name for file in (tmp_path / 'samples').iterdir()] == ['step_000002.jsonl']
  assert len((tmp_path / 'samples' / 'step_000002.jsonl').read_text().splitlines()) == 3
  assert [row['step'] for row in map(json.loads, (tmp_path / 'metrics.jsonl').read_text().splitlines())] == [1, 2]


class Known:
  """An evaluator whose scores are known; it notes what it was asked."""

  class worker:
    tasks = TASKS

  def score(self, params, stream):
    self.asked = params, stream
    scores = {'eval/set/pass@1': 0.5, 'eval/set/pass@1_lo': 0.2, 'eval/set/pass@1_hi': 0.8}
    return Scores(scores, [sample(0, 1.0)])


def test_an_evaluation_is_said_written_and_drawn_from_a_stream_of_its_own(tmp_path, capsys):
  recorder, evaluator = Recorder(tmp_path, SETTINGS, 0, 4), Known()
  scores = recorder.evaluated(0, evaluator, 'theta', 'eval')
  recorder.evaluated(3, evaluator, 'theta', 'eval')
  recorder.evaluated(2, evaluator, 'theta', 'eval/validation')
  recorder.close()
  assert evaluator.asked == ('theta', EVAL_STREAM) and scores['eval/set/pass@1'] == 0.5
  assert 'after step 3: eval/set/pass@1  50.0 %  [20.0, 80.0]' in capsys.readouterr().out
  (row,) = map(json.loads, (tmp_path / 'metrics.jsonl').read_text().splitlines())  # later ones are told by their step
  assert (row['step'], row['phase'], row['eval/set/pass@1']) == (0, 'start', 0.5)
  files = sorted(file.name for file in (tmp_path / 'eval' / 'samples').iterdir())
  assert files == ['step_000000.jsonl', 'step_000003.jsonl']  # those of the validation lie apart
  assert (tmp_path / 'eval' / 'validation' / 'samples' / 'step_000002.jsonl').is_file()


def test_what_changed_is_said_where_both_evaluations_are_on_file(tmp_path, capsys):
  recorder = Recorder(tmp_path, SETTINGS, 0, 4)
  recorder.evaluated(0, Known(), 'theta', 'eval')
  capsys.readouterr()
  recorder.changed(0, 3, 1)
  assert capsys.readouterr().out == ''
  file = tmp_path / 'eval' / 'samples' / 'step_000003.jsonl'
  file.write_text((tmp_path / 'eval' / 'samples' / 'step_000000.jsonl').read_text().replace('failed', 'passed'))
  recorder.changed(0, 3, 1)  # one problem of two is solved now, the other was dropped
  recorder.close()
  assert capsys.readouterr().out.startswith('held-out pass@1: 0.0 -> 50.0 %, +50.0 points [0.0, 100.0], 2 problems, 1')
