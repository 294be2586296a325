"""What tests of judged programs share: a problem, rows as the device gives them, a pool of given reports."""

import pickle

import numpy as np

from acrl_jax.distributed import processes
from acrl_jax.records import Generated, Outcome, Problem, Test, TestReport
from acrl_jax.rollout.tasks import PromptSettings, make_tasks
from acrl_jax.rollout.worker import GenerationSettings, RolloutWorker

PROMPT = 'import re\n\ndef f(x):\n    """Add one."""\n'
PROBLEM = Problem(
  id='p', prompt=PROMPT, entry_point='f', solution=PROMPT + '    return x + 1\n',
  tests=(Test(code='f(1)', expected='2'), Test(code='f(0)', expected='1')),
)  # fmt: skip
PASSED = TestReport(outcome=Outcome.PASSED, passed=(True, True))


class Judge:
  """A pool that keeps its jobs and gives the reports that it was given."""

  def __init__(self, *reports):
    self.reports = reports

  def longest(self, jobs):
    return 7.0 * jobs

  def run(self, jobs, wall_s):
    assert wall_s == 7.0 * len(jobs)
    self.jobs = jobs
    return self.reports


def tasks_of(model, *problems, longest=100):
  """The problems' tasks."""
  return make_tasks(problems, model, PromptSettings('auto', '', (longest,)))[0]


def generated(model, task, completions, P=40, C=30):
  """(rows as the device gives them, P): `completions` are lists of ids."""
  T = P + C
  tokens, actions = np.full((len(completions), T), model.pad_id, np.int32), np.zeros((len(completions), T), bool)
  for b, ids in enumerate(completions):
    tokens[b, P - len(task.prompt) : P], tokens[b, P : P + len(ids)] = task.prompt, ids
    actions[b, P : P + len(ids)] = True
  log_probs = np.where(actions, -np.arange(1, T + 1, dtype=np.float32), 0)
  return Generated(tokens=tokens, valid=actions, actions=actions, log_probs=log_probs), P


def worker_of(model, tasks, pool, reward, *, samples=1, lengths=(100,), max_new_tokens=30, temperature=1.0):
  """A rollout worker on one device."""
  settings = GenerationSettings(
    samples=samples, max_new_tokens=max_new_tokens, temperature=temperature, top_p=1.0, prompt_lengths=lengths
  )
  return RolloutWorker(model, tasks, pool, reward, lambda tree: tree, settings)


def judge(model, made, P, chosen, indices, pool, reward, version=0):
  """The judged programs of generated rows of the tasks `chosen`, which stand at `indices` among all."""
  tasks = [None] * (max(indices) + 1)
  for index, task in zip(indices, chosen):
    tasks[index] = task
  worker = worker_of(model, tasks, pool, reward, samples=len(made.tokens) // len(chosen))
  return worker.judge(worker.completions(made, P, indices, version))


def values(sample):
  """A sample as values that can be compared."""
  return *sample[:-1], *(x.tolist() if isinstance(x, np.ndarray) else x for x in sample.entry)


def on_hosts(monkeypatch, count, work):
  """What `work` gives on each of `count` hosts, all of which get all that they exchange: (given, told by host)."""
  told = []
  monkeypatch.setattr(processes, 'process_count', lambda: count)
  for index in range(count):
    monkeypatch.setattr(processes, 'process_index', lambda index=index: index)
    monkeypatch.setattr(processes, 'all_gather_objects', lambda items: (told.append(items), items)[1])
    work()
  sent = [pickle.dumps(items) for items in told]
  gathered = lambda items: [item for items in sent for item in pickle.loads(items)]
  monkeypatch.setattr(processes, 'all_gather_objects', gathered)
  return work(), told
