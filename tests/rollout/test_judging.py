"""From sampled ids to judged rows: nothing is re-tokenised, and what the host cuts is no action."""

import threading

import pytest
from fake_model import model_of
from judged import PASSED, PROBLEM, PROMPT, Judge, generated, judge, on_hosts, tasks_of

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import program_key, solutions, sources
from acrl_jax.harness import Limits, Pool, client
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rewards import pass_rate
from acrl_jax.rollout import judging
from acrl_jax.rollout.tasks import PromptSettings, make_tasks


@pytest.fixture(scope='module')
def model():
  return model_of(bpe_training.train(sources.load('primer', 'validation'), 400))


def test_rows_belong_to_their_tasks_and_keep_their_ids(model):
  other = PROBLEM._replace(id='q', entry_point='f')
  a, b = tasks_of(model, PROBLEM, other)
  ids = [model.tokenizer.encode(text) for text in ('\n    return 1', '\n    return 2', '\n    return x', '\n    (')]
  made, P = generated(model, a, ids)
  reports = [PASSED, *(TestReport(outcome=o, passed=(True, False)) for o in (2, 1, 0))]
  pool = Judge(*[r._replace(outcome=Outcome(r.outcome)) for r in reports])
  samples = judge(model, made, P, [a, b], [7, 3], pool, pass_rate.binary, 5)
  assert [s.index for s in samples] == [7, 7, 3, 3]
  assert [s.entry.problem for s in samples] == ['p', 'p', 'q', 'q']
  assert [s.report for s in samples] == list(pool.reports)
  assert [s.program for s in samples] == [job.program for job in pool.jobs]
  assert samples[2].program == PROMPT + '    return x\n' and pool.jobs[2].setup == 'import re\n\n'
  assert [s.entry.reward for s in samples] == [1.0, 0.0, 0.0, 0.0]
  assert [s.entry.outcome for s in samples] == [3, 2, 1, 0]
  for one, row in zip(samples, ids):
    assert one.entry.completion.tolist() == row and one.entry.actions.all() and not one.ended
    assert one.entry.log_probs.tolist() == [-(P + i + 1) for i in range(len(row))]
    assert len(one.entry.credit) == len(one.entry.bonus) == len(row)
    assert one.entry.prompt.tolist() == a.prompt.tolist() and one.entry.version == 5
  assert samples[0].entry.key == program_key.program_key(samples[0].program) is not None
  assert samples[3].entry.key is None


def test_what_the_host_cuts_is_never_an_action(model):
  (task,) = tasks_of(model, PROBLEM)
  first = model.tokenizer.encode('\n    return x\n')
  rest = model.tokenizer.encode('print(x)\n')
  for tail in (rest, [model.end_ids[0], *rest]):
    made, P = generated(model, task, [first + tail])
    (one,) = judge(model, made, P, [task], [0], Judge(PASSED), pass_rate.partial_credit)
    kept = len(first) + 1  # the token that ends it included
    assert one.program == PROMPT + '    return x\n' and one.ended
    assert one.entry.actions.tolist() == [True] * kept + [False] * (len(tail) - 1)
    assert one.entry.completion.tolist() == first + tail


def test_a_harness_error_is_credited_nowhere(model):
  (task,) = tasks_of(model, PROBLEM)
  made, P = generated(model, task, [model.tokenizer.encode('\n    return x\n')])
  lost = TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False, False))
  (one,) = judge(model, made, P, [task], [0], Judge(lost), pass_rate.partial_credit)
  assert one.entry.reward == 0 and not one.entry.credit.any() and one.entry.outcome == -1


def test_a_pool_that_answers_no_more_masks_its_samples(model, monkeypatch):
  (task,) = tasks_of(model, PROBLEM)
  made, P = generated(model, task, [model.tokenizer.encode(f'\n    return x + {k}') for k in range(2)])
  answers = threading.Event()
  with Pool(workers=1, limits=Limits(wall_s=5.0)) as pool:
    with monkeypatch.context() as patched:
      patched.setattr(client.Lane, 'judge', lambda lane, job: (answers.wait(20), PASSED)[1])
      patched.setattr(pool, 'longest', lambda jobs: 0.1 * jobs)
      samples = judge(model, made, P, [task], [0], pool, pass_rate.binary, 0)
      answers.set()
    assert [(s.report.outcome, s.report.error) for s in samples] == [(Outcome.HARNESS_ERROR, 'BatchTimeout')] * 2
    assert not any(s.entry.reward or s.entry.credit.any() for s in samples)
    samples = judge(model, made, P, [task], [0], pool, pass_rate.binary, 0)
  assert samples[1].report.outcome == Outcome.PASSED and samples[1].entry.reward == 1.0


@pytest.mark.parametrize('chat', [False, True])
def test_a_reference_told_as_a_completion_passes_its_tests(chat):
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  tokenizer.chat_template = "{{ messages[-1]['content'] }}\n" if chat else None
  model = model_of(tokenizer)
  problems = sources.load('primer', 'validation')[:8]
  tasks, _ = make_tasks(problems, model, PromptSettings('auto', '', (4096,)))
  entries = solutions.entries(tasks, model.tokenizer, model.end_ids, 4096)
  assert len(entries) == len(tasks) == 8 and all(t.chat == chat for t in tasks)
  width = max(len(e.completion) for e in entries)
  rows = [generated(model, t, [e.completion], P=len(t.prompt), C=width) for t, e in zip(tasks, entries)]
  with Pool(workers=1, limits=Limits(wall_s=5.0)) as pool:
    for (made, P), task in zip(rows, tasks):
      (one,) = judge(model, made, P, [task], [0], pool, pass_rate.partial_credit, 0)
      assert one.report.outcome == Outcome.PASSED and one.entry.reward == 1.0 and one.ended, one.program
      assert one.entry.actions.all()


def test_a_shared_pool_gives_every_host_the_reports_of_all(monkeypatch):
  asked = []

  class Negative:
    longest = staticmethod(lambda jobs: 3.0)

    @staticmethod
    def run(jobs, wall_s):
      asked.append(jobs)
      return [-job for job in jobs]

  pool = judging.SharedPool(Negative)
  found, _ = on_hosts(monkeypatch, 3, lambda: pool.run([1, 2, 3, 4, 5], wall_s=pool.longest(5)))
  assert found == [-1, -2, -3, -4, -5] and sorted(sum(asked[:3], [])) == [1, 2, 3, 4, 5]
