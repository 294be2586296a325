"""From the command line to a checked config; whatever is wrong with it becomes one line that names the way out."""

from __future__ import annotations

import difflib
import pathlib
import re
import tempfile
from typing import NamedTuple

from absl import flags
from ml_collections import ConfigDict, config_flags

EXAMPLES = """  python -m acrl_jax.main --config=configs/ac.py:tiny --workdir=runs/tiny
  python -m acrl_jax.main --config=configs/ac.py:cpu --workdir=runs/cpu --config.steps=20
  python -m acrl_jax.main --config=configs/evaluate.py --config.model=runs/cpu --workdir=runs/eval"""

# The closed choices; a key that names a source or a model is checked by whoever opens it.
CHOICES = {
  'job': ('train', 'evaluate', 'export', 'data'),
  'dtype': ('float32', 'bfloat16'),
  'feedback': ('partial_credit', 'sparse_complete', 'pass_share', 'binary', 'outcome', 'rltf', 'stepcoder'),
  'critic.mode': ('online', 'frozen', 'none'),
  'prompt.template': ('auto', 'chat', 'base'),
  'optimizer.schedule': ('constant', 'cosine', 'linear'),
  'split': ('train', 'validation', 'test'),
  'data.heldout_split': ('train', 'validation', 'test'),
}
LORA_TARGETS = ('q', 'k', 'v', 'o', 'up', 'gate', 'down')  # those of models/decoder.py, which imports JAX
POSITIVE = (
  'rollout.problems', 'rollout.samples', 'rollout.max_new_tokens', 'updates', 'eval.samples', 'eval.rows',
  'harness.wall_s', 'harness.memory_mb', 'checkpoint.every', 'checkpoint.keep', 'warm_start.rows',
  'replay.capacity', 'replay.per_problem', 'lora.alpha',
  'hosts.count', 'hosts.wait_s',
  'log.samples_every', 'nonfinite_limit', 'critic.updates',
  'scratch.width', 'scratch.layers', 'scratch.heads', 'scratch.kv_heads', 'scratch.mlp',
)  # fmt: skip
NOT_NEGATIVE = (
  'steps', 'warm_start.steps', 'microbatch', 'rollout.temperature', 'eval.temperature', 'eval.every', 'eval.problems',
  'optimizer.learning_rate', 'critic.learning_rate', 'critic.pretrain_steps', 'replay.max_staleness',
  'optimizer.warmup_steps', 'rollout.keep',
  'data.max_problems', 'harness.workers', 'lora.rank',
)  # fmt: skip


class Options(NamedTuple):
  """What a command line asks for."""

  config: ConfigDict
  workdir: str
  dry_run: bool


def parse(argv: list[str]) -> Options:
  """The options of a command line; ValueError with one line when anything is wrong with it."""
  values = flags.FlagValues()
  argv = [*argv[:1], *sorted(argv[1:], key=lambda a: not re.match(r'--?config=', a))]  # its keys may stand before it
  config_flags.DEFINE_config_file('config', None, 'FILE[:SIZE]', flag_values=values, sys_argv=argv)
  flags.DEFINE_string('workdir', '', 'The folder of the run; the same command again resumes it.', flag_values=values)
  flags.DEFINE_bool('dry_run', False, 'Resolve and print everything, then stop.', flag_values=values)
  _check_file(argv)
  try:
    rest = values(argv)
    config = values.config
  except (flags.Error, AttributeError, KeyError, TypeError, ValueError, ImportError, SyntaxError, OSError) as error:
    raise ValueError(_one_line(error, argv)) from error
  if len(rest) > 1:
    raise ValueError(f'unexpected argument {rest[1]!r}; options are --config, --workdir, --dry_run, --config.KEY=VALUE')
  check(config)
  if not values.workdir and not (values.dry_run or config.job == 'export'):
    raise ValueError('--workdir is missing; name the folder of the run, as in --workdir=runs/ac')
  return Options(config=config, workdir=values.workdir, dry_run=values.dry_run)


