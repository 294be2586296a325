"""Problems and tasks that a job works on, checked; those that are dropped are listed with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml_collections import ConfigDict

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import batch, sources, validate
from acrl_jax.jobs import settings
from acrl_jax.records import Problem
from acrl_jax.rollout.judging import ProgramPool
from acrl_jax.rollout.tasks import Task, make_tasks


def load(spec: str, split: str, most: int, pool: ProgramPool, say: Callable[[str], None] = print) -> list[Problem]:
  """The validated problems of a source, at most `most`; 0 means all. ValueError when none can be used."""
  found = sources.load(spec, split)
  if most and len(found) > most:
    order = batch.choose(0, 0, len(found), len(found))  # the same for every seed, so that seeds can be compared
    found = [found[i] for i in sorted(order[:most])]
  kept, dropped = validate.validate(found, pool)
  report_dropped(f'{spec} ({split})', len(found), dropped, say)
  if not kept:
    ident, reason = dropped[0]
    raise ValueError(f'{spec} ({split}): none of its {len(found)} problems can be used; the first, {ident}: {reason}')
  return kept


def encode(
  found: Sequence[Problem], model: LoadedModel, config: ConfigDict, say: Callable[[str], None] = print
) -> list[Task]:
  """The problems with their prompts; those too long are listed. ValueError when none fits."""
  kept, dropped = make_tasks(found, model, settings.prompts(config))
  report_dropped('prompts', len(found), dropped, say)
  if not kept:
    ident, reason = dropped[0]
    raise ValueError(f'none of the {len(found)} prompts can be used; the first, {ident}: {reason}')
  longest = max(config.prompt.lengths) + config.rollout.max_new_tokens
  if longest > model.config.max_length:
    raise ValueError(
      f'config.prompt.lengths and config.rollout.max_new_tokens add up to {longest} tokens; '
      f'{model.source} holds {model.config.max_length}; lower one of them'
    )
  return kept


def report_dropped(name: str, total: int, dropped: Sequence[tuple[str, str]], say: Callable[[str], None]) -> None:
  """The first ten with their reasons, and how many more."""
  for number, (ident, reason) in enumerate(dropped):
    if number == 10:
      say(f'  ... and {len(dropped) - 10} more')
      break
    say(f'{name}: dropped {ident} ({number + 1} of {len(dropped)} dropped, {total} in all): {reason}')
