"""What is peculiar to a source language: how its functions are found, run and made into problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.documentation import screen
from acrl_jax.datagen.java import classes as java_classes
from acrl_jax.datagen.records import Oracle


def _nothing() -> None:
  """Nothing can be missing."""


class Front(NamedTuple):
  """Functions of modules, so that another process can be told of them."""

  functions: Callable  # Fetched -> Iterator[screen.Found]
  oracles: Callable  # (Fetched, seed) -> (Oracle, Oracle), in processes of their own
  make: Callable  # (Function, Oracle, Oracle, Settings, trace) -> Made; raises Reject
  check: Callable = _nothing  # () -> anything; ValueError where what its oracles need is missing


def front(language: str) -> Front:
  """The front end of a language, java or python."""
  from acrl_jax.datagen.build import pipeline

  if language == 'java':
    return Front(_java_functions, _java_oracles, pipeline.make, java_classes.java)
  return Front(_python_functions, _python_oracles, pipeline.make)


def _java_functions(fetched: fetch.Fetched) -> Iterator:
  from acrl_jax.datagen.java import source as java_source  # needs the extra `datagen`

  return map(screen.screened, java_source.functions(fetched))


def _java_oracles(fetched: fetch.Fetched, seed: int) -> tuple[Oracle, Oracle]:
  from acrl_jax.datagen.java.oracle import pair

  return pair(fetched.jars)


def _python_functions(fetched: fetch.Fetched) -> Iterator:
  from acrl_jax.datagen.python import source as python_source

  return map(screen.screened, python_source.functions(fetched))


def _python_oracles(fetched: fetch.Fetched, seed: int) -> tuple[Oracle, Oracle]:
  """Two orders of sets, two seeds of the random generator."""
  from acrl_jax.datagen.python.oracle import PythonOracle

  return PythonOracle(fetched, hash_seed=2 * seed), PythonOracle(fetched, hash_seed=2 * seed + 1)
