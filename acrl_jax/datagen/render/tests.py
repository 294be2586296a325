"""Cases as the text of tests: for the harness, and for readers who have none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from acrl_jax.datagen.records import Case, Function, Reject
from acrl_jax.datagen.values import ABSOLUTE, RELATIVE, close, has_float, key, literal
from acrl_jax.records import Test


class _Odd(float):
  """NaN or an infinity that is written as an expression of builtins alone."""

  def __repr__(self) -> str:
    return f"float('{float.__repr__(self)}')"


def written(x: Any) -> str:
  """Python text of a value that needs no names but the builtins."""
  return literal(_spelled(x)) if has_float(x) else literal(x)


def _spelled(x: Any) -> Any:
  if type(x) is float:
    return x if math.isfinite(x) else _Odd(x)
  if type(x) is dict:
    return {_spelled(k): _spelled(v) for k, v in x.items()}
  return type(x)(map(_spelled, x)) if type(x) in (list, tuple, set, frozenset) else x


def arguments(args: tuple) -> str:
  return ', '.join(map(written, args))


def call(entry_point: str, args: tuple) -> str:
  return f'{entry_point}({arguments(args)})'


def _result(function: Function, entry_point: str, args: tuple) -> str:
  """The call's result as a value that can be compared: an iterator as the list of what it gives."""
  text = call(entry_point, args)
  return f'list({text})' if function.returns.source == 'iterator' else text


def expected(case: Case) -> str:
  """What the harness compares with: types exact, floats within the tolerances of `values.close`."""
  value = list(case.expected) if case.kind == 'mutates' else case.expected
  return f'approx({literal(value)})' if has_float(value) else literal(value)


def test(function: Function, entry_point: str, case: Case) -> Test:
  """The test of a case. Where an exception is expected, any `Exception` passes."""
  if case.kind == 'raises':
    return Test(code=_raising(call(entry_point, case.args)))
  if case.kind == 'mutates':
    return Test(code=f'(args := [{arguments(case.args)}], {entry_point}(*args))[0]', expected=expected(case))
  return Test(code=_result(function, entry_point, case.args), expected=expected(case))


def _raising(text: str) -> str:
  # The message is part of every published row: other words would make other rows.
  return f"try:\n  {text}\nexcept Exception:\n  pass\nelse:\n  raise AssertionError('an exception is due')"


def assertion(function: Function, entry_point: str, case: Case) -> str:
  """The same test as plain Python statements."""
  if case.kind == 'raises':
    return _raising(call(entry_point, case.args))
  lines, name, value = [], 'result', case.expected
  if case.kind == 'mutates':
    lines, name, value = [f'args = [{arguments(case.args)}]', f'{entry_point}(*args)'], 'args', list(case.expected)
  elif has_float(value) and type(value) is not float:
    lines = [f'result = {_result(function, entry_point, case.args)}']
  else:
    name = _result(function, entry_point, case.args)
  lines += [f'assert {condition}' for condition in _conditions(name, value)]
  return '\n'.join(['import math'] * has_float(value) + lines)


def _conditions(name: str, value: Any) -> Iterator[str]:
  """The texts of conditions which say that what has the `name` equals `value`, its floats within tolerance."""
  if value is None or type(value) is bool:
    yield f'{name} is {value}'
  elif type(value) is float:
    if math.isnan(value):
      yield f'math.isnan({name})'
    else:
      yield f'math.isclose({name}, {written(value)}, rel_tol={RELATIVE}, abs_tol={ABSOLUTE})'
  elif has_float(value) and type(value) in (list, tuple):
    yield f'len({name}) == {len(value)}'
    for i, x in enumerate(value):
      yield from _conditions(f'{name}[{i}]', x)
  elif has_float(value) and type(value) is dict:
    yield f'{name}.keys() == {written(set(value))}'
    for k, x in value.items():
      yield from _conditions(f'{name}[{written(k)}]', x)
  else:
    yield f'{name} == {written(value)}'


def replay(function: Function, entry_point: str, cases: Sequence[Case], tests: Sequence[Test]) -> None:
  """Rejects tests that a program fails which does what the cases say, or that one passes which does anything else."""
  by_args = {key(c.args): c for c in cases}
  texts = [assertion(function, entry_point, c) for c in cases]

  def faithful(*args: Any) -> Any:
    case = by_args[key(args)]
    if case.kind == 'raises':
      raise ValueError(case.expected)
    if case.kind == 'mutates':
      for x, y in zip(args, case.expected):
        _become(x, y)
      return None
    return iter(case.expected) if function.returns.source == 'iterator' else case.expected

  def other(*args: Any) -> Any:
    changes = by_args[key(args)].kind == 'mutates'
    if changes and not any(isinstance(x, (list, set, dict, bytearray)) for x in args):
      raise TypeError('nothing that could be changed')
    for x in args if changes else ():
      _become(x, [object()] if type(x) is list else {object(): 0})
    return object()

  for t, text in zip(tests, texts):
    for stub, passes in ((faithful, True), (other, False)):
      if _holds(t, {entry_point: stub}) != passes or _holds(Test(code=text), {entry_point: stub}) != passes:
        raise Reject('render', 'replay', f'{t.code} -> {t.expected}: {"fails" if passes else "passes"} the replay')


def _become(x: Any, y: Any) -> None:
  """Gives a container the members of another one."""
  if type(x) in (list, bytearray):
    x[:] = y
  elif type(x) in (set, dict):
    x.clear()
    x.update(y)


def _holds(t: Test, scope: dict) -> bool:
  """Whether the test holds, judged like the harness judges it."""
  try:
    if t.expected is None:
      exec(t.code, scope)
      return True
    value = eval(t.code, scope)
    # approx() wraps the whole value or nothing, and `close` is exact where there are no floats.
    return close(value, eval(t.expected, {'nan': math.nan, 'inf': math.inf, 'approx': lambda x: x}))
  except Exception:
    return False
