"""From problems to judged rows: nothing is re-tokenised, and what the host cuts is no action."""

import pickle
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from lora_models import PLAIN
from tokenizers.processors import TemplateProcessing

from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import program_key, prompts, replay, solutions, sources
from acrl_jax.distributed import processes
from acrl_jax.harness import Limits, Pool, client
from acrl_jax.records import Generated, Outcome, Problem, Test, TestReport
from acrl_jax.rewards import pass_rate
from acrl_jax.rollout import downsample, judging
from acrl_jax.rollout import tasks as rollout

PROMPT = 'import re\n\ndef f(x):\n    """Add one."""\n'
PROBLEM = Problem(
  id='p', prompt=PROMPT, entry_point='f', solution=PROMPT + '    return x + 1\n',
  tests=(Test(code='f(1)', expected='2'), Test(code='f(0)', expected='1')),
)  # fmt: skip
PASSED = TestReport(outcome=Outcome.PASSED, passed=(True, True))


@pytest.fixture(scope='module')
def loaded():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 400)
  return model_of(tokenizer)


def model_of(tokenizer, kind='decoder'):
  return SimpleNamespace(
    tokenizer=tokenizer, end_ids=(tokenizer.eos_token_id,), pad_id=tokenizer.pad_token_id, config=PLAIN[kind]
  )


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


def encoded(loaded, *problems, longest=100, template='auto'):
  return rollout.tasks(problems, loaded, template, '', longest)


def generated(loaded, task, completions, P=40, C=30):
  """Rows as the device gives them: `completions` are lists of ids."""
  T = P + C
  tokens, actions = np.full((len(completions), T), loaded.pad_id, np.int32), np.zeros((len(completions), T), bool)
  for b, ids in enumerate(completions):
    tokens[b, P - len(task.prompt) : P], tokens[b, P : P + len(ids)] = task.prompt, ids
    actions[b, P : P + len(ids)] = True
  log_probs = np.where(actions, -np.arange(1, T + 1, dtype=np.float32), 0)
  return Generated(tokens=tokens, valid=actions, actions=actions, log_probs=log_probs), P


# --- tasks


def test_a_task_holds_its_prompt_as_ids_and_the_program_so_far(loaded):
  (task,), dropped = encoded(loaded, PROBLEM)
  assert dropped == [] and task.problem is PROBLEM and not task.chat
  assert task.prefix == PROMPT.rstrip() and task.prompt.dtype == np.int32
  assert task.prompt.tolist() == loaded.tokenizer.encode(PROMPT.rstrip())


def beginning(template=None, *, says=True):
  """A tokenizer with a BOS; it begins texts with it where it `says` so."""
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  tokenizer.bos_token, tokenizer.chat_template = tokenizer.pad_token, template
  if says:
    pair = (tokenizer.bos_token, tokenizer.bos_token_id)
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single=f'{pair[0]} $A', special_tokens=[pair])
  assert tokenizer.encode('') == [tokenizer.bos_token_id] * says
  return tokenizer


@pytest.mark.parametrize('says', [True, False])
def test_a_base_prompt_begins_with_bos_where_texts_do(says):
  tokenizer = beginning(says=says)
  prompt = prompts.render(PROBLEM, tokenizer)
  ids = tokenizer.encode(PROMPT.rstrip(), add_special_tokens=False)
  assert not prompt.chat and rollout.encode(tokenizer, prompt) == [tokenizer.bos_token_id] * says + ids
  assert tokenizer.decode(ids) == PROMPT.rstrip()


@pytest.mark.parametrize('own', ['', '{{ bos_token }}'])
def test_a_chat_prompt_begins_as_its_template_says(own):
  tokenizer = beginning(own + "{{ messages[-1]['content'] }}\n")
  prompt = prompts.render(PROBLEM, tokenizer)
  ids = rollout.encode(tokenizer, prompt)
  assert prompt.chat and ids.count(tokenizer.bos_token_id) == bool(own) == (ids[0] == tokenizer.bos_token_id)


