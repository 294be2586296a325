"""What the replay buffer keeps, what it drops, and that it goes on after a restore as if nothing had happened."""

import numpy as np
import pytest

from acrl_jax.config import default_of
from acrl_jax.data import program_key, replay
from acrl_jax.records import Outcome


def entry(problem='p', *, program=None, key='', ids=(1, 2, 3), version=0, outcome=Outcome.FAILED, reward=-0.3):
  """One entry; its key is `key`, or that of `program`."""
  n = len(ids)
  return replay.Entry(
    problem=problem, prompt=np.asarray([7, 8], np.int32), completion=np.asarray(ids, np.int32),
    actions=np.ones(n, bool), log_probs=-np.arange(1, n + 1, dtype=np.float32) / 3, credit=np.ones(n, np.float32),
    bonus=np.zeros(n, np.float32), reward=reward, outcome=int(outcome), passed=(True, False), version=version,
    key=program_key.program_key(program) if program is not None else key,
  )  # fmt: skip


def make_replay(*, seed=0, **settings):
  """An empty buffer of the default sizes, but for `settings`."""
  names = ('capacity', 'per_problem', 'unparsable_share', 'max_staleness')
  return replay.Replay(seed=seed, **{name: default_of(f'replay.{name}') for name in names} | settings)


def random_entry(rng, version):
  """One of few problems and few trees, so that slots are refreshed, limits met and ids shared."""
  unparsable = rng.random() < 0.5
  return entry(
    f'problem {rng.integers(6)}', key=None if unparsable else f'tree {rng.integers(40)}', version=version,
    ids=rng.integers(0, 9, size=rng.integers(1, 6)), outcome=rng.choice([-1, 0, 1, 2, 2, 2, 3]), reward=rng.normal(),
  )  # fmt: skip


def filled(seed, steps=12, **settings):
  """A buffer after `steps` steps of sampling and inserting."""
  rng = np.random.default_rng(seed)
  buffer = make_replay(seed=seed, **settings)
  for version in range(steps):
    buffer.sample(5, version)
    for _ in range(20):
      buffer.insert(random_entry(rng, version))
  return buffer


def equal(a: replay.Entry, b: replay.Entry) -> bool:
  """Bit for bit, types of arrays included."""
  plain = lambda x: (x.dtype, x.tobytes()) if isinstance(x, np.ndarray) else x
  return [plain(x) for x in a] == [plain(x) for x in b]


def test_with_tokens_told_apart_a_rewrite_is_another_program():
  buffer = make_replay(distinct='tokens')
  rewrites = [entry(program=f'def f(a{i}):\n  return a{i} + 1', ids=[i]) for i in range(3)]
  assert all(buffer.insert(one) for one in [*rewrites, rewrites[0]]) and len(buffer) == 3


def test_what_an_older_run_did_not_store_of_its_programs_is_as_it_was_then():
  buffer = make_replay()
  buffer.insert(entry()._replace(baseline=0.25, ended=False))
  state, again = buffer.state_dict(), make_replay()
  again.load_state_dict(state)
  (same,) = again.entries.values()
  assert (same.baseline, same.ended, same.weight) == (0.25, False, 1.0)
  again.load_state_dict({name: x for name, x in state.items() if name not in ('baseline', 'ended')})
  (older,) = again.entries.values()
  assert (older.baseline, older.ended) == (0.0, True)


def test_a_hundred_rewrites_of_one_program_take_one_slot():
  buffer = make_replay()
  for i in range(100):
    indent = ' ' * (1 + i % 5)
    text = f'def f(a{i}):{indent}# {i}\n{indent}b{i} = a{i} + 1\n{indent}return b{i}'
    assert buffer.insert(entry(program=text, ids=[i], version=i))
  assert len(buffer) == 1
  (kept,) = buffer.entries.values()
  assert kept.version == 99 and kept.completion.tolist() == [99]  # the last visit's ids and log-probs go together


def test_twenty_different_programs_take_twenty_slots():
  buffer = make_replay()
  for i in range(20):
    buffer.insert(entry(program=f'def f(a):\n  return a + {i}', ids=[5, 5]))
  assert len(buffer) == 20


