"""Benchmarks call only what there is, by arguments that it takes: they run for minutes and are no part of the tests."""

import ast
import importlib
import inspect
import pathlib
import types

import pytest

SCRIPTS = sorted((pathlib.Path(__file__).parents[1] / 'benchmarks').glob('*.py'))


def imported(tree):
  """{name: module or member of ours} of every import in a file; AttributeError where there is none."""
  found = {}
  for node in ast.walk(tree):
    if isinstance(node, ast.ImportFrom) and node.module.split('.')[0] == 'acrl_jax':
      for alias in node.names:
        try:
          found[alias.asname or alias.name] = importlib.import_module(f'{node.module}.{alias.name}')
        except ModuleNotFoundError:
          found[alias.asname or alias.name] = getattr(importlib.import_module(node.module), alias.name)
    elif isinstance(node, ast.Import) and any(alias.name == 'acrl_jax' for alias in node.names):
      found['acrl_jax'] = importlib.import_module('acrl_jax')
  return found


def resolved(node, names):
  """What of ours an expression names, None where that cannot be told; AttributeError where there is no such name."""
  if isinstance(node, ast.Name):
    return names.get(node.id)
  if isinstance(node, ast.Attribute):
    owner = resolved(node.value, names)
    return getattr(owner, node.attr) if isinstance(owner, (types.ModuleType, type)) else None
  return None


def faults(source):
  """What a script asks for that there is not, a line each."""
  tree, found = ast.parse(source), []
  names = imported(tree)
  for node in ast.walk(tree):
    try:
      if isinstance(node, ast.Attribute):
        resolved(node, names)
      elif isinstance(node, ast.Call) and callable(function := resolved(node.func, names)):
        whole = not any(isinstance(a, ast.Starred) for a in node.args) and all(k.arg for k in node.keywords)
        if whole and isinstance(function, (types.FunctionType, type)):
          inspect.signature(function).bind(*node.args, **{k.arg: k.value for k in node.keywords})
    except (AttributeError, TypeError) as error:
      found.append(f'{node.lineno}: {ast.unparse(node)}: {error}')
  return found


@pytest.mark.parametrize('script', SCRIPTS, ids=lambda script: script.name)
def test_a_benchmark_uses_what_there_is(script):
  assert faults(script.read_text()) == []


def test_a_name_that_is_gone_and_a_wrong_argument_are_seen():
  lines = 'from acrl_jax.models import policy', 'policy.functions(1)', 'policy.make_critic(1, wide=2)'
  found = faults('\n'.join([*lines, 'policy.make_critic(1, width=2)']))
  assert sorted({fault.split(':')[0] for fault in found}) == ['2', '3']
