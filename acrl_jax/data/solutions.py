"""Reference solutions as rows to learn from: the supervised half of the method (warm start, CLM baseline)."""

from __future__ import annotations

import ast

import numpy as np

from acrl_jax.data import replay
from acrl_jax.records import Outcome, Problem


def text(problem: Problem, prefix: str, chat: bool) -> str:
  """What follows `prefix` in the reference program, with what ends a completion; ValueError when there is none.

  A docstring of the solution is left out: the prompt has told it.
  """
  found = [
    node
    for node in ast.parse(problem.solution).body
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == problem.entry_point
  ]
  if not found:
    raise ValueError(f'{problem.id}: its solution defines no {problem.entry_point}')
  node = found[-1]
  body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
  lines = problem.solution.splitlines()
  return '\n' + '\n'.join(lines[body[0].lineno - 1 : node.end_lineno]) + ('\n```' if chat else '\n')


def entries(tasks, loaded, longest: int) -> list:
  """One Entry (reward 1, log-probs unknown: 0) for each task whose solution fits `longest` tokens."""
  rows = []
  for task in tasks:
    if not task.problem.solution:
      continue
    ids = loaded.tokenizer.encode(text(task.problem, task.prefix, task.chat), add_special_tokens=False)
    if not task.chat:
      ids = [*ids, loaded.end_ids[0]]
    if len(ids) > longest:
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
    raise ValueError('no reference solution fits: warm start and sft need problems with solutions; check config.data.train')
  return rows
