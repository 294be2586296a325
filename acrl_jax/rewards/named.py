"""Rewards by name: those of the package, functions in files of one's own, and weighted sums of them."""

from __future__ import annotations

import difflib
import functools
import importlib.util
import inspect
import math
import pathlib
import re
import sys
from collections.abc import Callable, Mapping
from numbers import Real
from types import ModuleType
from typing import NamedTuple

import numpy as np

from acrl_jax.records import Feedback, Outcome, TestReport
from acrl_jax.rewards import context, token_credit

FORM = 'a name, FILE.py:FUNCTION, or several with weights, such as above_trivial@1,my_rewards.py:shorter@0.1'


class Reward(NamedTuple):
  """A way to reward, and what it needs of the rest."""

  function: Callable  # (TestReport, token_lines) -> Feedback; it may ask for more by name (context.py)
  lines: bool = False  # it looks at executed lines; to trace them costs time
  bonus: bool = False  # it gives single tokens a reward of their own, which the algorithm must know to use


def named(spec: str, known: Mapping[str, Reward]) -> Reward:
  """The reward that `spec` names: one of `known`, a function of one's own, or a weighted sum (FORM).

  Rewards and bonuses add up by their weights, and a token has the product of the credits. A function of one's own that
  looks at executed lines or gives bonuses says so, as in `shorter.lines = True` or `shorter.bonus = True` behind it.
  ValueError for what is no such reward, before any program is run.
  """
  parts = [weighted(part, spec) for part in spec.split(',')]
  found = [(one(name, spec, known), weight) for name, weight in parts]
  if len(found) == 1 and found[0][1] == 1:
    return found[0][0]
  return Reward(
    summed([(reward.function, weight) for reward, weight in found]),
    lines=any(reward.lines for reward, _ in found),
    bonus=any(reward.bonus for reward, _ in found),
  )


def weighted(part: str, spec: str) -> tuple[str, float]:
  """(name, weight) of `name@weight`; 1 where there is none."""
  name, at, text = part.strip().rpartition('@')
  if not at or '.py:' in text:  # a path may have one
    return part.strip(), 1.0
  try:
    weight = float(text)
  except ValueError:
    weight = 0.0
  if not name or not math.isfinite(weight) or not weight:
    raise ValueError(f'config.reward={spec!r}: the weight in {part!r} must be a number other than 0; it is {FORM}')
  return name, weight


def one(name: str, spec: str, known: Mapping[str, Reward]) -> Reward:
  """The reward of a name, or of FILE.py:FUNCTION."""
  if name in known:
    return known[name]
  file, colon, function = name.rpartition(':')
  if colon and file.endswith('.py'):
    made = loaded(file, function, spec)
    needs = {flag: bool(getattr(made, flag, False)) for flag in ('lines', 'bonus')}
    return Reward(checked(made, name, needs['bonus']), **needs)
  near = difflib.get_close_matches(name, known, 1)
  hint = f'; did you mean {near[0]}?' if near else ''
  got = f'config.reward={spec!r}' if name == spec else f'{name!r} in config.reward={spec!r}'
  raise ValueError(f'{got}: must be one of {", ".join(known)}, or FILE.py:FUNCTION{hint}')


def loaded(file: str, function: str, spec: str) -> Callable:
  """A function out of a file of one's own, which is run for that."""
  path = pathlib.Path(file)
  if not path.is_file():
    raise ValueError(f'config.reward={spec!r}: there is no file {path.resolve()}; it must be {FORM}')
  try:
    module = executed(path.resolve(), path.stat().st_mtime_ns)
  except Exception as error:
    raise ValueError(f'config.reward={spec!r}: {file} cannot be run: {type(error).__name__}: {error}') from error
  found = getattr(module, function, None)
  if not inspect.isfunction(found):
    names = [name for name, value in vars(module).items() if inspect.isfunction(value)]
    told = f'{file} has no function {function!r}; it has {", ".join(names) or "none"}'
    raise ValueError(f'config.reward={spec!r}: {told}')
  try:
    inspect.signature(found).bind(None, None, **{name: None for name in context.asked(found)})
  except TypeError as error:
    told = f'it must take (report, token_lines), and by name what it asks of {", ".join(context.NAMES)}'
    raise ValueError(f'config.reward={spec!r}: {function}{inspect.signature(found)}: {error}; {told}') from error
  return found


@functools.lru_cache(maxsize=16)
def executed(path: pathlib.Path, changed: int) -> ModuleType:
  """The module of a file, which is run once, and again when it has `changed`."""
  spec = importlib.util.spec_from_file_location('acrl_reward_' + re.sub(r'\W', '_', str(path)), path)
  module = importlib.util.module_from_spec(spec)
  sys.modules[spec.name] = module  # dataclasses look there
  spec.loader.exec_module(module)
  return module


def checked(function: Callable, name: str, bonus: bool) -> Callable:
  """A function of one's own whose answer is looked at: a Feedback, or a number for the whole program.

  It is not asked about a harness error, and gives no bonus unless `bonus` says so.
  """

  def reward(report: TestReport, token_lines: np.ndarray, **more) -> Feedback:
    if report.outcome == Outcome.HARNESS_ERROR:
      return token_credit.to_feedback(report, 0.0, token_lines)
    try:
      told = function(report, token_lines, **{key: more[key] for key in context.asked(function)})
    except Exception as error:
      problem = getattr(more.get('problem'), 'id', '?')
      raise ValueError(f'config.reward: {name} raised {type(error).__name__} on {problem}: {error}') from error
    if is_number(told):
      return token_credit.to_feedback(report, float(told), token_lines)
    if not is_feedback(told, len(token_lines)):
      form = f'a finite number, or a Feedback with credit of at least 0 and bonus of {len(token_lines)} tokens'
      raise ValueError(f'config.reward: {name} must return {form}; it returned {told!r}')
    if np.any(told.bonus) and not bonus:
      raise ValueError(f'config.reward: {name} gives a bonus; say so behind it: {function.__name__}.bonus = True')
    return told

  return reward


def is_number(x) -> bool:
  """Whether it is a finite number, or True or False."""
  return isinstance(x, Real | np.bool_) and math.isfinite(x)


def is_feedback(told, tokens: int) -> bool:
  """Whether it is a Feedback of finite numbers for so many tokens, its credit at least 0."""
  if not isinstance(told, Feedback) or not is_number(told.reward):
    return False
  arrays = [np.asarray(x) for x in (told.credit, told.bonus)]
  right = all(x.shape == (tokens,) and x.dtype.kind in 'biuf' and np.isfinite(x).all() for x in arrays)
  return right and bool((arrays[0] >= 0).all())


def summed(parts: list[tuple[Callable, float]]) -> Callable:
  """The weighted sum of rewards."""

  def reward(report: TestReport, token_lines: np.ndarray, **more) -> Feedback:
    total, credit, bonus = 0.0, np.ones(len(token_lines), np.float32), np.zeros(len(token_lines), np.float32)
    for function, weight in parts:
      told = function(report, token_lines, **{key: more[key] for key in context.asked(function)})
      total, credit, bonus = total + weight * told.reward, credit * told.credit, bonus + weight * told.bonus
    return Feedback(reward=total, credit=credit, bonus=bonus.astype(np.float32))

  return reward
