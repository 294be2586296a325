"""All that happens to one function on its way to a problem, or to its rejection, for a person to read."""

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
  corpus, record, symbol = find(folder, ident)
  for fetched, front in build.open_corpora([corpus], where, say):
    found = next((f for f in front.functions(fetched) if f.symbol == symbol), None)
    if found is None:
      raise ValueError(f'{symbol} is not in {corpus} {fetched.version}')
    say(f'{symbol} of {corpus}, {record or "no record"}')
    if found.function is None:
      say(told(found.reject))
      return
    show_function(found.function, say)
    oracles = front.oracles(fetched, 0)
    try:
      made = front.make(found.function, *oracles, build.settings_of(manifest), lambda *stage: show(*stage, say))
      row = rows.row(made, manifest['config']['settings']['seed'], rows.version())
      say(f'--- row\n{row["prompt"]}')
      say('\n'.join(t['assertion'] for t in row['tests']))
    except Reject as reject:
      say(told(reject))
    finally:
      for oracle in oracles:
        oracle.close()
  for row in rows.read_table(folder / 'rejects.arrow').to_pylist():
    if record and row['record_id'] == record:
      say(f'in the build: rejected by {row["stage"]}: {row["reason"]} {row["detail"]}')


def find(folder: pathlib.Path, ident: str) -> tuple[str, str, str]:
  """(corpus, id or '', symbol) of what an id, a symbol or an entry point means."""
  kept = rows.problems(folder).select(['source_corpus', 'id', 'source_symbol', 'entry_point']).to_pylist()
  lost = rows.read_table(folder / 'rejects.arrow').to_pylist()
  known = [(tuple(r.values())[:3], {r['id'], r['source_symbol'], r['entry_point']}) for r in kept]
  known += [((r['corpus'], r['record_id'], r['symbol']), {r['record_id'], r['symbol']} - {''}) for r in lost]
  hits = sorted({what for what, names in known if ident in names})
  if not hits:
    hits = sorted({what for what, names in known if any(ident.lower() in name.lower() for name in names)})
  if not hits:
    raise ValueError(f'{folder} knows no {ident!r}; due is an id, a symbol of the source or an entry point')
  hits.sort(key=lambda hit: hit[2])
  if len(hits) > 1:
    more = ', ...' if len(hits) > _MOST else ''
    raise ValueError(f'{ident!r} may mean {", ".join(symbol for _, _, symbol in hits[:_MOST])}{more}; give one of them')
  return hits[0]


def show_function(function: Function, say: Callable) -> None:
  say(f'--- extract: {function.path}:{function.line}')
  say(function.body.rstrip())
  for name, value in function.doc._asdict().items():
    if value:
      say(f'{name}: {value}')


def show(stage: str, found: Any, say: Callable) -> None:
  """A stage and what it found, cut to a screen."""
  say(f'--- {stage}')
  if stage == 'render':  # the row tells it all
    return
  if hasattr(found, '_asdict'):
    found = [f'{name}: {value}' for name, value in found._asdict().items()]
  found = list(found) if isinstance(found, (list, tuple)) else [found]
  for item in found[:_MOST]:
    say(f'  {line(item)[:_WIDTH]}')
  if len(found) > _MOST:
    say(f'  ... {len(found)} in all')


def line(item: Any) -> str:
  """One input, or what it gave, or whatever else a stage tells."""
  match item:
    case Case(args=args, kind=kind, expected=due):
      return f'{values.literal(args)} {kind} {due if kind == "raises" else values.literal(due)}'
    case (tuple() as args, Observation() as seen):
      what = values.literal(seen.value) if seen.kind == 'value' else f'{seen.kind} {seen.error}'
      return f'{values.literal(args)} -> {what} {" ".join(sorted(seen.flags))}'.rstrip()
    case Mutant(number=number, kind=kind, covered=covered, killed_by=killers):
      state = f'killed by {len(killers)}' if killers else 'survives' if covered else 'not reached'
      return f'mutant {number}: {kind}, {state}'
  return values.literal(item) if type(item) is tuple else str(item)


def told(reject: Reject) -> str:
  return f'--- rejected by {reject.stage}: {reject.reason} {reject.detail}'.rstrip()
