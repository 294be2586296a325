"""From the sections of a ConfigDict to the settings of the rooms below."""

from __future__ import annotations

import inspect

from jax.sharding import Mesh
from ml_collections import ConfigDict

from acrl_jax.algorithms import ALGORITHMS
from acrl_jax.checkpoints.from_scratch import ScratchSettings
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.config import nearest, update_rows
from acrl_jax.data.replay import Replay
from acrl_jax.harness import Limits
from acrl_jax.jobs.loop import LoopSettings
from acrl_jax.jobs.recorder import LogSettings
from acrl_jax.learner.learner import LearnerSettings
from acrl_jax.learner.optimizer import OptimizerSettings
from acrl_jax.learner.phases import CriticSettings, PhaseSettings
from acrl_jax.records import Algorithm
from acrl_jax.rewards import REWARDS, Reward, named
from acrl_jax.rollout.evaluation import EvaluatorSettings
from acrl_jax.rollout.tasks import PromptSettings
from acrl_jax.rollout.worker import GenerationSettings

SAMPLED, SOLUTIONS = 'sampled', 'solutions'  # where the rows of a phase come from


def limits(config: ConfigDict) -> Limits:
  """What one program may use."""
  harness = config.harness
  return Limits(wall_s=harness.wall_s, memory_mb=harness.memory_mb, lines=reward(config).lines)


def reward(config: ConfigDict) -> Reward:
  """What config.reward names; ValueError where that is none."""
  return named.named(config.reward, REWARDS)


def scratch(config: ConfigDict) -> ScratchSettings:
  """The sizes of model='scratch'."""
  return ScratchSettings(**config.scratch)


def prompts(config: ConfigDict) -> PromptSettings:
  """How problems are put to the model."""
  return PromptSettings(**config.prompt)


def sampling(config: ConfigDict) -> GenerationSettings:
  """How programs are sampled in training."""
  rollout = config.rollout
  return GenerationSettings(
    samples=rollout.samples, max_new_tokens=rollout.max_new_tokens, temperature=rollout.temperature,
    top_p=rollout.top_p, prompt_lengths=config.prompt.lengths,
  )  # fmt: skip


def solving(config: ConfigDict) -> GenerationSettings:
  """How programs are sampled in evaluation: once a task when greedy."""
  evaluation = config.eval
  return GenerationSettings(
    samples=evaluation.samples if evaluation.temperature > 0 else 1, max_new_tokens=config.rollout.max_new_tokens,
    temperature=evaluation.temperature, top_p=evaluation.top_p, prompt_lengths=config.prompt.lengths,
  )  # fmt: skip


def lora_fields(config: ConfigDict) -> dict:
  """The fields of a model's config that config.lora asks for; {} where it asks for no adapters."""
  lora = config.lora
  wanted = dict(lora_rank=lora.rank, lora_targets=tuple(lora.targets), lora_alpha=lora.alpha)
  return wanted if lora.rank else {}


def check_lora(config: ConfigDict, model: LoadedModel) -> None:
  """Raises ValueError where the model that is trained has other adapters than config.lora asks for."""
  wanted = lora_fields(config) or dict(lora_rank=0)
  found = {name: getattr(model.config, name) for name in wanted}
  if found != wanted:
    told = lambda fields: ', '.join(f'{name.removeprefix("lora_")}={value!r}' for name, value in fields.items())
    raise ValueError(
      f'config.lora asks for {told(wanted)}; {model.source} has {told(found)}; ask for the same, or export that run '
      'first (configs/export.py), which merges its adapters, and train the export'
    )


def algorithm(config: ConfigDict) -> Algorithm:
  """The algorithm that config.algorithm names; ValueError naming a wrong argument, or a reward that it cannot use."""
  arguments = dict(config.algorithm)
  name = arguments.pop('name', None)
  if name not in ALGORITHMS:
    raise ValueError(f'config.algorithm.name={name!r}: {nearest(str(name), ALGORITHMS)}')
  known = inspect.signature(ALGORITHMS[name]).parameters
  for key in arguments:
    if key not in known:
      raise ValueError(f'config.algorithm.{key}: {name} takes no such argument; {nearest(key, known)}')
  if config.critic.mode == 'none' and 'baseline' in known:
    arguments['baseline'] = 'none'
  made = ALGORITHMS[name](**arguments)
  if config.critic.trunk == 'own' and made.critic_loss is None:
    told = ', '.join(f'{key}={value!r}' for key, value in {'name': name, **arguments}.items())
    raise ValueError(f"config.critic.trunk='own': config.algorithm ({told}) has no critic; must be 'policy'")
  if reward(config).bonus and not made.bonus:
    raise ValueError(
      f'config.reward={config.reward!r} gives single tokens a bonus, which config.algorithm.name={name!r} would spread '
      'over the program or leave out; take another reward, such as above_trivial, or an algorithm with bonus=True'
    )
  return made