def test_an_encoder_reads_a_prompt_with_its_end_token_and_a_decoder_does_not():
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  end = (tokenizer.eos_token, tokenizer.eos_token_id)
  tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single=f'$A {end[0]}', special_tokens=[end])
  ids = tokenizer.encode(PROMPT.rstrip(), add_special_tokens=False)
  for kind, due in dict(decoder=ids, t5=[*ids, end[1]]).items():
    (task,), _ = encoded(model_of(tokenizer, kind), PROBLEM)
    assert task.prompt.tolist() == due


def test_problems_that_cannot_be_asked_are_listed_with_the_reason(loaded):
  n = len(encoded(loaded, PROBLEM)[0][0].prompt)
  odd = [PROBLEM._replace(id='g', entry_point='g'), PROBLEM._replace(id='no', prompt='def f(')]
  kept, dropped = encoded(loaded, *odd, PROBLEM, longest=n)
  assert [t.problem.id for t in kept] == ['p']
  assert dropped[0] == ('g', 'prompt: g: its prompt defines no g') and dropped[1][0] == 'no'
  kept, dropped = encoded(loaded, PROBLEM, longest=n - 1)
  assert kept == [] and dropped == [('p', f'prompt of {n} tokens; config.prompt.lengths end at {n - 1}')]


def test_a_template_that_cannot_be_served_stops_at_once(loaded):
  with pytest.raises(ValueError, match='no chat template'):
    encoded(loaded, PROBLEM, template='chat')


def test_prompts_are_padded_on_the_left_by_hand():
  found = judging.pad_left([np.asarray([5, 6]), np.asarray([7, 8, 9])], 4, 1)
  assert found.tokens.tolist() == [[1, 1, 5, 6], [1, 7, 8, 9]] and found.tokens.dtype == np.int32
  assert found.valid.astype(int).tolist() == [[0, 0, 1, 1], [0, 1, 1, 1]]


def test_prompts_go_to_the_policy_in_the_smallest_width(loaded):
  seen = {}

  def generate(params, key, given, **settings):
    seen.update(settings, shape=given.tokens.shape, params=params, key=key)
    return 'made'

  model = SimpleNamespace(policy=SimpleNamespace(generate=generate), pad_id=0)
  chosen = [SimpleNamespace(prompt=np.arange(n)) for n in (3, 5)]
  made = judging.generate(model, 'w', 'k', chosen, lambda x: x, (4, 8, 16), samples=2, temperature=0.5)
  assert made == ('made', 8)
  assert seen == dict(shape=(2, 8), params='w', key='k', samples=2, temperature=0.5)


# --- verdicts


def test_rows_belong_to_their_tasks_and_keep_their_ids(loaded):
  other = PROBLEM._replace(id='q', entry_point='f')
  (a, b), _ = encoded(loaded, PROBLEM, other)
  ids = [loaded.tokenizer.encode(text) for text in ('\n    return 1', '\n    return 2', '\n    return x', '\n    (')]
  made, P = generated(loaded, a, ids)
  reports = [PASSED, *(TestReport(outcome=o, passed=(True, False)) for o in (2, 1, 0))]
  pool = Judge(*[r._replace(outcome=Outcome(r.outcome)) for r in reports])
  samples = judging.judge(loaded, made, P, [a, b], [7, 3], pool, pass_rate.binary, version=5)
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
  assert samples[0].entry.key == program_key.program_key(samples[0].program) is not None and samples[3].entry.key is None


def test_what_the_host_cuts_is_never_an_action(loaded):
  (task,), _ = encoded(loaded, PROBLEM)
  first = loaded.tokenizer.encode('\n    return x\n')
  rest = loaded.tokenizer.encode('print(x)\n')
  for tail in (rest, [loaded.end_ids[0], *rest]):
    made, P = generated(loaded, task, [first + tail])
    (one,) = judging.judge(loaded, made, P, [task], [0], Judge(PASSED), pass_rate.partial_credit, 0)
    kept = len(first) + 1  # the token that ends it included
    assert one.program == PROMPT + '    return x\n' and one.ended
    assert one.entry.actions.tolist() == [True] * kept + [False] * (len(tail) - 1)
    assert one.entry.completion.tolist() == first + tail


