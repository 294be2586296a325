"""Problems and tasks that a job works on, checked; those that are dropped are listed with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ml_collections import ConfigDict

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import batch, sources, trivial, validate
from acrl_jax.jobs import settings
from acrl_jax.records import Problem
from acrl_jax.rollout.judging import ProgramPool
from acrl_jax.rollout.tasks import Task, make_tasks


class Measured(NamedTuple):
  """Problems that a policy is measured on."""

  tasks: list[Task]
  dropped: int  # problems that were asked for and are no tasks: they count as failures


def load(spec: str, split: str, most: int, pool: ProgramPool, say: Callable[[str], None] = print) -> list[Problem]:
  """The validated problems of a source, at most `most`; 0 means all. ValueError when none can be used."""
  return fit(f'{spec} ({split})', at_most(sources.load(spec, split), most), pool, say)


def at_most(found: Sequence[Problem], most: int) -> list[Problem]:
  """Some of the problems in their order, the same for every seed, so that seeds can be compared; 0 means all."""
  if not most or len(found) <= most:
    return list(found)
  order = batch.choose(0, 0, len(found), len(found))
  return [found[i] for i in sorted(order[:most])]


def fit(name: str, found: Sequence[Problem], pool: ProgramPool, say: Callable[[str], None]) -> list[Problem]:
  """The problems that pass validation. ValueError when none does."""
  kept, dropped = validate.validate(found, pool)
  report_dropped(name, len(found), dropped, say)
  if not kept:
    ident, reason = dropped[0]
    raise ValueError(f'{name}: none of its {len(found)} problems can be used; the first, {ident}: {reason}')
  return trivial.measured(kept, pool)


def measured(
  spec: str, split: str, model: LoadedModel, config: ConfigDict, pool: ProgramPool, say: Callable[[str], None] = print
) -> Measured:
  """The problems of a split that a policy is measured on, config.eval.problems at most."""
  return _measured(f'{spec} ({split})', sources.load(spec, split), model, config, pool, say)


def validation(
  learned: Sequence[Task], model: LoadedModel, config: ConfigDict, pool: ProgramPool,
  say: Callable[[str], None] = print,
) -> Measured:  # fmt: skip
  """What is measured on in the course of a run: the split `validation` of config.data.heldout.

  A problem is left out whose prompt is learned from too, or stands in the split that is kept for the start and the end:
  humaneval, and shards that are not in folders of splits, give the same problems for every split. Where none remains
  there are no evaluations in between, and a line says why.
  """
  spec, kept_for_last = config.data.heldout, config.data.heldout_split
  seen = {p.prompt for p in (*(task.problem for task in learned), *sources.load(spec, kept_for_last))}
  try:
    found = sources.load(spec, 'validation')
  except ValueError as error:
    found, why = [], str(error)
  else:
    why = f'{spec}: the split validation has no problem that is neither learned from nor in the split {kept_for_last}'
  fresh = [problem for problem in found if problem.prompt not in seen]
  if not fresh:
    say(f'evaluations at the start and the end alone: {why}')
    return Measured([], 0)
  return _measured(f'{spec} (validation)', fresh, model, config, pool, say)


def _measured(name, found, model, config, pool, say) -> Measured:
  asked = at_most(found, config.eval.problems)
  tasks = encode(fit(name, asked, pool, say), model, config, say)
  return Measured(tasks, len(asked) - len(tasks))


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