def test_one_program_may_answer_two_problems():
  buffer = make_replay()
  buffer.insert(entry('p', key='same'))
  buffer.insert(entry('q', key='same'))
  assert len(buffer) == 2


def test_unparsable_programs_are_told_apart_by_their_ids():
  buffer = make_replay(unparsable_share=1.0)
  for ids in ([1], [2], [1, 2], [1], [2, 1]):
    buffer.insert(entry(key=None, ids=ids))
  assert len(buffer) == 4


def test_an_unparsable_program_gives_way_to_a_newer_one_at_the_cap():
  buffer = make_replay(unparsable_share=0.25)
  assert not buffer.insert(entry(key=None, ids=[1]))  # alone it would be all of the buffer
  for i in range(3):
    buffer.insert(entry(key=f'{i}'))
  assert buffer.insert(entry(key=None, ids=[1]))
  assert buffer.insert(entry(key=None, ids=[2]))
  assert [e.completion.tolist() for e in buffer.entries.values() if e.key is None] == [[2]]


@pytest.mark.parametrize('seed', range(5))
def test_no_limit_is_ever_passed(seed):
  rng = np.random.default_rng(seed)
  buffer = make_replay(capacity=40, per_problem=9, unparsable_share=0.25, max_staleness=4, seed=seed)
  for number in range(600):
    version = number // 20
    if number % 20 == 0:
      assert all(version - e.version <= 4 for e in buffer.sample(8, version))
      assert all(version - e.version <= 4 for e in buffer.entries.values())
    new = random_entry(rng, version)
    stored = buffer.insert(new)
    assert stored == any(equal(new, e) for e in buffer.entries.values())
    unparsable = sum(e.key is None for e in buffer.entries.values())
    assert unparsable <= 0.25 * len(buffer)
    assert len(buffer) <= 40
    assert all(e.outcome >= 0 for e in buffer.entries.values())
    problems = [e.problem for e in buffer.entries.values()]
    assert all(problems.count(p) <= 9 for p in problems)
    assert list(buffer.entries) == [buffer.slot(e) for e in buffer.entries.values()]
    assert buffer.reused.keys() == buffer.entries.keys()
  assert len(buffer) > 30  # the limits were met, not avoided


def test_rare_successes_outlive_common_failures():
  buffer = make_replay(capacity=10, per_problem=10)
  buffer.insert(entry(key='solved', outcome=Outcome.PASSED))
  for i in range(50):
    buffer.insert(entry(key=f'{i}'))
  keys = [e.key for e in buffer.entries.values()]
  assert keys == ['solved', *(f'{i}' for i in range(41, 50))]  # of the failures the oldest left


def test_among_equally_common_outcomes_the_worst_leaves():
  buffer = make_replay(per_problem=2)
  buffer.insert(entry(key='solved', outcome=Outcome.PASSED))
  buffer.insert(entry(key='failed'))
  assert not buffer.insert(entry(key='crashed', outcome=Outcome.CRASHED))
  assert [e.key for e in buffer.entries.values()] == ['solved', 'failed']


def test_a_harness_error_is_not_stored_and_refreshes_nothing():
  buffer = make_replay()
  buffer.insert(entry(key='a', version=3))
  assert not buffer.insert(entry(key='a', version=4, outcome=Outcome.HARNESS_ERROR))
  assert [e.version for e in buffer.entries.values()] == [3]


def test_a_revisit_saves_a_program_from_going_stale():
  buffer = make_replay(max_staleness=2)
  buffer.insert(entry(key='a', version=0))
  buffer.insert(entry(key='b', version=0))
  buffer.insert(entry(key='a', version=2))
  buffer.evict_stale(2)
  assert len(buffer) == 2  # two steps old is not too old
  buffer.evict_stale(3)
  assert [e.key for e in buffer.entries.values()] == ['a']


def test_a_sample_follows_from_the_seed_and_the_step():
  first, again, other = (make_replay(seed=seed) for seed in (1, 1, 2))
  for i in range(40):
    for buffer in (first, again, other):
      buffer.insert(entry(f'{i % 7}', key=f'{i}'))
  drawn = lambda buffer, version: [e.key for e in buffer.sample(6, version)]
  assert drawn(first, 12) == drawn(again, 12) == drawn(first, 12)
  assert drawn(first, 13) != drawn(first, 12)
  assert drawn(other, 12) != drawn(first, 12)


