"""Problems of a job: what is dropped is listed, and nothing left is an error that names the first."""

import pytest
from fake_model import model_of

from acrl_jax.config import default
from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import sources
from acrl_jax.jobs import problems
from acrl_jax.records import Outcome, TestReport


class Pool:
  """A pool that passes what does not hold a word."""

  def __init__(self, refused=''):
    self.refused = refused

  def longest(self, jobs):
    return 60.0

  def run(self, jobs, wall_s):
    passes = lambda job: not self.refused or self.refused not in job.program
    outcome = {True: Outcome.PASSED, False: Outcome.FAILED}
    return [TestReport(outcome[passes(job)], (passes(job),) * len(job.tests)) for job in jobs]


def test_at_most_so_many_are_taken_the_same_for_all_and_in_their_order():
  everything = [p.id for p in sources.load('primer', 'validation')]
  few = [p.id for p in problems.load('primer', 'validation', 5, Pool(), lambda text: None)]
  assert len(few) == 5 and few == [p.id for p in problems.load('primer', 'validation', 5, Pool(), lambda text: None)]
  assert [everything.index(ident) for ident in few] == sorted(everything.index(ident) for ident in few)


def test_what_is_dropped_is_said_with_its_reason():
  said = []
  kept = problems.load('primer', 'validation', 0, Pool('for '), said.append)
  total = len(sources.load('primer', 'validation'))
  assert 0 < len(kept) < total and all('for ' not in p.solution for p in kept)
  assert said[0].startswith('primer (validation): dropped ') and 'its own reference fails' in said[0]
  assert len(said) == 11 and said[-1] == f'  ... and {total - len(kept) - 10} more'


def test_no_problem_left_is_an_error_that_names_the_first():
  with pytest.raises(ValueError, match=r'primer \(validation\): none of its 3 problems can be used; the first, '):
    problems.load('primer', 'validation', 3, Pool('def'), lambda text: None)


def test_prompts_that_do_not_fit_are_listed_and_lengths_beyond_the_model_are_refused():
  config, found = default('tiny'), sources.load('primer', 'validation')[:20]
  model = model_of(bpe_training.train(found, 400))
  config.prompt.lengths, config.rollout.max_new_tokens = (40,), 8
  said = []
  tasks = problems.encode(found, model, config, said.append)
  assert 0 < len(tasks) < 20 and all(len(task.prompt) <= 40 for task in tasks)
  assert 'config.prompt.lengths end at 40' in said[0]
  config.rollout.max_new_tokens = 48
  with pytest.raises(ValueError, match='add up to 88 tokens; .* holds 64; lower one of them'):
    problems.encode(found, model, config, said.append)
  config.prompt.lengths = (4,)
  with pytest.raises(ValueError, match='none of the 20 prompts can be used; the first, '):
    problems.encode(found, model, config, said.append)
