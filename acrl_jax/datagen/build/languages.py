"""What is peculiar to a source language: how its functions are found, run and made into problems.

FRONTS is the one table of languages. The front ends themselves are imported when they are used, for the Java one needs
the extra `datagen`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from acrl_jax import config
from acrl_jax.datagen.build import pipeline
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.documentation import screen
from acrl_jax.datagen.java import classes as java_classes
from acrl_jax.datagen.records import Oracle


def _needs_nothing() -> None:
  """The check of a language whose functions run wherever this package does."""


class Front(NamedTuple):
  """The front end of a language. Its fields are functions of modules, so that another process can be sent them."""

  functions: Callable  # Fetched -> an iterator of functions with their symbols, or with the reason why they are no task
  oracles: Callable  # (Fetched, seed) -> (Oracle, Oracle), in processes of their own
  make: Callable  # (Function, Oracle, Oracle, Settings, trace) -> GeneratedProblem; raises Reject
  check_installed: Callable = _needs_nothing  # raises ValueError where something that the oracles need is missing


def front(language: str) -> Front:
  """The front end of a language; ValueError for one that FRONTS does not have."""
  if language not in FRONTS:
    raise ValueError(f'no source language {language!r}; {config.nearest(language, FRONTS)}')
  return FRONTS[language]


def _java_functions(fetched: Fetched) -> Iterator:
  from acrl_jax.datagen.java import source

  return map(screen.screened, source.functions(fetched))


def _java_oracles(fetched: Fetched, seed: int) -> tuple[Oracle, Oracle]:
  from acrl_jax.datagen.java import oracle

  return oracle.pair(fetched.jars)


def _python_functions(fetched: Fetched) -> Iterator:
  from acrl_jax.datagen.python import source

  return map(screen.screened, source.functions(fetched))


def _python_oracles(fetched: Fetched, seed: int) -> tuple[Oracle, Oracle]:
  """Two that differ in the order of sets and in the seed of the random generator."""
  from acrl_jax.datagen.python.oracle import PythonOracle

  return PythonOracle(fetched, hash_seed=2 * seed), PythonOracle(fetched, hash_seed=2 * seed + 1)


FRONTS = {
  'java': Front(_java_functions, _java_oracles, pipeline.make_problem, java_classes.prepare),
  'python': Front(_python_functions, _python_oracles, pipeline.make_problem),
}
