"""From the command line to a checked config; whatever is wrong with it becomes one line that names the way out."""

from __future__ import annotations

import difflib
import pathlib
import re
from typing import NamedTuple

from absl import flags
from ml_collections import ConfigDict, config_flags

from acrl_jax import config
from acrl_jax.rewards import REWARDS, named

EXAMPLES = """  python -m acrl_jax.main --config=configs/ac.py:tiny --workdir=runs/tiny
  python -m acrl_jax.main --config=configs/ac.py:cpu --workdir=runs/cpu --config.steps=20
  python -m acrl_jax.main --config=configs/evaluate.py --config.model=runs/cpu --workdir=runs/eval"""


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
    chosen = values.config
  except (flags.Error, AttributeError, KeyError, TypeError, ValueError, ImportError, SyntaxError, OSError) as error:
    raise ValueError(_one_line(error, argv)) from error
  if len(rest) > 1:
    raise ValueError(f'unexpected argument {rest[1]!r}; options are --config, --workdir, --dry_run, --config.KEY=VALUE')
  check_config(chosen)
  if not values.workdir and not (values.dry_run or chosen.job == 'export'):
    raise ValueError('--workdir is missing; name the folder of the run, as in --workdir=runs/ac')
  return Options(config=chosen, workdir=values.workdir, dry_run=values.dry_run)


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
    text = re.sub(r'Error whilst parsing config file: Traceback.*\b(\w+(?:Error|Exception): .*)', r'\1', text)
    renamed = [(old, new) for old, new in config.RENAMED.items() if f'"{old}"' in text]
    return text + ''.join(f'; config.{old} is now config.{new}' for old, new in renamed)
  keys = known_keys(argv)
  for argument in argv[1:]:
    match = re.match(r'--?(?:no)?config\.([\w.]+)', argument)
    if match and match[1] in config.RENAMED:
      value = argument.partition('=')[1] + argument.partition('=')[2]
      return f'--config.{match[1]}{value}: is now --config.{config.RENAMED[match[1]]}{value}'
    if keys and match and match[1] not in keys and not any(k.startswith(match[1] + '.') for k in keys):
      hint = config.nearest(match[1], keys)
      return f'--config.{match[1]}: no such key; {hint if "mean" in hint else "acrl_jax/config.py has them all"}'
    if match and keys.get(match[1]) is not None and '=' in argument and f'config.{match[1]}' in text:
      kind = type(keys[match[1]]).__name__
      got = argument.split('=', 1)[1]
      return f'--config.{match[1]}={got}: must be {_a(kind)} such as {keys[match[1]]!r}'
    match = re.match(r'--?(\w+)', argument)
    if match and match[1] in text and 'Unknown command line flag' in text:
      return f'--{match[1]}: no such option; {config.nearest(match[1], ["config", "workdir", "dry_run"])}'
  return text


def known_keys(argv: list[str]) -> dict:
  """Every key of the config file that argv names, flat, with its default; empty when the file itself fails."""
  values = flags.FlagValues()
  alone = [argv[0], *(a for a in argv[1:] if re.match(r'--?config=', a))]
  config_flags.DEFINE_config_file('config', None, '', flag_values=values, sys_argv=alone)
  try:
    values(alone)
    return config.flat(values.config)
  except Exception:  # the file's own error is the one to report, and the caller does
    return {}


def _a(kind: str) -> str:
  words = {'int': 'a whole number', 'float': 'a number', 'bool': 'true or false', 'str': 'a text', 'tuple': 'a tuple'}
  return words.get(kind, kind)


def check_config(chosen: ConfigDict) -> None:
  """Raises ValueError naming the first key whose value cannot be meant."""
  values = config.flat(chosen)
  config.check_value('job', values['job'])
  if (chosen.job == 'data') != ('generate' in chosen):
    files = 'configs/data_java.py or configs/data_python.py' if chosen.job == 'data' else 'such as configs/ac.py'
    raise ValueError(f'config.job={chosen.job!r} does not go with this config file; take one of its own: {files}')
  for key, value in values.items():
    if not key.startswith('algorithm.') or key == 'algorithm.name':  # its arguments are checked by its factory
      config.check_value(key, value)
  if chosen.job != 'data':
    check_together(chosen)


def check_together(chosen: ConfigDict) -> None:
  """Raises ValueError where values do not go with each other, or there is no such reward."""
  named.named(chosen.reward, REWARDS)
  if chosen.lora.rank and not chosen.lora.targets:
    raise ValueError(f'config.lora.rank={chosen.lora.rank} without config.lora.targets; name one or more')
  if chosen.rollout.temperature == 0 and chosen.job == 'train' and chosen.steps:
    raise ValueError('config.rollout.temperature=0: greedy programs give no policy gradient; must be above 0')
  if chosen.eval.temperature > 0 and max(chosen.eval.k) > chosen.eval.samples:
    raise ValueError(f'config.eval.k={chosen.eval.k}: pass@k needs k <= config.eval.samples={chosen.eval.samples}')
  if chosen.critic.mode == 'frozen' and not chosen.critic.pretrain_steps and chosen.job == 'train':
    raise ValueError(
      "config.critic.mode='frozen' with config.critic.pretrain_steps=0: must be 1 or more, the rollouts that train it"
    )
  if chosen.critic.trunk == 'own' and (chosen.critic.mode == 'none' or chosen.lora.rank):
    other = "config.critic.mode='none'" if chosen.critic.mode == 'none' else f'config.lora.rank={chosen.lora.rank}'
    raise ValueError(f"config.critic.trunk='own' with {other}: must be 'policy'; there is nothing to train of its own")
  if chosen.job == 'export' and (chosen.hosts.count > 1 or chosen.hosts.coordinator):
    raise ValueError('config.hosts: the job export runs on one host; leave count at 1 and coordinator empty')
  if chosen.job == 'train':
    check_batch(chosen)


def check_batch(chosen: ConfigDict) -> None:
  """Raises ValueError unless rows divide into updates, and updates into microbatches."""
  fresh, replayed = config.update_rows(chosen)
  drawn = chosen.rollout.problems * chosen.rollout.samples
  if fresh > drawn:
    raise ValueError(
      f'config.rollout.keep={fresh}: a step draws {drawn} programs (config.rollout.problems x samples); '
      f'must be at most as many, or 0 for all'
    )
  if fresh % chosen.rollout.samples:
    raise ValueError(
      f'config.rollout.keep={fresh}: must be a multiple of config.rollout.samples={chosen.rollout.samples}, as whole '
      'problems are kept'
    )
  rows = fresh + replayed
  if rows % chosen.updates:
    raise ValueError(
      f'config.updates={chosen.updates} does not divide the {rows} rows of a rollout '
      f'({chosen.rollout.problems} problems x {chosen.rollout.samples} samples + {replayed} replayed)'
    )
  totals = {'an update': rows // chosen.updates if chosen.steps else 0}
  totals['config.warm_start.rows'] = chosen.warm_start.rows if chosen.warm_start.steps else 0
  for name, total in totals.items():
    if chosen.microbatch and total % chosen.microbatch:
      raise ValueError(f'config.microbatch={chosen.microbatch} does not divide the {total} rows of {name}')
