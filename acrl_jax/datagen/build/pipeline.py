"""From a typed function to a problem: each stage narrows down what the stages before it left."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from acrl_jax.config import default_of
from acrl_jax.datagen.cases import acceptance, amplification, bars, minimisation, trivial
from acrl_jax.datagen.cases.amplification import Suite
from acrl_jax.datagen.inputs import proposal
from acrl_jax.datagen.records import (
  Case,
  Function,
  GeneratedProblem,
  Mutant,
  Oracle,
  Reject,
  RenderedTest,
  Run,
  Strength,
)
from acrl_jax.datagen.render import signature
from acrl_jax.datagen.render import tests as render_tests
from acrl_jax.datagen.values import has_float, key, walk
from acrl_jax.records import Test

_SELDOM = 0.5  # share of the first inputs with a usable result, below which further ones are made from those


class Settings(NamedTuple):
  """How much is tried, and how good the outcome has to be: config.generate.limits, and what goes with it."""

  first_inputs: int = default_of('generate.limits.first_inputs')
  most_inputs: int = default_of('generate.limits.most_inputs')
  more_inputs: int = default_of('generate.limits.more_inputs')
  more_rounds: int = 2  # of more inputs
  most_stuck: float = 0.7  # share of the first inputs whose calls may come to a limit
  most_cases: int = default_of('generate.limits.most_cases')
  most_mutants: int = default_of('generate.limits.most_mutants')
  bars: bars.Bars = bars.Bars()
  seed: int = 0


def make_problem(
  function: Function,
  first: Oracle,
  second: Oracle,
  settings: Settings,
  trace: Callable[[str, Any], None] = lambda stage, result: None,
) -> GeneratedProblem:
  """The problem that a function makes; `trace` is called with each stage's name and result.

  Raises Reject where the function makes none, and whatever the oracles raise.
  """
  proposed = proposal.propose(function, settings.most_inputs, settings.seed)
  trace('propose', proposed)
  tried, run, candidates = _accept(function, proposed, first, second, settings, trace)
  trace('filter', candidates)
  suite = _run_mutants(function, candidates, first, settings)
  trace('mutate', suite.mutants)
  suite = _amplify(function, suite, tried, run, first, second, settings)
  trace('vary', suite)
  examples = frozenset(key(args) for args, _ in function.doc.examples)
  limits = minimisation.Limits(most=settings.bars.most_tests, trivial_most=bars.trivial_bar(suite.cases, settings.bars))
  chosen = minimisation.minimise(suite.cases, suite.mutants, examples, limits)
  cases = tuple(suite.cases[i] for i in chosen)
  trace('select', cases)
  measured = strength(cases, frozenset(chosen), suite.mutants, run.branches, len(candidates))
  trace('judge', measured)
  bars.judge(function, cases, measured, settings.bars)
  problem = _render(function, cases, measured, run)
  trace('render', problem)
  return problem


def _accept(
  function: Function, proposed: list[tuple], first: Oracle, second: Oracle, settings: Settings, trace: Callable
) -> tuple[list[tuple], Run, list[Case]]:
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
  results = {key(c.expected) for c in candidates if c.kind != 'raises'}
  if len(results) < 2:
    raise Reject('filter', 'constant', f'always {min(results)[:60]}')
  if function.returns.kind == 'none' and all(key(c.args) == key(c.expected) for c in candidates if c.kind == 'mutates'):
    raise Reject('filter', 'no_effect')
  return look + rest, runs[0], candidates


def _turned_down(run: Run) -> bool:
  """Whether most of the inputs raised: others may not."""
  return sum(o.kind == 'raises' for o in run.observations) > len(run.observations) / 2


def _bearable(more: list[tuple], look: list[tuple], run: Run) -> list[tuple]:
  """The inputs but for those as large as what ran into a limit: each of them would take all the time that it may."""
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


def _run_mutants(function: Function, candidates: list[Case], first: Oracle, settings: Settings) -> Suite:
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
    raise Reject('mutate', 'few_mutants', f'{len(mutants)}, must be at least {settings.bars.mutants}')
  return Suite(chosen, mutants)


def _amplify(
  function: Function, suite: Suite, known: list[tuple], run: Run, first: Oracle, second: Oracle, settings: Settings
) -> Suite:
  """The suite with new cases, near its own, for the mutants that survive, untaken branches and rare results."""
  known = list(known)
  for number in range(settings.more_rounds):
    before, least = suite, settings.bars.branch_coverage
    if amplification.satisfied(suite, run.branches, least):
      break
    seeds = amplification.seeds(suite.cases)
    tried = proposal.vary(function, seeds, known, settings.more_inputs, settings.seed + number)
    known += tried
    tried = _bearable(tried, known, run)
    runs = _run(function, tried, first, second, f'{settings.seed}:vary{number}') if tried else ()
    new = acceptance.clean(function, tried, *runs) if tried else []
    if not new:
      break
    mutate = lambda inputs, only: first.mutate(function, inputs, settings.most_mutants, only)
    suite = amplification.add_cases(suite, new, mutate)
    if not amplification.promising(suite, before):
      break
  return suite


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


def _render(function: Function, cases: tuple[Case, ...], strength: Strength, run: Run) -> GeneratedProblem:
  head = signature.signature(function, cases)
  docstring = signature.docstring(function, head)
  tests = [render_tests.test(function, head.entry_point, c) for c in cases]
  render_tests.replay(function, head.entry_point, cases, tests)
  return GeneratedProblem(
    function=function, entry_point=head.entry_point, signature=head.text, docstring=docstring,
    prompt=signature.prompt(head, docstring), parameters=head.names, annotations=head.annotations, returns=head.returns,
    tests=tuple(_render_test(function, head.entry_point, t, c) for t, c in zip(tests, cases)), cases=cases,
    strength=strength, comparator=_comparator(cases), flags=acceptance.flags(run),
    soft_flags=acceptance.doubts(function, run),
  )  # fmt: skip


def _render_test(function: Function, entry_point: str, test: Test, case: Case) -> RenderedTest:
  comma = ',' if len(case.args) == 1 else ''
  return RenderedTest(
    test=test, kind=case.kind, call=render_tests.call(entry_point, case.args),
    args=f'({render_tests.arguments(case.args)}{comma})',
    assertion=render_tests.assertion(function, entry_point, case),
  )  # fmt: skip


def _comparator(cases: Sequence[Case]) -> str:
  results = [c.expected for c in cases if c.kind != 'raises']
  if any(map(has_float, results)):
    return 'float'
  return 'unordered' if any(type(x) in (set, frozenset, dict) for x in results) else 'exact'
