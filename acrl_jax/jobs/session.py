"""From a config to the parts of a job: mesh, model, problems, harness, steps; checked before any long work."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from ml_collections import ConfigDict

from acrl_jax import cli, rewards
from acrl_jax import config as options
from acrl_jax.algorithms import ALGORITHMS
from acrl_jax.checkpoints import load as loaded_module
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import batch, sources, validate
from acrl_jax.distributed import sharding
from acrl_jax.harness import Limits, Pool
from acrl_jax.jobs import memory
from acrl_jax.learner import optimizer, steps
from acrl_jax.records import Algorithm
from acrl_jax.rollout import tasks


class Host(NamedTuple):
  """What stays open while a job runs."""

  mesh: jax.sharding.Mesh
  pool: Pool


@contextlib.contextmanager
def host(config: ConfigDict):
  """The mesh and the harness of a config; closed on the way out."""
  mesh = sharding.make_mesh(**config.mesh)
  settings = config.harness
  lines = config.feedback in rewards.TRACED
  limits = Limits(wall_s=settings.wall_s, memory_mb=settings.memory_mb, lines=lines)
  with Pool(settings.workers or None, limits, allow=settings.allow) as pool, jax.set_mesh(mesh):
    yield Host(mesh=mesh, pool=pool)


def load(config: ConfigDict, mesh) -> LoadedModel:
  """The model, its parameters on the mesh; ValueError when it cannot write programs."""
  made = loaded_module.load(
    config.model, dtype=config.dtype, remat=config.remat, scratch=config.scratch, seed=config.seed,
    train=config.data.train, mesh=mesh, lora=adapter_fields(config),
  )  # fmt: skip
  if made.tokenizer is None:
    raise ValueError(f'config.model={config.model} has no tokenizer.json; programs cannot be read out of its tokens')
  if not made.end_ids:
    told = f'{made.source} names no end-of-text token'
    raise ValueError(f'{told}; give its generation_config.json an eos_token_id')
  return made


def adapter_fields(config: ConfigDict) -> dict:
  """The fields of a model's config that config.lora asks for; {} where it asks for no adapters."""
  settings = config.lora
  wanted = dict(lora_rank=settings.rank, lora_targets=tuple(settings.targets), lora_alpha=settings.alpha)
  return wanted if settings.rank else {}


def check_adapters(config: ConfigDict, loaded: LoadedModel) -> None:
  """Raises ValueError where the model that is trained has other adapters than config.lora asks for."""
  wanted = adapter_fields(config) or dict(lora_rank=0)
  found = {name: getattr(loaded.config, name) for name in wanted}
  if found != wanted:
    told = lambda fields: ', '.join(f'{name.removeprefix("lora_")}={value!r}' for name, value in fields.items())
    raise ValueError(
      f'config.lora asks for {told(wanted)}; {loaded.source} has {told(found)}; ask for the same, or export that run '
      'first (configs/export.py), which merges its adapters, and train the export'
    )


def problems(config: ConfigDict, spec: str, split: str, most: int, pool, say: Callable = print) -> list:
  """The validated problems of a source; those dropped are listed with their reasons."""
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


def report_dropped(name: str, total: int, dropped: list, say: Callable) -> None:
  for number, (ident, reason) in enumerate(dropped):
    if number == 10:
      say(f'  ... and {len(dropped) - 10} more')
      break
    say(f'{name}: dropped {ident} ({number + 1} of {len(dropped)} dropped, {total} in all): {reason}')


def encoded(found: list, loaded: LoadedModel, config: ConfigDict, say: Callable = print) -> list[tasks.Task]:
  """The problems with their prompts; those too long are listed."""
  kept, dropped = tasks.tasks(found, loaded, config.prompt.template, config.prompt.system, max(config.prompt.lengths))
  report_dropped('prompts', len(found), dropped, say)
  if not kept:
    ident, reason = dropped[0]
    raise ValueError(f'none of the {len(found)} prompts can be used; the first, {ident}: {reason}')
  longest = max(config.prompt.lengths) + config.rollout.max_new_tokens
  if longest > loaded.config.max_length:
    raise ValueError(
      f'config.prompt.lengths and config.rollout.max_new_tokens add up to {longest} tokens; '
      f'{loaded.source} holds {loaded.config.max_length}; lower one of them'
    )
  return kept


def placer(mesh) -> Callable:
  """NumPy batch -> device batch, rows over the mesh."""
  return lambda tree: sharding.to_global(tree, mesh)