def keeps_reference(config: ConfigDict) -> bool:
  """Whether the policy of the start stays beside the one that learns: for its scores, or for a frozen critic."""
  made, frozen = algorithm(config), config.critic.mode == 'frozen' and config.critic.trunk == 'policy'
  return made.reference or (frozen and made.critic_loss is not None)


def optimizer(config: ConfigDict) -> OptimizerSettings:
  """How the actor moves in the main phase."""
  return OptimizerSettings(**config.optimizer)


def critic(config: ConfigDict) -> CriticSettings:
  """How the critic moves."""
  return CriticSettings(
    frozen=config.critic.mode == 'frozen', learning_rate=config.critic.learning_rate, updates=config.critic.updates,
    clip_norm=config.optimizer.clip_norm,
  )  # fmt: skip


def learner(config: ConfigDict, pad_id: int) -> LearnerSettings:
  """The shapes of what is learned from."""
  return LearnerSettings(
    seed=config.seed, prompt_lengths=config.prompt.lengths, max_new_tokens=config.rollout.max_new_tokens, pad_id=pad_id
  )


def phases(config: ConfigDict) -> list[tuple[Algorithm, PhaseSettings, OptimizerSettings]]:
  """The warm start, the critic's pretraining and the main phase, those that have steps."""
  main, warm, plain = algorithm(config), config.warm_start, optimizer(config)
  sampled = dict(
    source=SAMPLED, rows=sum(update_rows(config)) // config.updates, updates=config.updates,
    microbatch=config.microbatch, temperature=config.rollout.temperature,
  )  # fmt: skip
  online = config.critic.mode == 'online' and main.critic_loss is not None
  found = [
    (
      ALGORITHMS['rest'](threshold=0.0),
      PhaseSettings(
        name='sft', steps=warm.steps, source=SOLUTIONS, rows=warm.rows, updates=1, microbatch=config.microbatch,
        temperature=1.0, moves_actor=True, moves_critic=False,
      ),
      plain._replace(learning_rate=warm.learning_rate, schedule='constant'),
    ),
    (
      main,
      PhaseSettings(
        name='critic', steps=config.critic.pretrain_steps if main.critic_loss else 0, moves_actor=False,
        moves_critic=True, **sampled,
      ),
      plain._replace(learning_rate=0.0, schedule='constant'),
    ),
    (
      main,
      PhaseSettings(
        name=config.algorithm.name, steps=config.steps, moves_actor=True, moves_critic=online, **sampled
      ),
      plain,
    ),
  ]  # fmt: skip
  found = [each for each in found if each[1].steps]
  if not found:
    raise ValueError('config.steps and config.warm_start.steps are both 0: there is nothing to train')
  return found


def evaluator(config: ConfigDict, problems: str, suffix: str = '') -> EvaluatorSettings:
  """What is measured on the source `problems`, told under its name and `suffix`."""
  name = problems.split(':')[0] + suffix
  return EvaluatorSettings(name=name, seed=config.seed, k=config.eval.k, rows=config.eval.rows)


def loop(config: ConfigDict) -> LoopSettings:
  """When the training loop does what is not done at every step."""
  return LoopSettings(
    steps=config.steps, evaluate_every=config.eval.every, checkpoint_every=config.checkpoint.every,
    nonfinite_limit=config.nonfinite_limit, log=LogSettings(**config.log),
  )  # fmt: skip


def replay(config: ConfigDict) -> Replay | None:
  """The empty replay buffer, None where replay is off."""
  buffer = config.replay
  if not buffer.enabled:
    return None
  return Replay(
    capacity=buffer.capacity, per_problem=buffer.per_problem, unparsable_share=buffer.unparsable_share,
    max_staleness=buffer.max_staleness, seed=config.seed, distinct=buffer.distinct,
  )  # fmt: skip


def check_rows(config: ConfigDict, mesh: Mesh) -> None:
  """Raises ValueError unless rows that are computed together divide over the mesh's data axes."""
  ways = mesh.shape['data'] * mesh.shape['fsdp']
  rows = sum(update_rows(config)) // config.updates
  counts = {
    'config.rollout.problems': config.rollout.problems,
    'the rows of an update (programs learned from + replayed, over config.updates)': config.microbatch or rows,
    'config.warm_start.rows': config.microbatch or config.warm_start.rows,
  }
  for name, count in counts.items():
    if count % ways:
      raise ValueError(
        f'{name} = {count} does not divide over {ways} devices (config.mesh data x fsdp); take a multiple of {ways}'
      )
