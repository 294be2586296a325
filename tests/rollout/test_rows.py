"""Where the rows of a step come from: fresh ones first, replayed ones of earlier steps alone, solutions in turn."""

import numpy as np

from acrl_jax.data.replay import Entry, Replay
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.rows import SampledRows, StoredRows
from acrl_jax.rollout.sampler import SamplerSettings
from acrl_jax.rollout.worker import GenerationSettings, RolloutWorker, Timing


def entry(number, reward=0.0, version=1):
  return Entry(
    problem=f'p{number}', prompt=np.asarray([9]), completion=np.asarray([number]), actions=np.ones(1, bool),
    log_probs=np.zeros(1, np.float32), credit=np.ones(1, np.float32), bonus=np.zeros(1, np.float32), reward=reward,
    outcome=int(Outcome.FAILED), passed=(False,), version=version, key=f'key{number}',
  )  # fmt: skip


class Given:
  """A sampler of given programs: four a step, of two problems."""

  def __init__(self):
    settings = GenerationSettings(samples=2, max_new_tokens=4, temperature=1.0, top_p=1.0, prompt_lengths=(4,))
    self.worker = RolloutWorker(None, [], None, None, None, settings)
    self.settings = SamplerSettings(seed=0, problems=2, shares=((2, 1),), last_steps=frozenset())

  def take(self, params, step):
    report = TestReport(outcome=Outcome.FAILED, passed=(False,))
    rewards = [0.0, 0.1, 0.0, 1.0]  # the second problem's differ most
    numbers = [10 * step + i for i in range(4)]
    entries = [entry(number, reward, step) for number, reward in zip(numbers, rewards)]
    samples = [Sample(i // 2, '', report, True, entry) for i, entry in enumerate(entries)]
    return samples, Timing(rollout_s=1.0, tokens=4)


def ids(rows):
  return [int(e.completion[0]) for e in rows.entries]


def buffer():
  return Replay(capacity=100, per_problem=10, unparsable_share=1.0, max_staleness=50, seed=0)


def test_a_step_never_replays_its_own_programs():
  source = SampledRows(Given(), buffer(), fresh=4, replayed=3, peers=False)
  first, second = source.take(None, 1), source.take(None, 2)
  assert ids(first.rows) == [10, 11, 12, 13]
  assert ids(second.rows)[:4] == [20, 21, 22, 23] and set(ids(second.rows)[4:]) < {10, 11, 12, 13}
  assert (second.rows.fresh, second.rows.size, len(second.rows.entries)) == (4, 7, 7)
  assert first.metrics['buffer/size'] == 4 and second.metrics['buffer/size'] == 8


def test_whole_problems_are_learned_from_by_a_draw_of_the_step_and_all_are_kept_and_told():
  source = SampledRows(Given(), buffer(), fresh=2, replayed=0, peers=False)
  taken = source.take(None, 1)
  assert ids(taken.rows) in ([10, 11], [12, 13]) and (taken.rows.fresh, taken.rows.size) == (2, 2)
  assert len(taken.programs) == 4 and len(source.buffer) == 4
  assert taken.metrics['reward/max'] == 1.0 and taken.metrics['time/rollout_s'] == 1.0
  drawn = [[i % 10 for i in ids(source.take(None, step).rows)] for step in range(1, 30)]
  assert 3 < drawn.count([0, 1]) < 26  # spreads of .05 and .5, and half their mean: a chance of .2325
  again = SampledRows(Given(), buffer(), fresh=2, replayed=0, peers=False)
  assert [[i % 10 for i in ids(again.take(None, step).rows)] for step in range(1, 30)] == drawn
  chosen, stored = taken.rows.entries[0], next(iter(source.buffer.entries.values()))
  assert chosen.weight != 1.0 and stored.weight == 1.0  # the selection is of this step's rows


def test_with_peers_each_row_learned_from_or_kept_has_the_reward_of_the_others_as_its_baseline():
  source = SampledRows(Given(), buffer(), fresh=4, replayed=0, peers=True)
  taken = source.take(None, 1)
  others = [1.1 / 3, 1.0 / 3, 1.1 / 3, 0.1 / 3]  # of the whole step, each program left out
  due = [(0.1 + others[0]) / 2, others[1] / 2, (1.0 + others[2]) / 2, others[3] / 2]
  np.testing.assert_allclose([e.baseline for e in taken.rows.entries], due)
  np.testing.assert_allclose([e.baseline for e in source.buffer.entries.values()], due)


def test_without_a_buffer_nothing_is_replayed_or_said_of_one():
  taken = SampledRows(Given(), None, fresh=4, replayed=0, peers=False).take(None, 1)
  assert ids(taken.rows) == [10, 11, 12, 13] and not any(tag.startswith('buffer/') for tag in taken.metrics)


def test_stored_entries_come_in_turn_each_as_often_as_any_other():
  source = StoredRows([entry(number) for number in range(6)], count=3, seed=0)
  epochs = [sorted(ids(source.take(None, step).rows) + ids(source.take(None, step + 1).rows)) for step in (1, 3, 5)]
  assert epochs == [[0, 1, 2, 3, 4, 5]] * 3
  orders = {str([ids(StoredRows(source.entries, count=3, seed=seed).take(None, 1).rows)]) for seed in range(4)}
  assert len(orders) > 1
  taken = source.take(None, 2)
  assert (taken.rows.fresh, taken.rows.size, taken.programs, taken.metrics) == (3, 3, [], {})
