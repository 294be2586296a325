"""What flows through the generator: a function found in source code, what it did on inputs, the tests made of that.

A stage is a pure function from record to record; what it cannot use it raises as `Reject`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:  # the processes that run functions read this file, and have no third-party packages
  from acrl_jax.records import Test


class Reject(Exception):
  """A record that no problem can be made of: the stage that says so, a code to count by, and what it saw."""

  def __init__(self, stage: str, reason: str, detail: str = ''):
    super().__init__(stage, reason, detail)
    self.stage, self.reason, self.detail = stage, reason, detail


class Type(NamedTuple):
  """A type that Python values are made of, and what the source language calls it."""

  kind: str  # int | float | bool | str | char | bytes | list | set | dict | tuple | optional | none
  args: tuple[Type, ...] = ()
  source: str = ''  # such as short, CharSequence, ArrayList; '' where it is Python's own


class Parameter(NamedTuple):
  """One parameter of a function."""

  name: str  # as the source spells it
  type: Type
  source: str = ''  # its type as the source spells it, type parameters replaced: List<Integer>
  erased: str = ''  # Java's simple name of its erasure, by which the method is found: List
  optional: bool = False  # Python: has a default value, so that a call may leave it out


class Doc(NamedTuple):
  """What a function's documentation says, as plain text that knows no language but Python."""

  summary: str
  parameters: tuple[tuple[str, str], ...] = ()  # source name, text
  returns: str = ''
  raises: tuple[tuple[str, str], ...] = ()  # exception's simple name, text
  examples: tuple[tuple[tuple, Any], ...] = ()  # arguments, result
  nullable: tuple[str, ...] = ()  # source names of parameters that may be null by the text


class Function(NamedTuple):
  """A function that may become a problem."""

  id: str  # LANGUAGE/16 hex digits of its symbol's hash
  language: str  # java | python
  corpus: str  # a name in catalogue.CORPORA
  version: str
  license: str
  symbol: str  # package.Class#name(int,String), or module.name
  container: str  # the class or module that it is called through; held-out splits keep it in one piece
  name: str
  parameters: tuple[Parameter, ...]
  returns: Type  # kind none for void
  returns_source: str
  doc: Doc
  body: str  # source text, for its hash
  path: str  # within the corpus
  line: int
  constants: tuple[Any, ...] = ()  # numbers and strings of the body
  instance: bool = False  # called on an object made without arguments
  variadic: bool = False  # the last parameter is a list here and variadic there


class Observation(NamedTuple):
  """What one call did."""

  kind: str  # value | raises | limit (of steps, time or memory) | unusable (no plain data, or far too much of it)
  value: Any = None
  args: tuple = ()  # as they are after the call
  error: str = ''  # simple name of the exception, or what the limit or the unusable value was
  flags: frozenset[str] = frozenset()  # ways in which a Python program might not share this result
  branches: frozenset[int] = frozenset()  # of the function itself, by number


class Run(NamedTuple):
  """What a function did on inputs, in their order."""

  observations: tuple[Observation, ...]
  branches: int  # that the function has


class Mutant(NamedTuple):
  """A small change of the function, and which inputs kill it: the changed function does something else on them."""

  number: int  # the same in every call for one function
  kind: str
  covered: bool  # some input reached the change, and no tolerance of tests hides it
  killed_by: frozenset[int]  # places in the inputs


class Oracle(Protocol):
  """Runs the functions of one corpus. It survives whatever they do; Reject says what made a function useless."""

  def run(self, function: Function, inputs: list[tuple]) -> Run: ...

  def mutate(
    self, function: Function, inputs: list[tuple], most: int, only: frozenset[int] | None = None
  ) -> list[Mutant]:
    """Up to `most` mutants of the function, always the same ones; of these those in `only`, if it is given."""

  def close(self) -> None: ...


class Case(NamedTuple):
  """One input with what is expected of the function."""

  args: tuple
  kind: str  # value | raises | mutates (expected: the arguments after the call)
  expected: Any
  branches: frozenset[int] = frozenset()


class Strength(NamedTuple):
  """How strong the tests of a problem are."""

  mutants_covered: int
  mutants_killed: int
  mutants: int
  branch_coverage: float
  trivial_best: float  # the largest share of tests that a trivial program passes
  easy: bool  # one builtin, or one operator, passes all of them
  candidates: int  # cases that the tests were chosen from

  @property
  def mutation_score(self) -> float:
    """Killed of covered: what no input reaches says nothing about the tests."""
    return self.mutants_killed / self.mutants_covered if self.mutants_covered else 0.0


class RenderedTest(NamedTuple):
  """A test, and its parts for readers."""

  test: Test
  kind: str  # value | raises | mutates
  call: str
  args: str  # text of a tuple
  assertion: str  # plain Python statements


class GeneratedProblem(NamedTuple):
  """A problem, and all that is known of it."""

  function: Function
  entry_point: str
  signature: str
  docstring: str
  prompt: str
  parameters: tuple[str, ...]
  annotations: tuple[str, ...]
  returns: str
  tests: tuple[RenderedTest, ...]
  cases: tuple[Case, ...]
  strength: Strength
  comparator: str  # exact | float | unordered
  flags: tuple[str, ...]  # of executions that were left out
  soft_flags: tuple[str, ...]  # doubts about the documentation
