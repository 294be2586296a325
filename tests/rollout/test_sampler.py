"""Programs sampled a step ahead: by which policy, in which order, and that nothing of them is lost or hidden."""

import itertools
import threading
import traceback

import jax
import numpy as np
import pytest
from fake_model import model_of
from fake_tokenizer import FakeTokenizer

from acrl_jax.data import batch
from acrl_jax.jobs.host_state import HostState
from acrl_jax.records import Generated, Outcome, Problem, Test, TestReport
from acrl_jax.rewards.pass_rate import partial_credit
from acrl_jax.rollout.sampler import OverlappedSampler, Sampler, SamplerSettings
from acrl_jax.rollout.tasks import Task
from acrl_jax.rollout.worker import GenerationSettings, RolloutWorker

P, C = 8, 3
PHASES = (2, 2, 3)  # warm start, critic, main: steps 1 and 2, 3 and 4, 5 to 7


class Device:
  """A policy whose programs tell what sampled them; `events` is what it was asked for, and the pool."""

  def __init__(self):
    self.events = []

  def generate(self, params, key, prompts, *, samples, **_):
    self.events.append(f'sample {params}')
    rows = len(prompts.tokens) * samples
    rng = np.random.default_rng([*np.asarray(jax.random.key_data(key)), *prompts.tokens[:, -1]])
    tokens = rng.integers(1, 4, (rows, P + C), np.int32)
    actions = np.arange(P + C)[None].repeat(rows, 0) >= P
    return Generated(tokens=tokens, valid=actions, actions=actions, log_probs=rng.normal(size=tokens.shape))


class Pool:
  """A pool that says when it has judged; each batch waits for its turn where there are turns."""

  def __init__(self, events, turns=None, error=None):
    self.events, self.turns, self.error = events, turns, error

  def longest(self, jobs):
    return 60.0

  def run(self, jobs, wall_s):
    if self.turns and not self.turns.pop(0).wait(60):
      self.events.append('nobody went on')
      raise AssertionError
    self.events.append('judged')
    if self.error:
      raise self.error
    return [TestReport(outcome=Outcome.PASSED, passed=(True,)) for _ in jobs]


def sampler_of(device, pool, overlap=True):
  """A sampler of two problems a step out of five, with two programs each."""
  problem = lambda i: Problem(id=f'p{i}', prompt='def f(x):', entry_point='f', tests=(Test(code='f(1) == 1'),))
  tasks = [Task(problem(i), 'def f(x):', np.asarray([7, i]), False) for i in range(5)]
  tokenizer = FakeTokenizer(b' ', b'return', b'x')
  generate = lambda *args, **kwargs: device.generate(*args, **kwargs)
  worker = RolloutWorker(
    model_of(tokenizer, generate=generate, end_ids=(0,), pad_id=0), tasks, pool, partial_credit, lambda tree: tree,
    GenerationSettings(samples=2, max_new_tokens=C, temperature=1.0, top_p=1.0, prompt_lengths=(P,)),
  )  # fmt: skip
  settings = SamplerSettings(seed=0, problems=2, shares=((5, 1),), last_steps=frozenset(itertools.accumulate(PHASES)))
  return (OverlappedSampler if overlap else Sampler)(worker, settings)


@pytest.fixture
def opened():
  """Notes samplers, and closes them."""
  noted = []

  def note(sampler):
    noted.append(sampler)
    return sampler

  yield note
  for sampler in noted:
    sampler.close()


def plain(samples):
  """Samples as values that can be compared."""
  return [
    (s.index, s.program, s.report, s.ended, *(x.tolist() if isinstance(x, np.ndarray) else x for x in s.entry))
    for s in samples
  ]


def test_each_step_learns_from_the_policy_before_the_last_update_and_a_phase_from_its_own(opened):
  device = Device()
  source = opened(sampler_of(device, Pool([])))
  sampled, versions = {}, {}
  for step in range(3, 8):  # nothing is sampled in the warm start
    seen = len(device.events)
    samples, _ = source.take(f'theta{step - 1}', step)
    sampled[step] = device.events[seen:]
    versions[step] = {s.entry.version for s in samples}
  assert sampled == {
    3: ['sample theta2', 'sample theta2'],
    4: [],
    5: ['sample theta4', 'sample theta4'],
    6: ['sample theta5'],
    7: [],
  }
  assert versions == {3: {3}, 4: {3}, 5: {5}, 6: {5}, 7: {6}}


