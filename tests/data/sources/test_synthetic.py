"""The grammar gives the same problems for the same seed, apart by split, and tests that tell right from wrong."""

import random
import re
from collections import Counter

import pytest

from acrl_jax.data import source_text, sources
from acrl_jax.data.sources import synthetic

SEED = 5
COUNTS = {'train': synthetic.TRAIN, 'validation': synthetic.HELD_OUT, 'test': synthetic.HELD_OUT}


@pytest.fixture(scope='module')
def splits():
  return {split: synthetic.problems(SEED, split) for split in sources.SPLITS}


def steps(problem):
  """The names of a problem's steps, without their numbers."""
  return tuple(re.sub(r'\d+', '', step) for step in problem.id.removeprefix('synthetic/').split('.'))


def test_a_seed_gives_the_same_problems_and_another_seed_others(splits):
  again = synthetic.problems(SEED, 'validation')
  assert again == splits['validation'] == synthetic.load(str(SEED), 'validation')
  assert synthetic.problems(SEED + 1, 'validation') != splits['validation']


def test_every_split_has_its_number_of_problems_and_none_twice(splits):
  for split, problems in splits.items():
    assert len(problems) == COUNTS[split] == len({p.id for p in problems})
    assert len({(p.prompt, p.tests) for p in problems}) == len(problems)
  assert synthetic.problems(SEED, None) == [p for split in sources.SPLITS for p in splits[split]]


def test_no_two_splits_share_a_chain_of_steps(splits):
  chains = {split: {steps(p) for p in problems} for split, problems in splits.items()}
  for split, members in chains.items():
    assert all(synthetic.split_of(chain) == split for chain in members)
    assert all(len(chain) > 1 for chain in members) or split == 'train'
  assert not chains['train'] & chains['test'] and not chains['train'] & chains['validation']
  assert not chains['validation'] & chains['test']
  prompts = {split: {p.prompt for p in problems} for split, problems in splits.items()}
  assert not prompts['train'] & prompts['test']


def test_every_step_of_the_test_split_is_met_in_training(splits):
  met = {name for p in splits['train'] for name in steps(p)}
  assert {name for p in splits['test'] for name in steps(p)} <= met == {s.name for s in synthetic.STEPS}


def test_every_reference_passes_its_own_tests(splits):
  judged = 0
  for p in (p for problems in splits.values() for p in problems if p.solution):
    scope = {}
    exec(p.solution, scope)  # the package's own text
    assert p.solution.startswith(p.prompt)
    assert [repr(eval(t.code, scope)) for t in p.tests] == [t.expected for t in p.tests], p.id
    judged += 1
  assert judged > 2 * synthetic.HELD_OUT


def test_no_constant_passes_the_tests(splits):
  for p in (p for problems in splits.values() for p in problems):
    assert len(p.tests) >= 6 and len({t.code for t in p.tests}) == len(p.tests), p.id
    assert max(Counter(t.expected for t in p.tests).values()) < len(p.tests), p.id


def test_returning_the_argument_does_not_pass(splits):
  for p in (p for problems in splits.values() for p in problems):
    assert any(t.code != f'f({t.expected})' for t in p.tests), p.id


def test_held_out_problems_have_solutions_and_of_train_about_a_share(splits):
  assert all(p.solution for split in ('validation', 'test') for p in splits[split])
  share = sum(bool(p.solution) for p in splits['train']) / synthetic.TRAIN
  assert 0.7 / synthetic.LABELLED < share < 1.4 / synthetic.LABELLED or synthetic.LABELLED == share == 1


def test_a_prompt_is_a_signature_and_a_line_that_tells_the_steps(splits):
  phrases = {s.name: s.phrase.split('{k}')[0].strip() for s in synthetic.STEPS}
  for p in splits['test']:
    told = source_text.split(p).docstring
    places = [told.lower().find(phrases[name].lower()) for name in steps(p)]
    assert min(places) == 0 and p.entry_point == 'f' and p.prompt.count('\n') == 2


@pytest.mark.parametrize('step', synthetic.STEPS, ids=lambda s: s.name)
def test_both_ways_to_write_a_step_agree(step):
  rng = random.Random(0)
  values = [synthetic._value(step.takes, rng, place) for place in range(30)]
  for number in step.numbers or ('',):
    programs = [eval(f'lambda v: {way.format(v="v", k=number)}') for way in step.ways]  # the package's own text
    for value in values:
      results = [program(value) for program in programs]
      assert len({repr(r) for r in results}) == 1, (step.name, value, results)
      assert step.gives == 'list[int]' if isinstance(results[0], list) else step.gives == type(results[0]).__name__