def test_a_sample_has_no_entry_twice_and_is_no_larger_than_the_buffer():
  buffer = filled(3)
  drawn = buffer.sample(10_000, 12)
  assert len(drawn) == len(buffer) == len({buffer.slot(e) for e in drawn})
  assert buffer.sample(0, 12) == [] and make_replay().sample(4, 0) == []


def test_a_problem_with_many_programs_does_not_crowd_out_another():
  buffer = make_replay()
  for i in range(20):
    buffer.insert(entry('many', key=f'{i}'))
  buffer.insert(entry('few', key='0'))
  drawn = [buffer.sample(1, version=step)[0].problem for step in range(50)]
  assert 10 < drawn.count('few') < 40


@pytest.mark.parametrize('seed', range(3))
def test_after_a_restore_everything_goes_on_bit_for_bit(seed):
  settings = dict(capacity=40, per_problem=9, max_staleness=4)
  buffer = filled(seed, **settings)
  restored = make_replay(seed=seed, **settings)
  restored.insert(entry(key='what was there before'))
  restored.load_state_dict(replay.unpacked(replay.packed(buffer.state_dict())))
  assert restored.stats(12) == buffer.stats(12)
  rngs = np.random.default_rng(99), np.random.default_rng(99)
  for version in range(12, 20):  # long enough to meet each eviction again
    drawn, expected = restored.sample(7, version), buffer.sample(7, version)
    assert len(drawn) == len(expected) and all(map(equal, drawn, expected))
    for _ in range(10):
      inserted = [b.insert(random_entry(rng, version)) for b, rng in zip((restored, buffer), rngs)]
      assert inserted[0] == inserted[1]
    assert list(restored.entries) == list(buffer.entries)
    assert restored.stats(version) == buffer.stats(version)


def test_an_empty_buffer_is_saved_and_restored():
  restored = make_replay()
  restored.load_state_dict(replay.unpacked(replay.packed(make_replay().state_dict())))
  assert len(restored) == 0 and restored.stats(0) == {'size': 0.0, 'age_mean': 0.0, 'reuse_mean': 0.0}


def test_entries_keep_no_batch_in_memory_and_change_with_none():
  batch = np.zeros((100, 50), np.float32)
  buffer = make_replay()
  buffer.insert(entry(ids=[1, 2, 3])._replace(log_probs=batch[4, :3]))
  batch[:] = 5
  (kept,) = buffer.entries.values()
  assert kept.log_probs.base is None and kept.log_probs.tolist() == [0, 0, 0]


def test_stats_by_hand():
  buffer = make_replay()
  buffer.insert(entry(key='a', version=1))
  buffer.insert(entry(key='b', version=4))
  buffer.sample(2, version=5)
  buffer.sample(2, version=6)
  buffer.insert(entry(key='b', version=5))
  buffer.insert(entry(key='c', version=6))
  # ages at step 6: 5, 1, 0; seen again: 2, 2, 0 times, as a refreshed program has been seen before
  assert buffer.stats(6) == {'size': 3.0, 'age_mean': 2.0, 'reuse_mean': pytest.approx(4 / 3)}


def test_a_refreshed_program_is_in_all_things_that_of_its_last_visit():
  """Log-probs go with the ids that they are of: other names for a variable are other tokens."""
  buffer = make_replay()
  first = entry(key='tree', ids=[1, 2, 3], version=1, reward=0.5, outcome=Outcome.FAILED)
  last = entry(key='tree', ids=[4, 5, 6], version=3, reward=1.0, outcome=Outcome.PASSED)._replace(
    prompt=np.asarray([9, 9], np.int32), actions=np.asarray([True, True, False]), passed=(True, True),
    log_probs=np.asarray([-5, -6, -7], np.float32), credit=np.asarray([1, 0, 0.5], np.float32),
    bonus=np.asarray([0, -1, 2], np.float32),
  )  # fmt: skip
  buffer.insert(first)
  assert equal(buffer.sample(1, version=2)[0], first)
  buffer.insert(last)
  (found,) = buffer.sample(5, version=4)
  assert equal(found, last)
