"""Which executions may become tests: those that any right program, written from the documentation, would repeat."""

from __future__ import annotations

import builtins
import math
import re
from typing import Any

from acrl_jax.datagen.documentation import unspoken
from acrl_jax.datagen.inputs import contract, demands, evident
from acrl_jax.datagen.inputs.fits import declared, fits
from acrl_jax.datagen.records import Case, Function, Observation, Parameter, Reject, Run
from acrl_jax.datagen.values import annotation, bare, close, key, literal, walk

FEWEST = 3  # cases with a value
MOST_OUTPUT = 300  # characters of an expected value
_MUTATED = 0.2  # share of executions with changed arguments, above which the function is none of its arguments alone
_WRONG = 0.2  # share of values that are not of the declared type, above which the declaration is wrong
_MUTABLE = (list, set, dict)
_LATIN = 0x24F  # the last letter of Latin Extended-B
_EXTREME = frozenset([2**31 - 1, 2**31, 2**63 - 1, 2**63])  # what Java says for "none" and "too large"
# How deep and how large is too much is another question in every program.
_LIMITS = frozenset(['StackOverflowError', 'OutOfMemoryError', 'RecursionError', 'MemoryError'])
_OVERFLOW = frozenset(['OVF', 'NARROW'])
_WIDTH = re.compile(r'\binteger of \d\d bits\b|\b2\*\*\d\d\b')
_TEXT = frozenset(['FORMAT', 'FTOSTR', 'LOCALE'])  # flags of what becomes a text
_SUBCLASSES = {name: 'IllegalArgumentException' for name in ('NumberFormatException', 'PatternSyntaxException')}


def cases(function: Function, inputs: list[tuple], first: Run, second: Run) -> list[Case]:
  """The clean cases of two runs on the same inputs.

  Rejects a function that leaves fewer than three with a value, and what `clean` rejects.
  """
  kept = clean(function, inputs, first, second)
  values = sum(1 for c in kept if c.kind != 'raises')
  if values < FEWEST:
    raise Reject('filter', 'few_clean', f'{values} of {len(inputs)} inputs, must be at least {FEWEST}')
  return kept


def clean(function: Function, inputs: list[tuple], first: Run, second: Run) -> list[Case]:
  """The clean cases, however few.

  Rejects functions whose two runs differ, whose results are not of their type, or which change their arguments though
  they have a result.
  """
  _confirm(inputs, first, second)
  void, kept, mutated, wrong = function.returns.kind == 'none', [], 0, 0
  for args, seen, other in zip(inputs, first.observations, second.observations):
    if not _sound(seen) or not _sound(other) or diverges(function, seen) or diverges(function, other):
      continue
    seen = seen._replace(value=declared(seen.value, function.returns))
    if seen.kind == 'value' and not (void or fits(seen.value, function.returns, none=True)):
      wrong += 1
      continue
    case = _case(function, args, seen, void)
    if case is None or not _plain(function, case):
      continue
    if case.kind == 'value' and not _untouched(args, seen):
      mutated += 1
      continue
    kept.append(case)
  if mutated > _MUTATED * (mutated + len(kept)):
    raise Reject('filter', 'argument_mutated', f'{mutated} of {mutated + len(kept)} executions')
  if wrong > _WRONG * (wrong + len(kept)):
    raise Reject('filter', 'wrong_type', f'{wrong} of {wrong + len(kept)} are no {annotation(function.returns)}')
  return kept


def _sound(seen: Observation) -> bool:
  return seen.kind in ('value', 'raises') and seen.error not in _LIMITS


def diverges(function: Function, seen: Observation) -> bool:
  """Whether a flag matters: not how an exception's message is written, nor an overflow that is documented to raise."""
  if seen.kind != 'raises':
    return bool(seen.flags)
  raises_overflow = any(_WIDTH.search(text) for _, text in function.doc.raises)
  return bool(seen.flags - _TEXT - (_OVERFLOW if raises_overflow else frozenset()))


def _confirm(inputs: list[tuple], first: Run, second: Run) -> None:
  """Rejects a function that did something else in its second run."""
  if not len(inputs) == len(first.observations) == len(second.observations):
    raise ValueError(f'{len(inputs)} inputs, {len(first.observations)} and {len(second.observations)} observations')
  for args, a, b in zip(inputs, first.observations, second.observations):
    if not (_sound(a) and _sound(b)):  # how far a limit lets it come is not the function's doing
      if 'limit' not in (a.kind, b.kind) and a.kind != b.kind and _sound(a) != _sound(b) and not _deep(a, b):
        raise Reject('confirm', 'nondeterministic', f'{_shown(args)}: {a.kind}, then {b.kind}')
      continue
    if _did(a) != _did(b):
      raise Reject('confirm', 'nondeterministic', f'{_shown(args)}: {_shown(_did(a))}, then {_shown(_did(b))}')


