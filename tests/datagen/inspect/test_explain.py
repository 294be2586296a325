"""What a build knows of a function is found by any of its names, and shown stage by stage."""

import fakes
import pytest

from acrl_jax.datagen.inspect import explain
from acrl_jax.datagen.records import Case, Mutant, Observation, Reject


def test_a_record_is_explained_stage_by_stage(make):
  folder = make(alpha1='weak', beta1='screened')
  said = []
  explain.explain(folder, 'alpha0', folder, said.append)
  text = '\n'.join(said)
  assert '--- extract: m.py:1' in text and '--- propose\n  (1,)\n  (2,)' in text
  assert f'assert alpha0(1) == {6 + fakes.number("alpha0")}' in text
  said.clear()
  explain.explain(folder, 'm.alpha1', folder, said.append)
  assert said[-2:] == ['--- rejected by judge: mutation_score 0.5',
                       'in the build: rejected by judge: mutation_score 0.5']  # fmt: skip
  said.clear()
  explain.explain(folder, 'm.beta1', folder, said.append)
  assert said == ['m.beta1 of fake, no record', '--- rejected by screen: no_doc']


def test_a_name_that_means_nothing_or_too_much_is_told(make):
  folder = make()
  with pytest.raises(ValueError, match="knows no 'omega'"):
    explain.find_record(folder, 'omega')
  with pytest.raises(ValueError, match='may mean m.alpha0, m.alpha1, m.alpha2; give one of them'):
    explain.find_record(folder, 'alpha')
  assert explain.find_record(folder, 'LPHA2')[2] == 'm.alpha2'
  assert explain.find_record(folder, fakes.function('beta0').id) == explain.find_record(folder, 'beta0')


@pytest.mark.parametrize(
  'item, due',
  [
    (([1], 'a'), "([1], 'a')"),
    ((([1],), Observation('value', 2, flags=frozenset(['OVF', 'BIT']))), '([1],) -> 2 BIT OVF'),
    ((([1],), Observation('raises', error='E')), '([1],) -> raises E'),
    (Case((1,), 'value', 'x'), "(1,) value 'x'"),
    (Case((1,), 'raises', 'E'), '(1,) raises E'),
    (Mutant(3, 'return', True, frozenset([0, 2])), 'mutant 3: return, killed by 2'),
    (Mutant(3, 'return', True, frozenset()), 'mutant 3: return, survives'),
    (Mutant(3, 'return', False, frozenset()), 'mutant 3: return, not reached'),
    ('as it is', 'as it is'),
  ],
)
def test_what_a_stage_makes_is_one_line(item, due):
  assert explain.describe(item) == due


def test_a_stage_is_cut_to_a_screen():
  said = []
  explain.show_stage('propose', [('x' * 300,)] + [(i,) for i in range(19)], said.append)
  assert len(said) == 14 and said[0] == '--- propose' and said[-1] == '  ... 20 in all' and said[2] == '  (0,)'
  assert len(said[1]) == 2 + 160
  said.clear()
  explain.show_stage('render', object(), said.append)
  assert said == ['--- render']
  assert explain.describe_rejection(Reject('judge', 'score')) == '--- rejected by judge: score'
