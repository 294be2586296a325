"""What a training run changed, in a screen of text and plots/: python -m acrl_jax.report WORKDIR."""

from __future__ import annotations

import fnmatch
import math
import pathlib
import sys

from acrl_jax.rollout import evaluation
from acrl_jax.run import metrics, program_tables, workdir

PANELS = {  # of the plot; what a run did not write is left out
  'problems solved while sampling': ('tests/passed',),
  'held-out pass@1': ('eval/*/pass@1',),
  'reward, and what it is made of': ('reward/mean', 'reward/solved', 'reward/partial', 'reward/floors'),
  'critic: explained variance': ('critic/explained_var', 'critic/explained_by_baseline'),
}
GAINS = ('tests/passed', *PANELS['reward, and what it is made of'], 'completion/len_mean')


def evaluations(rows: list[dict]) -> list[tuple[int, dict]]:
  """(step, row) of every row that carries an evaluation."""
  return [(row['step'], row) for row in rows if any(k.startswith('eval/') for k in row)]


def warm_end(rows: list[dict]) -> int | None:
  """The last step of the warm start; None where there is none, or it goes on."""
  warm = [row['step'] for row in rows if row.get('phase') == 'sft']
  over = any(row.get('phase') not in ('start', 'sft') for row in rows)
  return warm[-1] if warm and over else None


def solved(rows: list[dict]) -> str:
  """What the main phase gained while it sampled: means over its first and its last tenth, what is solved first."""
  main = [row for row in rows if row.get('phase') not in ('start', 'sft', 'critic')]
  count = max(1, len(main) // 10)
  if len(main) < 2:
    return ''
  lines = [f'while sampling, mean of the first {count} and of the last {count} of {len(main)} steps:']
  for tag in GAINS:
    old, new = (mean([row.get(tag) for row in part]) for part in (main[:count], main[-count:]))
    if old is not None and new is not None:
      name = 'problems solved' if tag == 'tests/passed' else tag
      lines.append(f'  {name:20s} {old:8.3f} -> {new:8.3f}   {new - old:+.3f}')
  return '\n'.join(lines)


def mean(values: list[float | None]) -> float | None:
  """The mean of those that there are; None where there are none."""
  known = [value for value in values if value is not None]
  return math.fsum(known) / len(known) if known else None


def headline(folder: pathlib.Path) -> str:
  """The paired change of pass@1 on the problems kept for the start and the end, and the notes on them."""
  rows = metrics.read_rows(folder / 'metrics.jsonl')
  found = [(step, headline_scores(row)) for step, row in evaluations(rows)]
  found = [(step, scores) for step, scores in found if scores]
  if not found:
    return ''
  before, (after, scores) = warm_end(rows) or found[0][0], found[-1]
  dropped = next((int(value) for tag, value in scores.items() if tag.endswith('/dropped')), 0)
  change = evaluation.change(folder / 'eval', before, after, dropped) if before < after else ''
  return '\n'.join([change] * bool(change) + evaluation.notes(scores))


def headline_scores(row: dict) -> dict[str, float]:
  """eval/* of a row but for those of validation problems."""
  return {tag: x for tag, x in row.items() if tag.startswith('eval/') and not tag.split('/')[1].endswith('-validation')}


def before_after(folder: pathlib.Path) -> str:
  """Held-out pass@1 at each evaluation, with its interval."""
  lines = []
  rows = metrics.read_rows(folder / 'metrics.jsonl')
  warm = warm_end(rows)
  for step, row in evaluations(rows):
    for tag in row:
      if tag.endswith('/pass@1'):
        low, high = row[tag + '_lo'], row[tag + '_hi']
        name = tag.split('/')[1]
        phase = 'before' if row.get('phase') == 'start' else f'after step {step}'
        if step == warm:
          phase = 'after the warm start'
        interval = f'[{100 * low:.1f}, {100 * high:.1f}]'
        lines.append(f'held-out pass@1 {f"({name})":22s} {phase:22s} {100 * row[tag]:5.1f} %   {interval}')
  return '\n'.join(lines)


def mended(folder: pathlib.Path, count: int = 3) -> list[tuple[dict, dict]]:
  """Held-out problems all of whose programs failed before, at the start or after a warm start, of which one passes now.

  Falls back to problems that passed less often before than after, where fewer than `count` are so clear.
  """
  files = sorted((folder / 'eval' / 'samples').glob('step_*.jsonl'))
  if len(files) < 2:
    return []
  warm = warm_end(metrics.read_rows(folder / 'metrics.jsonl'))
  before = program_tables.samples_file(folder / 'eval', warm or 0)
  first, last = (program_tables.read_samples(file) for file in (before if before in files else files[0], files[-1]))
  ranked = []
  for ident, after in last.items():
    before = first.get(ident, [])
    old, new = share(before), share(after)
    failed = next((r for r in before if r['outcome'] != 'passed'), None)
    passed = next((r for r in after if r['outcome'] == 'passed'), None)
    if failed and passed and new > old:
      ranked.append((old, -new, ident, failed, passed))
  return [(failed, passed) for *_, failed, passed in sorted(ranked, key=lambda r: r[:3])[:count]]


def share(rows: list[dict]) -> float:
  """The share of programs that passed."""
  return sum(r['outcome'] == 'passed' for r in rows) / max(len(rows), 1)


def plot(folder: pathlib.Path) -> pathlib.Path | None:
  """plots/curves.png, a panel for each of PANELS; None without matplotlib (extra `plot`)."""
  try:
    import matplotlib
  except ImportError:
    return None
  matplotlib.use('Agg')
  from matplotlib import pyplot

  rows = metrics.read_rows(folder / 'metrics.jsonl')
  tags = sorted({tag for row in rows for tag in row})
  figure, axes = pyplot.subplots(2, 2, figsize=(10, 6), layout='constrained')
  for axis, (title, wanted) in zip(axes.flat, PANELS.items()):
    for tag in (tag for pattern in wanted for tag in fnmatch.filter(tags, pattern)):
      points = [(r['step'], r[tag]) for r in rows if r.get(tag) is not None]
      if points:
        axis.plot(*zip(*points), marker='o' if 'eval' in tag else '', label=tag)
    axis.set_title(title)
    axis.set_xlabel('learner step')
    if axis.has_data():
      axis.legend(fontsize=8)
  (folder / 'plots').mkdir(exist_ok=True)
  file = folder / 'plots' / 'curves.png'
  figure.savefig(file, dpi=120)
  pyplot.close(figure)
  return file


def main(argv: list[str]) -> int:
  """Prints the report of the run in argv[1]."""
  if len(argv) != 2 or not workdir.is_workdir(argv[1]) or not (pathlib.Path(argv[1]) / 'metrics.jsonl').is_file():
    print('usage: python -m acrl_jax.report WORKDIR   (the folder of a training run)', file=sys.stderr)
    return 2
  folder = pathlib.Path(argv[1])
  parts = solved(metrics.read_rows(folder / 'metrics.jsonl')), headline(folder), before_after(folder)
  print('\n\n'.join(filter(None, parts)))
  for number, (before, after) in enumerate(mended(folder), 1):
    print(f'\n--- mended {number}: {before["id"]}')
    for name, row in (('before', before), ('after', after)):
      verdicts = ''.join('.' if t['passed'] else 'x' for t in row['tests'])
      print(f'{name} [{verdicts}] {row["outcome"]} {row["error"]}\n{row["program"].rstrip()}\n')
  file = plot(folder)
  if file:
    print(f'curves: {file}')
  if (folder / 'export').is_dir():
    print(f'exported model: {folder / "export"}')
  return 0