def on_hosts(monkeypatch, count, work):
  """What `work` gives on each of `count` hosts, all of which get all that they exchange: (given, told by host)."""
  told = []
  monkeypatch.setattr(processes, 'process_count', lambda: count)
  for index in range(count):
    monkeypatch.setattr(processes, 'process_index', lambda index=index: index)
    monkeypatch.setattr(processes, 'all_gather_objects', lambda items: (told.append(items), items)[1])
    work()
  sent = [pickle.dumps(items) for items in told]
  monkeypatch.setattr(processes, 'all_gather_objects', lambda items: [item for items in sent for item in pickle.loads(items)])
  return work(), told


@pytest.mark.parametrize('count', [2, 3, 5])
def test_each_host_judges_its_share_and_has_the_samples_of_all(loaded, monkeypatch, count):
  (a, b), _ = encoded(loaded, PROBLEM, PROBLEM._replace(id='q'))
  made, P = generated(loaded, a, [loaded.tokenizer.encode(f'\n    return {k}') for k in range(4)])
  reports = [TestReport(outcome=Outcome(k), passed=(k > 1, k > 2)) for k in range(4)]
  pool = Judge(*reports)

  def judge():
    return judging.judge(loaded, made, P, [a, b], [7, 3], pool, pass_rate.binary, version=5)

  whole = judge()
  by_program = {job.program: report for job, report in zip(pool.jobs, reports)}
  monkeypatch.setattr(pool, 'run', lambda jobs, wall_s: [by_program[job.program] for job in jobs])
  found, shares = on_hosts(monkeypatch, count, judge)
  assert [plain(s) for s in found] == [plain(s) for s in whole]
  assert [plain(s) for share in shares for s in share] == [plain(s) for s in whole]
  assert max(map(len, shares)) - min(map(len, shares)) <= 1


def plain(sample):
  return *sample[:-1], *(x.tolist() if isinstance(x, np.ndarray) else x for x in sample.entry)


def test_a_shared_pool_gives_every_host_the_reports_of_all(monkeypatch):
  asked = []

  def run(jobs, wall_s):
    asked.append(jobs)
    return [-job for job in jobs]

  pool = judging.SharedPool(SimpleNamespace(longest=lambda jobs: 3.0, run=run))
  found, _ = on_hosts(monkeypatch, 3, lambda: pool.run([1, 2, 3, 4, 5], wall_s=pool.longest(5)))
  assert found == [-1, -2, -3, -4, -5] and sorted(sum(asked[:3], [])) == [1, 2, 3, 4, 5]


def test_a_harness_error_is_credited_nowhere(loaded):
  (task,), _ = encoded(loaded, PROBLEM)
  made, P = generated(loaded, task, [loaded.tokenizer.encode('\n    return x\n')])
  lost = TestReport(outcome=Outcome.HARNESS_ERROR, passed=(False, False))
  (one,) = judging.judge(loaded, made, P, [task], [0], Judge(lost), pass_rate.partial_credit, 0)
  assert one.entry.reward == 0 and not one.entry.credit.any() and one.entry.outcome == -1


