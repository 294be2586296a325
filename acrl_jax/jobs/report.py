"""What a training run changed, in a screen of text and plots/: python -m acrl_jax.report WORKDIR."""

from __future__ import annotations

import json
import pathlib
import sys

from acrl_jax.run import metrics, workdir


def evaluations(rows: list[dict]) -> list[tuple[int, dict]]:
  """(step, row) of every row that carries an evaluation."""
  return [(row['step'], row) for row in rows if any(k.startswith('eval/') for k in row)]


def before_after(folder: pathlib.Path) -> str:
  """Held-out pass@1 at each evaluation, with its interval."""
  lines = []
  rows = metrics.read_rows(folder / 'metrics.jsonl')
  warm = [row['step'] for row in rows if row.get('phase') == 'sft']
  over = any(row.get('phase') not in ('start', 'sft') for row in rows)
  for step, row in evaluations(rows):
    for tag in row:
      if tag.endswith('/pass@1'):
        low, high = row[tag + '_lo'], row[tag + '_hi']
        name = tag.split('/')[1]
        phase = 'before' if row.get('phase') == 'start' else f'after step {step}'
        if over and warm and step == warm[-1]:
          phase = 'after the warm start'
        interval = f'[{100 * low:.1f}, {100 * high:.1f}]'
        lines.append(f'held-out pass@1 ({name}) {phase:22s} {100 * row[tag]:5.1f} %   {interval}')
  return '\n'.join(lines)


def mended(folder: pathlib.Path, count: int = 3) -> list[tuple[dict, dict]]:
  """Held-out problems all of whose programs failed at the first evaluation and that have a passing one at the last.

  Falls back to problems that passed less often before than after, where fewer than `count` are so clear.
  """
  files = sorted((folder / 'eval' / 'samples').glob('step_*.jsonl'))
  if len(files) < 2:
    return []
  first, last = (by_problem(file) for file in (files[0], files[-1]))
  ranked = []
  for ident, after in last.items():
    before = first.get(ident, [])
    old, new = share(before), share(after)
    failed = next((r for r in before if r['outcome'] != 'passed'), None)
    passed = next((r for r in after if r['outcome'] == 'passed'), None)
    if failed and passed and new > old:
      ranked.append((old, -new, ident, failed, passed))
  return [(failed, passed) for *_, failed, passed in sorted(ranked, key=lambda r: r[:3])[:count]]


def by_problem(file: pathlib.Path) -> dict[str, list[dict]]:
  """The sample rows of a file by problem."""
  out: dict[str, list[dict]] = {}
  for line in file.read_text().splitlines():
    row = json.loads(line)
    out.setdefault(row['id'], []).append(row)
  return out


def share(rows: list[dict]) -> float:
  """The share of programs that passed."""
  return sum(r['outcome'] == 'passed' for r in rows) / max(len(rows), 1)


def plot(folder: pathlib.Path) -> pathlib.Path | None:
  """plots/curves.png: reward, pass share, explained variance, evaluation; None without matplotlib (extra `plot`)."""
  try:
    import matplotlib
  except ImportError:
    return None
  matplotlib.use('Agg')
  from matplotlib import pyplot

  rows = metrics.read_rows(folder / 'metrics.jsonl')
  panels = {
    'reward': ['reward/mean', 'reward/max'],
    'tests passed': ['tests/pass_rate', 'tests/passed'],
    'critic explained variance': ['critic/explained_var'],
    'held-out pass@1': sorted({k for r in rows for k in r if k.endswith('/pass@1')}),
  }
  figure, axes = pyplot.subplots(2, 2, figsize=(10, 6), layout='constrained')
  for axis, (title, tags) in zip(axes.flat, panels.items()):
    for tag in tags:
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
  for number, (before, after) in enumerate(mended(folder), 1):
    print(f'--- mended {number}: {before["id"]}')
    for name, row in (('before', before), ('after', after)):
      verdicts = ''.join('.' if t['passed'] else 'x' for t in row['tests'])
      print(f'{name} [{verdicts}] {row["outcome"]} {row["error"]}\n{row["program"].rstrip()}\n')
  print(before_after(folder))
  file = plot(folder)
  if file:
    print(f'curves: {file}')
  if (folder / 'export').is_dir():
    print(f'exported model: {folder / "export"}')
  return 0
