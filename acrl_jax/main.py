"""python -m acrl_jax.main --config=FILE[:SIZE] --workdir=DIR [--config.KEY=VALUE ...] [--dry_run]"""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback

from acrl_jax import cli as options
from acrl_jax.run import cache_dir


def main(argv: list[str]) -> int:
  """Runs the job that the config names. 0 when done; 2 after one line on stderr when what was asked for is wrong."""
  try:
    chosen = options.parse(argv)
    if chosen.config.job == 'data':
      from acrl_jax.datagen.build import build  # needs no JAX

      build.run(chosen.config, chosen.workdir, chosen.dry_run)
    else:
      _quiet()
      _run(chosen)
  except (ValueError, OSError) as error:
    if os.environ.get('ACRL_TRACEBACK'):
      raise
    print(f'acrl_jax: {_told(error)}', file=sys.stderr)
    return 2
  return 0


def _run(chosen: options.Options) -> None:
  """A job that uses JAX, on one host or on several."""
  from acrl_jax.distributed import processes  # imports JAX: only once the command line is known to be right

  with processes.start(chosen.config):
    if chosen.config.job == 'train':
      from acrl_jax.jobs import train as module
    elif chosen.config.job == 'evaluate':
      from acrl_jax.rollout import evaluation as module
    else:
      from acrl_jax.checkpoints import load as module
    module.run(chosen.config, chosen.workdir, chosen.dry_run)


def _told(error: Exception) -> str:
  """What the user reads: one line, but for the examples that stand below a missing --config."""
  if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
    way = 'make room and give the same command again; a run goes on from its last checkpoint'
    return f'{error}: the disk is full; {way}'
  text = str(error)
  return text if '--config is missing' in text else ' '.join(text.split())


def _quiet() -> None:
  """Other libraries speak up from warnings on; compiled programs are kept between runs."""
  os.environ.setdefault('TRANSFORMERS_VERBOSITY', 'error')
  os.environ.setdefault('TOKENIZERS_PARALLELISM', 'false')
  for name in ('jax', 'orbax', 'transformers', 'datasets', 'absl'):
    logging.getLogger(name).setLevel(logging.WARNING)
  import jax

  jax.config.update('jax_compilation_cache_dir', str(cache_dir.path() / 'xla'))
  jax.config.update('jax_persistent_cache_min_compile_time_secs', 1.0)


def cli() -> None:
  """The console script."""
  try:
    code = main(sys.argv)
  except BaseException:
    if not _among_hosts():
      raise
    traceback.print_exc()
    code = 1
  if code and _among_hosts():  # at once: JAX's own farewell would wait for hosts that end too
    sys.stderr.flush()
    os._exit(code)
  sys.exit(code)


def _among_hosts() -> bool:
  return 'jax' in sys.modules and sys.modules['jax'].distributed.is_initialized()


if __name__ == '__main__':
  cli()
