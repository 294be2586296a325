"""python -m acrl_jax.main --config=FILE[:SIZE] --workdir=DIR [--config.KEY=VALUE ...] [--dry_run]"""

from __future__ import annotations

import errno
import importlib
import logging
import os
import sys
import traceback

from acrl_jax import cli
from acrl_jax.jobs import JOBS


def main(argv: list[str]) -> int:
  """Runs the job that the config names. 0 when done; 2 after one line on stderr when what was asked for is wrong."""
  try:
    chosen = cli.parse(argv)
    _quiet()
    importlib.import_module(JOBS[chosen.config.job]).run(chosen.config, chosen.workdir, chosen.dry_run)
  except (ValueError, OSError) as error:
    if os.environ.get('ACRL_TRACEBACK'):
      raise
    print(f'acrl_jax: {_told(error)}', file=sys.stderr)
    return 2
  return 0


def _told(error: Exception) -> str:
  """What the user reads: one line, but for the examples that stand below a missing --config."""
  if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
    way = 'make room and give the same command again; a run goes on from its last checkpoint'
    return f'{error}: the disk is full; {way}'
  text = str(error)
  return text if '--config is missing' in text else ' '.join(text.split())


def _quiet() -> None:
  """Other libraries speak up from warnings on."""
  os.environ.setdefault('TRANSFORMERS_VERBOSITY', 'error')
  os.environ.setdefault('TOKENIZERS_PARALLELISM', 'false')
  for name in ('jax', 'orbax', 'transformers', 'datasets', 'absl'):
    logging.getLogger(name).setLevel(logging.WARNING)


def console() -> None:
  """The console script."""
  try:
    code = main(sys.argv)
  except BaseException:
    if not _distributed():
      raise
    traceback.print_exc()
    code = 1
  if code and _distributed():  # at once: JAX's own farewell would wait for processes that end too
    sys.stderr.flush()
    os._exit(code)
  sys.exit(code)


def _distributed() -> bool:
  """Whether this is one process of several."""
  return 'jax' in sys.modules and sys.modules['jax'].distributed.is_initialized()


if __name__ == '__main__':
  console()