def test_programs_of_a_step_are_those_of_its_problems_and_its_key_with_and_without_overlap(opened):
  """The sampler here looks at the key and the prompts alone, so that only the versions differ."""
  found = {}
  for overlap in (False, True):
    source = opened(sampler_of(Device(), Pool([]), overlap))
    found[overlap] = [source.take('theta', step)[0] for step in range(5, 8)]
  for step, (direct, early) in enumerate(zip(found[False], found[True]), 5):
    picked = batch.mix(1, step - 1, [(5, 1)], 2)
    assert [s.index for s in early] == np.repeat(picked, 2).tolist()
    assert {s.entry.version for s in direct} == {step}
    as_direct = [s._replace(entry=s.entry._replace(version=step)) for s in early]
    assert plain(as_direct) == plain(direct)
  assert plain(found[True][0]) != plain(found[True][1])


@pytest.mark.parametrize('overlap', [False, True])
def test_no_two_steps_and_no_two_seeds_have_a_random_key_in_common(opened, overlap):
  source, keys = opened(sampler_of(Device(), Pool([]), overlap)), []
  for seed in (0, 1):
    source.settings = source.settings._replace(seed=seed)
    keys += [jax.random.key_data(source.key(step)).tolist() for step in range(1, 6)]
  assert len({str(key) for key in keys}) == 10


def test_the_next_programs_are_sampled_before_the_verdicts_are_waited_for(opened):
  """Each batch is judged only once the programs of the next are under way: without overlap this would never end."""
  device = Device()
  turns = [threading.Event() for _ in range(3)]
  source = opened(sampler_of(device, Pool(device.events, list(turns))))
  real, calls = device.generate, []

  def generate(*args, **kwargs):
    made = real(*args, **kwargs)
    calls.append(made)
    if len(calls) > 1:
      turns[len(calls) - 2].set()
    return made

  device.generate = generate
  source.take('theta4', 5)
  assert device.events == ['sample theta4', 'sample theta4', 'judged']
  source.take('theta5', 6)
  assert device.events[3:] == ['sample theta5', 'judged']
  turns[2].set()  # the last of the phase has none behind it
  source.take('theta6', 7)
  assert device.events[5:] == ['judged']


def test_what_goes_wrong_in_judging_is_raised_by_the_step_that_asks(opened):
  pool = Pool([])
  source = opened(sampler_of(Device(), pool))
  source.take('theta4', 5)
  source.settle()
  pool.error = KeyError('a lane')
  source.take('theta5', 6)  # judged before the error
  source.settle()  # and nothing is raised in between
  with pytest.raises(KeyError, match='a lane') as caught:
    source.take('theta6', 7)
  frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
  assert frames.index('take') < frames.index('judged') and frames[-2:] == ['judge', 'run']


def test_settled_means_that_the_pool_is_free(opened):
  device = Device()
  turns = [threading.Event() for _ in range(2)]
  turns[0].set()
  source = opened(sampler_of(device, Pool(device.events, list(turns))))
  source.take('theta4', 5)
  timer = threading.Timer(0.2, turns[1].set)
  timer.start()
  source.settle()
  assert device.events.count('judged') == 2
  timer.join()


@pytest.mark.parametrize('step', [3, 5, 6])
def test_a_checkpoint_holds_what_was_sampled_and_the_verdicts_are_asked_for_again(opened, step):
  device = Device()
  source = opened(sampler_of(device, Pool([])))
  for k in range(5 if step >= 5 else 3, step + 1):
    source.take(f'theta{k - 1}', k)
  host = HostState(source, None)
  host.counters = {'tokens': 7}
  saved = host.pack()
  expected, timing = source.take('new', step + 1)
  other = Device()
  again = opened(sampler_of(other, Pool([])))
  resumed = HostState(again, None)
  resumed.unpack(saved)
  assert resumed.counters == {'tokens': 7}
  got, times = again.take('new', step + 1)
  assert plain(got) == plain(expected) and {s.entry.version for s in got} == {step}
  assert got[0].entry.log_probs.dtype == expected[0].entry.log_probs.dtype
  assert times.tokens == timing.tokens and times.rollout_s == timing.rollout_s
  assert other.events == (['sample new'] if step == 5 else [])  # only what comes after is sampled anew


def test_at_the_end_of_a_phase_there_is_nothing_to_save(opened):
  source = opened(sampler_of(Device(), Pool([])))
  source.take('theta2', 3)
  assert source.state_dict()['version'] == 3
  source.take('theta3', 4)
  assert source.state_dict() == {}
  assert opened(sampler_of(Device(), Pool([]), overlap=False)).state_dict() == {}


def test_closing_waits_for_no_verdicts():
  device, begun = Device(), threading.Semaphore(0)
  turns = [threading.Event(), threading.Event()]
  turns[0].set()
  pool = Pool(device.events, list(turns))
  real = pool.run
  pool.run = lambda jobs, wall_s: (begun.release(), real(jobs, wall_s))[1]
  source = sampler_of(device, pool)
  source.take('theta4', 5)
  assert begun.acquire(timeout=60) and begun.acquire(timeout=60)  # both batches: the second is at work
  source.close()
  assert device.events.count('judged') == 1 and 'nobody went on' not in device.events
  turns[1].set()
