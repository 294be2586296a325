"""A seeded grammar of small functions over ints, strings and lists: thousands of problems that a tiny model can learn.

A problem is a chain of one to three steps ("keep the even ones, then add 3 to each, then take the sum"). Chains of
steps are split as wholes: no chain of the test split is in train, though every single step is. Each step has two ways
to be written, so that there is something to choose. Only one train problem in `LABELLED` comes with a solution: as in
practice, tests are cheaper than reference programs, and what a model can learn from tests alone is the question.
"""

from __future__ import annotations

import functools
import hashlib
import random
from typing import NamedTuple

from acrl_jax.records import Problem, Test

TRAIN, HELD_OUT = 4000, 300  # problems of a split
LABELLED = 10
NAMES = {'list[int]': 'xs', 'int': 'n', 'str': 's'}


class Step(NamedTuple):
  """One operation; {v} is what it works on, {k} its number."""

  name: str
  takes: str
  gives: str
  phrase: str
  ways: tuple[str, ...]
  numbers: tuple[int, ...] = ()


L, I, S = 'list[int]', 'int', 'str'
STEPS = (
  Step('evens', L, L, 'keep the even ones',
       ('[x for x in {v} if x % 2 == 0]', 'list(filter(lambda x: x % 2 == 0, {v}))')),
  Step('odds', L, L, 'keep the odd ones', ('[x for x in {v} if x % 2 == 1]', 'list(filter(lambda x: x % 2, {v}))')),
  Step('above', L, L, 'keep those above {k}',
       ('[x for x in {v} if x > {k}]', 'list(filter(lambda x: x > {k}, {v}))'), (0, 2, 5)),
  Step('below', L, L, 'keep those below {k}',
       ('[x for x in {v} if x < {k}]', 'list(filter(lambda x: x < {k}, {v}))'), (1, 4, 7)),
  Step('plus', L, L, 'add {k} to each', ('[x + {k} for x in {v}]', 'list(map(lambda x: x + {k}, {v}))'), (1, 2, 3, 5)),
  Step('times', L, L, 'multiply each by {k}',
       ('[x * {k} for x in {v}]', 'list(map(lambda x: x * {k}, {v}))'), (2, 3, 4)),
  Step('squares', L, L, 'square each', ('[x * x for x in {v}]', '[x ** 2 for x in {v}]')),
  Step('negated', L, L, 'negate each', ('[-x for x in {v}]', '[0 - x for x in {v}]')),
  Step('sizes', L, L, 'take the absolute value of each', ('[abs(x) for x in {v}]', 'list(map(abs, {v}))')),
  Step('reversed', L, L, 'reverse the list', ('{v}[::-1]', 'list(reversed({v}))')),
  Step('ascending', L, L, 'sort ascending', ('sorted({v})', 'sorted({v}, reverse=False)')),
  Step('descending', L, L, 'sort descending', ('sorted({v}, reverse=True)', 'sorted({v})[::-1]')),
  Step('tail', L, L, 'drop the first', ('{v}[1:]', '[x for i, x in enumerate({v}) if i > 0]')),
  Step('front', L, L, 'drop the last', ('{v}[:-1]', '{v}[:len({v}) - 1] if {v} else []')),
  Step('first', L, L, 'take the first {k}', ('{v}[:{k}]', '[x for i, x in enumerate({v}) if i < {k}]'), (2, 3)),
  Step('second', L, L, 'take every second one', ('{v}[::2]', '[x for i, x in enumerate({v}) if i % 2 == 0]')),
  Step('distinct', L, L, 'remove duplicates in order',
       ('list(dict.fromkeys({v}))', '[x for i, x in enumerate({v}) if x not in {v}[:i]]')),
  Step('sum', L, I, 'take the sum', ('sum({v})', 'sum(x for x in {v})')),
  Step('length', L, I, 'count them', ('len({v})', 'sum(1 for x in {v})')),
  Step('largest', L, I, 'take the largest or 0', ('max({v}, default=0)', 'max({v}) if {v} else 0')),
  Step('smallest', L, I, 'take the smallest or 0', ('min({v}, default=0)', 'min({v}) if {v} else 0')),
  Step('spread', L, I, 'take largest minus smallest or 0',
       ('max({v}) - min({v}) if {v} else 0', 'max({v}, default=0) - min({v}, default=0)')),
  Step('add', I, I, 'add {k}', ('{v} + {k}', '{k} + {v}'), (1, 2, 3, 7)),
  Step('subtract', I, I, 'subtract {k}', ('{v} - {k}', '-{k} + {v}'), (1, 4, 6)),
  Step('multiply', I, I, 'multiply by {k}', ('{v} * {k}', '{k} * {v}'), (2, 3, 5)),
  Step('square', I, I, 'square it', ('{v} * {v}', '{v} ** 2')),
  Step('negate', I, I, 'negate it', ('-{v}', '0 - {v}')),
  Step('absolute', I, I, 'take the absolute value', ('abs({v})', '{v} if {v} >= 0 else -{v}')),
  Step('modulo', I, I, 'take the remainder by {k}', ('{v} % {k}', '{v} - {v} // {k} * {k}'), (3, 5, 7)),
  Step('halve', I, I, 'halve it rounding down', ('{v} // 2', '({v} - {v} % 2) // 2')),
  Step('limit', I, I, 'limit it to {k}', ('min({v}, {k})', '{v} if {v} < {k} else {k}'), (5, 10)),
  Step('text', I, S, 'turn it into text', ('str({v})', "f'{{{v}}}'")),
  Step('upto', I, L, 'list the numbers below it', ('list(range({v}))', '[x for x in range({v})]')),
  Step('backwards', S, S, 'reverse the text', ('{v}[::-1]', "''.join(reversed({v}))")),
  Step('upper', S, S, 'make it upper case', ('{v}.upper()', "''.join(c.upper() for c in {v})")),
  Step('repeat', S, S, 'repeat it {k} times', ('{v} * {k}', '{k} * {v}'), (2, 3)),
  Step('begin', S, S, 'take the first {k} characters', ('{v}[:{k}]', "''.join(list({v})[:{k}])"), (2, 3, 4)),
  Step('finish', S, S, 'drop the first {k} characters', ('{v}[{k}:]', "''.join(list({v})[{k}:])"), (1, 2)),
  Step('vowelless', S, S, 'remove the vowels',
       ("''.join(c for c in {v} if c not in 'aeiou')", "''.join([c for c in {v} if c not in 'aeiou'])")),
  Step('dashed', S, S, 'replace spaces by dashes', ("{v}.replace(' ', '-')", "'-'.join({v}.split(' '))")),
  Step('letters', S, S, 'sort its characters', ("''.join(sorted({v}))", "''.join(sorted(list({v})))")),
  Step('characters', S, I, 'count its characters', ('len({v})', 'sum(1 for c in {v})')),
  Step('vowels', S, I, 'count its vowels', ("sum(c in 'aeiou' for c in {v})", "len([c for c in {v} if c in 'aeiou'])")),
  Step('words', S, I, 'count its words', ('len({v}.split())', 'sum(1 for w in {v}.split())')),
  Step('widths', S, L, 'list the lengths of its words',
       ('[len(w) for w in {v}.split()]', 'list(map(len, {v}.split()))')),
)  # fmt: skip
WORDS = ('tea', 'oak', 'river', 'stone', 'blue', 'sky', 'apple', 'mud', 'echo', 'lamp')


