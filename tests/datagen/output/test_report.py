"""The report counts what is in the shards."""

import sys

import fakes
import pytest

from acrl_jax.datagen.output import release, report, rows
from acrl_jax.datagen.records import Reject

NAMES = ['add', 'gcd', 'zip_up', 'fold']
SCORES = [0.8, 0.9, 0.9, 1.0]
REJECTS = [('f1', 'judge', 'few_tests'), ('f2', 'judge', 'few_tests'), ('f3', 'extract', 'no_doc')]


@pytest.fixture
def folder(tmp_path):
  """Four problems of mutation scores 0.8, 0.9, 0.9 and 1.0."""
  made = [rows.row(fakes.made(fakes.function(n), 5 + i, s), 0, 'v1') for i, (n, s) in enumerate(zip(NAMES, SCORES))]
  made[3]['trivial_best'] = 0.6  # above the strict bar
  made[0]['difficulty'] = 'easy'
  rejects = [rows.reject_row('', name, 'fake', Reject(stage, reason)) for name, stage, reason in REJECTS]
  (tmp_path / 'parts').mkdir()
  (tmp_path / 'parts' / 'p.arrow').write_bytes(rows.stream(made, rows.SCHEMA))
  (tmp_path / 'parts' / 'p.rejects.arrow').write_bytes(rows.stream([], rows.REJECTS))
  release.release(tmp_path, [('p', {})], rejects, [fakes.fetched(tmp_path)], {})
  return tmp_path


def test_figures_by_hand(folder):
  said = report.write_report(folder)
  text = (folder / 'report.md').read_text()
  assert '4 problems (' in said and 'with 26 tests' in said and said.endswith('report.md')
  for line in (
    '| fake | 7 | 1 | 2 | 4 |', '| all | 7 | 1 | 2 | 4 |', '| corpus | functions | extract | judge | problems |',
    '| judge | few_tests | 2 |', '| mutation score, median (mean) | 0.90 (0.90) |',
    '| mutation score at least 0.9 | 3 |', '| under the strict bar | 3 |', '| tests a problem, mean | 6.5 |',
    '| solved by one builtin or operator | 25 % |', 'Named as a problem of HumanEval or MBPP, 2: `add`, `gcd`',
  ):  # fmt: skip
    assert line in text, line
  assert text.count('```python') == 3 and f'assert add(0) == {fakes.number("add")}' in text
  assert text.index('| extract | no_doc') < text.index('| judge | few_tests')


def test_plots_are_drawn_and_shown(folder):
  pytest.importorskip('matplotlib')
  report.write_report(folder)
  assert (folder / 'plots' / 'strength.png').stat().st_size > 1000
  assert '![strength](plots/strength.png)' in (folder / 'report.md').read_text()


def test_without_matplotlib_there_is_the_text_alone(folder, monkeypatch):
  monkeypatch.setitem(sys.modules, 'matplotlib', None)
  report.write_report(folder)
  assert not (folder / 'plots').exists() and 'plots/' not in (folder / 'report.md').read_text()


def test_the_same_shards_give_the_same_report(folder):
  report.write_report(folder)
  first = (folder / 'report.md').read_bytes()
  report.write_report(folder)
  assert (folder / 'report.md').read_bytes() == first == report.text(folder).encode()
