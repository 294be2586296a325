"""Programs kept by problem, distinct up to their syntax trees, so that rare successes are seen more than once.

A program that is known already (same tree but for names, comments and layout) refreshes its slot instead of taking another.
Ids are stored as they were sampled, with the log-probs of the policy that sampled them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Entry(NamedTuple):
  """One program as a row to learn from; n tokens in its completion."""

  problem: str
  prompt: np.ndarray  # ids
  completion: np.ndarray  # ids [n], as sampled
  actions: np.ndarray  # bool [n]: False where the host cut the text
  log_probs: np.ndarray  # float32 [n] under the policy that sampled
  credit: np.ndarray  # float32 [n]
  bonus: np.ndarray  # float32 [n]
  reward: float
  outcome: int
  passed: tuple[bool, ...]  # per test
  version: int  # the learner step that sampled it
  key: str | None  # astkey.ast_key of the program; None where it does not parse


ARRAYS = {'prompt': np.int32, 'completion': np.int32, 'actions': bool, 'log_probs': np.float32, 'credit': np.float32,
          'bonus': np.float32, 'passed': bool}  # fmt: skip


class Replay:
  """At most `capacity` entries, `per_problem` of one problem, of each outcome the oldest leaves first."""

  def __init__(self, *, capacity=6400, per_problem=32, unparsable_share=0.25, max_staleness=50, seed=0):
    self.capacity, self.per_problem = capacity, per_problem
    self.unparsable_share, self.max_staleness, self.seed = unparsable_share, max_staleness, seed
    self.entries: dict[tuple, Entry] = {}  # in the order of their last visit
    self.reused: dict[tuple, int] = {}

  def __len__(self) -> int:
    return len(self.entries)

  @staticmethod
  def slot(entry: Entry) -> tuple:
    """What makes two programs the same: problem and tree, or problem and ids where there is no tree."""
    return entry.problem, entry.key if entry.key is not None else ('ids', *map(int, entry.completion))

  def insert(self, entry: Entry) -> bool:
    """Stores or refreshes; False when the entry was not wanted (masked, or too many unparsable ones)."""
    if entry.outcome < 0 or not len(entry.completion):  # our harness failed: nothing is known of the program
      return False
    slot = self.slot(entry)
    known = self.entries.pop(slot, None)
    if known is None and entry.key is None and not self._room_for_unparsable():
      return False
    self.entries[slot] = entry
    self.reused.setdefault(slot, 0)
    same = [s for s in self.entries if s[0] == entry.problem]
    if len(same) > self.per_problem:
      self._drop_from(same)
    if len(self.entries) > self.capacity:
      self._drop_from(list(self.entries))
    return True

  def _room_for_unparsable(self) -> bool:
    unparsable = sum(e.key is None for e in self.entries.values())
    return unparsable + 1 <= self.unparsable_share * (len(self.entries) + 1)

  def _drop_from(self, slots: Sequence[tuple]) -> None:
    """The oldest of the outcome that most of `slots` have, so that rare outcomes stay."""
    by_outcome: dict[int, list[tuple]] = {}
    for slot in slots:
      by_outcome.setdefault(self.entries[slot].outcome, []).append(slot)
    self._drop(max(by_outcome.values(), key=len)[0])

  def _drop(self, slot: tuple) -> None:
    del self.entries[slot], self.reused[slot]

  def evict_stale(self, version: int) -> None:
    """Drops what a policy more than max_staleness steps ago sampled, and unparsable programs beyond their share."""
    for slot in [s for s, e in self.entries.items() if version - e.version > self.max_staleness]:
      self._drop(slot)
    unparsable = [s for s, e in self.entries.items() if e.key is None]
    while unparsable and len(unparsable) > self.unparsable_share * len(self.entries):
      self._drop(unparsable.pop(0))

  def sample(self, count: int, version: int) -> list[Entry]:
    """At most `count` entries without replacement; a function of the seed, the version and what is stored.

    Each problem is as likely as any other, and within it each program: problems with many programs do not crowd out the rest.
    """
    self.evict_stale(version)
    if not count or not self.entries:
      return []
    problems: dict[str, list[tuple]] = {}
    for slot in self.entries:
      problems.setdefault(slot[0], []).append(slot)
    weight = np.asarray([1 / len(problems[slot[0]]) for slot in self.entries])
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
    for name in ('reward', 'outcome', 'version'):
      state[name] = np.asarray([getattr(e, name) for e in entries], np.float64 if name == 'reward' else np.int64)
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
    self.entries, self.reused = {}, {}
    for i in range(len(state['reward'])):
      ragged = {name: columns[name][i] for name in ARRAYS if name != 'passed'}
      entry = Entry(
        problem=str(state['problem'][i]), reward=float(state['reward'][i]), outcome=int(state['outcome'][i]),
        version=int(state['version'][i]), key=str(state['key'][i]) or None, passed=tuple(map(bool, columns['passed'][i])), **ragged,
      )  # fmt: skip
      slot = self.slot(entry)
      self.entries[slot], self.reused[slot] = entry, int(state['reused'][i])


def packed(state: dict[str, np.ndarray]) -> bytes:
  """A dict of arrays as the bytes of one npz."""
  file = io.BytesIO()
  np.savez(file, **state)
  return file.getvalue()


def unpacked(data: bytes) -> dict[str, np.ndarray]:
  """The inverse of `packed`."""
  with np.load(io.BytesIO(data), allow_pickle=False) as file:
    return {name: file[name] for name in file.files}
