"""Every key of every job on one line: its default, what it may be, what it means; no other file repeats one of them.

A file in `configs/` starts from `default()`, or from `generation()` for the job `data`, and states its differences.
Sizes are in rows, tokens, seconds or MiB, as named.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from typing import NamedTuple

from ml_collections import ConfigDict

Value = bool | int | float | str | tuple


class Key(NamedTuple):
  """A key of a config. Bounds and choices of a tuple are those of its members."""

  name: str
  default: Value
  meaning: str
  choices: tuple[str, ...] | str = ()  # names, or MODULE:REGISTRY of those that a registry holds; () means free
  least: float | None = None
  above: float | None = None
  most: float | None = None
  below: float | None = None
  filled: bool = False  # a tuple of one or more


SPLITS = ('train', 'validation', 'test')
LINEAR_MAPS = ('q', 'k', 'v', 'o', 'up', 'gate', 'down')  # of a layer

# fmt: off
TRAINING = (
  Key('job', 'train', 'what is done', choices='acrl_jax.jobs:JOBS'),
  Key('seed', 0, 'of every random draw'),
  Key('model', 'smollm2', 'smollm2 | scratch | a Hugging Face folder | a GGUF file | a workdir | a hub id'),
  Key('output', '', "the folder that the job `export` writes; '' for WORKDIR/export"),
  Key('problems', 'primer', 'what the job `evaluate` solves'),
  Key('split', 'test', 'the split of `problems` that `evaluate` solves', choices=SPLITS),
  Key('dtype', 'bfloat16', 'of the computation; parameters are float32', choices=('float32', 'bfloat16')),
  Key('lora.rank', 0, 'of the adapters that are trained in the place of the parameters; 0 means none', least=0),
  Key('lora.targets', LINEAR_MAPS, 'the linear maps that get one, where a layer has them', choices=LINEAR_MAPS),
  Key('lora.alpha', 16.0, 'what an adapter adds is scaled by alpha / rank', above=0),
  Key('remat', False, 'recompute activations in the backward pass: less memory, a third more time'),
  Key('mesh.data', -1, 'devices along this axis; one of the three may be -1, the rest'),
  Key('mesh.fsdp', 1, 'devices along this axis'),
  Key('mesh.tensor', 1, 'devices along this axis'),
  Key('hosts.count', 1, 'the same command runs on each of them, but for its index', above=0),
  Key('hosts.index', 0, 'which of them this is'),
  Key('hosts.coordinator', '', "ADDRESS:PORT of host 0, which uses the next port too; 'auto' on TPU VMs and SLURM"),
  Key('hosts.wait_s', 60, 'how long those that came wait for the others', above=0),
  Key('scratch.width', 128, "of the decoder of model='scratch'", above=0),
  Key('scratch.layers', 4, 'its layers', above=0),
  Key('scratch.heads', 4, 'its query heads', above=0),
  Key('scratch.kv_heads', 4, 'its key/value heads', above=0),
  Key('scratch.mlp', 384, 'the width of its MLPs', above=0),
  Key('scratch.vocab', 512, 'tokens of the tokenizer that is trained for it'),
  Key('data.train', 'primer', 'primer | synthetic:SEED | humaneval | mbpp:PATH | shards:DIR, or shards:A@2,primer@1'),
  Key('data.heldout', 'primer', 'what evaluations solve; between start and end it is its split validation'),
  Key('data.heldout_split', 'test', 'its split at the start, after the warm start and at the end', choices=SPLITS),
  Key('data.max_problems', 0, 'of each source; 0 means all of the split', least=0),
  Key('prompt.template', 'auto', 'auto: chat where the tokenizer has a template', choices=('auto', 'chat', 'base')),
  Key('prompt.system', '', "system message of the chat template; '' for the template's own"),
  Key('prompt.lengths', (64, 96, 128, 192, 256, 384, 512), 'columns of left-padded prompts', least=1, filled=True),
  Key('rollout.problems', 64, 'problems a step', above=0),
  Key('rollout.samples', 8, 'programs a problem', above=0),
  Key('rollout.overlap', False, "sample a step ahead, while programs are judged: they are one policy old"),
  Key('rollout.keep', 0, 'programs a step that are learned from, of whole problems; 0 means all', least=0),
  Key('rollout.baseline', 'peers', "peers: the problem's other programs; before the critic", choices=('peers', 'none')),
  Key('rollout.max_new_tokens', 256, 'of a program', above=0),
  Key('rollout.temperature', 1.0, 'of sampling', least=0),
  Key('rollout.top_p', 1.0, "below 1 the learner sees the truncated distribution's log-probs", above=0, most=1),
  Key('harness.workers', 0, 'lanes that judge programs; 0 means one a core', least=0),
  Key('harness.wall_s', 5.0, 'of one program, all its tests together', above=0),
  Key('harness.memory_mb', 512, 'of one program', above=0),
  Key('harness.allow', (), "'fs', 'network' or 'unsafe': what may stay open where the kernel cannot close it"),
  Key('reward', 'above_trivial', 'how a report becomes numbers: a name, FILE.py:FUNCTION, or several as a@1,b@0.1'),
  Key('algorithm.name', 'ac', 'how numbers become gradients; its arguments stand beside its name'),
  Key('critic.mode', 'online', 'frozen: trained for pretrain_steps, then fixed', choices=('online', 'frozen', 'none')),
  Key('critic.trunk', 'policy', 'whose states it reads; own: of a copy that is trained', choices=('policy', 'own')),
  Key('critic.learning_rate', 1e-4, 'of the critic', least=0),
  Key('critic.updates', 1, 'critic updates per actor update', above=0),
  Key('critic.pretrain_steps', 0, 'rollouts that train the critic alone before the actor moves', least=0),
  Key('replay.enabled', True, 'whether programs of earlier steps are learned from again'),
  Key('replay.share', 0.5, "of each update's rows", least=0, below=1),
  Key('replay.capacity', 6400, 'programs', above=0),
  Key('replay.per_problem', 32, 'programs', above=0),
  Key('replay.distinct', 'trees', 'what tells two programs of a problem apart', choices=('trees', 'tokens')),
  Key('replay.unparsable_share', 0.25, 'of the buffer, at most', least=0, below=1),
  Key('replay.max_staleness', 50, 'learner steps', least=0),
  Key('optimizer.learning_rate', 2e-6, 'of the actor', least=0),
  Key('optimizer.schedule', 'constant', 'of the rate after the warm-up', choices=('constant', 'cosine', 'linear')),
  Key('optimizer.warmup_steps', 10, 'updates over which the rate rises', least=0),
  Key('optimizer.weight_decay', 0.0, 'of matrices'),
  Key('optimizer.clip_norm', 1.0, 'of the gradient'),
  Key('optimizer.b1', 0.9, "Adam's, of the gradient"),
  Key('optimizer.b2', 0.95, "Adam's, of its square"),
  Key('steps', 200, 'learner steps after the warm start', least=0),
  Key('updates', 1, 'actor updates per rollout, each over an equal share of its rows', above=0),
  Key('microbatch', 0, "rows per forward and backward pass; 0 means all of an update's", least=0),
  Key('warm_start.steps', 0, 'supervised steps on reference solutions, before the others', least=0),
  Key('warm_start.rows', 64, 'solutions a step', above=0),
  Key('warm_start.learning_rate', 2e-5, 'of these steps'),
  Key('nonfinite_limit', 5, 'consecutive non-finite updates that stop the run', above=0),
  Key('eval.every', 20, 'learner steps; 0 means never, also not at the start and the end', least=0),
  Key('eval.problems', 0, 'of a held-out split; 0 means all', least=0),
  Key('eval.samples', 8, 'programs a problem', above=0),
  Key('eval.temperature', 0.8, '0 means greedy, one sample', least=0),
  Key('eval.top_p', 0.95, 'of sampling', above=0, most=1),
  Key('eval.k', (1,), 'of pass@k', least=1, filled=True),
  Key('eval.rows', 256, 'programs generated at a time', above=0),
  Key('checkpoint.every', 20, 'learner steps', above=0),
  Key('checkpoint.keep', 2, 'checkpoints', above=0),
  Key('log.samples_every', 10, 'learner steps between tables of programs', above=0),
  Key('log.samples', 8, 'programs in a table'),
  Key('log.tensorboard', True, 'write WORKDIR/tb'),
  Key('log.wandb', False, 'log to Weights & Biases (extra `wandb`)'),
  Key('export_at_end', True, 'write WORKDIR/export when the training ends'),
)

GENERATION = (
  Key('job', 'data', 'what is done', choices='acrl_jax.jobs:JOBS'),
  Key('seed', 0, 'of every random draw'),
  Key('generate.corpora', (), 'names in datagen/corpora/catalogue.py; what cannot be had is left out'),
  Key('generate.cache', '', "the folder of their files; '' for ~/.cache/acrl_jax/corpora"),
  Key('generate.max_functions', 0, 'of each corpus; 0 means all', least=0),
  Key('generate.part', 200, 'functions in a part: what a worker loses at most when it is cut off', above=0),
  Key('generate.engine', 'local', 'the cores of this machine, or those of a Ray cluster', choices=('local', 'ray')),
  Key('generate.workers', 0, 'processes, or Ray actors; 0 means one a core', least=0),
  Key('generate.limits.first_inputs', 40, 'a look that turns most of the useless functions away', above=0),
  Key('generate.limits.most_inputs', 160, 'inputs of a function', above=0),
  Key('generate.limits.more_inputs', 240, 'a round, aimed at the mutants that survived', above=0),
  Key('generate.limits.most_cases', 96, 'that mutants are run on', above=0),
  Key('generate.limits.most_mutants', 60, 'of a function', above=0),
  Key('generate.bars.mutation_score', 0.8, 'killed of covered mutants', least=0),
  Key('generate.bars.mutants', 5, 'covered, at least', least=0),
  Key('generate.bars.branch_coverage', 0.8, 'of the function by the tests of a kept problem', least=0),
  Key('generate.bars.trivial_best', 0.7, 'the largest share of tests that a trivial program may pass', least=0),
  Key('generate.bars.trivial_bool', 0.6, 'the same where results are True or False', least=0),
  Key('generate.bars.fewest_tests', 5, 'of a problem', least=0),
  Key('generate.bars.most_tests', 12, 'of a problem', least=0),
)
# fmt: on

KEYS = {key.name: key for key in (*GENERATION, *TRAINING)}
RENAMED = {'feedback': 'reward'}  # keys of older configs


def default(size: str = '') -> ConfigDict:
  """The config of the main job: sized for one accelerator, for two CPU cores ('cpu') or for a first look ('tiny')."""
  if size not in SIZES:
    raise ValueError(f'no size {size!r}; a config file takes {", ".join(map(repr, SIZES))}')
  config = _nested(TRAINING)
  SIZES[size](config)
  return config


def generation() -> ConfigDict:
  """The config of the job `data`, which makes problems from source code."""
  return _nested(GENERATION)


def _nested(keys: Iterable[Key]) -> ConfigDict:
  """The defaults of keys, by section."""
  config = ConfigDict()
  for key in keys:
    *sections, name = key.name.split('.')
    place = config
    for section in sections:
      if section not in place:
        place[section] = ConfigDict()
      place = place[section]
    place[name] = key.default
  return config


def _accelerator(c: ConfigDict) -> None:
  """SmolLM2-135M on 64 problems x 8 programs a step."""
  c.remat = True
  c.microbatch = 64


def _cpu(c: ConfigDict) -> None:
  """SmolLM2-135M in about a quarter of an hour on two cores.

  An update costs five times what the programs that it reads cost to sample: of 24 problems a step 6 are learned from.
  """
  c.dtype = 'float32'
  c.prompt.lengths = (152, 256, 384)  # the longest of the primer has 150 tokens: one compiled program for all
  c.rollout.update(problems=24, samples=4, keep=24, max_new_tokens=64, temperature=0.8)
  c.warm_start.update(rows=24, learning_rate=1e-4)
  c.steps = 14
  c.microbatch = 12  # its activations fit 16 GiB; recomputing them (remat) would save memory and no time
  c.optimizer.update(learning_rate=3e-5, schedule='linear', warmup_steps=1)
  c.critic.update(learning_rate=5e-4, updates=4)
  c.replay.enabled = False  # ten steps leave nothing to repeat
  c.eval.update(every=100, samples=4, rows=52)
  c.checkpoint.every = 4
  c.log.samples_every = 2


def _tiny(c: ConfigDict) -> None:
  """A decoder of half a million parameters, from nothing, on problems out of a grammar: ten minutes on one core."""
  c.model = 'scratch'
  c.dtype = 'float32'
  c.scratch.update(width=96, mlp=288, vocab=640)
  c.data.update(train='synthetic:0', heldout='synthetic:0')
  c.prompt.lengths = (40, 48, 64)
  c.rollout.update(problems=16, samples=8, max_new_tokens=56)
  c.warm_start.update(steps=240, rows=64, learning_rate=3e-3)
  c.steps = 160
  # At 5e-4 it does not learn without imitation (benchmarks/results/tiny).
  c.optimizer.update(learning_rate=3e-4, schedule='linear', warmup_steps=10)
  c.critic.update(learning_rate=3e-3, updates=4, pretrain_steps=5)
  c.replay.share = 0.2
  c.eval.update(every=100, temperature=0.0, samples=1, rows=300)
  c.checkpoint.every = 100
  c.log.samples_every = 50


SIZES = {'': _accelerator, 'cpu': _cpu, 'tiny': _tiny}


def default_of(name: str) -> Value:
  """The default of the key `name`."""
  return KEYS[name].default


def choices(name: str) -> tuple[str, ...]:
  """What the key `name` may be; () where it is free."""
  given = KEYS[name].choices
  if isinstance(given, str):
    module, _, registry = given.partition(':')
    return tuple(getattr(importlib.import_module(module), registry))
  return given


def check_value(name: str, value: Value) -> None:
  """Raises ValueError where there is no key `name`, or `value` is none that it may have."""
  if name in RENAMED:
    raise ValueError(f'config.{name}: is now config.{RENAMED[name]}')
  if name not in KEYS:
    raise ValueError(f'config.{name}: no such key; {nearest(name, KEYS)}')
  key = KEYS[name]
  got = f'config.{name}={value!r}'
  members = value if isinstance(key.default, tuple) else (value,)
  if key.filled and not members:
    raise ValueError(f'{got}: must be one or more numbers')
  allowed = choices(name)
  for member in members:
    if allowed and member not in allowed:
      each = f'{member!r} in {got}' if len(members) > 1 else got
      hint = nearest(str(member), allowed)
      raise ValueError(f'{each}: must be one of {", ".join(allowed)}' + f'; {hint}' * hint.startswith('did'))
    if not _within(key, member):
      raise ValueError(f'{got}: must be {_bounds(key)}')


def _within(key: Key, x: Value) -> bool:
  return (
    (key.least is None or x >= key.least) and (key.above is None or x > key.above)
    and (key.most is None or x <= key.most) and (key.below is None or x < key.below)
  )  # fmt: skip


def _bounds(key: Key) -> str:
  """'at least 0 and below 1'."""
  words = [('least', 'at least'), ('above', 'above'), ('most', 'at most'), ('below', 'below')]
  told = [f'{word} {getattr(key, field)}' for field, word in words if getattr(key, field) is not None]
  return ' and '.join(told) + (' each' if isinstance(key.default, tuple) else '')


def update_rows(config: ConfigDict) -> tuple[int, int]:
  """Fresh and replayed rows of one rollout's updates."""
  settings = config.rollout
  fresh = settings.keep or settings.problems * settings.samples
  share = config.replay.share if config.replay.enabled else 0.0
  return fresh, round(fresh * share / (1 - share))


def flat(config: ConfigDict, prefix: str = '') -> dict[str, Value]:
  """{'a.b': value} of every leaf."""
  out = {}
  for key, value in config.items():
    out |= flat(value, f'{prefix}{key}.') if isinstance(value, ConfigDict) else {prefix + key: value}
  return out


def nearest(name: str, known: Iterable[str]) -> str:
  """A hint at the valid name that is closest to a wrong one."""
  known = list(known)
  tails = {k.rsplit('.', 1)[-1]: k for k in known}
  near = difflib.get_close_matches(name, known, 1, 0.6) or [
    tails[t] for t in difflib.get_close_matches(name.rsplit('.', 1)[-1], tails, 1, 0.6)
  ]
  return f'did you mean {near[0]}?' if near else f'known are {", ".join(known)}'