def test_a_pool_that_answers_no_more_masks_its_samples(loaded, monkeypatch):
  (task,), _ = encoded(loaded, PROBLEM)
  made, P = generated(loaded, task, [loaded.tokenizer.encode(f'\n    return x + {k}') for k in range(2)])
  answers = threading.Event()
  with Pool(workers=1, limits=Limits(wall_s=5.0)) as pool:
    with monkeypatch.context() as patched:
      patched.setattr(client.Lane, 'judge', lambda lane, job: (answers.wait(20), PASSED)[1])
      patched.setattr(pool, 'longest', lambda jobs: 0.1 * jobs)
      samples = judging.judge(loaded, made, P, [task], [0], pool, pass_rate.binary, 0)
      answers.set()
    assert [(s.report.outcome, s.report.error) for s in samples] == [(Outcome.HARNESS_ERROR, 'BatchTimeout')] * 2
    assert not any(s.entry.reward or s.entry.credit.any() for s in samples)
    samples = judging.judge(loaded, made, P, [task], [0], pool, pass_rate.binary, 0)
  assert samples[1].report.outcome == Outcome.PASSED and samples[1].entry.reward == 1.0


def test_sampling_counts_tokens_and_seconds(loaded):
  (task,), _ = encoded(loaded, PROBLEM)
  made, _ = generated(loaded, task, [loaded.tokenizer.encode('\n    return x')] * 3, P=100)
  model = SimpleNamespace(**vars(loaded), policy=SimpleNamespace(generate=lambda *_, **__: made))
  samples, timing = judging.sample(
    model, None, None, [None, task], [1], lambda x: x, (100,), Judge(*[PASSED] * 3), samples=3, max_new_tokens=30
  )
  assert len(samples) == 3 and samples[0].entry.reward == 1.0  # partial credit unless told otherwise
  assert timing.tokens == made.actions.sum() and timing.rollout_s >= 0 and timing.reward_s >= 0


@pytest.mark.parametrize('chat', [False, True])
def test_a_reference_told_as_a_completion_passes_its_tests(loaded, chat):
  tokenizer = bpe_training.train(sources.load('primer', 'validation'), 300)
  tokenizer.chat_template = "{{ messages[-1]['content'] }}\n" if chat else None
  model = model_of(tokenizer)
  problems = sources.load('primer', 'validation')[:8]
  tasks, _ = rollout.tasks(problems, model, prompts.TEMPLATES[0], '', 4096)
  entries = solutions.entries(tasks, model, 4096)
  assert len(entries) == len(tasks) == 8 and all(t.chat == chat for t in tasks)
  width = max(len(e.completion) for e in entries)
  rows = [generated(model, t, [e.completion], P=len(t.prompt), C=width) for t, e in zip(tasks, entries)]
  with Pool(workers=1, limits=Limits(wall_s=5.0)) as pool:
    for (made, P), task in zip(rows, tasks):
      (one,) = judging.judge(model, made, P, [task], [0], pool, pass_rate.partial_credit, 0)
      assert one.report.outcome == Outcome.PASSED and one.entry.reward == 1.0 and one.ended, one.program
      assert one.entry.actions.all()


def test_what_is_learned_from_differs_most_from_its_problem_s_mean():
  rewards = [(0, 1.0), (0, -0.3), (0, -0.3), (0, -0.3), (1, 1.0), (1, 1.0), (2, -1.0), (2, -0.6), (3, 9.0)]
  gaps = [0.975, 0.325, 0.325, 0.325, 0, 0, 0.2, 0.2, -1]  # by hand; the harness failed on the last
  samples = [sample_of(index, reward, reward < 9) for index, reward in rewards]
  assert downsample.downsample_by_variance(samples, 4) == [0, 1, 2, 3]
  assert downsample.downsample_by_variance(samples, 6) == [0, 1, 2, 3, 6, 7]
  assert downsample.downsample_by_variance(samples, len(samples)) == list(range(len(samples)))
  for count in range(len(samples)):
    kept = set(downsample.downsample_by_variance(samples, count))
    assert len(kept) == count
    assert not kept or min(gaps[i] for i in kept) >= max(gaps[i] for i in set(range(len(samples))) - kept)


def sample_of(index, reward, judged):
  outcome = Outcome.FAILED if judged else Outcome.HARNESS_ERROR
  entry = replay.Entry(*[None] * 7, reward=reward, outcome=int(outcome), passed=(False,), version=0, key=None)
  return judging.Sample(index, '', TestReport(outcome=outcome, passed=(False,)), True, entry)
