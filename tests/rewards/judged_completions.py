"""Completions made of given tokens, judged and rewarded as in training."""

import numpy as np
from fake_tokenizer import FakeTokenizer

from acrl_jax.records import Problem, Test
from acrl_jax.rollout import judging, tasks


def judged(pool, reward, completion, *tests, prefix='def f(x):'):
  """The sample of a completion whose tokens are divided by |; $ is the end token."""
  texts = completion.split('|')
  ids = np.array([0 if text == '$' else i for i, text in enumerate(texts, 1)], np.int32)
  tests = tuple(test if isinstance(test, Test) else Test(code=test) for test in tests or ('f(1) == 1',))
  problem = Problem(id='p', prompt=prefix, entry_point='f', tests=tests)
  task = tasks.Task(problem=problem, prefix=prefix, prompt=np.array([7]), chat=False)
  sampled = judging.Completion(task=task, index=0, ids=ids, log_probs=-ids, version=0)
  return judging.judge([sampled], FakeTokenizer(*map(str.encode, texts)), (0,), pool, reward)[0]
