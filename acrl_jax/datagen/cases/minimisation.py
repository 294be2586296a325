"""Test minimisation: the few cases that kill as many mutants as all of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import NamedTuple

from acrl_jax.config import default_of
from acrl_jax.datagen.cases.trivial import passed_by, rivals
from acrl_jax.datagen.records import Case, Mutant
from acrl_jax.datagen.values import key, literal


class Limits(NamedTuple):
  """How many tests a problem has, and of which kinds."""

  fewest: int = 3
  enough: int = 8  # to stop at, once more tests kill no more mutants
  most: int = default_of('generate.bars.most_tests')
  raises: float = 1 / 3  # at most this share expects an exception
  examples: float = 1 / 3  # at most this share are examples of the documentation
  trivial: float = 0.5  # more tests are added while one trivial program passes more than this share
  trivial_most: float = default_of('generate.bars.trivial_best')  # tests are given up while it passes more than this

  def share(self, group: Hashable, last: bool = False) -> float:
    """Of all tests, at most, that may be of the group; as a goal, or at last."""
    trivial = self.trivial_most if last else self.trivial
    return {'raises': self.raises, 'example': self.examples}.get(group, trivial)


def minimise(cases: Sequence[Case], mutants: Sequence[Mutant], examples: Collection[str], limits: Limits) -> list[int]:
  """Places of the chosen cases, in order of choice.

  Greedily: what kills most mutants and takes most branches that nothing chosen so far does, then other results; the
  shortest of equals. Few of the arguments whose keys are in `examples` are chosen.
  """
  choice = _Choice(cases, mutants, examples, limits)
  while len(choice.chosen) < limits.most and (best := choice.best()) is not None:
    enough = len(choice.chosen) >= limits.enough
    if enough and not choice.gain(best) and (choice.exceeds(best, last=False) or not choice.over()):
      break  # it would add nothing, or make it worse
    choice.take(best)
  choice.drop()
  return choice.chosen


class _Choice:
  """A growing choice of cases. What counts for a case: its goals, its result, and the groups that it is in."""

  def __init__(self, cases, mutants, examples, limits: Limits):
    self.limits, self.chosen = limits, []
    self.outputs = [f'{c.kind}:{key(c.expected)}' for c in cases]
    self.costs = [len(literal(c.args)) + len(literal(c.expected)) for c in cases]
    # A branch; a type of results, empty or not; a mutant; a one-operator program that is none.
    self.goals = [{('branch', b) for b in c.branches} for c in cases]
    for c, goals in zip(cases, self.goals):
      goals.add(('result', c.kind, type(c.expected).__name__, bool(c.expected)))
    for m in mutants:
      for i in m.killed_by:
        self.goals[i].add(('mutant', m.number))
    for number, failed in enumerate(rivals(cases)):
      for i in failed:
        self.goals[i].add(('rival', number))
    self.groups = [passed_by(c) | ({'example'} if key(c.args) in examples else set()) for c in cases]
    self.reached: Counter = Counter()
    self.seen: set[str] = set()
    self.counts: Counter = Counter()

  def gain(self, i: int) -> int:
    """How many goals the case i is the first to reach."""
    return len(self.goals[i] - self.reached.keys())

  def again(self, i: int) -> float:
    """The same, with goals that others reach too; the more others, the less they count."""
    return sum(0.5 ** self.reached[g] for g in self.goals[i])

  def over(self, last: bool = False) -> set:
    """The groups that have more than their share."""
    n = len(self.chosen)
    return {g for g, count in self.counts.items() if count > self.limits.share(g, last) * n + 1e-9 and count > 1}

  def exceeds(self, i: int, last: bool) -> bool:
    """Whether one of its groups would have more than its share with it."""
    n = len(self.chosen) + 1
    most = lambda g: max(1, math.floor(self.limits.share(g, last) * n + 1e-9))
    return any(self.counts[g] + 1 > most(g) for g in self.groups[i])

  def best(self) -> int | None:
    """The next case, of those that fit into the shares of the largest choice."""
    most = self.limits.most
    full = {g for g, n in self.counts.items() if n >= math.floor(self.limits.share(g, True) * most + 1e-9)}
    left = [i for i in range(len(self.goals)) if i not in self.chosen and not self.groups[i] & full]
    first = max(left, key=lambda i: (self.gain(i), self.outputs[i] not in self.seen, -self.costs[i]), default=None)
    if first is None or self.gain(first):
      return first
    # What is the first to reach nothing should at least not be of a group that has too many.
    shares = lambda i: (not self.exceeds(i, last=True), not self.exceeds(i, last=False))
    return max(left, key=lambda i: (*shares(i), self.outputs[i] not in self.seen, self.again(i), -self.costs[i]))

  def take(self, i: int) -> None:
    self.chosen.append(i)
    self.reached.update(self.goals[i])
    self.seen.add(self.outputs[i])
    self.counts.update(self.groups[i])

  def drop(self) -> None:
    """Gives up, in the groups with more than their share, what adds least, while enough is left."""
    while len(self.chosen) > self.limits.fewest and (over := self.over(last=True)):
      worst = min((i for i in self.chosen if self.groups[i] & over), key=self.worth)
      self.chosen.remove(worst)
      self.counts.subtract(self.groups[worst])

  def worth(self, i: int) -> tuple[int, int]:
    """How many goals it alone reaches; of equals the longest is worth least."""
    others = set().union(*(self.goals[j] for j in self.chosen if j != i))
    return len(self.goals[i] - others), -self.costs[i]
