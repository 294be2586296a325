"""From a typed function to a problem: each stage narrows down what the stages before it found."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from acrl_jax.config import default_of
from acrl_jax.datagen.cases import acceptance, amplification, bars, minimisation, trivial
from acrl_jax.datagen.cases.amplification import Found
from acrl_jax.datagen.inputs import proposal
from acrl_jax.datagen.records import Case, Function, Mutant, Oracle, Reject, Run, Strength
from acrl_jax.datagen.render import signature
from acrl_jax.datagen.render import tests as render_tests
from acrl_jax.datagen.values import has_float, key, walk
from acrl_jax.records import Test

_SELDOM = 0.5  # share of the first inputs with a usable result, below which further ones are made from those


class Settings(NamedTuple):
  """How much is tried, and how good the outcome has to be: config.generate.limits, and what goes with it."""

  first_inputs: int = default_of('generate.limits.first_inputs')  # a look at the function, which turns most of the useless ones away
  most_inputs: int = default_of('generate.limits.most_inputs')
  more_inputs: int = default_of('generate.limits.more_inputs')  # a round, aimed at the mutants that survived
  more_rounds: int = 2
  most_stuck: float = 0.7  # share of the first inputs whose calls may come to a limit
  most_cases: int = default_of('generate.limits.most_cases')  # that mutants are run on
  most_mutants: int = default_of('generate.limits.most_mutants')
  bars: bars.Bars = bars.Bars()
  seed: int = 0


class Rendered(NamedTuple):
  """A test, and its parts for readers."""

  test: Test
  kind: str  # value | raises | mutates
  call: str
  args: str  # text of a tuple
  assertion: str  # plain Python statements


class Made(NamedTuple):
  """A problem, and all that is known of it."""

  function: Function
  entry_point: str
  signature: str
  docstring: str
  prompt: str
  parameters: tuple[str, ...]
  annotations: tuple[str, ...]
  returns: str
  tests: tuple[Rendered, ...]
  cases: tuple[Case, ...]
  strength: Strength
  comparator: str  # exact | float | unordered
  flags: tuple[str, ...]  # of executions that were left out
  soft_flags: tuple[str, ...]  # doubts about the documentation


def make(
  function: Function,
  first: Oracle,
  second: Oracle,
  settings: Settings,
  trace: Callable[[str, Any], None] = lambda stage, found: None,
) -> Made:
  """The problem that a function makes; `trace` is told what each stage found. Raises Reject where it makes none, and
  whatever the oracles raise.
  """
  proposed = proposal.propose(function, settings.most_inputs, settings.seed)
  trace('propose', proposed)
  tried, run, candidates = _cases(function, proposed, first, second, settings, trace)
  trace('filter', candidates)
  found = _killed(function, candidates, first, settings)
  trace('mutate', found.mutants)
  found = _more(function, found, tried, run, first, second, settings)
  trace('vary', found)
  examples = frozenset(key(args) for args, _ in function.doc.examples)
  limits = minimisation.Limits(most=settings.bars.most_tests, trivial_most=bars.trivial(found.cases, settings.bars))
  chosen = minimisation.select(found.cases, found.mutants, examples, limits)
  cases = tuple(found.cases[i] for i in chosen)
  trace('select', cases)
  measured = strength(cases, frozenset(chosen), found.mutants, run.branches, len(candidates))
  trace('judge', measured)
  bars.judge(function, cases, measured, settings.bars)
  made = _rendered(function, cases, measured, run)
  trace('render', made)
  return made


def _cases(function, proposed, first, second, settings, trace) -> tuple[list[tuple], Run, list[Case]]:
  """Inputs, what the first oracle sees, and the cases of it. A look at a few inputs turns useless functions away."""
  look, rest = proposed[: settings.first_inputs], proposed[settings.first_inputs :]
  runs = _run(function, look, first, second, f'{settings.seed}')
  trace('execute', list(zip(look, runs[0].observations)))
  stuck = sum(o.kind == 'limit' for o in runs[0].observations)
  if stuck > settings.most_stuck * len(look):
    raise Reject('execute', 'limits', f'{stuck} of {len(look)} calls come to no end')
  values = [c.args for c in acceptance.clean(function, look, *runs) if c.kind != 'raises']
  if not values and not _turned_down(runs[0]):
    raise Reject('filter', 'none_clean', _why(runs[0]))
  if 0 < len(values) < _SELDOM * len(look):
    rest = rest[::2] + proposal.vary(function, values, proposed, len(rest) - len(rest[::2]), settings.seed - 1)
  rest = _bearable(rest, look, runs[0])
  if rest:
    more = _run(function, rest, first, second, f'{settings.seed}:rest')
    trace('execute', list(zip(rest, more[0].observations)))
    runs = tuple(Run(a.observations + b.observations, max(a.branches, b.branches)) for a, b in zip(runs, more))
  candidates = acceptance.cases(function, look + rest, *runs)
  due = {key(c.expected) for c in candidates if c.kind != 'raises'}
  if len(due) < 2:
    raise Reject('filter', 'constant', f'always {min(due)[:60]}')
  if function.returns.kind == 'none' and all(key(c.args) == key(c.expected) for c in candidates if c.kind == 'mutates'):
    raise Reject('filter', 'no_effect')
  return look + rest, runs[0], candidates


def _turned_down(run: Run) -> bool:
  """Whether exceptions were what most of the inputs met with: others may fare better."""
  return sum(o.kind == 'raises' for o in run.observations) > len(run.observations) / 2


def _bearable(more: list[tuple], look: list[tuple], run: Run) -> list[tuple]:
  """The inputs but for those as large as what the function came to no end with: each takes as long as a limit is."""
  stuck = sorted(_size(args) for args, seen in zip(look, run.observations) if seen.kind == 'limit')
  return [args for args in more if _size(args) < stuck[len(stuck) // 4]] if stuck else more


def _size(args: tuple) -> int:
  """The largest number, or the most members."""
  return max((len(x) if hasattr(x, '__len__') else int(abs(x)) for x in walk(args) if _counts(x)), default=0)


def _counts(x: Any) -> bool:
  return hasattr(x, '__len__') or (type(x) in (int, float) and abs(x) < math.inf)


def _why(run: Run) -> str:
  """What most executions were, where none was clean."""
  seen = [o.error or ' '.join(sorted(o.flags)) or o.kind for o in run.observations]
  return max(sorted(set(seen)), key=seen.count, default='no inputs')


def _run(function: Function, proposed: list[tuple], first: Oracle, second: Oracle, seed: str) -> tuple[Run, Run]:
  """Both runs, in the order of the inputs; the second oracle meets them in another one."""
  order = list(range(len(proposed)))
  random.Random(f'{function.id}:confirm:{seed}').shuffle(order)
  run, shuffled = first.run(function, proposed), second.run(function, [proposed[i] for i in order])
  back = dict(zip(order, shuffled.observations))
  return run, Run(tuple(back[i] for i in range(len(proposed))), shuffled.branches)


def _killed(function: Function, candidates: list[Case], first: Oracle, settings: Settings) -> Found:
  """The mutants on some of the cases: mostly the shortest, and not many that raise."""
  raising, values = [], []
  for c in sorted(candidates, key=amplification.cost):
    (raising if c.kind == 'raises' else values).append(c)
  short = settings.most_cases * 2 // 3
  rest = values[short:]
  random.Random(f'{function.id}:cases:{settings.seed}').shuffle(rest)
  few = settings.most_cases // 16
  chosen = (values[:short] + rest)[: settings.most_cases - few] + raising[:few]
  mutants = first.mutate(function, [c.args for c in chosen], settings.most_mutants)
  if len(mutants) < settings.bars.mutants:
    raise Reject('mutate', 'few_mutants', f'{len(mutants)}, due are {settings.bars.mutants}')
  return Found(chosen, mutants)


def _more(function, found: Found, known: list[tuple], run: Run, first, second, settings: Settings) -> Found:
  """With new cases, near those found, for the mutants that survive, untaken branches and rare results."""
  known = list(known)
  for number in range(settings.more_rounds):
    before, least = found, settings.bars.branch_coverage
    if amplification.satisfied(found, run.branches, least):
      break
    tried = proposal.vary(function, amplification.seeds(found.cases), known, settings.more_inputs, settings.seed + number)
    known += tried
    tried = _bearable(tried, known, run)
    runs = _run(function, tried, first, second, f'{settings.seed}:vary{number}') if tried else ()
    new = acceptance.clean(function, tried, *runs) if tried else []
    if not new:
      break
    found = amplification.grown(found, new, lambda args, only: first.mutate(function, args, settings.most_mutants, only))
    if not amplification.promising(found, before):
      break
  return found


def strength(
  cases: Sequence[Case], chosen: frozenset[int], mutants: Sequence[Mutant], branches: int, candidates: int
) -> Strength:
  """That of `cases` as tests.

  Args:
    chosen: their places among the inputs that the mutants were run on.
    branches: how many the function has.
    candidates: how many cases these were chosen from.
  """
  taken = frozenset().union(*(c.branches for c in cases))
  return Strength(
    mutants_covered=sum(m.covered for m in mutants),
    mutants_killed=sum(bool(m.killed_by & chosen) for m in mutants),
    mutants=len(mutants),
    branch_coverage=len(taken) / branches if branches else 1.0,
    trivial_best=trivial.trivial_best(cases),
    easy=trivial.easy(cases),
    candidates=candidates,
  )


def _rendered(function: Function, cases: tuple[Case, ...], strength: Strength, run: Run) -> Made:
  head = signature.signature(function, cases)
  docstring = signature.docstring(function, head)
  tests = [render_tests.test(function, head.entry_point, c) for c in cases]
  render_tests.replay(function, head.entry_point, cases, tests)
  return Made(
    function, head.entry_point, head.text, docstring, signature.prompt(head, docstring), head.names, head.annotations,
    head.returns,
    tuple(
      Rendered(
        t, c.kind, render_tests.call(head.entry_point, c.args), f'({render_tests.arguments(c.args)}{"," * (len(c.args) == 1)})',
        render_tests.assertion(function, head.entry_point, c),
      )
      for t, c in zip(tests, cases)
    ),
    cases, strength, _comparator(cases), acceptance.flags(run), acceptance.doubts(function, run),
  )  # fmt: skip


def _comparator(cases: Sequence[Case]) -> str:
  due = [c.expected for c in cases if c.kind != 'raises']
  if any(map(has_float, due)):
    return 'float'
  return 'unordered' if any(type(x) in (set, frozenset, dict) for x in due) else 'exact'
