"""Runs Java methods on inputs, and mutants of them to see which inputs kill which."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any

from acrl_jax.datagen import values
from acrl_jax.datagen.java.jvm import Jvm, JvmLost
from acrl_jax.datagen.records import Function, Mutant, Observation, Parameter, Reject, Run

_KINDS = ('value', 'raises', 'limit', 'unusable')


class JavaOracle:
  """An Oracle for the methods of jars. `reverse_sets` hands sets over in another order, which no result may show.

  Every call sees the static state of fresh classes at the start of its batch, and what the inputs before it left.
  """

  def __init__(
    self,
    jars: Sequence[pathlib.Path],
    java: str = 'java',
    reverse_sets: bool = False,
    cpu_s: float = 8.0,
    allow_unconfined: bool = False,
  ):
    self._reverse = reverse_sets
    self._jvm = Jvm(jars, java, cpu_s=cpu_s, allow_unconfined=allow_unconfined)
    self._names: dict[int, frozenset[str]] = {}
    self._drifted: tuple[str, set[int]] = '', set()  # of the function last changed

  @property
  def restarts(self) -> int:
    """How often the machine had to be started anew."""
    return self._jvm.restarts

  def run(self, function: Function, inputs: list[tuple]) -> Run:
    """Raises Reject at execute: no_method, hang, crash, fault."""
    answer = self._ask('run', 'execute', function, inputs)
    kept = [self._observation(function, inputs[k], *row) for k, row in enumerate(answer['runs'])]
    return Run(tuple(kept), answer['branches'])

  def mutate(
    self, function: Function, inputs: list[tuple], most: int, only: frozenset[int] | None = None
  ) -> list[Mutant]:
    """Of the method and what it calls in its class, or, where that is little, in others. Raises Reject at mutate:
    no_method, hang, crash, fault.

    A mutant that no input kills, while some result differs by less than the tolerance of tests, could be killed by no
    test: it counts as not covered. It still does in later calls for the function with `only` given, whose inputs may
    show no difference at all.
    """
    extra = {'most': most} if only is None else {'most': most, 'only': sorted(only)}
    answer = self._ask('mutate', 'mutate', function, inputs, **extra)['mutants']
    if only is None or self._drifted[0] != function.id:
      self._drifted = function.id, set()
    drifted = self._drifted[1]
    drifted.update(number for number, _, _, drifts, _ in answer if drifts)
    return [
      Mutant(number, kind, bool(killed) or (reached and number not in drifted), frozenset(killed))
      for number, kind, reached, _, killed in answer
    ]

  def close(self) -> None:
    self._jvm.close()

  def _ask(self, do: str, stage: str, function: Function, inputs: list[tuple], **extra: Any) -> dict[str, Any]:
    request = {
      'do': do,
      'container': function.container,
      'name': function.name,
      'erased': [p.erased for p in function.parameters],
      'sources': [p.source for p in function.parameters],
      'instance': function.instance,
      'inputs': [[_encode(x, self._reverse) for x in row] for row in inputs],
      **extra,
    }
    try:
      answer = self._jvm.ask(request)
    except JvmLost as e:
      raise Reject(stage, str(e), function.symbol) from e
    if 'error' in answer:
      raise Reject(stage, answer['error'], answer['detail'])
    return answer

  def _observation(self, function, before, kind, result, flags, branches, after=None) -> Observation:
    args = before if after is None else tuple(map(_argument, function.parameters, before, after))
    return Observation(
      kind=_KINDS[kind],
      value=_decode(result) if kind == 0 else None,
      args=args,
      error=result if kind else '',
      flags=self._flags(flags),
      branches=frozenset(branches),
    )

  def _flags(self, bits: int) -> frozenset[str]:
    if bits not in self._names:
      self._names[bits] = frozenset(name for k, name in enumerate(self._jvm.flags) if bits >> k & 1)
    return self._names[bits]


def pair(jars: Sequence[pathlib.Path], java: str = 'java', **options: Any) -> tuple[JavaOracle, JavaOracle]:
  """One oracle for results, and one to confirm them: another process, which hands sets over in another order."""
  return JavaOracle(jars, java, **options), JavaOracle(jars, java, reverse_sets=True, **options)


def _encode(x: Any, reverse: bool) -> Any:
  """Data that JSON has a form for: sets become lists, dicts lists of pairs; the method's types say which they are."""
  kind = type(x)
  if kind in (list, tuple):
    return [_encode(y, reverse) for y in x]
  if kind in (set, frozenset):
    return [_encode(y, reverse) for y in sorted(x, key=values.key, reverse=reverse)]
  if kind is dict:
    return [[_encode(k, reverse), _encode(v, reverse)] for k, v in x.items()]
  return list(x) if kind is bytes else x


def _decode(x: Any) -> Any:
  kind = type(x)
  if kind is list:
    return [_decode(y) for y in x]
  if kind is not dict:
    return x
  ((tag, v),) = x.items()
  if tag == 'b':
    return bytes(v)
  return {_decode(y) for y in v} if tag == 's' else {_decode(k): _decode(y) for k, y in v}


def _argument(parameter: Parameter, before: Any, after: Any) -> Any:
  """As it is after the call, of the type that it had: an array of bytes is a list where one was given."""
  x = _decode(after)
  if type(x) is bytes and type(before) is not bytes:
    x = list(x)
  return type(before)(x) if type(before) in (tuple, frozenset) else x