def algorithm(config: ConfigDict) -> Algorithm:
  """The algorithm that config.algorithm names; ValueError naming a wrong argument."""
  arguments = dict(config.algorithm)
  name = arguments.pop('name', None)
  if name not in ALGORITHMS:
    raise ValueError(f'config.algorithm.name={name!r}: {options.nearest(str(name), ALGORITHMS)}')
  due = inspect.signature(ALGORITHMS[name]).parameters
  for key in arguments:
    if key not in due:
      raise ValueError(f'config.algorithm.{key}: {name} takes no such argument; {options.nearest(key, due)}')
  if config.critic.mode == 'none' and 'baseline' in due:
    arguments['baseline'] = 'none'
  return ALGORITHMS[name](**arguments)


def check_rows(config: ConfigDict, mesh) -> None:
  """Rows that are computed together divide over the mesh's data axes."""
  ways = mesh.shape['data'] * mesh.shape['fsdp']
  fresh, replayed = cli.update_rows(config)
  rows = (fresh + replayed) // config.updates
  due = {
    'config.rollout.problems': config.rollout.problems,
    'the rows of an update (programs learned from + replayed, over config.updates)': config.microbatch or rows,
    'config.warm_start.rows': config.microbatch or config.warm_start.rows,
  }
  for name, count in due.items():
    if count % ways:
      raise ValueError(
        f'{name} = {count} does not divide over {ways} devices (config.mesh data x fsdp); take a multiple of {ways}'
      )


class Phase(NamedTuple):
  """One kind of learner step."""

  name: str  # sft | critic | ac ...
  steps: int
  algorithm: Algorithm
  estimate: Callable
  targets: Callable
  joint_step: Callable | None  # estimate, targets and actor_step in one, where that gives the same
  actor_step: Callable | None
  critic_step: Callable | None
  schedule: Callable | None
  tx: Any


def phases(config: ConfigDict, loaded: LoadedModel, critic, critic_tx, mesh) -> list[Phase]:
  """The warm start, the critic's pretraining and the main phase, those that have steps."""
  check_adapters(config, loaded)
  learn = algorithm(config)
  online = config.critic.mode == 'online' and critic is not None
  frozen = config.critic.mode == 'frozen'
  clm = ALGORITHMS['rest'](threshold=0.0)
  settings = config.optimizer

  def make(name, count, algo, learning_rate, schedule, moves_actor, moves_critic, rows, temperature):
    tx, rate = optimizer.make_optimizer(
      learning_rate, warmup_steps=settings.warmup_steps, total_steps=count * config.updates, schedule=schedule,
      weight_decay=settings.weight_decay, clip_norm=settings.clip_norm, b1=settings.b1, b2=settings.b2,
    )  # fmt: skip
    pieces = max(1, rows // config.microbatch) if config.microbatch else 1
    shared = dict(microbatches=pieces, temperature=temperature)
    head = critic if algo.critic_loss else None
    by_row = not (algo.batchwise or algo.reference or frozen) and config.updates == 1
    actor_step = steps.make_actor_step(loaded.policy, algo, tx, mesh=mesh, **shared)
    joint_step = steps.make_joint_step(loaded.policy, head, algo, tx, mesh=mesh, **shared) if head else None
    return Phase(
      name=name,
      steps=count,
      algorithm=algo,
      estimate=steps.make_estimate(loaded.policy, head, algo, frozen=frozen, **shared),
      targets=jax.jit(algo.targets),
      joint_step=joint_step if moves_actor and by_row else None,
      actor_step=actor_step if moves_actor else None,
      critic_step=steps.make_critic_step(critic, algo, critic_tx, mesh=mesh) if moves_critic else None,
      schedule=rate,
      tx=tx,
    )

  rows = sum(cli.update_rows(config)) // config.updates
  warm, rl = config.warm_start, config.rollout.temperature
  all_phases = [
    make('sft', warm.steps, clm, warm.learning_rate, 'constant', True, False, warm.rows, 1.0),
    make('critic', config.critic.pretrain_steps if critic else 0, learn, 0.0, 'constant', False, True, rows, rl),
    make(config.algorithm.name, config.steps, learn, settings.learning_rate, settings.schedule, True, online, rows, rl),
  ]
  found = [phase for phase in all_phases if phase.steps]
  if not found:
    raise ValueError('config.steps and config.warm_start.steps are both 0: there is nothing to train')
  return found


def summary(config: ConfigDict, loaded: LoadedModel, mesh, counts: dict) -> str:
  """What --dry_run prints."""
  lines = [f'{key} = {value!r}' for key, value in options.flat(config).items()]
  devices = jax.devices()
  reference = config.job == 'train' and (algorithm(config).reference or config.critic.mode == 'frozen')
  lines += [
    f'devices: {len(devices)} x {devices[0].device_kind} ({devices[0].platform}), mesh {dict(mesh.shape)}',
    f'model: {loaded.source}, end tokens {loaded.end_ids}, {loaded.config}',
    *(f'problems: {name}: {count}' for name, count in counts.items()),
    memory.table(config, loaded, mesh, reference),
  ]
  return '\n'.join(lines)
