"""Rows stand against one edge, empty rows weigh nothing, and the order of the problems needs no memory."""

import numpy as np
import pytest

from acrl_jax.data import batch
from acrl_jax.data.replay import Entry
from acrl_jax.records import Outcome

FIELDS = ('tokens', 'valid', 'actions', 'log_probs', 'credit', 'bonus')


def entry(problem, prompt, completion, kept, reward, outcome=Outcome.FAILED):
  n = len(completion)
  return Entry(
    problem=problem, prompt=np.asarray(prompt), completion=np.asarray(completion), actions=np.arange(n) < kept,
    log_probs=-np.arange(1, n + 1), credit=np.full(n, 0.5), bonus=np.arange(n) / 10, reward=reward,
    outcome=int(outcome), passed=(), version=0, key=None,
  )  # fmt: skip


ENTRIES = [
  entry('q', [11, 12], [21, 22, 23], kept=2, reward=0.25),
  entry('p', [13, 14, 15], [24], kept=1, reward=1.0, outcome=Outcome.PASSED),
  entry('q', [11], [25, 26], kept=2, reward=-1.0, outcome=Outcome.NO_COMPILE),
]


def test_prompts_end_and_completions_begin_at_one_column_by_hand():
  rollout, P = batch.assemble(ENTRIES, 5, (2, 4, 8), (3, 6), pad_id=9)
  assert P == 4
  assert rollout.tokens.tolist() == [
    [9, 9, 11, 12, 21, 22, 23],
    [9, 13, 14, 15, 24, 9, 9],
    [9, 9, 9, 11, 25, 26, 9],
    [9] * 7,
    [9] * 7,
  ]
  assert rollout.valid.astype(int).tolist() == [
    [0, 0, 1, 1, 1, 1, 1],
    [0, 1, 1, 1, 1, 0, 0],
    [0, 0, 0, 1, 1, 1, 0],
    [0, 0, 0, 1, 0, 0, 0],
    [0, 0, 0, 1, 0, 0, 0],
  ]
  assert rollout.actions.astype(int)[:, 4:].tolist() == [[1, 1, 0], [1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]]
  assert rollout.log_probs[:, 4:].tolist() == [[-1, -2, -3], [-1, 0, 0], [-1, -2, 0], [0, 0, 0], [0, 0, 0]]
  assert rollout.credit[:, 4:].tolist() == [[0.5, 0.5, 0.5], [0.5, 0, 0], [0.5, 0.5, 0], [0, 0, 0], [0, 0, 0]]
  np.testing.assert_allclose(rollout.bonus[0, 4:], [0, 0.1, 0.2], rtol=1e-6)
  for name in ('actions', 'log_probs', 'credit', 'bonus'):
    assert not getattr(rollout, name)[:, :4].any()
  assert rollout.reward.tolist() == [0.25, 1, -1, 0, 0]
  assert rollout.outcome.tolist() == [2, 3, 0, -1, -1]
  assert rollout.baseline.tolist() == [0] * 5


def test_what_is_known_of_a_row_beside_its_reward_comes_with_it():
  numbers = zip(ENTRIES, (0.5, -0.25, 0), (3, 1, 0.5), (False, True, True))
  known = [e._replace(baseline=b, weight=w, ended=ended) for e, b, w, ended in numbers]
  known[1] = known[1]._replace(outcome=int(Outcome.HARNESS_ERROR))
  rollout, _ = batch.assemble(known, 5, (4,), (4,), pad_id=0)
  assert rollout.baseline.tolist() == [0.5, -0.25, 0, 0, 0] and rollout.weight[:3].tolist() == [3, 1, 0.5]
  assert rollout.ended.tolist() == [False, True, True, False, False]
  assert rollout.judged.tolist() == [True, False, True, False, False]


def test_rows_of_a_problem_share_a_group_and_empty_rows_share_none_of_them():
  rollout, _ = batch.assemble(ENTRIES, 5, (4,), (4,), pad_id=0)
  assert rollout.group.tolist() == [0, 1, 0, 4, 4]
  full, _ = batch.assemble([e._replace(problem=str(i)) for i, e in enumerate(ENTRIES)], 3, (4,), (4,), pad_id=0)
  assert full.group.tolist() == [0, 1, 2]


def test_empty_rows_change_no_other_row():
  fewer, _ = batch.assemble(ENTRIES, 3, (4,), (4,), pad_id=0)
  more, _ = batch.assemble(ENTRIES, 8, (4,), (4,), pad_id=0)
  for name, x, y in zip(fewer._fields, fewer, more):
    assert x.dtype == y.dtype
    np.testing.assert_array_equal(x, y[:3], err_msg=name)
  assert not (more.actions[3:].any() or more.credit[3:].any())
  assert more.valid[3:].sum(1).tolist() == [1] * 5


