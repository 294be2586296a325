"""Programs kept by problem, distinct up to their syntax trees, so that rare successes are seen more than once.

A program that is known already (same tree but for names, comments and layout) refreshes its slot and takes no other.
Ids are stored as they were sampled, with the log-probs of the policy that sampled them.
"""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np


class Entry(NamedTuple):
  """One program as a row to learn from; n tokens in its completion."""

  problem: str
  prompt: np.ndarray  # ids
  completion: np.ndarray  # ids [n], as sampled
  actions: np.ndarray  # bool [n]: False where the text was cut
  log_probs: np.ndarray  # float32 [n] under the policy that sampled
  credit: np.ndarray  # float32 [n]
  bonus: np.ndarray  # float32 [n]
  reward: float
  outcome: int
  passed: tuple[bool, ...]  # per test
  version: int  # the learner step that sampled it
  key: str | None  # program_key of the program; None where it does not parse
  ended: bool = True  # by the policy, not by the length limit
  baseline: float = 0.0  # the reward to expect before any critic is asked
  weight: float = 1.0  # undoes the selection of the rows that are learned from


ARRAYS = {'prompt': np.int32, 'completion': np.int32, 'actions': bool, 'log_probs': np.float32, 'credit': np.float32,
          'bonus': np.float32, 'passed': bool}  # fmt: skip
SCALARS = {'reward': np.float64, 'outcome': np.int64, 'version': np.int64, 'ended': bool, 'baseline': np.float64}
RAGGED = ('prompt', 'completion', 'actions', 'log_probs', 'credit', 'bonus')