def _check_file(argv: list[str]) -> None:
  given = [a.split('=', 1)[1] for a in argv[1:] if re.match(r'--?config=', a)]
  if not given:
    raise ValueError(f'--config is missing; for example\n{EXAMPLES}')
  path = pathlib.Path(given[-1].split(':', 1)[0])
  if not path.is_file():
    files = sorted(str(p) for p in path.parent.glob('*.py')) if path.parent.is_dir() else []
    near = difflib.get_close_matches(str(path), files, 1)
    hint = f'did you mean {near[0]}?' if near else f'files there: {", ".join(files) or "none"}'
    raise ValueError(f'--config={given[-1]}: no file {path}; {hint}')


def _one_line(error: Exception, argv: list[str]) -> str:
  """The parser's complaint in one line, with the nearest valid key where a key is unknown."""
  text = ' '.join(str(error).split())
  if 'parsing config file' in text:  # the file's own exception, without the traceback that config_flags folds in
    return re.sub(r'Error whilst parsing config file: Traceback.*\b(\w+(?:Error|Exception): .*)', r'\1', text)
  keys = known_keys(argv)
  for argument in argv[1:]:
    match = re.match(r'--?(?:no)?config\.([\w.]+)', argument)
    if keys and match and match[1] not in keys and not any(k.startswith(match[1] + '.') for k in keys):
      return f'--config.{match[1]}: no such key; {nearest(match[1], keys)}'
    if match and keys.get(match[1]) is not None and '=' in argument and f'config.{match[1]}' in text:
      kind = type(keys[match[1]]).__name__
      got = argument.split('=', 1)[1]
      return f'--config.{match[1]}={got}: due is {_a(kind)} such as {keys[match[1]]!r}'
    match = re.match(r'--?(\w+)', argument)
    if match and match[1] in text and 'Unknown command line flag' in text:
      return f'--{match[1]}: no such option; {nearest(match[1], ["config", "workdir", "dry_run"])}'
  return text


def known_keys(argv: list[str]) -> dict:
  """Every key of the config file that argv names, flat, with its default; empty when the file itself fails."""
  values = flags.FlagValues()
  alone = [argv[0], *(a for a in argv[1:] if re.match(r'--?config=', a))]
  config_flags.DEFINE_config_file('config', None, '', flag_values=values, sys_argv=alone)
  try:
    values(alone)
    return flat(values.config)
  except Exception:  # the file's own error is the one to report, and the caller does
    return {}


def flat(config: ConfigDict, prefix: str = '') -> dict:
  """{'a.b': value} of every leaf."""
  out = {}
  for key, value in config.items():
    out |= flat(value, f'{prefix}{key}.') if isinstance(value, ConfigDict) else {prefix + key: value}
  return out


def nearest(name: str, known) -> str:
  """A hint at the valid name that is closest to a wrong one."""
  known = list(known)
  tails = {k.rsplit('.', 1)[-1]: k for k in known}
  near = difflib.get_close_matches(name, known, 1, 0.6) or [
    tails[t] for t in difflib.get_close_matches(name.rsplit('.', 1)[-1], tails, 1, 0.6)
  ]
  return f'did you mean {near[0]}?' if near else f'known are {", ".join(known)}'


def _a(kind: str) -> str:
  words = {'int': 'a whole number', 'float': 'a number', 'bool': 'true or false', 'str': 'a text', 'tuple': 'a tuple'}
  return words.get(kind, kind)


