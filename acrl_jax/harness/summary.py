"""A file of reports in a few lines of text, for people."""

from __future__ import annotations

import collections
import json
from collections.abc import Iterable

from acrl_jax.harness import pass_at_k

_KS = (1, 5, 10, 100)


def summarise(lines: Iterable[str]) -> str:
  """Outcomes, the errors behind them, tests passed, time; pass@k where problems have several programs.

  A program that the harness could not judge does not count, neither in tests nor in pass@k.
  """
  rows = [json.loads(line) for line in lines]
  good = [row for row in rows if row['outcome'] != 'harness_error']
  out = []
  for title, counts in (
    ('outcome', collections.Counter(row['outcome'] for row in rows)),
    ('error', collections.Counter(row['error'] for row in rows if row['error'])),
  ):
    if counts:
      out.append(f'{title:<24}{"programs":>9}{"share":>9}')
      out += [f'{name[:23]:<24}{n:>9}{n / len(rows):>9.1%}' for name, n in counts.most_common(12)]
  verdicts = [passed for row in good for passed in row['passed']]
  if verdicts:
    seconds = sorted(row['seconds'] for row in good)
    out.append(f'{sum(verdicts)} of {len(verdicts)} tests passed')
    out.append(f'{seconds[len(seconds) // 2]:.3f} s for a program in the middle, {seconds[-1]:.3f} s for the slowest')
  return '\n'.join(out + _pass_at_k(good))


def _pass_at_k(rows: list[dict]) -> list[str]:
  verdicts = collections.defaultdict(list)
  for row in rows:
    verdicts[json.dumps(row['id'])].append(row['outcome'] == 'passed')
  if len(verdicts) == len(rows):
    return []
  fewest = min(map(len, verdicts.values()))
  return [
    f'pass@{k} {sum(pass_at_k.pass_at_k(len(s), sum(s), k) for s in verdicts.values()) / len(verdicts):.4f} '
    f'of {len(verdicts)} problems'
    for k in _KS
    if k <= fewest
  ]