class Replay:
  """At most `capacity` entries, `per_problem` of one problem; the oldest of the commonest outcome leaves first."""

  def __init__(
    self, *, capacity: int, per_problem: int, unparsable_share: float, max_staleness: int, seed: int,
    distinct: str = 'trees',
  ):  # fmt: skip
    self.capacity, self.per_problem, self.distinct = capacity, per_problem, distinct
    self.unparsable_share, self.max_staleness, self.seed = unparsable_share, max_staleness, seed
    self._clear()

  def _clear(self) -> None:
    self.entries: dict[tuple, Entry] = {}  # in the order of their last visit
    self.reused: dict[tuple, int] = {}
    # The slots again, in the same order, by what evictions ask for: a scan of everything at each insertion is slow.
    self._of_problem: dict[str, dict[tuple, None]] = {}
    self._of_outcome: dict[int, dict[tuple, None]] = {}
    self._unparsable: dict[tuple, None] = {}

  def __len__(self) -> int:
    return len(self.entries)

  def slot(self, entry: Entry) -> tuple:
    """What makes two programs the same: problem and tree, or problem and ids where there is no tree.

    Always the ids with distinct='tokens': then programs that differ in a name or a space take a slot each.
    """
    tree = entry.key is not None and self.distinct == 'trees'
    return entry.problem, entry.key if tree else np.asarray(entry.completion, np.int32).tobytes()

  def insert(self, entry: Entry) -> bool:
    """Stores or refreshes; whether the entry is stored now. Harness errors and too many unparsable ones are not."""
    if entry.outcome < 0 or not len(entry.completion):  # our harness failed: nothing is known of the program
      return False
    slot = self.slot(entry)
    reused = self.reused.get(slot, 0)
    if slot in self.entries:
      self._drop(slot)
    # A copy: a row sliced out of a batch would keep the whole batch in memory.
    self._put(slot, entry._replace(**{name: np.array(getattr(entry, name), ARRAYS[name]) for name in RAGGED}), reused)
    self._limit_unparsable()
    if len(self._of_problem.get(entry.problem, ())) > self.per_problem:
      same: dict[int, dict] = {}
      for other in self._of_problem[entry.problem]:
        same.setdefault(self.entries[other].outcome, {})[other] = None
      self._drop_commonest(same)
    if len(self) > self.capacity:
      self._drop_commonest(self._of_outcome)
    self._limit_unparsable()  # again, as the share grows when a parsable one leaves
    return slot in self.entries

  def _put(self, slot: tuple, entry: Entry, reused: int) -> None:
    self.entries[slot], self.reused[slot] = entry, reused
    self._of_problem.setdefault(entry.problem, {})[slot] = None
    self._of_outcome.setdefault(entry.outcome, {})[slot] = None
    if entry.key is None:
      self._unparsable[slot] = None

  def _drop(self, slot: tuple) -> None:
    entry = self.entries.pop(slot)
    del self.reused[slot], self._of_outcome[entry.outcome][slot], self._of_problem[entry.problem][slot]
    self._unparsable.pop(slot, None)

  def _drop_commonest(self, of_outcome: dict[int, dict]) -> None:
    """Drops the oldest of the outcome with most slots, of equals the worst outcome: rare successes stay."""
    commonest = max(of_outcome, key=lambda outcome: (len(of_outcome[outcome]), -outcome))
    self._drop(next(iter(of_outcome[commonest])))

  def _limit_unparsable(self) -> None:
    while len(self._unparsable) > self.unparsable_share * len(self):
      self._drop(next(iter(self._unparsable)))

  def evict_stale(self, version: int) -> None:
    """Drops what a policy more than max_staleness steps ago sampled, and unparsable programs beyond their share."""
    for slot in [s for s, e in self.entries.items() if version - e.version > self.max_staleness]:
      self._drop(slot)
    self._limit_unparsable()

  def sample(self, count: int, version: int) -> list[Entry]:
    """At most `count` entries without replacement; a function of the seed, the version and what is stored.

    Each problem is as likely as any other, and within it each program: problems with many programs do not crowd out
    the rest. `version` is the learner step: call it once a step.
    """
    self.evict_stale(version)
    if not count or not self.entries:
      return []
    weight = np.asarray([1 / len(self._of_problem[slot[0]]) for slot in self.entries])
    rng = np.random.default_rng([self.seed, version])
    slots = list(self.entries)
    picked = rng.choice(len(slots), size=min(count, len(slots)), replace=False, p=weight / weight.sum())
    for index in picked:
      self.reused[slots[index]] += 1
    return [self.entries[slots[index]] for index in picked]

  def stats(self, version: int) -> dict[str, float]:
    """size, age_mean (learner steps), reuse_mean (times seen again)."""
    ages = [version - e.version for e in self.entries.values()]
    reused = list(self.reused.values())
    return {
      'size': float(len(ages)),
      'age_mean': float(np.mean(ages)) if ages else 0.0,
      'reuse_mean': float(np.mean(reused)) if reused else 0.0,
    }

  def state_dict(self) -> dict[str, np.ndarray]:
    """Everything stored, as plain arrays: ragged fields as one flat array and lengths."""
    entries = list(self.entries.values())
    state = {}
    for name, dtype in ARRAYS.items():
      parts = [np.asarray(getattr(e, name), dtype) for e in entries]
      state[name] = np.concatenate(parts) if parts else np.zeros(0, dtype)
      state[name + '_len'] = np.asarray([len(p) for p in parts], np.int64)
    for name, dtype in SCALARS.items():
      state[name] = np.asarray([getattr(e, name) for e in entries], dtype)
    state['problem'] = np.asarray([e.problem for e in entries], np.str_)
    state['key'] = np.asarray([e.key or '' for e in entries], np.str_)
    state['reused'] = np.asarray(list(self.reused[slot] for slot in self.entries), np.int64)
    return state

  def load_state_dict(self, state: dict[str, np.ndarray]) -> None:
    """The inverse of `state_dict`: the next sample is the same bit for bit."""
    columns = {}
    for name in ARRAYS:
      ends = np.cumsum(state[name + '_len'])
      columns[name] = np.split(state[name], ends[:-1]) if len(ends) else []
    self._clear()
    for i in range(len(state['reward'])):
      ragged = {name: columns[name][i].copy() for name in RAGGED}
      entry = Entry(
        problem=str(state['problem'][i]), key=str(state['key'][i]) or None, passed=tuple(columns['passed'][i].tolist()),
        **{name: state[name][i].item() for name in SCALARS if name in state},  # older runs have fewer of them
        **ragged,
      )  # fmt: skip
      self._put(self.slot(entry), entry, int(state['reused'][i]))


def packed(state: dict[str, np.ndarray]) -> bytes:
  """A dict of arrays as the bytes of one npz."""
  file = io.BytesIO()
  np.savez(file, **state)
  return file.getvalue()


def unpacked(data: bytes) -> dict[str, np.ndarray]:
  """The inverse of `packed`."""
  with np.load(io.BytesIO(data), allow_pickle=False) as file:
    return {name: file[name] for name in file.files}
