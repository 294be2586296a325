"""All that happens to one function on its way to a problem, or to its rejection, printed for a person to read."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

from acrl_jax.datagen import values
from acrl_jax.datagen.build import build
from acrl_jax.datagen.output import release, rows
from acrl_jax.datagen.records import Case, Function, Mutant, Observation, Reject

_MOST = 12  # items of a list that are shown
_WIDTH = 160  # columns


def explain(folder: pathlib.Path, ident: str, where: pathlib.Path, say: Callable = print) -> None:
  """Makes it again, stage by stage. ValueError where the build knows nothing of that name.

  Args:
    ident: an id, a symbol of the source or an entry point.
    where: the cache of the corpora.
  """
  manifest = release.read_manifest(folder)
  corpus, record, symbol = find_record(folder, ident)
  for fetched, front in build.open_corpora([corpus], where, say):
    candidate = next((c for c in front.functions(fetched) if c.symbol == symbol), None)
    if candidate is None:
      raise ValueError(f'{symbol} is not in {corpus} {fetched.version}')
    say(f'{symbol} of {corpus}, {record or "no record"}')
    if candidate.function is None:
      say(describe_rejection(candidate.reject))
      return
    show_function(candidate.function, say)
    oracles = front.oracles(fetched, 0)
    try:
      show = lambda stage, result: show_stage(stage, result, say)
      problem = front.make(candidate.function, *oracles, build.settings_of(manifest), show)
      row = rows.row(problem, manifest['config']['settings']['seed'], rows.version())
      say(f'--- row\n{row["prompt"]}')
      say('\n'.join(t['assertion'] for t in row['tests']))
    except Reject as reject:
      say(describe_rejection(reject))
    finally:
      for oracle in oracles:
        oracle.close()
  for row in rows.read_table(folder / 'rejects.arrow').to_pylist():
    if record and row['record_id'] == record:
      say(f'in the build: rejected by {row["stage"]}: {row["reason"]} {row["detail"]}')


def find_record(folder: pathlib.Path, ident: str) -> tuple[str, str, str]:
  """(corpus, id or '', symbol) of what an id, a symbol or an entry point means."""
  kept = rows.problems(folder).select(['source_corpus', 'id', 'source_symbol', 'entry_point']).to_pylist()
  lost = rows.read_table(folder / 'rejects.arrow').to_pylist()
  known = [(tuple(r.values())[:3], {r['id'], r['source_symbol'], r['entry_point']}) for r in kept]
  known += [((r['corpus'], r['record_id'], r['symbol']), {r['record_id'], r['symbol']} - {''}) for r in lost]
  hits = sorted({what for what, names in known if ident in names})
  if not hits:
    hits = sorted({what for what, names in known if any(ident.lower() in name.lower() for name in names)})
  if not hits:
    raise ValueError(f'{folder} knows no {ident!r}; it must be an id, a symbol of the source or an entry point')
  hits.sort(key=lambda hit: hit[2])
  if len(hits) > 1:
    more = ', ...' if len(hits) > _MOST else ''
    raise ValueError(f'{ident!r} may mean {", ".join(symbol for _, _, symbol in hits[:_MOST])}{more}; give one of them')
  return hits[0]


def show_function(function: Function, say: Callable) -> None:
  """Where a function was found, its body, and what its documentation says."""
  say(f'--- extract: {function.path}:{function.line}')
  say(function.body.rstrip())
  for name, value in function.doc._asdict().items():
    if value:
      say(f'{name}: {value}')


def show_stage(stage: str, result: Any, say: Callable) -> None:
  """A stage and its result, cut to a screen."""
  say(f'--- {stage}')
  if stage == 'render':  # the row, which is printed in the end, has all of it
    return
  if hasattr(result, '_asdict'):
    result = [f'{name}: {value}' for name, value in result._asdict().items()]
  items = list(result) if isinstance(result, (list, tuple)) else [result]
  for item in items[:_MOST]:
    say(f'  {describe(item)[:_WIDTH]}')
  if len(items) > _MOST:
    say(f'  ... {len(items)} in all')


def describe(item: Any) -> str:
  """One line on an input, its result, a case, a mutant, or whatever else a stage makes."""
  match item:
    case Case(args=args, kind=kind, expected=expected):
      return f'{values.literal(args)} {kind} {expected if kind == "raises" else values.literal(expected)}'
    case (tuple() as args, Observation() as seen):
      result = values.literal(seen.value) if seen.kind == 'value' else f'{seen.kind} {seen.error}'
      return f'{values.literal(args)} -> {result} {" ".join(sorted(seen.flags))}'.rstrip()
    case Mutant(number=number, kind=kind, covered=covered, killed_by=killers):
      state = f'killed by {len(killers)}' if killers else 'survives' if covered else 'not reached'
      return f'mutant {number}: {kind}, {state}'
  return values.literal(item) if type(item) is tuple else str(item)


def describe_rejection(reject: Reject) -> str:
  return f'--- rejected by {reject.stage}: {reject.reason} {reject.detail}'.rstrip()
