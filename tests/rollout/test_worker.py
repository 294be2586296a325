"""The rollout worker: what it asks of the policy, what it counts, and which process judges what."""

import numpy as np
import pytest
from fake_model import model_of
from judged import PASSED, PROBLEM, Judge, generated, on_hosts, tasks_of, values, worker_of

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import sources
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import pass_rate


@pytest.fixture(scope='module')
def model():
  return model_of(bpe_training.train(sources.load('primer', 'validation'), 400))


def test_prompts_go_to_the_policy_in_the_smallest_width(model):
  seen = {}

  def generate(params, key, given, **settings):
    seen.update(settings, shape=given.tokens.shape, params=params, key=key)
    return 'made'

  model = model_of(model.tokenizer, generate=generate)
  (task,) = tasks_of(model, PROBLEM)
  tasks = [task._replace(prompt=np.arange(n)) for n in (3, 5)]
  worker = worker_of(model, tasks, Judge(), pass_rate.binary, samples=2, lengths=(4, 8, 16), temperature=0.5)
  worker = worker._replace(settings=worker.settings._replace(top_p=0.9))
  assert worker.generate('w', 'k', [0, 1]) == ('made', 8)
  assert seen == dict(
    shape=(2, 8), params='w', key='k', samples=2, temperature=0.5, top_p=0.9, max_new_tokens=30
  )


def test_sampling_counts_tokens_and_seconds(model):
  (task,) = tasks_of(model, PROBLEM)
  made, _ = generated(model, task, [model.tokenizer.encode('\n    return x')] * 3, P=100)
  model = model_of(model.tokenizer, generate=lambda *_, **__: made)
  worker = worker_of(model, [None, task], Judge(*[PASSED] * 3), pass_rate.partial_credit, samples=3)
  samples, timing = worker.sample(None, None, [1])
  assert len(samples) == 3 and samples[0].entry.reward == 1.0
  assert timing.tokens == made.actions.sum() and timing.rollout_s >= 0 and timing.reward_s >= 0


@pytest.mark.parametrize('count', [2, 3, 5])
def test_each_host_judges_its_share_and_has_the_samples_of_all(model, monkeypatch, count):
  a, b = tasks_of(model, PROBLEM, PROBLEM._replace(id='q'))
  made, P = generated(model, a, [model.tokenizer.encode(f'\n    return {k}') for k in range(4)])
  reports = [TestReport(outcome=Outcome(k), passed=(k > 1, k > 2)) for k in range(4)]
  pool = Judge(*reports)

  model = model_of(model.tokenizer, generate=lambda *_, **__: made)
  worker = worker_of(model, {7: a, 3: b}, pool, pass_rate.binary, samples=2, lengths=(P,))
  judge = lambda: worker.sample(None, None, [7, 3], version=5)[0]
  whole = judge()
  by_program = {job.program: report for job, report in zip(pool.jobs, reports)}
  monkeypatch.setattr(pool, 'run', lambda jobs, wall_s: [by_program[job.program] for job in jobs])
  found, shares = on_hosts(monkeypatch, count, judge)
  assert [values(s) for s in found] == [values(s) for s in whole]
  assert [values(s) for share in shares for s in share] == [values(s) for s in whole]
  assert max(map(len, shares)) - min(map(len, shares)) <= 1