def _deep(*seen: Observation) -> bool:
  return any(o.error in _LIMITS for o in seen)


def _did(seen: Observation) -> tuple:
  """What two runs must share, as text: NaN is NaN, True is not 1, a set has no order."""
  if seen.kind == 'raises':
    return seen.kind, seen.error, key(seen.args)
  return seen.kind, key(seen.value), key(seen.args)


def _shown(x: Any) -> str:
  return literal(x)[:60]


def _case(function: Function, args: tuple, seen: Observation, void: bool) -> Case | None:
  """What was observed, as a case; None where the documentation says something else, or nothing of it."""
  if seen.kind == 'raises':
    promised = documented(function, seen.error) and _none_is_forbidden(function, args)
    return Case(args, 'raises', seen.error, seen.branches) if promised else None
  if contract.contradicted(function, args, seen.value) or not demands.met(function, args):
    return None
  if evident.astray(function, args) or unspoken.open_result(function, args):
    return None
  if void:  # a call that has nothing to change shows nothing
    container = any(type(x) in _MUTABLE or _none_for(function, p, x) for p, x in zip(function.parameters, args))
    return Case(args, 'mutates', seen.args, seen.branches) if container else None
  example = next((result for given, result in function.doc.examples if key(given) == key(args)), seen.value)
  return Case(args, 'value', seen.value, seen.branches) if _like(seen.value, example) else None


def _none_is_forbidden(function: Function, args: tuple) -> bool:
  """Whether the documentation says of each None that it raises."""
  return all(x is not None or contract.forbids_none(function, p.name) for p, x in zip(function.parameters, args))


def _none_for(function: Function, p: Parameter, x: Any) -> bool:
  """Whether it is a None in a container's place, which the documentation allows."""
  return x is None and bare(p.type).kind in ('list', 'set', 'dict') and p.name in function.doc.nullable


def _like(value: Any, example: Any) -> bool:
  """Whether an example's result, as somebody wrote it down, means the value."""
  if type(value) is type(example) is float:  # few people write all digits down
    return math.isclose(value, example, rel_tol=1e-3, abs_tol=1e-3) or value != value
  return close(value, example) or type(value) is not type(example)


def documented(function: Function, error: str) -> bool:
  """Whether the documentation says when the exception, or one that it is a kind of, is raised."""
  names = {name.rpartition('.')[2] for name, text in function.doc.raises if not unspoken.vague(text)}
  if error in names or _SUBCLASSES.get(error) in names:
    return True
  if function.language == 'java':  # StringIndexOutOfBoundsException is an IndexOutOfBoundsException
    return any(len(name) > 20 and error.endswith(name) for name in names)
  kind, kinds = getattr(builtins, error, None), [getattr(builtins, name, None) for name in names]
  return isinstance(kind, type) and any(isinstance(k, type) and issubclass(kind, k) for k in kinds)


def _plain(function: Function, case: Case) -> bool:
  """Whether what is expected can be read, and means the same in any language."""
  if case.kind == 'raises':
    return True
  for x in walk(case.expected):
    if type(x) is str and not all(c in '\t\n' or (c.isprintable() and ord(c) <= _LATIN) for c in x):
      return False
    if type(x) is float and not math.isfinite(x) and not contract.says_nan(function.doc):
      return False
    if function.language == 'java' and type(x) is int and abs(x) in _EXTREME and not _speaks_of_width(function):
      return False
  return len(literal(case.expected)) <= MOST_OUTPUT


def _speaks_of_width(function: Function) -> bool:
  doc = function.doc
  return any(_WIDTH.search(text) for text in (doc.summary, doc.returns, *(t for _, t in doc.raises)))


def _untouched(args: tuple, seen: Observation) -> bool:
  """Whether the arguments are as they were, or the one that changed is the result itself, which shows the change."""
  changed = [b for a, b in zip(args, seen.args) if key(a) != key(b)]
  return not changed or all(key(x) == key(seen.value) for x in changed)


def flags(run: Run) -> tuple[str, ...]:
  """Every flag that an execution had."""
  return tuple(sorted({f for seen in run.observations for f in seen.flags}))


def doubts(function: Function, run: Run) -> tuple[str, ...]:
  """What casts a doubt on the documentation without making it wrong."""
  raised = {seen.error for seen in run.observations if seen.kind == 'raises'}
  flagged = []
  if function.doc.raises and not any(documented(function, error) for error in raised):
    flagged.append('documented_error_never_seen')
  if any(seen.kind == 'raises' and not documented(function, seen.error) for seen in run.observations):
    flagged.append('undocumented_error_seen')
  return tuple(flagged)
