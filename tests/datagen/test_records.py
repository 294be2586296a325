"""Records that compute something."""

import pickle

import pytest

from acrl_jax.datagen.records import Reject, Strength

STRENGTH = Strength(mutants_covered=10, mutants_killed=7, mutants=12, branch_coverage=0.8, trivial_best=0.4, easy=False,
                    candidates=50)  # fmt: skip


@pytest.mark.parametrize(('killed', 'covered', 'score'), [(7, 10, 0.7), (10, 10, 1.0), (0, 10, 0.0), (0, 0, 0.0)])
def test_the_mutation_score_is_killed_of_covered_whatever_was_not_reached(killed, covered, score):
  assert STRENGTH._replace(mutants_killed=killed, mutants_covered=covered, mutants=99).mutation_score == score


def test_a_reject_keeps_its_stage_reason_and_detail_on_the_way_to_another_process():
  reject = pickle.loads(pickle.dumps(Reject('judge', 'few_tests', '3')))
  assert (reject.stage, reject.reason, reject.detail) == ('judge', 'few_tests', '3')
  assert Reject('screen', 'no_doc').detail == ''
