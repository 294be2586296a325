"""Inputs that a function is tried on: plain Python values, short enough to be read."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from acrl_jax.datagen.inputs import contract, demands, draw, evident
from acrl_jax.datagen.inputs.fits import declared, fits, may_be_none
from acrl_jax.datagen.inputs.relate import relations
from acrl_jax.datagen.inputs.vary import changed
from acrl_jax.datagen.records import Function, Type
from acrl_jax.datagen.render import signature
from acrl_jax.datagen.values import bare, literal, walk

MOST_CALL = 120  # characters of a call
_MOST_ARGUMENT = 60  # of one argument
_MOST_VALUES = 24  # in one argument, it and what is in it at any depth
_EDGES = 20  # inputs of edge cases alone
_OBEYED = 0.85  # of the inputs are as the documentation asks for; others may raise what it says
_TRIES = 4  # draws for each input that is wanted


class Distinct:
  """Collects inputs: only those that are new and short."""

  def __init__(self, function: Function, known: Iterable[tuple] = ()):
    self.room = MOST_CALL - len(signature.entry_point(function)) - 2
    self.types = [p.type for p in function.parameters]
    self.texts = {', '.join(map(literal, args)) for args in known}
    self.inputs: list[tuple] = []

  def add(self, args: tuple) -> None:
    parts = [literal(x) for x in args]
    text = ', '.join(parts)
    if text in self.texts or len(text) > self.room or any(len(p) > _MOST_ARGUMENT for p in parts):
      return
    self.texts.add(text)
    self.inputs.append(args)


class Nones:
  """Which parameters may be None, and how often they are."""

  def __init__(self, function: Function, r: random.Random):
    self.r = r
    self.places = [
      i for i, p in enumerate(function.parameters)
      if may_be_none(bare(p.type))
      and (p.name in function.doc.nullable or p.type.kind == 'optional' or contract.forbids_none(function, p.name))
    ]  # fmt: skip

  def put(self, args: list) -> None:
    for i in self.places:
      if i < len(args) and self.r.random() < 0.08:
        args[i] = None


def propose(function: Function, n: int, seed: int) -> list[tuple]:
  """Up to `n` different inputs: the documentation's examples, edge cases, then random ones.

  With a larger `n` come the same inputs first. None is an argument only where the documentation or a hint allows it.
  Rejects types of which there is no value.
  """
  r = random.Random(f'{function.id}:propose:{seed}')
  distinct = Distinct(function)
  stream = _stream(function, r)
  for _ in range(n * _TRIES + _EDGES):
    if len(distinct.inputs) >= n:
      break
    distinct.add(next(stream))
  return distinct.inputs


def vary(function: Function, seeds: list[tuple], known: Iterable[tuple], n: int, seed: int) -> list[tuple]:
  """Up to `n` inputs that are new to `known` and a few small changes away from `seeds`."""
  r = random.Random(f'{function.id}:vary:{seed}')
  distinct, nones = Distinct(function, known), Nones(function, r)
  hints, types = draw.hints(function), [p.type for p in function.parameters]
  pool, asked = _pool(seeds, hints), any(demands.demands(function))
  for _ in range(n * _TRIES if seeds and types else 0):
    if len(distinct.inputs) >= n:
      break
    args = list(r.choice(seeds))
    for _ in range(1 + int(r.random() * 3) if args else 0):
      i, j = int(r.random() * len(args)), int(r.random() * len(args))
      args[i] = changed(args[i], bare(types[i]), r, pool)
      if i != j and types[i] == types[j] and r.random() < 0.25:
        args[j] = args[i]
    args = evident.arrange(function, args, r)
    if asked and r.random() < _OBEYED:
      args = demands.repaired(function, args)
    nones.put(args)
    if all(_small(x) and (x is None or fits(x, t)) for x, t in zip(args, types)):
      distinct.add(tuple(args))
  return distinct.inputs


def _small(x: Any) -> bool:
  return type(x) in (int, str, float, bool) or sum(1 for _ in walk(x)) <= _MOST_VALUES


def _pool(seeds: list[tuple], hints: draw.Hints) -> dict[type, list]:
  """Values by type, to put into others: in the order in which they were met, each once."""
  pool: dict[type, dict] = {int: {}, float: {}, str: {}}
  for x in (*hints.ints, *hints.floats, *hints.strings):
    pool[type(x)][x] = None
  for args in seeds:
    # Sorted, for the members of sets come in an order that the process decides.
    for y in sorted((y for x in args for y in walk(x) if type(y) in pool and len(str(y)) <= 12), key=literal):
      pool[type(y)][y] = None
  return {kind: list(members) for kind, members in pool.items()}


def _stream(function: Function, r: random.Random) -> Iterator[tuple]:
  """Inputs without end: examples, edge cases, then random ones."""
  types, hints = [p.type for p in function.parameters], draw.hints(function)
  drawers = [draw.drawer(t, p.name, hints, r) for t, p in zip(types, function.parameters)]
  least, nones = len(types) - len(signature.defaults(function)), Nones(function, r)
  for args, _ in function.doc.examples:
    args = tuple(map(declared, args, types)) if least <= len(args) <= len(types) else ()
    if args and all(map(_example_fits, args, function.parameters, [function] * len(args))):
      yield args
  yield from _edge_cases(types, hints, least, r)
  related, asked = relations(types), any(demands.demands(function))
  while True:
    args = [draw_one() for draw_one in drawers]
    if related:
      for _ in range(int(r.random() * 3)):
        i, j, relation = related[int(r.random() * len(related))]
        if args[i] is not None and args[j] is not None:
          args[j] = relation(r, args[i], args[j])
    args = evident.arrange(function, args, r)
    if asked and r.random() < _OBEYED:
      args = demands.repaired(function, args)
    if nones.places:
      nones.put(args)
    yield tuple(args[: r.randint(least, len(types))] if least < len(types) else args)


def _edge_cases(types: list[Type], hints: draw.Hints, least: int, r: random.Random) -> Iterator[tuple]:
  choices = [draw.edges(t, hints) for t in types]
  for k in range(min(_EDGES, max(map(len, choices), default=0) + len(types))):
    # The second round through a short list of choices meets other partners.
    args = [c[(k + k // len(c) * i) % len(c)] if k % 3 or i == 0 else r.choice(c) for i, c in enumerate(choices)]
    yield tuple(args[: least + k % (len(types) - least + 1)])


def _example_fits(x: Any, p: Any, function: Function) -> bool:
  if x is None:
    return may_be_none(bare(p.type)) and (p.name in function.doc.nullable or p.type.kind == 'optional')
  return fits(x, p.type) and all(draw.readable(y) for y in walk(x) if type(y) is str)
