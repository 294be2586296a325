"""Test amplification: more inputs, near known ones, for the mutants that survive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from acrl_jax.datagen.records import Case, Mutant
from acrl_jax.datagen.values import key, literal

_KILLERS = 3  # new cases kept for each mutant that they are the first to kill
_RARE = 12  # new cases kept for results that hardly any other case has
_PER_RESULT = 4  # cases of one result that inputs are made from
_COMMON = 2  # cases with one result, from which on it is no news
_HOPELESS = 0.4  # share of killed mutants, below which one round more would not do


class Suite(NamedTuple):
  """Cases, and which of them kills which mutant."""

  cases: list[Case]
  mutants: list[Mutant]

  @property
  def score(self) -> float:
    """Share of the covered mutants that some case kills."""
    covered = [m for m in self.mutants if m.covered]
    return sum(bool(m.killed_by) for m in covered) / len(covered) if covered else 0.0


def cost(case: Case) -> int:
  """How much there is to read."""
  return len(literal(case.args)) + len(literal(case.expected))


def seeds(cases: Sequence[Case]) -> list[tuple]:
  """Inputs to change: few of any one result, so that rare results are met again; the latest found come first."""
  counts: dict[str, int] = {}
  kept = []
  for c in reversed(cases):
    if c.kind != 'raises':
      counts[key(c.expected)] = counts.get(key(c.expected), 0) + 1
      if counts[key(c.expected)] <= _PER_RESULT:
        kept.append(c.args)
  return kept


def satisfied(suite: Suite, branches: int, enough: float) -> bool:
  """Whether no mutant survives, a share `enough` of the branches is taken, and there are many different results."""
  taken = frozenset().union(*(c.branches for c in suite.cases))
  return suite.score == 1.0 and len(taken) >= enough * branches and len(_results(suite.cases)) > _RARE


def promising(suite: Suite, before: Suite) -> bool:
  """Whether one round more might help: the last one did, or many of the mutants are killed already."""
  return suite.score > before.score or _HOPELESS <= suite.score


def add_cases(suite: Suite, new: list[Case], mutate: Callable[[list[tuple], frozenset[int]], list[Mutant]]) -> Suite:
  """The suite with those new cases that kill what survived, take other branches, or have results that are rare.

  `mutate` runs those mutants whose numbers it is given on inputs.
  """
  surviving = frozenset(m.number for m in suite.mutants if not m.killed_by)
  again = {m.number: m for m in mutate([c.args for c in new], surviving)} if surviving else {}
  shortest = lambda i: (cost(new[i]), i)
  kept = {i for m in again.values() for i in sorted(m.killed_by, key=shortest)[:_KILLERS]}
  kept |= set(_unlike(suite.cases, new))
  place = {i: len(suite.cases) + k for k, i in enumerate(sorted(kept))}
  mutants = [
    m._replace(
      covered=m.covered or again[m.number].covered,
      killed_by=m.killed_by | {place[i] for i in again[m.number].killed_by if i in place},
    ) if m.number in again else m
    for m in suite.mutants
  ]  # fmt: skip
  return Suite(suite.cases + [new[i] for i in sorted(kept)], mutants)


def _results(cases: Sequence[Case]) -> dict[str, int]:
  """How many cases have each of the results; exceptions are none."""
  counts: dict[str, int] = {}
  for c in cases:
    if c.kind != 'raises':
      counts[key(c.expected)] = counts.get(key(c.expected), 0) + 1
  return counts


def _unlike(cases: Sequence[Case], new: list[Case]) -> list[int]:
  """The shortest of the new cases that take a branch, or have a result, which the known ones hardly do."""
  taken, counts = set().union(*(c.branches for c in cases)), _results(cases)
  kept, rare = [], 0
  for i in sorted(range(len(new)), key=lambda i: (cost(new[i]), i)):
    c, fresh = new[i], not new[i].branches <= taken
    if c.kind != 'raises' and counts.get(key(c.expected), 0) < _COMMON and rare < _RARE:
      fresh, rare = True, rare + 1
    if fresh:
      kept.append(i)
      taken |= c.branches
      counts[key(c.expected)] = counts.get(key(c.expected), 0) + 1
  return kept
