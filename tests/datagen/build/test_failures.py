"""What goes wrong between the stages, where no module is the only one to blame."""

import sys

import builds
import fakes
import plain
import pytest
from plain import observed, run
from wild import TOOLS, corpus, function

from acrl_jax.datagen.build import build, pipeline, work
from acrl_jax.datagen.cases import acceptance
from acrl_jax.datagen.inputs import proposal
from acrl_jax.datagen.inspect import explain, verify
from acrl_jax.datagen.java import tree as java_tree
from acrl_jax.datagen.output import release, report, rows
from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Reject, Type

WEAK = dict.fromkeys(builds.NAMES, 'weak')


# --- the second oracle


def test_a_loop_that_ends_in_one_process_only_costs_its_input(tmp_path):
  """Whether it ends, the seed of hashes decides."""
  made = function('def odd(x):\n    while hash(x) % 8 == 0:\n        pass\n    return len(x)')
  made = made._replace(parameters=(made.parameters[0]._replace(type=Type('str')),))
  texts = [('a' * i,) for i in range(1, 61)]
  fetched = corpus(tmp_path, tools=TOOLS)
  runs = []
  for seed in (0, 1):
    oracle = PythonOracle(fetched, seed)
    runs.append(oracle.run(made, texts))
    oracle.close()
  stuck = [{args for args, o in zip(texts, r.observations) if o.kind == 'limit'} for r in runs]
  assert stuck[0] - stuck[1] and stuck[1] - stuck[0]
  kept = acceptance.cases(made, texts, *runs)
  assert [c.args for c in kept] == [args for args in texts if args not in stuck[0] | stuck[1]]


class Stuck(plain.Call):
  """An oracle that is given up, as the one that hangs within the JDK is."""

  def run(self, function, inputs):
    raise Reject('execute', 'hang', function.symbol)


@pytest.mark.parametrize('which', [0, 1])
def test_a_hang_of_either_oracle_is_a_rejection(which):
  oracles = [plain.Call(lambda a: a * a), plain.Call(lambda a: a * a)]
  oracles[which] = Stuck(None)
  with pytest.raises(Reject) as caught:
    pipeline.make_problem(plain.function([plain.JAVA_INT], plain.JAVA_INT), *oracles, pipeline.Settings())
  assert (caught.value.stage, caught.value.reason) == ('execute', 'hang')


# --- values


def test_lone_surrogates_end_in_no_test_and_break_no_shard():
  """Neither as an argument, nor as a result, nor where a rejection tells of one."""
  text = plain.function([plain.STR, plain.STR], plain.STR)
  assert all(ascii(x) == repr(x) for args in proposal.propose(text, 200, 0) for x in args)
  given = [('a', 'b'), ('c', 'd'), ('e', 'f'), ('g', 'h')]
  seen = run(*(observed(x + '\ud800' * (x == 'c') + y, (x, y)) for x, y in given))
  assert [c.args for c in acceptance.cases(text, given, seen, seen)] == [given[0], *given[2:]]
  row = rows.reject_row('', 'm.f', 'fake', Reject('execute', 'no_method', 'half of \ud83d, caf\xe9'))
  rows.stream([row], rows.REJECTS)
  assert row['detail'] == 'half of \\ud83d, caf\xe9'


# --- what is not installed


def test_without_a_parser_the_way_out_is_told(monkeypatch):
  monkeypatch.setitem(sys.modules, 'tree_sitter', None)
  java_tree._parser.cache_clear()
  with pytest.raises(ValueError, match=r'pip install acrl_jax\[datagen\]'):
    list(java_tree.methods(b'class A {}'))
  java_tree._parser.cache_clear()


# --- a whole build


def test_a_disk_that_is_full_for_a_worker_is_no_fault_of_a_function(tmp_path):
  source = builds.corpus(tmp_path / 'c', beta1='full_once')
  with pytest.raises(OSError, match='No space left on device'):
    builds.make(tmp_path / 'out', source)
  builds.make(tmp_path / 'out', source)
  builds.make(tmp_path / 'good', builds.corpus(tmp_path / 'd'))
  assert builds.reasons(tmp_path / 'out') == {}
  assert builds.problems(tmp_path / 'out') == builds.problems(tmp_path / 'good')


def test_a_build_without_any_problem_tells_why_and_can_be_looked_into(tmp_path, monkeypatch):
  source, folder = builds.corpus(tmp_path / 'c', **WEAK), tmp_path / 'out'
  monkeypatch.setattr(build, 'settings_of', lambda _: builds.SETTINGS)
  monkeypatch.setattr(build, '_engine', lambda name: builds.in_process)
  monkeypatch.setattr(build, 'open_corpora', lambda names, *_: {'fake': [source]}[','.join(names)])
  manifest = {'config': {'settings': {'bars': {}, 'seed': 0}}}
  _, said = builds.make(folder, source)
  assert '0 problems (' in said and '| judge | mutation_score | 20 |' in (folder / 'report.md').read_text()
  assert report.text(folder) == (folder / 'report.md').read_text()
  monkeypatch.setattr(release, 'read_manifest', lambda where, real=release.read_manifest: real(where) | manifest)
  assert verify.verify(folder, 10, 0, tmp_path, lambda _: None) == []
  told = []
  explain.explain(folder, 'm.beta1', tmp_path, told.append)
  assert told[-1] == 'in the build: rejected by judge: mutation_score 0.5'
  assert fakes.function('beta1').id in told[0]
