"""Reference solutions as rows to learn from: the supervised half of the method (warm start, CLM baseline)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from acrl_jax.data import completions, replay, source_text
from acrl_jax.records import Outcome, Problem, Tokenizer

INDENT = '    '


class Task(Protocol):
  """A problem as it is put to the model; rollout/ makes them."""

  problem: Problem
  prefix: str  # the part of the program that the prompt fixes
  prompt: np.ndarray  # ids [n]
  chat: bool


def text(problem: Problem, prefix: str, chat: bool) -> str:
  """What follows `prefix` in the reference program, with what ends a completion; ValueError when there is none.

  A docstring of the solution is left out: the prompt has it already. Imports that the prompt lacks come first in the
  body.
  """
  tree = source_text.parse(problem.solution)
  node = source_text.function(tree, problem.entry_point)
  if node is None:
    raise ValueError(f'{problem.id}: its solution defines no {problem.entry_point}')
  body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
  docstring_margin = None if chat else _docstring_margin(problem, prefix)
  block = problem.solution.split('\n')[source_text.first_line(body[0]) - 1 : node.end_lineno]
  margin = block[0][: len(block[0]) - len(block[0].lstrip())]
  if block[0][: body[0].col_offset].strip() or docstring_margin not in (None, margin):
    # It stands in the line of its signature, or the docstring that it follows is indented otherwise.
    margin = docstring_margin or INDENT
    block = [margin + line for statement in body for line in ast.unparse(statement).split('\n')]
  block = [margin + line for line in _imports(problem, tree, node)] + block
  return '\n' + '\n'.join(block) + ('\n```' if chat else '\n')


def _docstring_margin(problem: Problem, prefix: str) -> str | None:
  """The white space in front of the docstring that a base prompt ends with; None without one."""
  try:
    node = source_text.function(source_text.parse(prefix), problem.entry_point)
  except SyntaxError:
    return None
  line = prefix.split('\n')[node.body[0].lineno - 1]
  return line[: len(line) - len(line.lstrip())]


def _imports(problem: Problem, tree: ast.Module, node: ast.stmt) -> list[str]:
  """Imports of the solution that its function needs and the prompt does not make.

  ValueError when it needs something else of its own: a completion of the function could not hold it.
  """
  given = {name for other in source_text.parse(source_text.split(problem).setup).body for name in _bound(other)}
  names = [n for statement in node.body for n in ast.walk(statement) if isinstance(n, ast.Name)]
  own = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)} | {n.id for n in names if _stored(n)}
  needed = {n.id for n in names} - own - given - {problem.entry_point}
  imports = []
  for other in tree.body:
    met = needed & _bound(other) or {'*'} & _bound(other)
    if met and '*' not in met and isinstance(other, ast.Import | ast.ImportFrom):
      imports.append(ast.unparse(other))
    elif met:
      raise ValueError(f'{problem.id}: its solution needs {min(met)}, which stands outside of the function')
  return imports


def _bound(statement: ast.stmt) -> set[str]:
  """The names that a statement of a module gives a value."""
  if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
    return {statement.name}
  if isinstance(statement, ast.Import | ast.ImportFrom):
    return {(alias.asname or alias.name).split('.')[0] for alias in statement.names}
  return {n.id for n in ast.walk(statement) if _stored(n)}


def _stored(node: ast.AST) -> bool:
  return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def entries(tasks: Sequence[Task], tokenizer: Tokenizer, end_ids: Sequence[int], longest: int) -> list[replay.Entry]:
  """One Entry (reward 1, log-probs unknown: 0) for each task with a solution of at most `longest` tokens.

  ValueError when there is none.
  """
  rows = []
  for task in tasks:
    ids = _ids(task, tokenizer, end_ids) if task.problem.solution else []
    if not 0 < len(ids) <= longest:
      continue
    n = len(ids)
    rows.append(
      replay.Entry(
        problem=task.problem.id, prompt=task.prompt, completion=np.asarray(ids, np.int32), actions=np.ones(n, bool),
        log_probs=np.zeros(n, np.float32), credit=np.ones(n, np.float32), bonus=np.zeros(n, np.float32), reward=1.0,
        outcome=int(Outcome.PASSED), passed=(True,) * len(task.problem.tests), version=0, key=None,
      )
    )  # fmt: skip
  if not rows:
    raise ValueError(
      'no reference solution fits: warm start and sft need problems with solutions; check config.data.train'
    )
  return rows


def _ids(task: Task, tokenizer: Tokenizer, end_ids: Sequence[int]) -> list[int]:
  """The ids of a solution up to the token that ends it; none where it is no completion of the prompt."""
  try:
    wanted = text(task.problem, task.prefix, task.chat)
  except (ValueError, SyntaxError):
    return []
  ids = tokenizer.encode(wanted, add_special_tokens=False)
  if not task.chat:
    ids = [*ids, end_ids[0]]
  decoded = completions.decode(tokenizer, ids, end_ids)
  body = wanted.removesuffix('```') if task.chat else wanted
  # A text in the solution that comes back to column 0 would end the function in its middle.
  return ids[: decoded.kept] if decoded.ended and decoded.text == body else []
