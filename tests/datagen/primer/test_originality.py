"""Problems that are too much like others are named, and those that are alike share a cluster."""

import re

from authoring import STRONG, problem

from acrl_jax.datagen.primer import originality
from acrl_jax.records import Problem


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