def test_the_types_are_those_of_the_record():
  rollout, _ = batch.assemble(ENTRIES, 4, (4,), (4,), pad_id=0)
  assert [getattr(rollout, name).dtype.name for name in FIELDS] == ['int32', 'bool', 'bool', *['float32'] * 3]
  assert [x.dtype.name for x in rollout[6:]] == ['float32', 'float32', 'int32', 'int32', 'bool', 'bool', 'float32']


@pytest.mark.parametrize('seed', range(3))
def test_a_row_holds_its_entry_and_nothing_else(seed):
  rng = np.random.default_rng(seed)
  entries = []
  for i in range(9):
    n = int(rng.integers(1, 20))
    prompt, completion = rng.integers(10, 99, rng.integers(1, 12)), rng.integers(10, 99, n)
    entries.append(entry(f'{i % 4}', prompt, completion, int(rng.integers(1, n + 1)), float(i)))
  rollout, P = batch.assemble(entries, 12, (4, 8, 16), batch.completion_lengths(30), pad_id=1)
  for b, e in enumerate(entries):
    np.testing.assert_array_equal(rollout.tokens[b][rollout.valid[b]], [*e.prompt, *e.completion])
    n = len(e.completion)
    for name in ('actions', 'log_probs', 'credit', 'bonus'):
      row = getattr(rollout, name)[b]
      np.testing.assert_allclose(row[P : P + n], getattr(e, name), rtol=1e-6)
      assert not row[:P].any() and not row[P + n :].any()
    assert np.all(rollout.tokens[b][~rollout.valid[b]] == 1)


# --- widths


def test_a_length_goes_into_the_smallest_width_that_holds_it():
  assert [batch.bucket(n, (8, 2, 4)) for n in (1, 2, 3, 5, 8)] == [2, 2, 4, 8, 8]
  with pytest.raises(ValueError, match=r'9 tokens fit none of the lengths \(8, 2, 4\)'):
    batch.bucket(9, (8, 2, 4))


@pytest.mark.parametrize('longest', [1, 32, 33, 100, 4096])
def test_the_widths_of_completions_grow_to_the_longest(longest):
  widths = batch.completion_lengths(longest)
  assert widths[-1] == longest == max(widths) and list(widths) == sorted(set(widths))


# --- the order of the problems


def in_order(seed, steps, total, size):
  return np.concatenate([batch.choose(seed, step, total, size) for step in range(steps)])


@pytest.mark.parametrize(('total', 'size'), [(12, 4), (10, 4), (7, 3), (3, 8), (5, 5), (1, 3)])
def test_every_epoch_is_a_permutation(total, size):
  drawn = in_order(seed=3, steps=4 * total, total=total, size=size)
  epochs = drawn[: len(drawn) // total * total].reshape(-1, total)
  assert len(epochs) >= 4
  assert np.all(np.sort(epochs, 1) == np.arange(total))


def test_epochs_and_seeds_differ():
  first, second = in_order(0, 2, 20, 20).reshape(2, 20)
  assert np.any(first != second) and np.any(first != batch.choose(1, 0, 20, 20))


def test_a_step_does_not_depend_on_those_before():
  late = batch.choose(5, 17, 10, 4)
  np.testing.assert_array_equal(late, in_order(5, 18, 10, 4)[-4:])
  np.testing.assert_array_equal(late, batch.choose(5, 17, 10, 4))


def test_there_must_be_problems_to_choose_from():
  with pytest.raises(ValueError, match='0 problems to choose from; it must be 1 or more'):
    batch.choose(0, 0, 0, 4)


# --- several sources


def mixed(sources, steps, size, seed=0):
  return np.concatenate([batch.mix(seed, step, sources, size) for step in range(steps)])


def test_one_source_is_drawn_from_as_ever():
  for weight in (1, 3):
    np.testing.assert_array_equal(mixed([(10, weight)], 7, 4), in_order(0, 7, 10, 4))


@pytest.mark.parametrize('size', [1, 4, 6, 7])
def test_of_all_draws_each_source_has_its_share(size):
  found = mixed([(50, 2), (10, 1)], 600 // size, size)
  share = np.mean(found < 50)
  assert abs(share - 2 / 3) < 0.01
  rounds = found[: len(found) // 3 * 3].reshape(-1, 3)
  assert np.all(np.sum(rounds < 50, axis=1) == 2)


def test_each_source_is_gone_through_before_any_of_its_problems_comes_again():
  found = mixed([(6, 2), (5, 1)], 15, 5)
  first, second = found[found < 6], found[found >= 6]
  assert all(sorted(first[i : i + 6]) == [0, 1, 2, 3, 4, 5] for i in range(0, 48, 6))
  assert all(sorted(second[i : i + 5]) == [6, 7, 8, 9, 10] for i in range(0, 25, 5))


def test_the_steps_may_be_of_any_size():
  np.testing.assert_array_equal(mixed([(6, 2), (5, 1)], 30, 1), mixed([(6, 2), (5, 1)], 6, 5))
