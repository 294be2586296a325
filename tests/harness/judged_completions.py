"""Completions made of given tokens, judged and scored as in training."""

from types import SimpleNamespace

import numpy as np
from fake_tokenizer import FakeTokenizer

from acrl_jax.records import Generated, Problem, Test
from acrl_jax.rollout import judging, tasks


def judged(pool, feedback, completion, *tests, prefix='def f(x):'):
  """The sample of a completion whose tokens are divided by |; $ is the end token."""
  texts = completion.split('|')
  ids = np.array([0 if text == '$' else i for i, text in enumerate(texts, 1)], np.int32)
  row = np.array([[7, *ids]])
  made = Generated(tokens=row, valid=row >= 0, actions=np.arange(len(ids) + 1)[None] > 0, log_probs=-row)
  tests = tuple(test if isinstance(test, Test) else Test(code=test) for test in tests or ('f(1) == 1',))
  problem = Problem(id='p', prompt=prefix, entry_point='f', tests=tests)
  task = tasks.Task(problem=problem, prefix=prefix, prompt=np.array([7]), chat=False)
  loaded = SimpleNamespace(tokenizer=FakeTokenizer(*map(str.encode, texts)), end_ids=(0,))
  return judging.judge(loaded, made, 1, [task], [0], pool, feedback, 0)[0]