def check(config: ConfigDict) -> None:
  """Raises ValueError naming the first key whose value cannot be meant."""
  values = flat(config)
  check_choice('job', values['job'], CHOICES['job'])
  if (config.job == 'data') != ('generate' in config):
    files = 'configs/data_java.py or configs/data_python.py' if config.job == 'data' else 'such as configs/ac.py'
    raise ValueError(f'config.job={config.job!r} does not go with this config file; due is one of its own: {files}')
  if config.job == 'data':
    check_generate(values)
    return
  for key, choices in CHOICES.items():
    check_choice(key, values[key], choices)
  check_least(values, POSITIVE, NOT_NEGATIVE)
  for key in ('replay.share', 'replay.unparsable_share'):
    if not 0 <= values[key] < 1:
      raise ValueError(f'config.{key}={values[key]!r}: due is at least 0 and below 1')
  for key in ('rollout.top_p', 'eval.top_p'):
    if not 0 < values[key] <= 1:
      raise ValueError(f'config.{key}={values[key]!r}: due is above 0 and at most 1')
  for target in config.lora.targets:
    check_choice('lora.targets', target, LORA_TARGETS)
  if config.lora.rank and not config.lora.targets:
    raise ValueError(f'config.lora.rank={config.lora.rank} without config.lora.targets; name one or more')
  for key in ('prompt.lengths', 'eval.k'):
    if not values[key] or min(values[key]) < 1:
      raise ValueError(f'config.{key}={values[key]!r}: due are one or more numbers, each more than 0')
  if config.rollout.temperature == 0 and config.job == 'train' and config.steps:
    raise ValueError('config.rollout.temperature=0: greedy programs give no policy gradient; due is more than 0')
  if config.eval.temperature > 0 and max(config.eval.k) > config.eval.samples:
    raise ValueError(f'config.eval.k={config.eval.k}: pass@k needs k <= config.eval.samples={config.eval.samples}')
  if config.critic.mode == 'frozen' and not config.critic.pretrain_steps and config.job == 'train':
    raise ValueError(
      "config.critic.mode='frozen' with config.critic.pretrain_steps=0: due is 1 or more, the rollouts that train it"
    )
  if config.job == 'export' and (config.hosts.count > 1 or config.hosts.coordinator):
    raise ValueError('config.hosts: the job export runs on one host; leave count at 1 and coordinator empty')
  if config.job == 'train':
    check_batch(config)


def check_choice(key: str, value, choices) -> None:
  if value not in choices:
    near = nearest(str(value), choices)
    raise ValueError(f'config.{key}={value!r}: due is one of {", ".join(choices)}; {near}')


def check_least(values: dict, positive, not_negative) -> None:
  for key in positive:
    if not values[key] > 0:
      raise ValueError(f'config.{key}={values[key]!r}: due is more than 0')
  for key in not_negative:
    if not values[key] >= 0:
      raise ValueError(f'config.{key}={values[key]!r}: due is 0 or more')


def check_generate(values: dict) -> None:
  """The keys of the job `data`."""
  check_choice('generate.engine', values['generate.engine'], ('local', 'ray'))
  limits = [key for key in values if key.startswith('generate.limits.')]
  bars = [key for key in values if key.startswith('generate.bars.')]
  check_least(values, ['generate.part', *limits], ['generate.max_functions', 'generate.workers', *bars])


def update_rows(config: ConfigDict) -> tuple[int, int]:
  """Fresh and replayed rows of one rollout's updates."""
  settings = config.rollout
  fresh = settings.keep or settings.problems * settings.samples
  share = config.replay.share if config.replay.enabled else 0.0
  return fresh, round(fresh * share / (1 - share))


def check_batch(config: ConfigDict) -> None:
  """Rows divide into updates, updates into microbatches."""
  fresh, replayed = update_rows(config)
  drawn = config.rollout.problems * config.rollout.samples
  if fresh > drawn:
    raise ValueError(
      f'config.rollout.keep={fresh}: a step draws {drawn} programs (config.rollout.problems x samples); '
      f'due is at most as many, or 0 for all'
    )
  rows = fresh + replayed
  if rows % config.updates:
    raise ValueError(
      f'config.updates={config.updates} does not divide the {rows} rows of a rollout '
      f'({config.rollout.problems} problems x {config.rollout.samples} samples + {replayed} replayed)'
    )
  totals = {'an update': rows // config.updates if config.steps else 0}
  totals['config.warm_start.rows'] = config.warm_start.rows if config.warm_start.steps else 0
  for name, total in totals.items():
    if config.microbatch and total % config.microbatch:
      raise ValueError(f'config.microbatch={config.microbatch} does not divide the {total} rows of {name}')


def save_path(path: str) -> pathlib.Path:
  """The folder, made if need be; ValueError when nothing can be written there."""
  folder = pathlib.Path(path)
  try:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
      pass
  except OSError as error:
    raise ValueError(f'--workdir={path}: cannot be written ({error.strerror}); name a folder that can') from error
  return folder
