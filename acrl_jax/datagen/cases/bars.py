"""The quality thresholds of a problem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from acrl_jax.config import default_of
from acrl_jax.datagen.cases.acceptance import MOST_OUTPUT
from acrl_jax.datagen.inputs.proposal import MOST_CALL
from acrl_jax.datagen.records import Case, Function, Reject, Strength
from acrl_jax.datagen.render import tests as render_tests
from acrl_jax.datagen.render.signature import entry_point
from acrl_jax.datagen.values import literal


class Bars(NamedTuple):
  """What the tests of a kept problem reach: config.generate.bars, and how long they may be."""

  mutation_score: float = default_of('generate.bars.mutation_score')
  mutants: int = default_of('generate.bars.mutants')
  branch_coverage: float = default_of('generate.bars.branch_coverage')
  trivial_best: float = default_of('generate.bars.trivial_best')
  trivial_bool: float = default_of('generate.bars.trivial_bool')
  fewest_tests: int = default_of('generate.bars.fewest_tests')
  most_tests: int = default_of('generate.bars.most_tests')
  most_call: int = MOST_CALL  # characters
  most_output: int = MOST_OUTPUT  # characters


STRICT = Bars(trivial_best=0.5, trivial_bool=0.5)


def judge(function: Function, cases: Sequence[Case], strength: Strength, bars: Bars) -> None:
  """Raises Reject, with the figure and the bar that it misses, for tests that are not good enough."""
  name = entry_point(function)
  call = max((len(render_tests.call(name, c.args)) for c in cases), default=0)
  output = max((len(literal(c.expected)) for c in cases), default=0)
  _least('few_tests', len(cases), bars.fewest_tests)
  _most('many_tests', len(cases), bars.most_tests)
  _least('one_output', len({(c.kind, literal(c.expected)) for c in cases}), 2)
  _most('trivial', strength.trivial_best, trivial_bar(cases, bars))
  _least('few_mutants', strength.mutants_covered, bars.mutants)
  _least('mutation_score', strength.mutation_score, bars.mutation_score)
  _least('branch_coverage', strength.branch_coverage, bars.branch_coverage)
  _most('long_call', call, bars.most_call)
  _most('long_output', output, bars.most_output)


def trivial_bar(cases: Sequence[Case], bars: Bars) -> float:
  """The bar for trivial programs: it depends on whether results are True and False alone."""
  boolean = all(type(c.expected) is bool for c in cases if c.kind != 'raises')
  return bars.trivial_bool if boolean else bars.trivial_best


def _least(reason: str, figure: float, bar: float) -> None:
  if figure < bar - 1e-9:
    raise Reject('judge', reason, f'{figure:.4g}, must be at least {bar:g}')


def _most(reason: str, figure: float, bar: float) -> None:
  if figure > bar + 1e-9:
    raise Reject('judge', reason, f'{figure:.4g}, must be at most {bar:g}')
