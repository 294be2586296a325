"""Which problems are too much like one another, or like those of the benchmarks that models are measured on."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections import defaultdict
from typing import NamedTuple

from acrl_jax.data import program_key
from acrl_jax.datagen.primer.authored import Authored
from acrl_jax.records import Problem

SAME_WORDS = 0.6  # Jaccard index of the docstrings' trigrams from which two problems are one
ALIKE_WORDS = 0.2  # ... from which they stay in one split
NGRAM = 10


class Traits(NamedTuple):
  """What a text may share with another."""

  names: frozenset[str]
  grams: frozenset[tuple[str, ...]]  # of NGRAM words
  keys: frozenset[str]  # of functions of more than one statement


def words(text: str) -> list[str]:
  return re.findall(r'[a-z0-9]+', text.lower())


def grams(text: str, size: int) -> frozenset[tuple[str, ...]]:
  sequence = words(text)
  return frozenset(tuple(sequence[i : i + size]) for i in range(len(sequence) - size + 1))


def docstring(source: str) -> str:
  return ast.get_docstring(ast.parse(source).body[0]) or ''


def function_key(function: ast.FunctionDef, constants: bool = True) -> str | None:
  """A hash of what the function does, whatever its name; without `constants`, whatever its constants too."""
  tree = ast.parse(ast.unparse(function))
  for node in ast.walk(tree):
    if isinstance(node, ast.FunctionDef) and node.name == function.name:
      node.name = 'solve'
    elif isinstance(node, ast.Name) and node.id == function.name:
      node.id = 'solve'
    elif isinstance(node, ast.Constant) and not constants:
      node.value = '_' if isinstance(node.value, str) else 0  # text stays text, for f-strings
  return program_key.program_key(ast.unparse(tree))


def same_and_alike(problems: list[Authored]) -> tuple[list[str], list[set[str]]]:
  """(complaints about names and problems that occur twice, clusters of names that must share a split)."""
  complaints = []
  parent = {p.name: p.name for p in problems}

  def root(name):
    while parent[name] != name:
      name = parent[name]
    return name

  by_name, by_key, by_shape = defaultdict(list), defaultdict(list), defaultdict(list)
  trigrams = {}
  for p in problems:
    function = ast.parse(p.solution).body[0]
    by_name[p.name].append(p.topic)
    by_key[function_key(function)].append(p.name)
    by_shape[function_key(function, constants=False)].append(p.name)
    trigrams[p.name] = grams(docstring(p.solution), 3)
  complaints += [f'{name} stands in {", ".join(topics)}' for name, topics in by_name.items() if len(topics) > 1]
  complaints += [f'the same solution: {", ".join(names)}' for names in by_key.values() if len(set(names)) > 1]
  pairs = [pair for names in by_shape.values() for pair in itertools.pairwise(names)]
  for (a, ours), (b, theirs) in itertools.combinations(trigrams.items(), 2):
    alike = len(ours & theirs) / max(1, len(ours | theirs))
    if alike > SAME_WORDS:
      complaints.append(f'nearly the same docstring ({alike:.2f}): {a}, {b}')
    if alike > ALIKE_WORDS:
      pairs.append((a, b))
  for a, b in pairs:
    parent[max(root(a), root(b))] = min(root(a), root(b))
  clusters = defaultdict(set)
  for name in parent:
    clusters[root(name)].add(name)
  return complaints, list(clusters.values())


def traits(problem: Problem) -> Traits:
  """The traits of a benchmark's problem: without function keys where its solution does not parse."""
  try:
    with warnings.catch_warnings():
      warnings.simplefilter('ignore')
      tree = ast.parse(problem.solution)
  except SyntaxError:
    return Traits(frozenset({problem.entry_point}), grams(problem.prompt, NGRAM), frozenset())
  functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
  keys = {function_key(f) for f in functions if _statements(f) > 1}
  return Traits(frozenset({f.name for f in functions}), grams(problem.prompt, NGRAM), frozenset(keys))


def contamination(problems: list[Authored], benchmark: list[Problem]) -> list[str]:
  """What our problems share with a benchmark's: function names, NGRAM words in a row, whole solutions."""
  names, shared, keys = {}, {}, {}
  for other in benchmark:
    theirs = traits(other)
    names |= dict.fromkeys(theirs.names, other.id)
    shared |= dict.fromkeys(theirs.grams, other.id)
    keys |= dict.fromkeys(theirs.keys, other.id)
  hits = []
  for p in problems:
    function = ast.parse(p.solution).body[0]
    if p.name in names:
      hits.append(f'{p.name}: {names[p.name]} has a function of that name')
    both = sorted(grams(docstring(p.solution), NGRAM) & shared.keys())
    hits += [f'{p.name}: {shared[gram]} says "{" ".join(gram)}"' for gram in both]
    key = function_key(function)
    if _statements(function) > 1 and key in keys:
      hits.append(f'{p.name}: {keys[key]} has the same solution')
  return hits


def _statements(function: ast.FunctionDef) -> int:
  """Statements of a function without its docstring."""
  count = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
  return count - (ast.get_docstring(function) is not None)