def split_of(names: tuple[str, ...]) -> str:
  """The split of a chain, by its steps alone; single steps are always in train."""
  if len(names) == 1:
    return 'train'
  share = int.from_bytes(hashlib.sha256('>'.join(names).encode()).digest()[:4], 'big') / 2**32
  return 'test' if share < 0.15 else 'validation' if share < 0.2 else 'train'


@functools.lru_cache(maxsize=4)
def load(argument: str, split: str | None) -> list[Problem]:
  """The problems of the seed that `argument` is."""
  if not argument.isdigit():
    raise ValueError(f'synthetic:{argument}: must be a seed, as in synthetic:0')
  return problems(int(argument), split)


def problems(seed: int, split: str | None = 'train') -> list[Problem]:
  """The problems of a seed and split, each a different chain and numbers; None gives all splits."""
  if split is None:
    return [p for name in ('train', 'validation', 'test') for p in problems(seed, name)]
  rng = random.Random(f'{seed}/{split}')
  wanted = TRAIN if split == 'train' else HELD_OUT
  made: dict[str, Problem] = {}
  while len(made) < wanted:
    chain = _chain(rng, 1 if split == 'train' and rng.random() < 0.1 else rng.choice((2, 3)))
    if split_of(tuple(step.name for step, _ in chain)) != split:
      continue
    key = '.'.join(f'{step.name}{number}' for step, number in chain)
    if key not in made:
      problem = _problem(f'synthetic/{key}', chain, rng, labelled=split != 'train' or rng.randrange(LABELLED) == 0)
      if problem is not None:
        made[key] = problem
  return list(made.values())


def _chain(rng: random.Random, length: int) -> list[tuple[Step, int | str]]:
  chain: list = []
  kind = rng.choice((L, L, I, S))
  while len(chain) < length:
    step = rng.choice([s for s in STEPS if s.takes == kind and (not chain or s.name != chain[-1][0].name)])
    chain.append((step, rng.choice(step.numbers) if step.numbers else ''))
    kind = step.gives
  return chain


def _problem(ident: str, chain, rng: random.Random, labelled: bool) -> Problem | None:
  """None where the chain's results do not vary."""
  takes, gives = chain[0][0].takes, chain[-1][0].gives
  words = ', then '.join(step.phrase.format(k=number) for step, number in chain)
  head = f'def f({NAMES[takes]}: {takes}) -> {gives}:\n    """{words[0].upper()}{words[1:]}."""\n'
  lines, name = [], NAMES[takes]
  for place, (step, number) in enumerate(chain):
    text = rng.choice(step.ways).format(v=name, k=number)
    name = NAMES[step.gives]
    lines.append(f'    {"return" if place == len(chain) - 1 else name + " ="} {text}\n')
  solution = head + ''.join(lines)
  scope: dict = {}
  exec(solution, scope)  # our own text, out of STEPS
  values = [_value(takes, rng, place) for place in range(10)]
  cases = {repr(v): repr(scope['f'](v)) for v in values}
  if len(set(cases.values())) < 3 or sum(v == e for v, e in cases.items()) > len(cases) // 2:
    return None
  tests = tuple(Test(code=f'f({value})', expected=expected) for value, expected in list(cases.items())[:8])
  if len(tests) < 6 or len({t.expected for t in tests}) < 2:
    return None
  shown = solution if labelled else ''
  return Problem(id=ident, prompt=head, entry_point='f', tests=tests, solution=shown, source='synthetic')


def _value(kind: str, rng: random.Random, place: int):
  """An argument; the first places are edge cases."""
  if kind == L:
    return [[], [rng.randint(-9, 9)]][place] if place < 2 else [rng.randint(-9, 12) for _ in range(rng.randint(3, 6))]
  if kind == I:
    return [0, -rng.randint(1, 9)][place] if place < 2 else rng.randint(1, 30)
  return '' if place == 0 else ' '.join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
