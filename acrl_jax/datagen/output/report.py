"""What a build made: report.md and plots/, out of the shards alone."""

from __future__ import annotations

import collections
import pathlib
import statistics
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from acrl_jax.datagen.cases import bars
from acrl_jax.datagen.output import decontaminate, release, rows

_COLUMNS = [
  'id', 'entry_point', 'source_corpus', 'mutation_score', 'branch_coverage', 'trivial_best', 'mutants_covered',
  'difficulty', 'split',
]  # fmt: skip


def write_report(folder: pathlib.Path) -> str:
  """Writes FOLDER/report.md, with plots where matplotlib is installed (extra `plot`); returns its main figures."""
  _, problems, _ = _read(folder)
  if problems:
    plots(folder, problems)
  release.write_file(folder / 'report.md', text(folder))
  return f'{headline(folder, problems)}\n{strengths(problems)}\nmore in {folder / "report.md"}'


def text(folder: pathlib.Path) -> str:
  """The report of the shards in a folder, in Markdown. ValueError where they are missing."""
  all_columns, problems, rejects = _read(folder)
  images = sorted((folder / 'plots').glob('*.png'))
  return '\n'.join([
    '# Problems made from source code', '', headline(folder, problems), '',
    '## Yield', '', yields(problems, rejects), '',
    '## Why functions made no problem', '', reasons(rejects), '',
    '## Strength', '', strengths(problems), '', *(f'![{image.stem}](plots/{image.name})' for image in images), '',
    '## To be looked at', '', review(problems), '',
    '## Examples', '', examples(all_columns, problems), '',
  ])  # fmt: skip


def _read(folder: pathlib.Path) -> tuple[pa.Table, list[dict], list[dict]]:
  """All of the problems, their figures alone, and the rejects."""
  problems = rows.problems(folder)
  figures = problems.select(_COLUMNS).append_column('tests', pc.list_value_length(problems['tests']))
  rejects = rows.read_table(folder / 'rejects.arrow').select(['corpus', 'stage', 'reason'])
  return problems, figures.to_pylist(), rejects.to_pylist()


def headline(folder: pathlib.Path, problems: list[dict]) -> str:
  count = collections.Counter(p['split'] for p in problems)
  splits = ', '.join(f'{count[name]} {name}' for name, _ in rows.SPLITS)
  tests = sum(p['tests'] for p in problems)
  generator = release.read_manifest(folder)['generator_version']
  return f'{len(problems)} problems ({splits}) with {tests} tests, by generator {generator}.'


def yields(problems: list[dict], rejects: list[dict]) -> str:
  """A row for each corpus: functions, where they ended, problems."""
  stages = sorted({r['stage'] for r in rejects}, key=_order)
  kept = collections.Counter(p['source_corpus'] for p in problems)
  lost = collections.Counter((r['corpus'], r['stage']) for r in rejects)
  names = sorted(kept.keys() | {r['corpus'] for r in rejects})
  body = []
  for name in names:
    by_stage = [lost[name, stage] for stage in stages]
    body.append([name, sum(by_stage) + kept[name], *by_stage, kept[name]])
  body.append(['all', *(sum(column) for column in list(zip(*body))[1:])])
  return table(['corpus', 'functions', *stages, 'problems'], body)


def reasons(rejects: list[dict]) -> str:
  count = collections.Counter((r['stage'], r['reason']) for r in rejects)
  ordered = sorted(count.items(), key=lambda item: (_order(item[0][0]), -item[1], item[0]))
  return table(['stage', 'reason', 'functions'], [[*key, n] for key, n in ordered])


def strengths(problems: list[dict]) -> str:
  """Figures of all problems."""
  if not problems:
    return 'none'
  scores = [p['mutation_score'] for p in problems]
  counts = [p['tests'] for p in problems]
  best = [p['trivial_best'] for p in problems]
  strict = sum(is_strict(p) for p in problems)
  easy = sum(p['difficulty'] == 'easy' for p in problems) / len(problems)
  lines = [
    ['mutation score, median (mean)', f'{statistics.median(scores):.2f} ({statistics.mean(scores):.2f})'],
    ['mutation score at least 0.9', sum(s >= 0.9 for s in scores)],
    ['under the strict bar', strict],
    ['branch coverage, mean', f'{statistics.mean(p["branch_coverage"] for p in problems):.2f}'],
    ['tests a problem, mean', f'{statistics.mean(counts):.1f}'],
    ['best trivial program passes, median', f'{statistics.median(best):.2f}'],
    ['solved by one builtin or operator', f'{100 * easy:.0f} %'],
  ]
  return table(['all problems', ''], lines)


def is_strict(problem: dict) -> bool:
  strict = bars.STRICT
  return (
    problem['mutation_score'] >= strict.mutation_score
    and problem['mutants_covered'] >= strict.mutants
    and problem['branch_coverage'] >= strict.branch_coverage
    and problem['trivial_best'] <= min(strict.trivial_best, strict.trivial_bool)
    and problem['tests'] >= strict.fewest_tests
  )


def review(problems: list[dict]) -> str:
  """Problems that share no text with a benchmark but a name."""
  names = sorted({p['entry_point'] for p in problems if decontaminate.named(p['entry_point'])})
  return f'Named as a problem of HumanEval or MBPP, {len(names)}: ' + (', '.join(f'`{n}`' for n in names) or 'none')


def examples(all_columns: pa.Table, problems: list[dict]) -> str:
  """The weakest, the middle and the strongest problem."""
  if not problems:
    return 'none'
  order = sorted(range(len(problems)), key=lambda i: (problems[i]['mutation_score'], problems[i]['tests'], i))
  chosen = dict.fromkeys([order[0], order[len(order) // 2], order[-1]])
  texts = []
  for p in all_columns.take(list(chosen)).to_pylist():
    tests = '\n'.join(t['assertion'] for t in p['tests'])
    score = f'mutation score {p["mutation_score"]:.2f}, {p["split"]}'
    texts.append(f'`{p["source_symbol"]}` of {p["source_corpus"]} ({score}):\n\n```python\n{p["prompt"]}\n{tests}\n```')
  return '\n\n'.join(texts)


def plots(folder: pathlib.Path, problems: list[dict]) -> None:
  """plots/strength.png: mutation scores, tests a problem; nothing without matplotlib."""
  try:
    import matplotlib
  except ImportError:
    return
  matplotlib.use('Agg')
  from matplotlib import pyplot

  figure, axes = pyplot.subplots(1, 2, figsize=(9, 3), layout='constrained')
  axes[0].hist([p['mutation_score'] for p in problems], bins=20, range=(0, 1))
  axes[0].set_xlabel('mutation score')
  counts = [p['tests'] for p in problems]
  axes[1].hist(counts, bins=range(min(counts), max(counts) + 2), align='left')
  axes[1].set_xlabel('tests of a problem')
  axes[0].set_ylabel('problems')
  (folder / 'plots').mkdir(exist_ok=True)
  figure.savefig(folder / 'plots' / 'strength.png', dpi=120)
  pyplot.close(figure)


def table(head: Iterable, body: Iterable[Iterable]) -> str:
  """In Markdown."""
  head = list(head)
  lines = [head, ['---'] * len(head), *body]
  return '\n'.join(f'| {" | ".join(str(cell) for cell in line)} |' for line in lines)


def _order(stage: str) -> int:
  order = 'extract screen signature propose execute confirm filter mutate select judge render decontaminate dedupe'
  return order.split().index(stage) if stage in order.split() else 99
