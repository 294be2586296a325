"""Records that compute something."""

import pathlib
import pickle
import subprocess
import sys

import pytest

import acrl_jax
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


def test_processes_without_third_party_packages_read_records_and_values():
  """Those that run functions of a corpus start with `python -s -S`."""
  home = str(pathlib.Path(acrl_jax.__file__).parents[1])
  code = f'import sys; sys.path[0] = {home!r}; from acrl_jax.datagen import records, values; '
  code += 'assert "numpy" not in sys.modules; print(values.literal(records.Type("int").args))'
  done = subprocess.run([sys.executable, '-s', '-S', '-c', code], capture_output=True, text=True, env={})
  assert done.stdout == '()\n', done.stderr
